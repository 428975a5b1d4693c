"""Takes a file in from the network: of a known type, not too large, and not too many at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from adapters.proofs.confined import Cleaned, clean_confined
from adapters.proofs.errors import (
    ProofIsEmpty,
    ProofsAreBusy,
    ProofTooLarge,
    ProofTypeNotAllowed,
    TooManyUploads,
)

MAX_BYTES = 10 * 1024 * 1024
LONGEST_MAGIC = 8
MEDIA_TYPES = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


@dataclass(frozen=True, slots=True)
class Content:
    body: bytes
    media_type: str
    sha256: str


async def receive(chunks: AsyncIterator[bytes], declared: int | None = None) -> Content:
    """Read a file of at most 10 MB; no more of it than it takes to see that it is none.

    `declared`: how long it says it is. Raise ProofTooLarge, ProofIsEmpty or ProofTypeNotAllowed.
    """
    if declared is not None and declared > MAX_BYTES:
        raise ProofTooLarge
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MAX_BYTES:
            raise ProofTooLarge
        if len(body) >= LONGEST_MAGIC:
            media_type_of(body)
    if not body:
        raise ProofIsEmpty
    return Content(bytes(body), media_type_of(body), sha256(body).hexdigest())


def media_type_of(body: bytes | bytearray) -> str:
    for magic, media_type in MEDIA_TYPES.items():
        if body.startswith(magic):
            return media_type
    raise ProofTypeNotAllowed


@dataclass(slots=True)
class Uploads:
    """How many files a process takes in, and looks into, at the same moment."""

    places: int = 24
    places_each: int = 3
    cleaners: int = 2
    patience_seconds: float = 20.0
    _taken: Counter[str] = field(default_factory=Counter)
    _cleaning: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._cleaning = asyncio.Semaphore(self.cleaners)

    @contextmanager
    def place(self, person: str) -> Iterator[None]:
        """Raise TooManyUploads or ProofsAreBusy."""
        if self._taken[person] >= self.places_each:
            raise TooManyUploads
        if self._taken.total() >= self.places:
            raise ProofsAreBusy
        self._taken[person] += 1
        try:
            yield
        finally:
            self._taken[person] -= 1
            if not self._taken[person]:
                del self._taken[person]

    async def clean(self, content: Content) -> Cleaned:
        """Raise a kind of ProofNotTaken."""
        async with self._turn():
            return await clean_confined(content.body, content.media_type)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            await asyncio.wait_for(self._cleaning.acquire(), self.patience_seconds)
        except TimeoutError:
            raise ProofsAreBusy from None
        try:
            yield
        finally:
            self._cleaning.release()
