"""On which line of a TOML text does a key stand?

The parser of the standard library keeps no lines, so the text is scanned for headers and keys; what
stands inside an inline value is found on the line where that value begins.
"""

import re
from functools import lru_cache

Where = tuple[str | int, ...]

_PART = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_PATH = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"^\s*(\[{{1,2}})\s*({_PATH})\s*\]{{1,2}}\s*(?:#.*)?$")
_KEY = re.compile(rf"^\s*({_PATH})\s*=")


def line_of(text: str, where: Where) -> int:
    """The line of the key, or of the nearest table around it."""
    places = _places(text)
    around = (where[:length] for length in range(len(where), 0, -1))
    return next((places[path] for path in around if path in places), 1)


@lru_cache(maxsize=16)
def _places(text: str) -> dict[Where, int]:
    places: dict[Where, int] = {}
    rows: dict[Where, int] = {}
    table: Where = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _opened(header, rows)
            _remember(places, table, number, since=0)
        elif key := _KEY.match(line):
            _remember(places, table + _parts(key[1]), number, since=len(table))
    return places


def _opened(header: re.Match[str], rows: dict[Where, int]) -> Where:
    """The path of the table; an array of tables counts its rows and stands for its last one."""
    path: Where = ()
    parts = _parts(header[2])
    for depth, part in enumerate(parts, start=1):
        path += (part,)
        if depth == len(parts) and header[1] == "[[":
            rows[path] = rows.get(path, -1) + 1
        if path in rows:
            path += (rows[path],)
    return path


def _remember(places: dict[Where, int], path: Where, line: int, *, since: int) -> None:
    for length in range(since + 1, len(path) + 1):
        places.setdefault(path[:length], line)


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in re.findall(_PART, path))
