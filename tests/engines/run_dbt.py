"""One process for one dbt command, or for several with `then` between them; importing dbt takes seconds.

python run_dbt.py build --target postgres then run-operation verify --target postgres
"""

import itertools
import sys

from dbt.cli.main import dbtRunner


def run(arguments: list[str]) -> int:
    """Run the commands one after the other, up to the first that fails."""
    groups = itertools.groupby(arguments, "then".__eq__)
    return int(
        not all(dbtRunner().invoke(list(command)).success for is_then, command in groups if not is_then)
    )


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
