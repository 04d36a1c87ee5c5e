"""Read labels from a labelling tool's files and write them as one Parquet file for the setting label_nodes.

    python scripts/load_labels.py label-studio export.json -o labels.parquet
    python scripts/load_labels.py coco instances.json -o labels.parquet --kind mask --annotator ann
    python scripts/load_labels.py cvat annotations.xml -o labels.parquet --kind polygon

It needs `.venv/bin/pip install '.[loaders]'`. The same files give the same node ids, so reading them again
changes nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from loaders import coco, cvat, label_studio
from loaders.contract import Problem, Report, instant, need_folder, read_json, write_parquet
from loaders.follow import follow, read_versions

SHAPES = ["boxes", "box", "polygon", "mask"]
# What a file that is not as its format says can end in, where no check foresaw it.
UNFORESEEN = (ArithmeticError, AttributeError, LookupError, MemoryError, OSError, TypeError, ValueError)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="load_labels.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    formats = parser.add_subparsers(dest="format", required=True)
    studio = formats.add_parser("label-studio", help="Label Studio's JSON export")
    studio.add_argument("--kind", choices=["class", "tags", "number", "text", "ranking", *SHAPES])
    studio.add_argument("--control", help="only this control of the interface (from_name)")
    studio.add_argument(
        "--feature", help="key of a task's data that holds the feature id; otherwise the task's id"
    )
    studio.add_argument(
        "--annotators", type=Path, help="JSON file from user id to annotator id; otherwise the user id"
    )
    studio.add_argument("--no-predictions", action="store_true", help="leave predictions out")
    studio.add_argument("--name", default="label-studio", help="first part of node ids, one for each server")
    for name, kinds in {"coco": SHAPES, "cvat": [*SHAPES, "tags", "class"]}.items():
        tool = formats.add_parser(
            name, help={"coco": "COCO instances or results", "cvat": "CVAT for images 1.1"}[name]
        )
        tool.add_argument("--kind", choices=kinds, default="boxes")
        tool.add_argument("--task", default="default", help="the task of all labels")
        tool.add_argument(
            "--annotator",
            help="who made the labels"
            + ("; otherwise the assignee of an image's task" if name == "cvat" else ""),
        )
        tool.add_argument(
            "--recorded-at", help="when, such as 2024-03-05T10:30:00Z; otherwise what the file says"
        )
        tool.add_argument("--feature", choices=["image", "object"], default="image")
        tool.add_argument("--name", help="first part of node ids; otherwise the file's name")
        if name == "coco":
            tool.add_argument(
                "--instances",
                type=Path,
                help="of results, the instances file that names their images and categories",
            )
    for tool in formats.choices.values():
        tool.add_argument(
            "--after", nargs="+", type=Path, metavar="FILE",
            help="what this program wrote of earlier exports: only what changed since is written, with its parent; "
            "later exports come one at a time, and their labels need ids",
        )  # fmt: skip
        tool.add_argument("inputs", nargs="+", type=Path)
        tool.add_argument("-o", "--output", type=Path, required=True)
    return parser


def load(arguments: argparse.Namespace, report: Report) -> int:
    """Read all inputs and write the output.

    Args:
        arguments: The command line.
        report: Where to note what was read and left out.

    Returns:
        Number of nodes written.

    Raises:
        Problem: An input is not as its format says, or the output cannot be written or is an input.
    """
    need_folder(arguments.output)
    _refuse_to_overwrite(arguments)
    options = {
        key: value
        for key, value in vars(arguments).items()
        if key not in ("format", "inputs", "output", "no_predictions", "after") and value is not None
    }
    if arguments.format == "label-studio":
        options["with_predictions"] = not arguments.no_predictions
        if arguments.annotators:
            options["annotators"] = _annotators(arguments.annotators)
    elif arguments.recorded_at:
        options["recorded_at"] = instant(arguments.recorded_at, "--recorded-at")
    report.where = "a file of --after"
    earlier = read_versions(arguments.after or [])
    if arguments.format == "label-studio":
        options["earlier"] = earlier
    reader = {"label-studio": label_studio, "coco": coco, "cvat": cvat}[arguments.format]
    nodes = []
    for path in arguments.inputs:
        report.where = path.name
        for node in reader.read(path, report, **options):
            # JSON can hold half a character, which no file can: it is told while its item is known.
            f"{node.node_id}{node.feature_id}{node.task}{node.label}{node.annotator_id}".encode()
            nodes.append(node)
    if arguments.after:
        nodes = list(follow(nodes, earlier, report, can_be_dated="recorded_at" in arguments))
    report.where = str(arguments.output)
    return write_parquet(nodes, arguments.output)


def _refuse_to_overwrite(arguments: argparse.Namespace) -> None:
    files = [*arguments.inputs, *(arguments.after or [])]
    files += filter(None, (vars(arguments).get(option) for option in ("annotators", "instances")))
    for path in files:
        if path.exists() and arguments.output.exists() and path.samefile(arguments.output):
            raise Problem(
                f"{arguments.output} would overwrite {path}, which is read; name another file with -o"
            )


def _annotators(path: Path) -> dict[str, str]:
    names = read_json(path)
    if not isinstance(names, dict) or not all(isinstance(name, (str, int)) for name in names.values()):
        raise Problem(f'{path} is no JSON object from user id to annotator id, such as {{"4": "dora"}}')
    return {user: str(name) for user, name in names.items()}


def main(command: Sequence[str] | None = None) -> None:
    """Run the command line; a problem is one sentence and exit code 1."""
    arguments = parser().parse_args(command)
    report = Report()
    try:
        n_nodes = load(arguments, report)
    except Problem as problem:
        sys.exit(f"Label Lineage: {problem}. Nothing was written.")
    except ImportError as error:
        sys.exit(
            f"Label Lineage: {error.name} is not installed; run .venv/bin/pip install '.[loaders]'. "
            "Nothing was written."
        )
    except UNFORESEEN as error:
        reason = " ".join(str(error).split()).rstrip(".")
        sys.exit(
            f"Label Lineage: {report.where} is not as its format says, which ended in "
            f"{type(error).__name__}: {reason}; correct it or leave it out. Nothing was written."
        )
    print(f"{arguments.output}: {n_nodes:,} label nodes")
    for note, count in sorted(report.notes.items()):
        print(f"  {count:,} {note}")
    for task, kind in sorted(report.kinds.items()):
        print(f"  task {task}, kind {kind}")


if __name__ == "__main__":
    main()
