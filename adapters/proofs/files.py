"""Keeps the files of proofs, each under its application, until they are erased."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from obstore import delete_async, get_async, put_async
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, ObjectStore

from adapters.proofs.errors import ProofIsEmpty, ProofTooLarge, ProofTypeNotAllowed

MAX_BYTES = 10 * 1024 * 1024
MEDIA_TYPES = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n": "image/png",
}


@dataclass(frozen=True, slots=True)
class Content:
    body: bytes
    media_type: str
    sha256: str


async def receive(chunks: AsyncIterator[bytes]) -> Content:
    """Read a file of at most 10 MB. Raise ProofTooLarge, ProofIsEmpty or ProofTypeNotAllowed."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MAX_BYTES:
            raise ProofTooLarge
    if not body:
        raise ProofIsEmpty
    return Content(bytes(body), media_type_of(body), sha256(body).hexdigest())


def media_type_of(body: bytes | bytearray) -> str:
    for magic, media_type in MEDIA_TYPES.items():
        if body.startswith(magic):
            return media_type
    raise ProofTypeNotAllowed


@dataclass(frozen=True, slots=True)
class ProofFiles:
    """`folder`: where a local store lies, whose files are written through to the disk."""

    store: ObjectStore
    folder: Path | None = None

    async def keep(self, name: str, body: bytes) -> None:
        await put_async(self.store, name, body)
        if self.folder:
            await asyncio.to_thread(_write_through, self.folder / name)

    async def read(self, name: str) -> bytes | None:
        try:
            return bytes(await (await get_async(self.store, name)).bytes_async())
        except (NotFoundError, FileNotFoundError):
            return None

    async def remove(self, name: str) -> None:
        """Remove it, if it is there."""
        with suppress(NotFoundError, FileNotFoundError):
            await delete_async(self.store, name)

    async def remove_folder(self, name: str) -> None:
        """Remove it where it is one of a local store, and empty."""
        if self.folder:
            with suppress(OSError):
                await asyncio.to_thread((self.folder / name).rmdir)


def local_files(folder: Path) -> ProofFiles:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return ProofFiles(LocalStore(folder, mkdir=True), folder)


def _write_through(file: Path) -> None:
    """An acknowledged proof survives a power cut, as its event does."""
    for path in (file, file.parent):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
