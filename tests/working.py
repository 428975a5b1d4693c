"""A worker process of the command line, that is let work until something is so."""

from collections.abc import Callable, Mapping

from tests.commands import CommandLine
from tests.killable import until

# It only ends a test that hangs: a client of Kafka takes half a minute to say what is wrong.
PATIENCE = 150


def work_until(
    command: CommandLine, runners: str, settings: Mapping[str, str], look: Callable[[], object]
) -> None:
    """`runners`: their names, with blanks between. It is told to stop then, and has to."""
    working = command.begin("work", *runners.split(), **settings)
    try:
        until(lambda: "workers_started" in working.told, "the worker begins")
        until(look, "it has done what it has to do", PATIENCE)
        working.process.terminate()
        assert working.end().code == 0
    except AssertionError as error:
        error.add_note(working.told)
        raise
    finally:
        working.process.kill()
