"""Signing in at a platform: each account with what was agreed for it, and shown to nobody."""

import json
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.payments.accesses import accesses
from adapters.payments.accounts import Access, PlatformAccounts
from adapters.payments.errors import PaymentRefused
from adapters.settings import Settings, SettingsAreWrong, read_settings

SECRET = "s3cret-of-the-town"
USUAL = "https://usual.example"
SET = "AMTSWEG_PAYMENT_PLATFORMS"
OWN: dict[str, Any] = {"originator": "town", "url": "https://pay.example", "bearer": SECRET}


def read(monkeypatch: pytest.MonkeyPatch, *platforms: dict[str, Any]) -> Settings:
    monkeypatch.setenv("AMTSWEG_PAYMENT_URL", USUAL)
    monkeypatch.setenv(SET, json.dumps(platforms))
    return read_settings()


async def asked(settings: Settings, *accounts: str) -> list[httpx.Request]:
    """What a platform gets to see for each account."""
    seen = list[httpx.Request]()

    def refuse(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(404)

    async with AsyncExitStack() as stack:
        http = httpx.AsyncClient(transport=httpx.MockTransport(refuse))
        usual = Access(USUAL, await stack.enter_async_context(http))
        known = await accesses(stack, settings.payment_platforms, usual)
        town: Any = None
        for account in accounts:
            platform = PlatformAccounts(town, usual, known).platform("05513000", account)
            assert SECRET not in repr((platform, known, settings))
            with pytest.raises(PaymentRefused):
                await platform.status("T-1")
    return seen


async def test_each_account_signs_in_with_its_own_and_at_its_own_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library = {"originator": "town", "endpoint": "library", "username": "u", "password": SECRET}
    settings = read(monkeypatch, OWN, library)
    own, special, other = await asked(settings, "town/dogs", "town/library", "village/dogs")
    assert (own.url.host, own.headers["authorization"]) == ("pay.example", f"Bearer {SECRET}")
    assert (special.url.host, special.headers["authorization"][:6]) == ("usual.example", "Basic ")
    assert other.url.host == "usual.example"
    assert "authorization" not in other.headers


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"username": "u"}, "both username and password"),
        ({"authorization": SECRET}, "one of bearer"),
        ({"bearer": f"{SECRET}\r\nX: 1"}, "printable"),
        ({"certificate_key": __file__}, "the certificate that the key is of"),
        ({"certificate": __file__}, "in PEM"),
        ({"certificate": "/nowhere.pem"}, "certificate"),
        ({"url": "http://pay.example"}, "https only"),
        ({"secret": SECRET}, "secret"),
    ],
)
def test_what_does_not_fit_is_named_and_the_secret_is_not(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingsAreWrong) as wrong:
        read(monkeypatch, {**OWN, **changes})
    assert SET in str(wrong.value)
    assert said in str(wrong.value)
    assert SECRET not in str(wrong.value)


def test_an_account_has_one_way_to_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsAreWrong, match="once"):
        read(monkeypatch, OWN, OWN)


async def test_a_certificate_gets_a_client_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = read(monkeypatch, {"originator": "town", "certificate": str(certificate(tmp_path))})
    async with AsyncExitStack() as stack:
        usual = Access(USUAL, await stack.enter_async_context(httpx.AsyncClient()))
        known = await accesses(stack, settings.payment_platforms, usual)
        client = known["town", None].http
        assert client is not usual.http
    assert client.is_closed


def certificate(folder: Path) -> Path:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "town")])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    ).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    file = folder / "town.pem"
    file.write_bytes(
        signed.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file
