"""Whatever a file does to the one who looks into it, it does it in a process of its own."""

import asyncio
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from adapters.proofs import confined
from adapters.proofs.cleaners import PASSED_ON, Cleaners
from adapters.proofs.confined import Cleaned, clean_confined
from adapters.proofs.confinement import MEMORY
from adapters.proofs.confinement import SECONDS as SECONDS_OF_THE_PROCESSOR
from adapters.proofs.errors import ProofIsEncrypted, ProofTooComplex, ProofUnpacksTooLarge
from tests import files
from tests.files import JPEG, PDF, PNG, pdf, picture
from tests.installation import ROOT

PR_GET_DUMPABLE = 3
# The real program, but for what it does with a file: it crashes, or tells what it can reach.
PROBING = """
import json, os, resource, signal, socket, sys
from adapters.proofs import loaded

def refused(what):
    try:
        what()
    except (OSError, MemoryError):
        return True

def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True

def probe(body):
    while body == b"hang":
        pass
    if body == b"crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    return json.dumps({
        "refused": [refused(what) for what in (
            lambda: open("/etc/hostname"),
            lambda: open("/tmp/amtsweg-written", "w"),
            lambda: socket.socket(),
            lambda: os.pipe(),
            lambda: os.dup(0),
            lambda: bytearray(2 << 30),
        )],
        "open": [number for number in range(4096) if is_open(number)],
        "read": os.read(0, 10).decode(),
        "programs": resource.getrlimit(resource.RLIMIT_NPROC),
        "environment": dict(os.environ),
    }).encode()

loaded.cleaner_of = lambda media_type: probe
loaded.main()
"""
OF_PYTHON = {"LC_CTYPE"}  # which it sets for itself
STANDARD, ITS_CONNECTION = 3, 1
ENDS = """
import asyncio
from adapters.proofs.confined import CLEANERS, clean_confined
from tests.files import PDF, pdf
asyncio.run(clean_confined(pdf(), PDF))
print(CLEANERS._processes[-1].pid)
"""


@pytest.fixture
def cleaners() -> Iterator[Cleaners]:
    yield from started(Cleaners())


@pytest.fixture
def probing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cleaners]:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:secret@127.0.0.1/x")
    yield from started(Cleaners((sys.executable, "-c", PROBING)))


def started(cleaners: Cleaners) -> Iterator[Cleaners]:
    yield cleaners
    cleaners.end()


def loaded_in(cleaners: Cleaners) -> int:
    return cleaners._processes[-1].pid


def copies_in(cleaners: Cleaners) -> list[str]:
    loaded = loaded_in(cleaners)
    return Path(f"/proc/{loaded}/task/{loaded}/children").read_text().split()


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


async def test_it_opens_no_file_and_no_connection_and_has_a_gigabyte(probing: Cleaners) -> None:
    found = probed(await clean_confined(b"x", PDF, probing))
    assert found["refused"] == [True] * 6
    assert found["programs"] == [0, 0]


async def test_it_inherits_no_secret(probing: Cleaners) -> None:
    found = probed(await clean_confined(b"x", PDF, probing))
    assert "secret" not in str(found)
    assert set(found["environment"]) <= {*PASSED_ON, *OF_PYTHON}
    assert found["read"] == ""


async def test_it_has_no_way_to_the_file_of_somebody_else(probing: Cleaners) -> None:
    with probing.begin(), probing.begin():
        found = probed(await clean_confined(b"x", PDF, probing))
    assert len(found["open"]) == STANDARD + ITS_CONNECTION


def probed(clean: Cleaned) -> dict[str, list[object]]:
    return dict(json.loads(clean.body))


async def test_files_in_turn_and_at_once_share_what_is_loaded(cleaners: Cleaners) -> None:
    first = await clean_confined(pdf(), PDF, cleaners)
    loaded = loaded_in(cleaners)
    many = (clean_confined(pdf(), PDF, cleaners) for _ in range(8))
    assert {one.body for one in await asyncio.gather(*many)} == {first.body}
    assert (loaded_in(cleaners), copies_in(cleaners)) == (loaded, [])


async def test_after_a_crash_the_next_file_meets_another_layout_of_memory(
    probing: Cleaners,
) -> None:
    await clean_confined(b"x", PDF, probing)
    crashed = loaded_in(probing)
    with pytest.raises(ProofTooComplex):
        await clean_confined(b"crash", PDF, probing)
    await clean_confined(b"x", PDF, probing)
    assert loaded_in(probing) != crashed
    assert probing._processes[0].wait(60) == 0


async def test_so_it_does_after_one_that_did_not_end(
    probing: Cleaners, monkeypatch: pytest.MonkeyPatch
) -> None:
    await clean_confined(b"x", PDF, probing)
    hung = loaded_in(probing)
    with monkeypatch.context() as hurried:
        hurried.setattr(confined, "SECONDS", 1)
        with pytest.raises(ProofTooComplex):
            await clean_confined(b"hang", PDF, probing)
    await clean_confined(b"x", PDF, probing)
    assert loaded_in(probing) != hung
    assert probing._processes[0].wait(60) == 0


async def test_what_loading_takes_is_not_counted_against_the_first_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(confined, "SECONDS", 2)
    slow = Cleaners((sys.executable, "-c", f"import time; time.sleep(4){PROBING}"))
    with ExitStack() as after:
        after.callback(slow.end)
        assert probed(await clean_confined(b"x", PDF, slow))


async def test_where_the_loaded_one_was_killed_another_is_started(cleaners: Cleaners) -> None:
    await clean_confined(pdf(), PDF, cleaners)
    os.kill(loaded_in(cleaners), signal.SIGKILL)
    cleaners._processes[-1].wait(60)
    assert (await clean_confined(pdf(), PDF, cleaners)).body.startswith(b"%PDF")


def test_what_is_loaded_ends_with_who_loaded_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = Path("/proc", done.stdout.strip())
    until(lambda: not loaded.exists() or "\nState:\tZ" in (loaded / "status").read_text())


def until(so: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


async def test_a_file_that_unfolds_without_end_is_refused_in_bounded_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await clean_confined(pdf(), PDF)  # so that all is loaded
    monkeypatch.setattr(confined, "SECONDS", 1)
    content, began = files.bomb_of_objects(2_000_000), time.monotonic()
    assert len(content) < 100_000
    with pytest.raises(ProofTooComplex):
        await clean_confined(content, PDF)
    assert time.monotonic() - began < SECONDS_OF_THE_PROCESSOR


async def test_a_gigabyte_in_a_few_kilobytes_is_refused_and_never_unpacked() -> None:
    body = files.bomb_of_bytes()
    assert len(body) < 2 << 20
    with pytest.raises(ProofUnpacksTooLarge):
        await clean_confined(body, PDF)


async def test_nobody_is_left_working_for_somebody_who_has_gone(
    probing: Cleaners, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confined, "SECONDS", 60)
    await clean_confined(b"x", PDF, probing)
    working = asyncio.create_task(clean_confined(b"hang", PDF, probing))
    await asyncio.to_thread(until, lambda: copies_in(probing))
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert copies_in(probing) == []


async def test_a_process_that_takes_proofs_cannot_be_read_by_others_of_its_user() -> None:
    await clean_confined(pdf(), PDF)
    assert ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0
