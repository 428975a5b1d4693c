"""Looks for words in files, in every spelling that could hide them."""

import gzip
import os
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from json import dumps
from pathlib import Path
from quopri import encodestring

CUT = 3


def spellings(word: str) -> set[bytes]:
    """As a file might hold it; small letters, as whoever looks makes of every file."""
    texts = {word, word.lower(), word.upper(), dumps(word)[1:-1]}
    raw = {text.encode(code) for text in texts for code in ("utf-8", "utf-16-le", "utf-16-be")}
    found = {one.lower() for one in raw}
    for one in raw:
        found |= {one.hex().encode(), *(in_base64(one, at) for at in range(CUT))}
    return found | {encodestring(text.encode()).strip().lower() for text in texts}


def in_base64(content: bytes, at: int) -> bytes:
    """What stands there wherever it begins, without what its neighbours have a part in."""
    text = b64encode(bytes(at) + content)
    begin = (at * 8 + 5) // 6
    end = (at + len(content)) * 8 // 6
    return text[begin:end].lower()


def files_with(words: Mapping[str, str], folder: Path) -> dict[str, set[str]]:
    """Which of these words, by what they are called, are in which files."""
    needles = [(name, needle) for name, word in words.items() for needle in spellings(word)]
    found: dict[str, set[str]] = {}
    for file in files_below(folder):
        with suppress(FileNotFoundError):  # who still works there may take it away meanwhile
            for content in contents(file):
                if hits := {name for name, needle in needles if needle in content}:
                    found.setdefault(str(file.relative_to(folder)), set()).update(hits)
    return found


def files_below(folder: Path) -> Iterator[Path]:
    """Folders, too, may go while it looks."""
    for at, _, names in os.walk(folder):
        yield from (one for one in (Path(at, name) for name in sorted(names)) if one.is_file())


def contents(file: Path) -> Iterable[bytes]:
    """Of a file, its name, and what is packed in it."""
    yield bytes(file).lower()
    raw = file.read_bytes()
    yield raw.lower()
    if raw.startswith(b"\x1f\x8b"):
        yield gzip.decompress(raw).lower()
