"""Whatever is uploaded ends in a clear problem or in a clean file; nothing is kept by halves.

OWASP ASVS 5.0, chapter 5 (file handling).
"""

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPResponse
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from anyio.from_thread import BlockingPortal

from adapters.bootstrap import open_parts
from adapters.postgres.connecting import connect
from domain.application.events import ProofUploaded
from tests import clamd, files
from tests.api.forgetting import files_of
from tests.api.house import MONITORING, House, open_house
from tests.api.library_card import REDUCED, Case, Counter, done, form, photo, until, virus
from tests.api.problems import Database, require_problem
from tests.api.visitors import Visitors
from tests.conftest import _new_database
from tests.files import EICAR, SCRIPT, pdf, picture
from tests.fragile_clamd import fragile_clamd
from workers.inspect_proofs import MOST_CRASHES, inspect

KIND = "reduction-proof"
BEGUN = "SELECT count(*) FROM uploads_begun"
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n%PDF-1.4\r\n'
WITHIN_SECONDS = 90
AT_ONCE_SECONDS = 60  # drop by drop it would take longer

REFUSED = {
    "nothing": (b"", 422, "proof-is-empty"),
    "zip bomb": (files.zipped(unpacked=50 << 20), 415, "proof-type-not-allowed"),
    "html": (b"<html><script>alert(1)</script>", 415, "proof-type-not-allowed"),
    "svg": (b"<svg xmlns='x' onload='alert(1)'/>", 415, "proof-type-not-allowed"),
    "program": (b"MZ" + bytes(100), 415, "proof-type-not-allowed"),
    "gif": (picture("GIF"), 415, "proof-type-not-allowed"),
    "tiff": (picture("TIFF"), 415, "proof-type-not-allowed"),
    "html before a pdf": (b"<html>" + pdf(), 415, "proof-type-not-allowed"),
    "eicar itself": (files.EICAR, 415, "proof-type-not-allowed"),
    "ten thousand parts": (MULTIPART * 10_000 + b"--x--", 415, "proof-type-not-allowed"),
    "no pdf": (b"%PDF-1.7 Dear office", 422, "proof-unreadable"),
    "half a picture": (photo()[:40], 422, "proof-unreadable"),
    "half a pdf": (pdf()[:60], 422, "proof-unreadable"),
    "a pdf in a jpeg's clothes": (b"\xff\xd8\xff" + pdf(), 422, "proof-unreadable"),
    "password": (files.encrypted("kim"), 422, "proof-is-encrypted"),
    "no page": (files.with_pages(0), 422, "proof-has-no-pages"),
    "pixel bomb": (files.claiming_to_be(60_000, 60_000), 422, "proof-has-too-many-pixels"),
    "pdf stream bomb": (files.bomb_of_bytes(400), 422, "proof-unpacks-too-large"),
    "bomb in a bomb": (files.bomb_in_a_bomb(), 422, "proof-unpacks-too-large"),
    "packed over and over": (files.showing(b"x", packed=5), 422, "proof-too-complex"),
    "a virus behind ten thousand pieces": (
        files.of_pieces(12_000),
        422,
        "proof-has-too-many-pieces",
    ),
    "object bomb": (files.bomb_of_objects(3_000_000), 422, "proof-too-complex"),
    "too large": (photo() + bytes(10 << 20), 413, "proof-too-large"),
}
CLEANED = {
    "script": pdf(f"/OpenAction {SCRIPT}"),
    "launch": pdf(page=f"/AA << /O {files.LAUNCH} >>"),
    "attachment": pdf("/Names << /EmbeddedFiles << /Names [(a) 5] >> >>"),
    "pdf and zip": pdf() + files.zipped(),
    "jpeg and zip": picture("JPEG") + files.zipped(),
    "png and html": picture("PNG") + b"<script>alert(1)</script>",
    "chatty jpeg": files.chatty("JPEG"),
    "chatty png": files.chatty("PNG"),
    "for printers": picture("JPEG", mode="CMYK"),
    "of 16 bits": picture("PNG", mode="I;16"),
}
NEVER = (b"JavaScript", b"/Launch", b"/EmbeddedFiles", b"PK\x03\x04", b"<script>", files.SECRET)


@pytest.fixture(scope="module")
def case(counter: Counter) -> Case:
    return counter.submit(form(None, REDUCED))


