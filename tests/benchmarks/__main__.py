"""Measures what the product promises: a table for people, `bench.json` for machines."""

import json
import logging
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.benchmarks.figure import Figure
from tests.benchmarks.registry import BENCHMARKS, Benchmark
from tests.benchmarks.server import bench
from tests.benchmarks.table import table

RESULT = Path("bench.json")
WIDTH_OF_A_FILE = 140


class NoSuchBenchmark(typer.BadParameter):
    def __init__(self, name: str) -> None:
        super().__init__(f"There is no {name}; there are: {', '.join(BENCHMARKS)}.")


def main(
    names: Annotated[list[str] | None, typer.Argument(help="All where none is named.")] = None,
    *,
    quick: Annotated[bool, typer.Option(help="One short run: does it work at all?")] = False,
) -> None:
    """Measure, print a table and write bench.json; exit with 1 when a benchmark cannot run."""
    chosen = _chosen(names or list(BENCHMARKS))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that PostgreSQL is stopped too
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH_OF_A_FILE)
    figures, failed = _measure(console, chosen, quick=quick)
    console.print(table(figures))
    RESULT.write_text(json.dumps([figure.as_json() for figure in figures], indent=2) + "\n")
    if failed:
        raise typer.Exit(1)


def _chosen(names: Iterable[str]) -> dict[Benchmark, str]:
    """Return each benchmark once, with its first name."""
    chosen: dict[Benchmark, str] = {}
    for name in names:
        if name not in BENCHMARKS:
            raise NoSuchBenchmark(name)
        chosen.setdefault(BENCHMARKS[name], name)
    return chosen


def _measure(
    console: Console, chosen: dict[Benchmark, str], *, quick: bool
) -> tuple[list[Figure], list[str]]:
    figures, failed = list[Figure](), list[str]()
    with _progress(console) as progress:
        task = progress.add_task("starting PostgreSQL", total=len(chosen))
        current = ""

        def report(what: str) -> None:
            progress.update(task, description=f"{current}, {what}")

        with bench(quick=quick, report=report) as ready:
            for benchmark, name in chosen.items():
                current = name
                report("getting ready")
                try:
                    figures += benchmark(ready)
                except Exception as error:  # noqa: BLE001 -- the others are measured all the same
                    failed.append(name)
                    console.print(f"[red]{name} cannot run[/red]: {error!r}", highlight=False)
                progress.advance(task)
    return figures, failed


def _progress(console: Console) -> Progress:
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(TextColumn("{task.description}"), *columns, console=console)


if __name__ == "__main__":
    typer.run(main)
