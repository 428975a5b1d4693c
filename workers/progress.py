"""How far a long task is, shown while it is under way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def progress(description: str, *, aside: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Yield what is called now and then with how much is done, and how much there is.

    `aside`: on standard error, where standard output is for what was asked for.
    """
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=aside)
    quiet = aside and not console.is_terminal
    look = (TextColumn("{task.description}"), *columns)
    with Progress(*look, console=console, disable=quiet) as shown:
        # Shown with its first step: what is refused before that was never under way.
        task = shown.add_task(description, total=None, visible=False)

        def report(done: int, total: int) -> None:
            shown.update(task, completed=done, total=total, visible=True)

        yield report
