"""Lets a storm go over log, Kafka and workers: `python -m tests.storm --minutes 5 --seed 1`."""

import logging
import signal
import sys
from typing import Annotated

import structlog
import typer

from tests.storm.run import Plan, storm
from workers.progress import progress

PAUSE_SECONDS, LONGEST_SECONDS = 2.0, 20.0


def main(
    minutes: Annotated[float, typer.Option(help="How long faults happen.")] = 5,
    seed: Annotated[int, typer.Option(help="Deals the faults and the work.")] = 1,
) -> None:
    """Print what was seen; exit with 1 where an invariant was violated."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that PostgreSQL is stopped too
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    with progress("Seconds of storm") as told:
        plan = Plan(seed, minutes * 60, PAUSE_SECONDS, LONGEST_SECONDS, report=told)
        report = storm(plan)
    print(report)  # noqa: T201 -- it is for people
    if report.violations:
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