def upload(case: Case, content: object) -> httpx.Response:
    return case.citizen.upload(f"{case.path}/proofs/{KIND}", content)  # type: ignore[arg-type]


def nothing_is_kept(house: House, database: Database, case: Case) -> bool:
    begun = database.execute(f"{BEGUN} WHERE application_id = %s", (case.id,)).fetchone()
    return (files_of(house, case), case.see()["proofs"], begun) == ([], [], (0,))


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_advice_and_nothing_is_kept(
    case: Case, house: House, database: Database, what: str
) -> None:
    content, status, kind = REFUSED[what]
    started = time.monotonic()
    require_problem(upload(case, content), status, kind)
    assert time.monotonic() - started < WITHIN_SECONDS
    assert nothing_is_kept(house, database, case)


@pytest.mark.parametrize("what", CLEANED)
def test_it_is_cleaned_and_kept(counter: Counter, house: House, what: str) -> None:
    case = counter.submit(form(None, REDUCED))
    done(upload(case, CLEANED[what]))
    proof = until(lambda: [p for p in case.see()["proofs"] if p["state"] == "clean"])[0]
    clean = case.clerk.get(f"{case.path}/proofs/{proof['proof_id']}").content
    readable = files.readable(clean) if clean.startswith(b"%PDF") else clean
    assert [word for word in NEVER if word in readable] == []
    assert len(files_of(house, case)) == 1


def test_a_virus_is_found_told_and_its_file_removed(counter: Counter, house: House) -> None:
    case = counter.submit(form(None, REDUCED))
    done(upload(case, virus(house)))
    proof = until(lambda: [p for p in case.see()["proofs"] if p["state"] == "refused"])[0]
    assert proof["reason"] == "virus: Amtsweg.Eicar.UNOFFICIAL"
    assert "ClamAV" in proof["checked_by"]
    case.gets_mail("Ein Nachweis konnte nicht angenommen werden")
    until(lambda: not files_of(house, case))


def test_what_was_refused_and_not_yet_removed_is_removed_by_the_next_attempt(
    counter: Counter, house: House, portal: BlockingPortal
) -> None:
    """As where the store did not answer, or the worker died, after it was recorded."""
    case = counter.submit(form(None, REDUCED))
    done(upload(case, virus(house)))
    until(lambda: [p for p in case.see()["proofs"] if p["state"] == "refused"])
    until(lambda: not files_of(house, case))

    async def left_and_tried_again() -> list[str]:
        async with open_parts(house.settings, house.database) as parts:
            history = await parts.log.history(UUID(case.id))
            uploaded = next(one for one in history if isinstance(one.event, ProofUploaded))
            await parts.proofs.vault.files.keep(uploaded.event.file, EICAR)
            left = files_of(house, case)
            async with await connect(house.database) as connection:
                await inspect(parts, connection, uploaded)
            return left

    assert len(portal.call(left_and_tried_again)) == 1
    assert files_of(house, case) == []


def test_what_says_that_it_is_too_long_is_refused_before_it_is_sent(
    case: Case, house: House
) -> None:
    answer = raw(house, case, b"%PDF-", length=50_000_000)
    assert b"413" in answer.partition(b"\r\n")[0]
    assert b"proof-too-large" in answer


def test_without_an_end_it_ends_at_ten_megabytes(
    case: Case, house: House, database: Database
) -> None:
    def endless() -> Iterator[bytes]:
        yield b"%PDF-"
        while True:
            yield bytes(1 << 20)

    require_problem(upload(case, endless()), 413, "proof-too-large")
    assert nothing_is_kept(house, database, case)


def test_what_is_longer_than_it_says_is_cut_there(
    case: Case, house: House, database: Database
) -> None:
    another = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    assert b"proof-unreadable" in raw(house, case, photo()[:40] + another, length=40)
    assert b"400" in raw(house, case, photo(), length=40).partition(b"\r\n")[0]
    assert nothing_is_kept(house, database, case)


def test_nobody_takes_all_the_places(counter: Counter, house: House) -> None:
    case, waiting = counter.submit(form(None, REDUCED)), list[socket.socket]()

    def refused_beside_one_more() -> bool:
        waiting.append(begun(house, case, b"%PDF-1.4", length=1000))
        return upload(case, photo()).status_code == 429

    try:
        until(refused_beside_one_more)
        other = counter.submit(form(None, REDUCED))
        done(upload(other, photo()))
    finally:
        for one in waiting:
            one.close()
    until(lambda: upload(case, photo()).is_success)


