"""Write the documentation that dbt generated as one page that opens without a server.

    python scripts/write_docs.py target

`dbt docs generate --static` puts the texts of a project into a script of its page as they are, so that
`</script>` in the name of a task, which stands in compiled SQL, would end that script and begin another.
"""

from __future__ import annotations

import sys
from pathlib import Path


def write_docs(target: Path) -> Path:
    """Put manifest and catalog into dbt's page, so that no text of theirs can be read as HTML.

    Args:
        target: dbt's target folder, after `dbt docs generate`.

    Returns:
        The page.
    """
    page = (target / "index.html").read_text(encoding="utf-8")
    for name in ("manifest", "catalog"):
        place = f'"{name.upper()}.JSON INLINE DATA"'
        if page.count(place) != 1:
            sys.exit(
                f"Label Lineage: {target / 'index.html'} has no place for {name}.json; is dbt-core 1.10 or newer?"
            )
        # Within JSON these stand in texts alone, where an escape means the same.
        text = (target / f"{name}.json").read_text(encoding="utf-8")
        for character in "<>&":
            text = text.replace(character, f"\\u{ord(character):04x}")
        page = page.replace(place, text)
    path = target / "static_index.html"
    path.write_text(page, encoding="utf-8")
    return path


if __name__ == "__main__":
    print(f"Open {write_docs(Path(sys.argv[1]))}")
