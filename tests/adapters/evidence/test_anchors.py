"""What was handed to an anchor can be read there again, whatever crashed or was repeated."""

import asyncio
import errno
import os
import socket
from collections.abc import AsyncIterator
from fcntl import LOCK_EX, flock
from functools import partial
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI, Header, Response
from structlog.testing import capture_logs

from adapters.evidence.anchors import (
    AnchorUnavailable,
    FileAnchor,
    HttpAnchor,
    anchor_at,
)
from adapters.evidence.why import (
    BROKEN_OFF,
    FOLDER,
    FORBIDDEN,
    NOBODY,
    SLOW,
    UNTRUSTED,
    why_no_answer,
    why_no_file,
)
from api.sandbox.anchor import create_anchor
from tests.adapters.evidence.signed import note
from tests.serving import listen, serve

ONE, TWO, THREE = note(1), note(2), note(3)
SECRET = "http://amtsweg:secret@127.0.0.1:{port}/anchor?token=secret#secret"


@pytest.fixture
def file(tmp_path) -> FileAnchor:
    return FileAnchor(tmp_path / "anchors" / "checkpoints.txt")


@pytest.fixture
async def http(tmp_path) -> AsyncIterator[HttpAnchor]:
    app = FastAPI()
    app.include_router(create_anchor(tmp_path))
    async with serve(app) as url:
        yield HttpAnchor(f"{url}/anchor")


def cut_offs(logs) -> list[int]:
    return [entry["pieces"] for entry in logs if entry["event"] == "notes_cut_off"]


def test_a_path_is_a_file_and_an_address_is_an_address() -> None:
    assert anchor_at("/srv/anchor.txt") == FileAnchor(Path("/srv/anchor.txt"))
    assert anchor_at("https://example.org/a") == HttpAnchor("https://example.org/a")


def test_an_anchor_s_name_tells_no_secret() -> None:
    anchor = anchor_at(SECRET.format(port=8001))
    assert anchor.name == "http://127.0.0.1:8001/anchor"
    assert "secret" not in repr(anchor)


async def test_a_file_that_is_not_there_yet_holds_nothing(file) -> None:
    assert await file.notes() == []


async def test_a_file_gives_back_what_it_was_given(file) -> None:
    with capture_logs() as logs:
        for one in (ONE, TWO, THREE):
            await file.keep(one)
        assert await file.notes() == [ONE, TWO, THREE]
    assert logs == []
    assert file.path.read_text() == f"{ONE}\n{TWO}\n{THREE}\n"


async def test_a_note_whose_answer_was_lost_is_kept_once(file) -> None:
    for one in (ONE, TWO, TWO):
        await file.keep(one)
    assert file.path.read_text() == f"{ONE}\n{TWO}\n"


async def test_a_note_that_comes_again_later_is_told_once(file) -> None:
    for one in (ONE, TWO, ONE):
        await file.keep(one)
    assert await file.notes() == [ONE, TWO]


async def test_wherever_a_crash_cut_a_note_off_no_other_is_lost_and_none_is_made_up(file) -> None:
    whole = f"{TWO}\n".encode()
    for length in range(1, len(whole)):
        file.path.unlink(missing_ok=True)
        await file.keep(ONE)
        with file.path.open("ab") as half:
            half.write(whole[:length])
        with capture_logs() as logs:
            assert await file.notes() == [ONE], length
        assert cut_offs(logs), length
        await file.keep(TWO)
        await file.keep(THREE)
        with capture_logs() as logs:
            assert await file.notes() == [ONE, TWO, THREE], length
        assert cut_offs(logs), length


async def test_whoever_keeps_at_once_does_not_write_into_each_other(file) -> None:
    notes = [note(size) for size in range(1, 41)]
    await asyncio.gather(*map(file.keep, notes))
    assert sorted(await file.notes()) == sorted(notes)


