"""How builds and daily runs grow with the history and with what a day brings.

    make curve SIZES='1000000 10000000'

For each size of history: a plain copy of the raw rows, the first build, all data tests, a run without
news, and three days that bring 0.01 %, 0.1 % and 1 % of new nodes. Every line is a process of its own
with at most `--memory` for DuckDB, which spills what is more. The report is Markdown and a plot.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

import generate
from run import REPOSITORY, Bench, machine

SHARES = (0.0001, 0.001, 0.01)
# Models under this share of a build are left out of its profile.
SMALL = 0.03


def measured(folder: Path, size: int, threads: int) -> dict:
    """The costs of one size of history, by line, with the seconds of each model and the bytes on disk."""
    bench = Bench(folder, sys.executable, threads)
    labels, database = folder / "labels.parquet", folder / "lineage.duckdb"
    rows = generate.write_log(size, labels)
    settings = {
        "label_nodes": [str(labels)],
        "dataset_versions": str(generate.version_at_the_end(labels, folder / "version.csv")),
    }
    print(f"\n{rows:,} raw rows", flush=True)
    bench.peer("copy", "copy", labels)
    models = {"build": bench.dbt("build", database, ["run"], settings)}
    sizes = {"raw": labels.stat().st_size, "database": database.stat().st_size}
    bench.dbt("tests", database, ["test", "--exclude-resource-type", "unit_test"], settings)
    bench.dbt("nothing new", database, ["run"], settings)
    news = {}
    for day, share in enumerate(SHARES, start=1):
        target = folder / f"day{day}.parquet"
        news[share] = generate.write_day(labels, target, share, day)
        settings["label_nodes"].append(str(target))
        models[share] = bench.dbt(f"day of {share:.2%}", database, ["run"], settings)
    return {"size": size, "rows": rows, "costs": bench.costs, "models": models, "sizes": sizes, "news": news}


def plot(results: list[dict], target: Path) -> None:
    """Draw seconds over raw rows, both in powers of ten."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "label lineage", "font.size": 9})
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4))
    rows = [result["rows"] for result in results]
    for name, key in (
        ("plain copy", "copy"),
        ("first build", "build"),
        ("all data tests", "tests"),
        ("run without news", "nothing new"),
        *((f"day with {share:.2%} new", f"day of {share:.2%}") for share in SHARES),
    ):
        axes.plot(rows, [result["costs"][key].wall for result in results], marker="o", label=name)
    axes.set(xscale="log", yscale="log", xlabel="raw rows", ylabel="seconds")
    axes.grid(True, which="both", linewidth=0.3)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(target, metadata={"Date": None})


def report(results: list[dict], memory: str, target: Path) -> None:
    """Write the tables and the plot beside them."""
    plot(results, target.with_suffix(".svg"))
    heads = " | ".join(f"{result['rows']:,}" for result in results)
    rule = "|---|" + "---:|" * len(results)

    def line(name: str, texts: list[str]) -> str:
        return f"| {name} | " + " | ".join(texts) + " |"

    text = [
        "# Scale",
        "",
        f"`make curve SIZES='{' '.join(str(result['size']) for result in results)}'`, DuckDB with at most {memory} of memory. {machine()}.",
        "Every line is a process of its own, dbt's start included.",
        "",
        f"![Seconds over rows]({target.with_suffix('.svg').name})",
        "",
        "Seconds, and in brackets how many times the plain copy:",
        "",
        f"| raw rows | {heads} |",
        rule,
    ]
    for key in results[0]["costs"]:
        text.append(
            line(
                key,
                [
                    f"{result['costs'][key].wall:,.1f} ({result['costs'][key].wall / result['costs']['copy'].wall:.1f})"
                    for result in results
                ],
            )
        )
    text += ["", "New nodes of a day:", "", f"| raw rows | {heads} |", rule]
    text += [
        line(f"day of {share:.2%}", [f"{result['news'][share]:,}" for result in results]) for share in SHARES
    ]
    text += ["", "Peak of resident memory, GB:", "", f"| raw rows | {heads} |", rule]
    text += [
        line(key, [f"{result['costs'][key].memory / 1e9:.1f}" for result in results])
        for key in results[0]["costs"]
    ]
    text += ["", "On disk after the build, GB:", "", f"| raw rows | {heads} |", rule]
    text += [
        line(key, [f"{result['sizes'][key] / 1e9:.2f}" for result in results]) for key in results[0]["sizes"]
    ]
    for key, name in (("build", "the first build"), (SHARES[1], f"a day of {SHARES[1]:.1%}")):
        largest = results[-1]["models"][key]
        total = sum(largest.values())
        text += ["", f"Seconds of each model in {name}:", "", f"| model | {heads} |", rule]
        text += [
            line(model, [f"{result['models'][key].get(model, 0):.1f}" for result in results])
            for model, seconds in sorted(largest.items(), key=lambda item: -item[1])
            if seconds > SMALL * total
        ]
    target.write_text("\n".join(text) + "\n")
    print(f"\n{target} and {target.with_suffix('.svg')}")


def main() -> None:
    """Measure every size, smallest first, and write the report after each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", type=int, nargs="+", help="about how many label nodes, several")
    parser.add_argument("--threads", type=int, default=2, help="dbt threads")
    parser.add_argument(
        "--memory", default="6GB", help="DuckDB's limit; the process takes up to a third more"
    )
    parser.add_argument("--report", type=Path, default=REPOSITORY / "docs" / "scale.md")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder if left out")
    arguments = parser.parse_args()
    os.environ["LABEL_LINEAGE_MEMORY"] = arguments.memory
    results = []
    for size in sorted(arguments.sizes):
        folder = Path(tempfile.mkdtemp(dir=arguments.folder))
        try:
            results.append(measured(folder, size, arguments.threads))
        finally:
            shutil.rmtree(folder)
        report(results, arguments.memory, arguments.report)


if __name__ == "__main__":
    main()
