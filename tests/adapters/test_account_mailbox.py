"""The mailbox of an account over HTTP: one suite for whoever plays the service.

What the central one (ZBP) is known to want of us, and what is ours, is in docs/adr/0032.
"""

import asyncio
import json
from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import ValidationError

from adapters.account_mailbox import zbp
from adapters.account_mailbox.author import Author
from adapters.account_mailbox.errors import MailboxRefuses, MailboxUnavailable
from adapters.account_mailbox.mailbox import (
    AccountMessage,
    ApplicationState,
    Delivery,
    StateMessage,
)
from adapters.account_mailbox.settings import MailboxSettings
from adapters.account_mailbox.zbp import Zbp
from adapters.outgoing.calling import outgoing_client
from api.sandbox.account_mailbox import NOBODY, TURNS_AWAY, create_account_mailbox
from domain.rules import TrustLevel
from tests.certificates import in_pem, key, signed
from tests.serving import listen, serve

BEARER = "between-us"
NOW = datetime(2026, 3, 5, 9, 41, 7, 318_000, tzinfo=UTC)
STATES = list(ApplicationState)


def letter(**changes: Any) -> AccountMessage:
    message = AccountMessage(
        reference=uuid4(),
        handle=UUID("7f3c1f0e-52a6-4b8d-9e0a-4c6d1b2a3f50"),
        sender="Stadtbibliothek Gelsenkirchen",
        service="Bibliotheksausweis",
        title='Rückfrage: "Ermäßigung" & mehr',
        content="Guten Tag,\n\nbitte schicken Sie den Nachweis, größtenteils lesbar.\n",
        trust_level=TrustLevel.SUBSTANTIAL,
        application_id=uuid4(),
    )
    return replace(message, **changes)


def standing(application_id: UUID, state: ApplicationState, since: datetime) -> StateMessage:
    return StateMessage(
        reference=uuid4(),
        application_id=application_id,
        state=state,
        service="Bibliotheksausweis",
        sender="Stadtbibliothek",
        since=since,
    )


@dataclass(frozen=True, slots=True)
class Played:
    mailbox: Zbp
    http: httpx.AsyncClient

    async def letters(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.http.get("/account/letters")).json()
        return found

    async def states(self) -> dict[str, str]:
        found = (await self.http.get("/account/states")).json()
        return {one["application"]: one["status"] for one in found}

    async def feels(self, mood: str) -> None:
        assert (await self.http.post("/account/mailbox.html", data={"mood": mood})).is_redirect


@pytest.fixture
async def played(tmp_path: Path) -> AsyncIterator[Played]:
    app = FastAPI()
    app.include_router(create_account_mailbox(tmp_path, BEARER))
    async with (
        serve(app) as url,
        outgoing_client(None) as http,
        httpx.AsyncClient(base_url=url) as reader,
    ):
        yield Played(Zbp(f"{url}/account", http, bearer=BEARER), reader)


async def test_a_letter_is_in_the_account_word_for_word(played: Played) -> None:
    sent = letter()
    await played.mailbox.send(sent)
    (there,) = await played.letters()
    assert (there["title"], there["content"]) == (sent.title, sent.content)
    assert (there["handle"], there["sender"]) == (str(sent.handle), sent.sender)
    assert there["level"] == 3
    assert await played.mailbox.delivery_of(sent.reference) is Delivery.ACCEPTED


async def test_sent_twice_it_is_one_letter(played: Played) -> None:
    sent = letter()
    await asyncio.gather(*(played.mailbox.send(sent) for _ in range(5)))
    (there,) = await played.letters()
    assert there["times"] == 5


async def test_what_is_longer_than_its_field_is_cut_and_the_letter_is_not(played: Played) -> None:
    sent = letter(sender="S" * 300, title="T\n" * 800, service="L" * 300, content="ä" * 200_000)
    await played.mailbox.send(sent)
    (there,) = await played.letters()
    assert (len(there["sender"]), len(there["title"])) == (255, 1024)
    assert there["content"] == sent.content
    await played.mailbox.show(
        replace(standing(uuid4(), ApplicationState.RECEIVED, NOW), service="L" * 300)
    )


@pytest.mark.parametrize("state", STATES)
async def test_a_state_is_shown(played: Played, state: ApplicationState) -> None:
    application_id = uuid4()
    await played.mailbox.show(standing(application_id, state, NOW))
    assert await played.states() == {str(application_id): state}