async def test_whoever_is_writing_is_waited_for(file) -> None:
    await file.keep(ONE)
    with file.path.open("ab") as writing:
        flock(writing, LOCK_EX)
        keeping = asyncio.create_task(file.keep(THREE))
        await asyncio.sleep(0.1)
        assert await file.notes() == [ONE]
        writing.write(f"{TWO}\n".encode())
    await keeping
    assert await file.notes() == [ONE, TWO, THREE]


async def test_a_note_is_on_the_disk_before_it_is_acknowledged(file, monkeypatch) -> None:
    synced, real = [], os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    await file.keep(ONE)
    assert synced == [file.path, file.path.parent]


async def test_a_file_that_cannot_be_written_is_unavailable(tmp_path) -> None:
    anchor = FileAnchor(tmp_path)
    with pytest.raises(AnchorUnavailable, match=FOLDER):
        await anchor.keep(ONE)
    with pytest.raises(AnchorUnavailable, match=FOLDER):
        await anchor.notes()


async def test_somebody_else_gives_back_what_they_were_given(http) -> None:
    for one in (ONE, TWO, ONE, THREE):
        await http.keep(one)
    assert await http.notes() == [ONE, TWO, THREE]


async def test_somebody_else_keeps_it_beyond_a_restart(tmp_path, http) -> None:
    await http.keep(ONE)
    app = FastAPI()
    app.include_router(create_anchor(tmp_path))
    async with serve(app) as url:
        assert await HttpAnchor(f"{url}/anchor").notes() == [ONE]


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", ONE[:-1].encode(), (ONE + "\n" + TWO).encode(), b"\xff", b"x" * 10**5],
)
async def test_the_sandbox_keeps_nothing_but_notes(http, content) -> None:
    async with httpx.AsyncClient() as client:
        assert (await client.post(http.url, content=content)).status_code == 400
    assert await http.notes() == []


async def test_somebody_who_is_down_is_unavailable_and_no_secret_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    anchor = HttpAnchor(SECRET.format(port=port))
    for ask in (partial(anchor.keep, ONE), anchor.notes):
        with pytest.raises(AnchorUnavailable, match=NOBODY) as unavailable:
            await ask()
        assert "secret" not in str(unavailable.value)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), FORBIDDEN),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
    ],
)
def test_why_a_file_cannot_be_had_is_told_in_words(error, why) -> None:
    assert why_no_file(error) == why


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] secret"), UNTRUSTED),
        (httpx.ConnectTimeout("secret"), NOBODY),
        (httpx.RemoteProtocolError("secret"), BROKEN_OFF),
        (httpx.InvalidURL("secret"), BROKEN_OFF),
    ],
)
def test_why_nobody_answers_is_told_in_words(error, why) -> None:
    assert why_no_answer(error) == why


async def test_somebody_who_never_answers_is_not_waited_for(monkeypatch) -> None:
    monkeypatch.setattr("adapters.evidence.anchors.SECONDS", 0.5)
    with listen() as silent:
        anchor = HttpAnchor(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        with pytest.raises(AnchorUnavailable, match=SLOW):
            await anchor.keep(ONE)


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_anything_but_a_yes_is_a_no(status) -> None:
    app = FastAPI()

    @app.api_route("/anchor", methods=["POST", "GET"])
    async def no() -> Response:
        return Response(status_code=status, headers={"Location": "/elsewhere"})

    async with serve(app) as url:
        anchor = HttpAnchor(f"{url}/anchor")
        for ask in (partial(anchor.keep, ONE), anchor.notes):
            with pytest.raises(AnchorUnavailable, match=f"HTTP {status}"):
                await ask()


async def test_credentials_in_the_address_are_shown_to_the_anchor_alone() -> None:
    app, seen = FastAPI(), []

    @app.post("/anchor")
    async def keep(authorization: Annotated[str, Header()]) -> None:
        seen.append(authorization)

    async with serve(app) as url:
        await HttpAnchor(url.replace("//", "//amtsweg:secret@") + "/anchor").keep(ONE)
    assert seen == ["Basic YW10c3dlZzpzZWNyZXQ="]
