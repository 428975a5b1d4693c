"""One identity provider a module, as new for each test, and a verifier that trusts it."""

import httpx
import pytest
import pytest_asyncio

from adapters.identity.actor import Role
from adapters.identity.tokens import TokenVerifier
from adapters.identity.trusted_issuer import TrustedIssuer
from tests.adapters.identity.identity_provider import AUDIENCE, identity_provider


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running_provider():
    async with identity_provider() as provider:
        yield provider


@pytest.fixture
def provider(running_provider):
    running_provider.start_over()
    return running_provider


@pytest_asyncio.fixture(loop_scope="module")
async def verifier(provider):
    issuer = TrustedIssuer(
        issuer=provider.url,
        audience=AUDIENCE,
        roles_allowed=frozenset(Role) - {Role.OPERATOR},
    )
    async with httpx.AsyncClient() as http:
        yield TokenVerifier([issuer], http, clock=provider.clock, ticks=provider.clock)
