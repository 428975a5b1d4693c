"""Torments the event store: `python -m tests.torture --minutes 5 --seed 1`."""

import logging
import signal
import sys
from typing import Annotated

import structlog
import typer

from tests.torture.run import Plan, torture
from workers.progress import progress

PAUSE_SECONDS = 1.0


def main(
    minutes: Annotated[float, typer.Option(help="How long faults happen.")] = 5,
    seed: Annotated[int, typer.Option(help="Deals the faults and the work.")] = 1,
) -> None:
    """Print what was seen; exit with 1 where an invariant was violated."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that PostgreSQL is stopped too
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with progress("Seconds of torture") as told:
        report = torture(Plan(seed, minutes * 60, PAUSE_SECONDS, told))
    print(report)  # noqa: T201 -- it is for people
    if report.violations:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