async def test_of_several_states_the_latest_is_shown_in_whatever_order(played: Played) -> None:
    application_id = uuid4()
    told = [standing(application_id, s, NOW + timedelta(hours=n)) for n, s in enumerate(STATES)]
    for one in (told[0], told[5], told[2], told[5], told[4]):
        await played.mailbox.show(one)
    assert await played.states() == {str(application_id): ApplicationState.COMPLETED}


async def test_the_page_of_one_account_shows_what_is_its_own(played: Played) -> None:
    sent = letter()
    await played.mailbox.send(sent)
    own = replace(standing(sent.application_id, ApplicationState.RECEIVED, NOW), service="Eigenes")
    other = replace(standing(uuid4(), ApplicationState.RECEIVED, NOW), service="Fremdes")
    for one in (own, other):
        await played.mailbox.show(one)

    async def shown(handle: object) -> list[bool]:
        page = await played.http.get("/account/mailbox.html", params={"handle": str(handle)})
        return [state in page.text for state in ("Eigenes", "Fremdes")]

    assert await shown("") == [True, True]
    assert await shown(sent.handle) == [True, False]
    assert await shown("nonsense") == [False, False]


async def test_an_account_that_is_not_there_is_refused_for_good(played: Played) -> None:
    with pytest.raises(MailboxRefuses, match="HTTP 404 MAILBOX_UNKNOWN"):
        await played.mailbox.send(letter(handle=UUID(NOBODY)))


async def test_what_is_turned_away_later_is_told(played: Played) -> None:
    sent = letter(handle=UUID(TURNS_AWAY))
    await played.mailbox.send(sent)
    assert await played.mailbox.delivery_of(sent.reference) is Delivery.REJECTED


async def test_what_nobody_sent_was_not_delivered(played: Played) -> None:
    with pytest.raises(MailboxRefuses, match="MESSAGE_UNKNOWN"):
        await played.mailbox.delivery_of(uuid4())


@pytest.mark.parametrize(
    ("mood", "refusal", "cause"),
    [("down", MailboxUnavailable, "HTTP 503 DOWN"), ("refusing", MailboxRefuses, "HTTP 422")],
)
async def test_what_goes_wrong_is_told_apart(played, mood, refusal, cause) -> None:
    await played.feels(mood)
    for asked in (
        played.mailbox.send(letter()),
        played.mailbox.show(standing(uuid4(), ApplicationState.RECEIVED, NOW)),
        played.mailbox.delivery_of(uuid4()),
    ):
        with pytest.raises(refusal, match=cause):
            await asked
    assert await played.letters() == []


async def test_who_is_slow_is_not_waited_for_and_the_letter_comes_once(played, monkeypatch) -> None:
    sent = letter()
    await played.feels("slow")
    monkeypatch.setattr(zbp, "CALL_SECONDS", 0.1)
    with pytest.raises(MailboxUnavailable, match="it takes too long"):
        await played.mailbox.send(sent)
    await played.feels("well")
    monkeypatch.setattr(zbp, "CALL_SECONDS", 20.0)
    await played.mailbox.send(sent)
    assert len(await played.letters()) == 1


async def test_without_our_token_nothing_is_taken_and_it_waits_for_the_right_one(played) -> None:
    with pytest.raises(MailboxUnavailable, match="HTTP 401 NOT_SIGNED_IN"):
        await replace(played.mailbox, bearer="wrong").send(letter())


@pytest.mark.parametrize("content", ["", "[]", '{"content": "{}", "sha512sum": "00"}', "{"])
async def test_whatever_else_is_sent_is_refused(played: Played, content: str) -> None:
    headers = {"Authorization": f"Bearer {BEARER}"}
    to = "/account/v6/mailbox/applications/states"
    answer = await played.http.post(to, content=content, headers=headers)
    assert answer.status_code == 400
    assert await played.states() == {}


async def test_a_service_that_is_not_there_is_tried_again_later() -> None:
    with listen() as listener:
        port = listener.getsockname()[1]
    async with outgoing_client(None) as http:
        with pytest.raises(MailboxUnavailable, match="no connection"):
            await Zbp(f"http://127.0.0.1:{port}", http, bearer=BEARER).send(letter())


async def test_a_name_that_leads_to_the_machinery_is_not_called() -> None:
    async with outgoing_client(None) as http:
        with pytest.raises(MailboxUnavailable, match="AddressNotAllowed"):
            await Zbp("http://169.254.169.254/account", http, bearer=BEARER).send(letter())


