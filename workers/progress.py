"""How far a long task is, shown while it is under way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def progress(description: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what is called now and then with how much is done, and how much there is."""
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(TextColumn("{task.description}"), *columns) as shown:
        # Shown with its first step: what is refused before that was never under way.
        task = shown.add_task(description, total=None, visible=False)

        def report(done: int, total: int) -> None:
            shown.update(task, completed=done, total=total, visible=True)

        yield report
