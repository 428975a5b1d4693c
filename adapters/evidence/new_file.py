"""A file that is there whole or not at all, for its owner alone; `.gz` is compressed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from gzip import GzipFile
from io import BufferedIOBase
from pathlib import Path

from adapters.evidence.errors import CannotWrite, FileIsThere, NoSuchFolder, NotAFile

QUICKLY = 3


def require_writable(file: Path, *, force: bool) -> None:
    """Raise NoSuchFolder, NotAFile, or FileIsThere where it is not to be replaced."""
    if not file.parent.is_dir():
        raise NoSuchFolder(file.parent)
    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise NotAFile(file)
    if file.exists() and not force:
        raise FileIsThere(file)


@contextmanager
def new_file(file: Path) -> Iterator[BufferedIOBase]:
    """Replace the file by what is written here, unless that fails. Raise CannotWrite."""
    fresh = file.with_name(f"{file.name}.new")
    try:
        with _through_to_the_disk(fresh) as out:
            if file.suffix == ".gz":
                with GzipFile("", "wb", QUICKLY, out, mtime=0) as packed:
                    yield packed
            else:
                yield out
        fresh.replace(file)
    except OSError as error:
        raise CannotWrite(file, f"({error.strerror or type(error).__name__})") from None
    finally:
        with suppress(OSError):  # what failed is told, and the next export begins anew
            fresh.unlink(missing_ok=True)


@contextmanager
def _through_to_the_disk(fresh: Path) -> Iterator[BufferedIOBase]:
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())
