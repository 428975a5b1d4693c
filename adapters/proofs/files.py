"""Keeps the files of proofs, sealed, each under its application, until they are erased."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from obstore import delete_async, get_async, put_async
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from adapters.whole_files import through_to_disk

STAGED = "#*"  # what a local store was writing when it was cut off: the name, and a number


class FileStoreUnavailable(OSError):
    """The file store does not answer; nothing was kept, try again in a moment."""

    def __str__(self) -> str:
        return self.__doc__ or ""


@dataclass(frozen=True, slots=True)
class ProofFiles:
    """`folder`: where a local store lies, whose files are written through to the disk."""

    store: ObjectStore
    folder: Path | None = None

    async def keep(self, name: str, body: bytes) -> None:
        """Keep it whole or not at all. Raise FileStoreUnavailable."""
        try:
            await put_async(self.store, name, body)
        except (BaseError, OSError) as error:
            raise FileStoreUnavailable from error
        if self.folder:
            await asyncio.to_thread(_write_through, self.folder / name)

    async def read(self, name: str) -> bytes | None:
        """Return None where there is none. Raise FileStoreUnavailable."""
        try:
            return bytes(await (await get_async(self.store, name)).bytes_async())
        except (NotFoundError, FileNotFoundError):
            return None
        except (BaseError, OSError) as error:
            raise FileStoreUnavailable from error

    async def remove(self, name: str) -> None:
        """Remove it, if it is there, and what is left of its being written. Raise
        FileStoreUnavailable.
        """
        try:
            if self.folder:
                await asyncio.to_thread(_remove_staged, self.folder / name)
            with suppress(NotFoundError, FileNotFoundError):
                await delete_async(self.store, name)
        except (BaseError, OSError) as error:
            raise FileStoreUnavailable from error

    async def remove_folder(self, name: str) -> None:
        """Remove it where it is one of a local store, and empty."""
        if self.folder:
            with suppress(OSError):
                await asyncio.to_thread((self.folder / name).rmdir)

    async def names(self, folder: str) -> AsyncIterator[str]:
        """Yield what is kept in a folder, and what was being written there. Raise
        FileStoreUnavailable.
        """
        try:
            if self.folder:
                for path in await asyncio.to_thread(_files_in, self.folder / folder):
                    yield str(path.relative_to(self.folder))
                return
            async for page in self.store.list(prefix=folder):
                for one in page:
                    yield one["path"]
        except (BaseError, OSError) as error:
            raise FileStoreUnavailable from error


def proof_files(url: str | None, folder: Path) -> ProofFiles:
    """`url`: e.g. s3://bucket/prefix, opened with the variables of its provider (AWS_...)."""
    if url is None:
        return local_files(folder)
    if url.startswith("file:"):
        return local_files(Path(url2pathname(urlsplit(url).path)))
    return ProofFiles(from_url(url))


def local_files(folder: Path) -> ProofFiles:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return ProofFiles(LocalStore(folder, mkdir=True), folder)


def _write_through(file: Path) -> None:
    """An acknowledged proof survives a power cut, as its event does."""
    for path in (file, file.parent):
        through_to_disk(path)


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _remove_staged(file: Path) -> None:
    for path in file.parent.glob(file.name + STAGED):
        path.unlink(missing_ok=True)
