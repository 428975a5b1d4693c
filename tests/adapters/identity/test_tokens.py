"""A token lets somebody in for this service, now, and as long as it lasts."""

import pytest

from adapters.identity.errors import (
    ClaimsIncomplete,
    IssuerNotTrusted,
    TokenExpired,
    TokenForAnotherAudience,
    TokenMalformed,
    TokenMissing,
    TokenNotYetValid,
)
from tests.adapters.identity.identity_provider import AUDIENCE, segment

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("claim", ["aud", "exp", "sub"])
async def test_a_missing_claim_is_named(provider, verifier, claim):
    with pytest.raises(ClaimsIncomplete, match=claim):
        await verifier.verify(provider.token(**{claim: None}))


@pytest.mark.parametrize("audience", ["another", ["another"], "amtsweg2"])
async def test_a_token_for_another_service_is_refused(provider, verifier, audience):
    with pytest.raises(TokenForAnotherAudience):
        await verifier.verify(provider.token(aud=audience))


async def test_a_token_for_this_service_among_others_is_accepted(provider, verifier):
    assert await verifier.verify(provider.token(aud=["another", AUDIENCE]))


@pytest.mark.parametrize("suffix", ["/", "x", None])
async def test_an_issuer_is_compared_letter_by_letter(provider, verifier, suffix):
    with pytest.raises(IssuerNotTrusted):
        await verifier.verify(provider.token(iss=suffix and provider.url + suffix))


@pytest.mark.parametrize("typ", [None, "dpop+jwt", "logout+jwt", "JWE"])
async def test_a_token_of_another_kind_is_refused(provider, verifier, typ):
    with pytest.raises(TokenMalformed):
        await verifier.verify(provider.token(header={"typ": typ}))


@pytest.mark.parametrize("typ", ["JWT", "AT+JWT", "application/at+jwt"])
async def test_an_access_token_is_accepted_under_each_of_its_names(provider, verifier, typ):
    assert await verifier.verify(provider.token(header={"typ": typ}))


async def test_an_expired_token_is_refused_without_leeway(provider, verifier):
    with pytest.raises(TokenExpired):
        await verifier.verify(provider.token(exp=int(provider.clock())))


async def test_a_verified_token_is_refused_once_it_has_expired(provider, verifier):
    token = provider.token()
    await verifier.verify(token)
    provider.clock.now += 300
    with pytest.raises(TokenExpired):
        await verifier.verify(token)


@pytest.mark.parametrize("claim", ["nbf", "iat"])
async def test_clocks_may_differ_by_half_a_minute(provider, verifier, claim):
    now = int(provider.clock())
    assert await verifier.verify(provider.token(**{claim: now + 30}))
    with pytest.raises(TokenNotYetValid):
        await verifier.verify(provider.token(**{claim: now + 31}))


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "a.b",
        "a.b.c.d.e",
        "ä.ö.ü",
        "\ud800.b.c",
        f"{segment(['alg'])}.{segment({})}.x",
        f"{segment({'alg': 'ES256', 'typ': 'JWT', 'kid': ['k']})}.{segment({})}.x",
        f"{segment({'alg': 'ES256', 'typ': 'JWT', 'crit': ['exp'], 'exp': 1})}.{segment({})}.x",
        f"{segment({'alg': 'ES256', 'typ': 'JWT'})}.{segment([])}.x",
        f"{segment({'alg': 'ES256', 'typ': 'JWT'})}.{segment(b'[' * 5000)}.x",
        "x" * 8193,
        "x." * 1_000_000,
    ],
    ids=lambda token: ascii(token[:24]),
)
async def test_what_is_no_token_is_refused_as_malformed(verifier, token):
    with pytest.raises(TokenMalformed):
        await verifier.verify(token)


async def test_no_token_is_refused_as_missing(verifier):
    with pytest.raises(TokenMissing):
        await verifier.verify("")
