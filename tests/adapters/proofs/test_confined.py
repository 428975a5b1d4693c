"""Whatever a file does to the one who looks into it, it does it in a process of its own."""

import asyncio
import os
import subprocess
import sys
import time

import pytest

from adapters.proofs import confined
from adapters.proofs.confined import MEMORY, clean_confined
from adapters.proofs.errors import ProofIsEncrypted, ProofTooComplex, ProofUnpacksTooLarge
from tests import files
from tests.files import JPEG, PDF, PNG, pdf, picture
from tests.installation import ROOT

TRIES = """
import os, socket, sys
from adapters.proofs.confined import _confine
_confine()
def refused(what):
    try:
        what()
    except (OSError, MemoryError):
        return True
print(all(map(refused, [
    lambda: open("/etc/hostname"),
    lambda: open("/tmp/amtsweg-written", "w"),
    lambda: socket.socket(),
    lambda: os.pipe(),
    lambda: bytearray(2 << 30),
])))
"""
COUNT = 3


@pytest.mark.parametrize(
    ("body", "media_type"),
    [(pdf(), PDF), (picture("PNG"), PNG), (picture("JPEG"), JPEG), (files.chatty("JPEG"), JPEG)],
)
async def test_a_harmless_file_comes_back_clean(body: bytes, media_type: str) -> None:
    clean = await clean_confined(body, media_type)
    assert clean.body[:4] == body[:4]
    assert 0 < clean.peak_bytes < MEMORY


async def test_a_picture_of_two_that_a_telephone_takes_needs_nothing_that_cannot_be_had() -> None:
    """What is loaded late cannot be loaded here any more."""
    assert (await clean_confined(picture("MPO"), JPEG)).body[:3] == b"\xff\xd8\xff"


async def test_a_refusal_is_told_as_what_it_is() -> None:
    with pytest.raises(ProofIsEncrypted):
        await clean_confined(files.encrypted("kim"), PDF)


def test_it_opens_no_file_and_no_connection_and_has_a_gigabyte() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TRIES], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("True\n", "")


async def test_it_inherits_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:secret@127.0.0.1/x")
    given: list[dict[str, str]] = []
    start = asyncio.create_subprocess_exec

    async def noting(*command: str, env: dict[str, str], **others: int) -> object:
        given.append(env)
        return await start(*command, env=env, **others)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noting)
    await clean_confined(pdf(), PDF)
    assert "secret" not in str(given)
    assert set(given[0]) <= set(confined.PASSED_ON)


async def test_a_file_that_unfolds_without_end_is_refused_in_bounded_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(confined, "SECONDS", 2)
    content, started = files.bomb_of_objects(400_000), time.monotonic()
    assert len(content) < 100_000
    with pytest.raises(ProofTooComplex):
        await clean_confined(content, PDF)
    assert time.monotonic() - started < 10


async def test_a_gigabyte_in_a_few_kilobytes_is_refused_and_never_unpacked() -> None:
    body = files.bomb_of_bytes()
    assert len(body) < 2 << 20
    with pytest.raises(ProofUnpacksTooLarge):
        await clean_confined(body, PDF)


async def test_nobody_is_left_working_for_somebody_who_has_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started, begun = list[int](), asyncio.Event()
    start = asyncio.create_subprocess_exec

    async def noting(*command: str, **others: object) -> asyncio.subprocess.Process:
        process = await start(*command, **others)  # type: ignore[arg-type]
        started.append(process.pid)
        begun.set()
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noting)
    working = asyncio.create_task(clean_confined(files.bomb_of_objects(400_000), PDF))
    await begun.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)
