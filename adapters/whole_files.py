"""Files that are there whole or not at all, and through to the disk.

They are written under another name and take their own in one step, so nobody ever reads a half.
"""

import os
import re
from pathlib import Path
from secrets import token_hex

PRIVATE, PUBLIC = 0o600, 0o644
FOR_OWNER = 0o700
TOKEN_BYTES = 8


def replace_whole(file: Path, content: str, mode: int = PRIVATE) -> None:
    _written(file, content, mode).replace(file)
    through_to_disk(file.parent)


def make_once(file: Path, content: str) -> bool:
    """Return whether it was kept: a file that is there stays, and of two at once the first."""
    fresh = _written(file, content, PRIVATE)
    try:
        file.hardlink_to(fresh)
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    through_to_disk(file.parent)
    return True


def remove_unfinished(file: Path) -> int:
    """Remove what writers of this file left who were killed, and return how many there were.

    Only while nobody else may be writing it.
    """
    named = re.compile(rf"\.{re.escape(file.name)}\.[0-9a-f]{{{2 * TOKEN_BYTES}}}")
    left = [one for one in file.parent.glob(".*") if named.fullmatch(one.name)]
    for one in left:
        one.unlink()
    if left:
        through_to_disk(file.parent)
    return len(left)


def through_to_disk(path: Path) -> None:
    """Of a folder: else a power cut could bring an old file back, or take a new one."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _written(beside: Path, content: str, mode: int) -> Path:
    beside.parent.mkdir(parents=True, exist_ok=True, mode=FOR_OWNER)
    fresh = beside.with_name(f".{beside.name}.{token_hex(TOKEN_BYTES)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    try:
        with os.fdopen(descriptor, "w") as out:
            out.write(content)
            out.flush()
            os.fchmod(out.fileno(), mode)
            os.fsync(out.fileno())
    except OSError:
        fresh.unlink()  # half a secret helps nobody
        raise
    return fresh
