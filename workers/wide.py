"""Where a list holds ids that a command asks for: in a narrow window, or a file, they are whole."""

from rich.console import Console

WIDE = 160


def wide() -> Console:
    console = Console(highlight=False)
    return Console(highlight=False, width=max(console.width, WIDE))
