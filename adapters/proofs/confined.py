"""Cleans a file in a process of its own, which can do nothing but compute, and not for long.

A file of a few kilobytes can unfold to gigabytes, and a library can have a fault that a file makes
use of. Whatever happens, it happens to that process: it inherits no secret, opens no file and no
connection, starts no program, and ends when memory or time are used up.
"""

import asyncio
import os
import resource
import sys
from contextlib import suppress
from dataclasses import dataclass

from adapters.proofs.errors import ProofNotTaken, ProofTooComplex, ProofTooLarge

CLEANED_BY = "content-check-3"
SECONDS = 15
MEMORY = 1024 * 1024 * 1024
MAX_CLEANED = 32 * 1024 * 1024
REFUSALS = {kind.__name__: kind for kind in ProofNotTaken.__subclasses__()}
# What a program needs to start; what the others are told (addresses, passwords) stays with them.
PASSED_ON = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`peak_bytes`: the most memory that the process had."""

    body: bytes
    peak_bytes: int


async def clean_confined(body: bytes, media_type: str) -> Cleaned:
    """Raise a kind of ProofNotTaken."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "adapters.proofs.confined", media_type,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
    )  # fmt: skip
    try:
        said, _ = await asyncio.wait_for(process.communicate(body), SECONDS)
    except TimeoutError:
        raise ProofTooComplex from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        raise ProofTooComplex
    return _understood(said)


def _understood(said: bytes) -> Cleaned:
    head, _, body = said.partition(b"\n")
    verdict, _, peak = head.decode().partition(" ")
    if verdict in REFUSALS:
        raise REFUSALS[verdict]
    if not body:
        raise ProofTooComplex
    if len(body) > MAX_CLEANED:
        raise ProofTooLarge
    return Cleaned(body, int(peak))


def main() -> None:
    # Only here: the libraries that take files apart stay out of every other process.
    from adapters.proofs.cleaning import cleaned, cleaner_of

    clean, body = cleaner_of(sys.argv[1]), sys.stdin.buffer.read()
    _confine()
    try:
        verdict, result = "clean", cleaned(body, clean)
    except ProofNotTaken as error:
        verdict, result = type(error).__name__, b""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.buffer.write(f"{verdict} {peak}\n".encode() + result)
    sys.stdout.buffer.flush()


def _confine() -> None:
    """From here on: no new file, connection or program, no core dump, little memory and time."""
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main()
