"""Against a real OIDC server that is not ours: its tokens are believed, and forged ones are not."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives import serialization
from joserfc import jwt
from joserfc.jwk import RSAKey

from adapters.identity.actor import Actor, Person, Role
from adapters.identity.errors import (
    ClaimsIncomplete,
    IdentityProviderUnavailable,
    IssuerNotTrusted,
    NotAuthenticated,
    SignatureInvalid,
    TokenExpired,
    TokenForAnotherAudience,
    TokenMalformed,
)
from adapters.identity.tokens import TokenVerifier
from adapters.identity.trusted_issuer import RolesFrom, TrustedIssuer
from domain.rules import TrustLevel
from tests.keys import KEYS
from tests.real_provider import RealProvider, real_provider

PEOPLE = {
    "kim": {"amtsweg": {"role": "citizen"}, "trust_level": "STORK-QAA-Level-3"},
    "anna": {"amtsweg": {"role": "clerk", "municipality": "05513000", "branch": "buer"}},
    "eve": {},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[RealProvider]:
    with real_provider(PEOPLE) as provider:
        yield provider


class Later:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def time(self) -> float:
        return time.time() + self.seconds

    def ticks(self) -> float:
        return time.monotonic() + self.seconds


@pytest.fixture
def later() -> Later:
    return Later()


@pytest_asyncio.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as http:
        yield http


def trusting(provider: RealProvider, **changes: Any) -> TrustedIssuer:
    allowed = {"audience": "amtsweg", "roles_allowed": frozenset(Role)}
    return TrustedIssuer(issuer=provider.issuer, **(allowed | changes))


def pseudonym(issuer: str, subject: str) -> str:
    return KEYS.digest(f"{issuer} {subject}", 16).hex()


@pytest.fixture
def verifier(provider: RealProvider, http: httpx.AsyncClient, later: Later) -> TokenVerifier:
    return TokenVerifier([trusting(provider)], http, pseudonym, later.time, later.ticks)


async def test_who_signed_in_there_by_browser_is_let_in(
    provider: RealProvider, verifier: TokenVerifier
) -> None:
    kim = await verifier.verify(provider.access_token("kim"))
    assert isinstance(kim, Actor)
    assert (kim.subject, kim.role, kim.issuer) == ("kim", Role.CITIZEN, provider.issuer)
    assert (kim.trust_level, kim.raw_trust) == (TrustLevel.SUBSTANTIAL, "STORK-QAA-Level-3")
    anna = await verifier.verify(provider.access_token("anna"))
    assert isinstance(anna, Actor)
    assert (anna.role, anna.municipality, anna.branch) == (Role.CLERK, "05513000", "buer")


async def test_whose_token_names_no_role_is_somebody_for_the_register_only(
    provider: RealProvider, verifier: TokenVerifier, http: httpx.AsyncClient
) -> None:
    token = provider.access_token("eve")
    with pytest.raises(ClaimsIncomplete):
        await verifier.verify(token)
    by_register = trusting(provider, roles_from=RolesFrom.REGISTER, subject_prefix="hall/")
    person = await TokenVerifier([by_register], http).verify(token)
    assert isinstance(person, Person)
    assert person.subject == "hall/eve"


async def test_a_pairwise_account_is_always_the_same_and_tells_nothing(
    provider: RealProvider, http: httpx.AsyncClient
) -> None:
    pairwise = trusting(provider, pairwise=True)
    seen = set()
    for _ in range(2):
        verifier = TokenVerifier([pairwise], http, pseudonym)
        seen.add((await verifier.verify(provider.access_token("kim"))).subject)
    (account,) = seen
    assert account == pseudonym(provider.issuer, "kim")
    # A clerk is named in the register, so their account stays as it is.
    assert (await verifier.verify(provider.access_token("anna"))).subject == "anna"


async def test_keys_are_turned_while_people_sign_in(
    provider: RealProvider, verifier: TokenVerifier, later: Later
) -> None:
    before = provider.access_token("kim")
    await verifier.verify(before)
    kid = provider.rotate()
    after = provider.access_token("kim")
    assert jwt_header(after)["kid"] == kid
    later.seconds += 60
    await verifier.verify(after)  # the new key is asked for as soon as it is seen
    await verifier.verify(provider.access_token("anna"))
    await verifier.verify(before)


async def test_a_key_that_was_withdrawn_lets_nobody_in_any_more(
    provider: RealProvider, verifier: TokenVerifier, later: Later
) -> None:
    old = provider.access_token("kim")
    await verifier.verify(old)
    provider.rotate()
    provider.withdraw()
    later.seconds += 290
    await verifier.verify(old)  # remembered, with the keys of a moment ago
    later.seconds += 310  # ten minutes in all, whatever was looked at in between
    with pytest.raises(SignatureInvalid):
        await verifier.verify(old)
    await verifier.verify(provider.access_token("kim"))


async def test_a_token_of_a_withdrawn_key_is_refused_though_it_has_not_ended(
    provider: RealProvider, verifier: TokenVerifier, http: httpx.AsyncClient
) -> None:
    old = provider.access_token("kim")
    provider.rotate()
    provider.withdraw()
    with pytest.raises(SignatureInvalid):
        await verifier.verify(old)


async def test_a_token_that_has_ended_is_refused(
    provider: RealProvider, verifier: TokenVerifier, later: Later
) -> None:
    token = provider.access_token("kim")
    later.seconds = 3601
    with pytest.raises(TokenExpired):
        await verifier.verify(token)


async def test_a_token_for_another_service_is_refused(
    provider: RealProvider, verifier: TokenVerifier
) -> None:
    with pytest.raises(TokenForAnotherAudience):
        await verifier.verify(provider.access_token("kim", resource="another-service"))


async def test_an_id_token_is_no_access_token(
    provider: RealProvider, verifier: TokenVerifier
) -> None:
    with pytest.raises(TokenForAnotherAudience):
        await verifier.verify(provider.sign_in("kim")["id_token"])


async def test_another_real_server_is_not_trusted(
    provider: RealProvider, verifier: TokenVerifier
) -> None:
    with real_provider(PEOPLE) as another:
        token = another.access_token("kim")
    assert part(token, 1)["iss"] != provider.issuer
    with pytest.raises(IssuerNotTrusted):
        await verifier.verify(token)


def segment(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def part(token: str, number: int) -> dict[str, Any]:
    text = token.split(".")[number]
    return dict(json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))))


def jwt_header(token: str) -> dict[str, Any]:
    return part(token, 0)


def unsigned(real: str, _: RealProvider) -> str:
    return f"{segment(jwt_header(real) | {'alg': 'none'})}.{segment(part(real, 1))}."


def signed_by_the_public_key(real: str, provider: RealProvider) -> str:
    """RS/HS confusion: the published key, taken for a shared secret."""
    published = RSAKey.import_key(provider.keys()[0])
    pem = published.public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    body = f"{segment(jwt_header(real) | {'alg': 'HS256'})}.{segment(part(real, 1))}"
    return f"{body}.{segment(hmac.new(pem, body.encode(), hashlib.sha256).digest())}"


def with_other_claims(real: str, _: RealProvider) -> str:
    header, _, signature = real.split(".")
    claims = part(real, 1) | {"amtsweg": {"role": "operator"}}
    return f"{header}.{segment(claims)}.{signature}"


def signed_by_another(real: str, _: RealProvider) -> str:
    return jwt.encode(jwt_header(real), part(real, 1), RSAKey.generate_key(2048))


def of_an_unknown_key(real: str, _: RealProvider) -> str:
    header = jwt_header(real) | {"kid": "made-up"}
    return jwt.encode(header, part(real, 1), RSAKey.generate_key(2048))


def with_a_key_of_its_own(real: str, _: RealProvider) -> str:
    own = RSAKey.generate_key(2048)
    header = jwt_header(real) | {"kid": "own", "jwk": own.as_dict(private=False)}
    return jwt.encode(header, part(real, 1), own)


def of_another_type(real: str, _: RealProvider) -> str:
    _, claims, signature = real.split(".")
    return f"{segment(jwt_header(real) | {'typ': 'logout+jwt'})}.{claims}.{signature}"


FORGED: dict[Callable[[str, RealProvider], str], type[NotAuthenticated]] = {
    unsigned: SignatureInvalid,
    signed_by_the_public_key: SignatureInvalid,
    with_other_claims: SignatureInvalid,
    signed_by_another: SignatureInvalid,
    of_an_unknown_key: SignatureInvalid,
    with_a_key_of_its_own: TokenMalformed,
    of_another_type: TokenMalformed,
}


@pytest.mark.parametrize("forge", FORGED, ids=lambda forge: forge.__name__)
async def test_what_was_made_of_a_real_token_is_refused(
    provider: RealProvider,
    verifier: TokenVerifier,
    forge: Callable[[str, RealProvider], str],
) -> None:
    real = provider.access_token("kim")
    with pytest.raises(NotAuthenticated) as refused:
        await verifier.verify(forge(real, provider))
    assert type(refused.value) is FORGED[forge]
    await verifier.verify(real)


async def test_a_server_that_is_down_signs_nobody_out_and_lets_nobody_new_in(
    http: httpx.AsyncClient, later: Later
) -> None:
    with real_provider(PEOPLE) as provider:
        kim, anna = provider.access_token("kim"), provider.access_token("anna")
        knowing = TokenVerifier([trusting(provider)], http, pseudonym, later.time, later.ticks)
        await knowing.verify(kim)
        provider.process.kill()
        provider.process.wait()
        await knowing.verify(kim)
        await knowing.verify(anna)  # its key is remembered
        with pytest.raises(IdentityProviderUnavailable):
            await TokenVerifier([trusting(provider)], http).verify(kim)