ODD: list[tuple[int, bytes]] = [
    (200, b"[" * 10_000),
    (200, b'{"state": "eaten"}'),
    (200, b"x" * 200_000),
    (302, b""),
    (500, b'{"code": 7}'),
    (429, b"\xff"),
    (502, b'{"code": "<script>"}'),
]


@pytest.mark.parametrize(("status", "body"), ODD, ids=range(len(ODD)))
async def test_an_odd_answer_means_later_and_is_not_repeated(status: int, body: bytes) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, content=body, headers={"Location": "http://169.254.1.1"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        with pytest.raises(MailboxUnavailable) as later:
            await Zbp("https://localhost", http, bearer=BEARER).delivery_of(uuid4())
    assert "<" not in str(later.value)


OWN = key()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    file = tmp_path / "own.pem"
    own = signed("Stadt Gelsenkirchen", OWN, "Stadt Gelsenkirchen", OWN)
    file.write_bytes(in_pem(OWN) + own.public_bytes(Encoding.PEM))
    return file


def verified(content: str, signature: str) -> bool:
    try:
        OWN.public_key().verify(b64decode(signature), content.encode(), PKCS1v15(), SHA512())
    except InvalidSignature:
        return False
    return True


async def test_what_we_write_is_signed_with_our_certificate(tmp_path, certificate) -> None:
    author = Author.read(certificate, None, None)
    app = FastAPI()
    app.include_router(create_account_mailbox(tmp_path, verify=verified))
    async with serve(app) as url, outgoing_client(None) as http:
        await Zbp(f"{url}/account", http, author=author).send(letter())
        with pytest.raises(MailboxRefuses, match="SIGNATURE_WRONG"):
            await Zbp(f"{url}/account", http, author=replace(author, key=key())).send(letter())


def test_we_sign_in_as_who_the_certificate_says(certificate: Path) -> None:
    now = int(NOW.timestamp())
    token = jwt.decode(
        Author.read(certificate, None, None).token(now),
        RSAKey.import_key(OWN.public_key()),
        algorithms=["RS512"],
    )
    assert token.header == {"alg": "RS512", "typ": "JWT"}
    assert token.claims == {
        "iat": now, "exp": now + 1800, "signer": "Stadt Gelsenkirchen", "roles": ["THIRD_PARTY"],
    }  # fmt: skip


def entry(**changes: Any) -> dict[str, Any]:
    return {"url": "https://mailbox.example.org", "bearer": "hunter2", **changes}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "http://mailbox.example.org"}, "should be an https address"),
        ({"bearer": None}, "a certificate to sign with, or a bearer"),
        ({"bearer": "ä\n"}, "should be printable ASCII"),
        ({"bearer": None, "certificate": __file__}, "a certificate with a common name, and its"),
        ({"certificate_key": __file__}, "should name the certificate that the key is of"),
        ({"authorities": __file__}, "should name authorities in PEM"),
    ],
)
def test_an_entry_that_does_not_fit_is_told_why(changes, said) -> None:
    with pytest.raises(ValidationError) as refused:
        MailboxSettings.model_validate(entry(**changes))
    assert said in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_certificate_and_the_key_of_another_do_not_fit(tmp_path, certificate) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(in_pem(key()))
    named = {"certificate": certificate, "certificate_key": other}
    with pytest.raises(ValidationError, match="and its RSA key"):
        MailboxSettings.model_validate(entry(bearer=None, **named))
    fits = MailboxSettings.model_validate(entry(bearer=None, certificate=certificate))
    assert fits.author() is not None
    assert fits.tls() is not None


def test_the_contents_have_the_fields_of_version_6() -> None:
    sent = letter()
    written = json.loads(zbp.message_content(sent))
    assert written == {
        "mailboxUuid": str(sent.handle), "stork_qaa_level": 3, "sender": sent.sender,
        "title": sent.title, "content": sent.content, "service": sent.service,
        "reference": str(sent.reference), "applicationId": str(sent.application_id),
        "senderUrl": "", "attachments": [],
    }  # fmt: skip
    told = standing(sent.application_id, ApplicationState.PROCESSING, NOW)
    assert json.loads(zbp.state_content(told)) == {
        "status": "PROCESSING", "applicationId": str(told.application_id),
        "publicServiceName": {"de": "Bibliotheksausweis"}, "senderName": "Stadtbibliothek",
        "reference": str(told.reference), "createdDate": "2026-03-05T09:41:07.318Z",
    }  # fmt: skip
