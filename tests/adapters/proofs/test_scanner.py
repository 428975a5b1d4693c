"""The scanner is a real one; whatever is not a clear answer is none."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.proofs.scanner import (
    HARMLESS,
    Clamd,
    NoVerdict,
    ScannerLetsThrough,
    ScannerUnavailable,
    scanner_at,
)
from adapters.settings import Settings
from tests.clamd import CONFIGURATION, EICAR, clamd
from tests.files import infected, noisy, of_pieces, pdf, showing
from tests.visitors import visited
from workers.inspect_proofs import ScannerNotNamed, require_scanner


@pytest.fixture(scope="module")
def at() -> Iterator[str]:
    with clamd() as socket:
        yield socket


@asynccontextmanager
async def answering(folder: Path, answer: bytes) -> AsyncIterator[str]:
    """Something that listens there and is no scanner, or one in trouble."""

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(answer)
        await writer.drain()

    async with visited(answer_once, folder / "socket"):
        yield str(folder / "socket")


@pytest.mark.parametrize("body", [pdf(), noisy("PNG", (900, 900)), b"x"])
async def test_what_is_clean_is_found_clean(at: str, body: bytes) -> None:
    assert await Clamd(socket=at).virus_in(body) == ""


@pytest.mark.parametrize("body", [EICAR, infected(), showing(EICAR, packed=1)])
async def test_a_virus_is_found_by_its_name(at: str, body: bytes) -> None:
    assert await Clamd(socket=at).virus_in(body) == "Amtsweg.Eicar.UNOFFICIAL"


async def test_it_says_who_looks(at: str) -> None:
    assert (await Clamd(socket=at).version()).startswith("ClamAV ")


@pytest.mark.parametrize(
    ("limit", "body"),
    [
        ("StreamMaxLength 100K", os.urandom(200_000)),
        ("MaxFileSize 100K", showing(bytes(200_000), packed=1)),
        ("MaxFiles 100", of_pieces(200, last=b"q Q")),
    ],
)
async def test_what_it_does_not_take_is_neither_clean_nor_a_reason_to_wait(
    limit: str, body: bytes
) -> None:
    configuration = CONFIGURATION.replace("StreamMaxLength 40M\n", "") + limit + "\n"
    with clamd(configuration=configuration) as at:
        scanner = Clamd(socket=at)
        await scanner.require_says_what_it_skips()
        with pytest.raises(NoVerdict):
            await scanner.virus_in(body)
        assert await scanner.virus_in(pdf()) == ""


async def test_what_takes_it_too_long_is_neither_clean_nor_a_reason_to_wait(tmp_path: Path) -> None:
    async def slow_over_large(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if HARMLESS in await reader.read(100):
            writer.write(b"stream: OK\0")
            await writer.drain()
        else:
            await reader.read()

    async with visited(slow_over_large, tmp_path / "socket"):
        with pytest.raises(NoVerdict, match="TimeoutError"):
            await Clamd(socket=str(tmp_path / "socket"), answer_seconds=3).virus_in(b"x" * 99)


async def test_one_that_says_what_it_skips_is_told_from_one_that_lets_it_through(at: str) -> None:
    await Clamd(socket=at).require_says_what_it_skips()
    lenient = CONFIGURATION.replace("AlertExceedsMax yes\n", "")
    for limit in ("", "MaxRecursion 100\n"):
        with (
            clamd(configuration=lenient + limit) as lets_through,
            pytest.raises(ScannerLetsThrough, match="AlertExceedsMax yes"),
        ):
            await Clamd(socket=lets_through).require_says_what_it_skips()


@pytest.mark.parametrize(
    "answer",
    [b"", b"stream: OK", b"OK\0", b"stream: \0", b"stream: OK, perhaps\0", b"\xff" * 5000,
     b"INSTREAM size limit exceeded. ERROR\0", b"stream: Can't allocate memory ERROR\0"],
)  # fmt: skip
async def test_what_is_no_clear_answer_is_none(tmp_path: Path, answer: bytes) -> None:
    async with answering(tmp_path, answer) as at:
        with pytest.raises(ScannerUnavailable):
            await Clamd(socket=at).virus_in(b"x")
        with pytest.raises(ScannerUnavailable):
            await Clamd(socket=at).version()


async def test_nobody_waits_for_it_without_end(tmp_path: Path) -> None:
    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with visited(silent, tmp_path / "socket"):
        scanner = Clamd(socket=str(tmp_path / "socket"), answer_seconds=0.2)
        with pytest.raises(ScannerUnavailable, match="TimeoutError"):
            await scanner.virus_in(b"x")


async def test_where_nobody_listens_there_is_no_answer(tmp_path: Path) -> None:
    for scanner in (Clamd(socket=str(tmp_path / "nobody")), Clamd(host="127.0.0.1", port=1)):
        with pytest.raises(ScannerUnavailable):
            await scanner.virus_in(b"x")


@pytest.mark.parametrize(
    ("address", "scanner"),
    [
        ("/run/clamav/clamd.ctl", Clamd(socket="/run/clamav/clamd.ctl")),
        ("clamav:3310", Clamd(host="clamav", port=3310)),
        ("[::1]:3310", Clamd(host="::1", port=3310)),
        ("off", None),
        (None, None),
    ],
)
def test_it_is_named_by_a_setting(address: str | None, scanner: Clamd | None) -> None:
    assert scanner_at(Settings(clamd=address).clamd) == scanner


@pytest.mark.parametrize("address", ["", "clamav", "clamav:", ":3310", "clamav:99999", "on"])
def test_a_name_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="should be an address"):
        Settings(clamd=address)


def test_with_a_database_of_ones_own_somebody_has_to_decide() -> None:
    url = "postgresql://127.0.0.1/amtsweg"
    with pytest.raises(ScannerNotNamed, match="AMTSWEG_CLAMD"):
        require_scanner(Settings(database_url=url), url)
    for decided in ("off", "clamav:3310"):
        require_scanner(Settings(database_url=url, clamd=decided), url)
    require_scanner(Settings(database_url=None), url)
