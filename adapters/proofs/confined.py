"""Cleans a file in a process of its own, which has little to work with, and not for long.

A file of a few kilobytes can unfold to gigabytes, and a library can have a fault that a file makes
use of. Whatever happens, it happens to that process: it inherits no secret, opens no file and no
connection, starts no program, and ends when memory or time are used up.

It is of the same user as we are, so limits alone would let it read our memory, where the keys are.
That we shut off, but cannot from root: do not run the product as root (docs/adr/0023).
"""

import asyncio
import atexit
import socket
from contextlib import suppress
from dataclasses import dataclass

from adapters.proofs.cleaners import Cleaners, Process
from adapters.proofs.confinement import READY, SECONDS
from adapters.proofs.errors import ProofNotTaken, ProofTooComplex, ProofTooLarge

CLEANED_BY = "content-check-3"
MAX_CLEANED = 32 * 1024 * 1024
LOADING_SECONDS = 60  # on a busy machine; a file is not to blame for it
LONGEST_HEAD = 100
PIECE = 256 * 1024
REFUSALS = {kind.__name__: kind for kind in ProofNotTaken.__subclasses__()}
# One for the whole process, whatever loop it runs: what it has loaded is worth sharing.
CLEANERS = Cleaners()
atexit.register(CLEANERS.end)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`peak_bytes`: the most memory that the process had."""

    body: bytes
    peak_bytes: int


async def clean_confined(body: bytes, media_type: str, cleaners: Cleaners = CLEANERS) -> Cleaned:
    """Raise a kind of ProofNotTaken."""
    with cleaners.begin() as process:
        try:
            async with asyncio.timeout(LOADING_SECONDS):
                await _ready(process.connection)
            async with asyncio.timeout(SECONDS):
                said = await _answer(process.connection, body, media_type)
        except TimeoutError:
            cleaners.renew()
            raise ProofTooComplex from None
        finally:
            await _ended(process)
    try:
        verdict, peak, cleaned = _parts(said)
    except ValueError:
        cleaners.renew()
        raise ProofTooComplex from None
    if verdict in REFUSALS:
        raise REFUSALS[verdict]
    return Cleaned(cleaned, peak)


async def _ready(connection: socket.socket) -> None:
    """Wait until it has begun: the first file after a start finds nothing loaded yet."""
    with suppress(ConnectionError):
        await asyncio.get_running_loop().sock_recv(connection, len(READY))


async def _answer(connection: socket.socket, body: bytes, media_type: str) -> bytes:
    """Return what it has said when it hung up, or all that we listen to."""
    loop, said = asyncio.get_running_loop(), bytearray()
    with suppress(ConnectionError):  # it has ended over the file
        await loop.sock_sendall(connection, f"{media_type} {len(body)}\n".encode())
        await loop.sock_sendall(connection, body)
        while piece := await loop.sock_recv(connection, PIECE):
            said += piece
            if len(said) > LONGEST_HEAD + MAX_CLEANED:
                raise ProofTooLarge
    return bytes(said)


async def _ended(process: Process) -> None:
    """Have it ended, where it has not; it hangs up when it is gone."""
    loop = asyncio.get_running_loop()
    process.leash.close()
    with suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(SECONDS):
            while await loop.sock_recv(process.connection, PIECE):
                pass


def _parts(said: bytes) -> tuple[str, int, bytes]:
    """Raise ValueError where it ended before it was done."""
    head, _, body = said.partition(b"\n")
    verdict, peak, length = head.decode().split(" ")
    if len(body) != int(length) or (verdict not in REFUSALS and not body):
        raise ValueError(verdict)
    return verdict, int(peak), body
