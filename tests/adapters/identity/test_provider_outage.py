"""A provider that is down is named as such, left alone for a moment, and outlasted by its keys."""

import socket

import httpx
import pytest

from adapters.identity.actor import Role
from adapters.identity.errors import IdentityProviderUnavailable
from adapters.identity.tokens import TokenVerifier
from adapters.identity.trusted_issuer import TrustedIssuer
from tests.adapters.identity.identity_provider import AUDIENCE

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("status", [302, 404, 500, 503])
async def test_a_provider_that_gives_no_keys_is_unavailable(provider, verifier, status):
    provider.status = status
    with pytest.raises(IdentityProviderUnavailable):
        await verifier.verify(provider.token())
    assert provider.asked["/elsewhere"] == 0


@pytest.mark.parametrize(
    "body", ["<html>", "[]", "{}", '{"keys": 7}', '{"keys": []}' + " " * 300_000]
)
async def test_a_provider_that_answers_nonsense_is_unavailable(provider, verifier, body):
    provider.body = body
    with pytest.raises(IdentityProviderUnavailable):
        await verifier.verify(provider.token())


async def test_a_discovery_document_of_another_issuer_is_not_used(provider, verifier):
    provider.claims_to_be = "https://another.example"
    with pytest.raises(IdentityProviderUnavailable):
        await verifier.verify(provider.token())


async def test_a_provider_that_failed_is_left_alone_for_a_moment(provider, verifier):
    provider.status = 503
    for _ in range(5):
        with pytest.raises(IdentityProviderUnavailable):
            await verifier.verify(provider.token())
    assert provider.asked["/.well-known/openid-configuration"] == 1


async def test_a_provider_that_came_back_is_asked_again(provider, verifier):
    provider.status = 503
    with pytest.raises(IdentityProviderUnavailable):
        await verifier.verify(provider.token())
    provider.status, provider.clock.now = 200, provider.clock.now + 3
    assert await verifier.verify(provider.token())


async def test_known_keys_outlast_a_short_outage_and_no_long_one(provider, verifier):
    await verifier.verify(provider.token())
    provider.status, provider.clock.now = 503, provider.clock.now + 3599
    assert await verifier.verify(provider.token())
    provider.clock.now += 1
    with pytest.raises(IdentityProviderUnavailable):
        await verifier.verify(provider.token())


async def test_a_provider_that_does_not_listen_is_unavailable(provider):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        gone = f"http://127.0.0.1:{taken.getsockname()[1]}"
    issuer = TrustedIssuer(
        issuer=provider.url, audience=AUDIENCE, roles_allowed=frozenset(Role), jwks_url=gone
    )
    async with httpx.AsyncClient() as http:
        with pytest.raises(IdentityProviderUnavailable):
            await TokenVerifier([issuer], http, provider.clock).verify(provider.token())