@pytest.fixture(scope="module")
def impatient(
    portal: BlockingPortal,
    server_url: str,
    template_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """A body may take three seconds; and the scanner is down."""
    template = PurePosixPath(urlsplit(template_url).path).name
    home: Path = tmp_path_factory.mktemp("impatient")
    with (
        _new_database(server_url, template) as database,
        portal.wrap_async_context_manager(
            open_house(home, database, upload_seconds=3.0, clamd=str(home / "nobody"))
        ) as house,
    ):
        yield house


@pytest.fixture(scope="module")
def waits(impatient: House) -> Iterator[Case]:
    with httpx.Client(base_url=f"{impatient.api}/api/v1", timeout=60) as http:
        counter = Counter(impatient, Visitors(http, impatient.settings))
        yield counter.submit(form(None, REDUCED))


def test_what_comes_too_slowly_ends(waits: Case, impatient: House) -> None:
    started = time.monotonic()
    answer = raw(impatient, waits, b"%PDF-1.4", length=1000)
    assert b"408" in answer.partition(b"\r\n")[0]
    assert b"request-timeout" in answer
    assert time.monotonic() - started < AT_ONCE_SECONDS
    assert files_of(impatient, waits) == []


def test_what_comes_drop_by_drop_ends(waits: Case, impatient: House) -> None:
    started = time.monotonic()
    with closing(begun(impatient, waits, b"%PDF-1.4", length=1000)) as dripping:
        dripping.settimeout(0.1)
        answer = b""
        while b"408" not in answer and time.monotonic() - started < AT_ONCE_SECONDS:
            dripping.sendall(b" ")
            answer += received(dripping)
    assert b"408" in answer
    assert time.monotonic() - started < AT_ONCE_SECONDS


def test_a_form_that_comes_too_slowly_ends_as_well(waits: Case, impatient: House) -> None:
    address = urlsplit(impatient.api)
    with closing(socket.create_connection((address.hostname, address.port), 60)) as slow:
        lines = ["POST /api/v1/applications HTTP/1.1", "Host: x", *headers_of(waits)]
        slow.sendall("\r\n".join([*lines, "Content-Length: 100", "", "{"]).encode())
        assert b"408" in slow.recv(20)


def test_while_the_scanner_is_down_a_proof_waits_and_is_handed_to_nobody(
    waits: Case, impatient: House
) -> None:
    done(upload(waits, photo()))
    until(lambda: ready(impatient)["quarantine"]["proofs"] == 1)
    proof = waits.see()["proofs"][0]
    assert proof["state"] == "quarantined"
    assert waits.see()["missing_proofs"] == [KIND]
    for visitor in (waits.citizen, waits.clerk, waits.auditor):
        answer = visitor.get(f"{waits.path}/proofs/{proof['proof_id']}")
        require_problem(answer, 409, "proof-not-checked-yet")
    until(lambda: ready(impatient)["quarantine"]["scanner"] == "ScannerUnavailable")
    assert not ready(impatient)["quarantine"]["scanning"]
    until(lambda: ready(impatient)["ready"])
    metrics = httpx.get(f"{impatient.api}/metrics", headers=MONITORING, timeout=60).text
    assert "amtsweg_scanner_up 0.0" in metrics
    assert "amtsweg_proofs_in_quarantine 1.0" in metrics


def test_a_scanner_that_calls_clean_what_it_skips_is_sent_nothing(
    waits: Case, impatient: House, house: House
) -> None:
    virus(house)  # there is one to be had
    lenient = clamd.CONFIGURATION.replace("AlertExceedsMax yes", "AlertExceedsMax no")
    here = Path(str(impatient.settings.clamd))
    with clamd.clamd(configuration=lenient) as socket:
        here.symlink_to(socket)
        until(lambda: ready(impatient)["quarantine"]["scanner"] == "ScannerLetsThrough")
        assert waits.see()["proofs"][0]["state"] == "quarantined"
        here.unlink()


def test_once_it_is_back_the_proof_moves_on(waits: Case, impatient: House, house: House) -> None:
    virus(house)  # there is one to be had
    assert impatient.settings.clamd
    Path(impatient.settings.clamd).symlink_to(str(house.settings.clamd))
    until(lambda: waits.see()["missing_proofs"] == [])
    until(lambda: ready(impatient)["quarantine"]["scanning"])
    assert ready(impatient)["quarantine"]["scanner"].startswith("ClamAV ")


def test_a_file_that_the_scanner_does_not_take_is_refused_and_holds_up_no_other(
    waits: Case, impatient: House
) -> None:
    clamd.require()
    little = clamd.CONFIGURATION.replace("StreamMaxLength 40M", "StreamMaxLength 100K")
    here = Path(str(impatient.settings.clamd))
    with clamd.clamd(configuration=little) as socket:
        here.unlink(missing_ok=True)
        here.symlink_to(socket)
        done(upload(waits, files.noisy("PNG", (300, 300))))
        done(upload(waits, photo("red")))
        until(lambda: [p["state"] for p in waits.see()["proofs"]] == ["clean", "refused", "clean"])
        assert waits.see()["proofs"][1]["reason"] == "no-verdict"
        until(lambda: len(files_of(impatient, waits)) == 2)
        subject = "Ein Nachweis konnte nicht angenommen werden"
        waits.gets_mail(subject)
        assert "kleineren Scan" in waits.text_of(subject)


def test_a_file_that_brings_the_scanner_down_is_refused_in_the_end_and_holds_up_no_other(
    waits: Case, impatient: House
) -> None:
    clamd.require()
    before = len(waits.see()["proofs"])
    here = Path(str(impatient.settings.clamd))
    here.unlink(missing_ok=True)
    with clamd.clamd() as socket, fragile_clamd(here, socket, dies_of_bytes=100_000) as scanner:
        done(upload(waits, files.noisy("PNG", (301, 301))))
        done(upload(waits, photo("green")))
        until(lambda: states_of(waits)[before:] == ["refused", "clean"])
        assert scanner.crashes == MOST_CRASHES
        assert waits.see()["proofs"][before]["reason"] == "no-verdict"
        # Whoever sends another one is heard.
        done(upload(waits, photo("yellow")))
        until(lambda: states_of(waits)[before:] == ["refused", "clean", "clean"])


def states_of(case: Case) -> list[str]:
    return [proof["state"] for proof in case.see()["proofs"]]


def test_what_the_scanner_refused_late_is_uploaded_anew_without_being_asked_again(
    counter: Counter, house: House
) -> None:
    """The clerk has it already: the answer to a correction came before the scanner's."""
    case = counter.submit(form(None, REDUCED))
    done(upload(case, photo("red")))
    until(lambda: states_of(case) == ["clean"])
    first = case.see()["proofs"][0]["proof_id"]
    case.pay()
    case.becomes("received")
    case.decide("claim")
    asked = case.decide(f"proofs/{first}/refusal", {"reason": "Unleserlich."})
    done(upload(case, virus(house)))
    case.ask(f"corrections/{asked['open_correction']}/answer", {"message": "Hier."})
    until(lambda: states_of(case)[1] == "refused")
    seen = case.see()
    assert (seen["status"], seen["open_correction"], seen["missing_proofs"]) == (
        "received",
        None,
        [KIND],
    )
    done(upload(case, photo("blue")))
    until(lambda: case.see()["missing_proofs"] == [])
    assert case.decide("approval")["missing_proofs"] == []


def ready(house: House) -> dict[str, dict[str, object]]:
    return dict(httpx.get(f"{house.api}/readyz", headers=MONITORING, timeout=60).json())


def headers_of(case: Case) -> list[str]:
    return [f"{name}: {value}" for name, value in case.citizen.headers.items()]


def begun(house: House, case: Case, content: bytes, *, length: int) -> socket.socket:
    """An upload that says how long it is, and sends this much of it."""
    address = urlsplit(house.api)
    path = f"/api/v1{case.path}/proofs/{KIND}"
    lines = [f"POST {path} HTTP/1.1", "Host: x", *headers_of(case), f"Content-Length: {length}"]
    opened = socket.create_connection((address.hostname, address.port), timeout=60)
    opened.sendall("\r\n".join([*lines, "", ""]).encode() + content)
    return opened


def raw(house: House, case: Case, content: bytes, *, length: int) -> bytes:
    """Return status and body of the first answer: what was sent too much may get another."""
    with closing(begun(house, case, content, length=length)) as opened:
        answer = HTTPResponse(opened)
        answer.begin()
        return f"{answer.status}\r\n".encode() + answer.read()


def received(opened: socket.socket) -> bytes:
    try:
        return opened.recv(4096)
    except TimeoutError:
        return b""
