"""The development sign-in: real tokens, through real HTTP, into real operations."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI, Request
from fastapi.responses import PlainTextResponse

from adapters.identity.actor import Actor, Role
from adapters.identity.errors import IdentityRefused, TokenExpired
from adapters.identity.tokens import TokenVerifier
from api.auth import current_actor, require
from api.sandbox.issuer import DevelopmentIssuer, create_issuer, trusted
from api.sandbox.people import EVERYBODY, PEOPLE
from domain.rules import TrustLevel
from tests.serving import address_of, listen, serve

MOUNTED_AT = "/sandbox/issuer"


class NoRegister:
    """Everybody is what their token says."""

    async def actor(self, who: Actor) -> Actor:
        return who


def create_app(state_folder, issuer_url: str, http: httpx.AsyncClient) -> FastAPI:
    app = FastAPI()
    verifier = TokenVerifier([trusted(issuer_url)], http)
    app.state.parts = SimpleNamespace(verifier=verifier, staff=NoRegister(), catalogue=None)
    app.include_router(create_issuer(state_folder, issuer_url), prefix=MOUNTED_AT)

    @app.get("/me")
    async def me(actor: Annotated[Actor, Depends(current_actor)]) -> dict[str, object]:
        return {**asdict(actor), "trust_level": actor.trust_level}

    @app.get("/worklist")
    async def worklist(actor: Annotated[Actor, Depends(require(Role.CLERK))]) -> str:
        return actor.subject

    @app.exception_handler(IdentityRefused)
    async def refused(_: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse(type(error).__name__, status_code=401)

    return app


@pytest.fixture
async def client(tmp_path):
    listener = listen()
    base_url = address_of(listener)
    async with (
        httpx.AsyncClient(base_url=base_url, timeout=60) as http,
        serve(create_app(tmp_path, base_url + MOUNTED_AT, http), listener),
    ):
        yield http


async def signed_in(client, person: str) -> dict[str, str]:
    answer = await client.post(f"{MOUNTED_AT}/token", data={"person": person})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def test_everybody_in_the_sandbox_can_sign_in(client):
    for person in PEOPLE:
        me = (await client.get("/me", headers=await signed_in(client, person.name))).json()
        assert (me["subject"], me["role"], me["email"]) == (
            person.subject,
            person.role,
            person.email,
        )


async def test_a_citizen_signs_in_without_a_tenant_and_with_a_trust_level(client):
    me = (await client.get("/me", headers=await signed_in(client, "ben"))).json()
    assert (me["municipality"], me["trust_level"]) == (None, TrustLevel.BASIC)


async def test_a_clerk_signs_in_for_one_municipality(client):
    me = (await client.get("/me", headers=await signed_in(client, "gladbeck-clerk"))).json()
    assert me["municipality"] == "05562014"


async def test_a_role_signs_in_as_the_first_person_in_it(client):
    me = (await client.get("/me", headers=await signed_in(client, "clerk"))).json()
    assert me["subject"] == "gelsenkirchen-clerk"


async def test_an_unknown_person_gets_an_oauth_error(client):
    answer = await client.post(f"{MOUNTED_AT}/token", data={"person": "nobody"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_no_token_may_be_cached_on_its_way(client):
    answer = await client.post(f"{MOUNTED_AT}/token", data={"person": "anna"})
    assert answer.headers["Cache-Control"] == "no-store"


async def test_the_published_key_is_public(client):
    keys = (await client.get(f"{MOUNTED_AT}/jwks.json")).json()["keys"]
    assert [("d" in key, key["use"]) for key in keys] == [(False, "sig")]


async def test_the_people_are_listed(client):
    people = (await client.get(f"{MOUNTED_AT}/people")).json()
    assert [person["name"] for person in people] == [person.name for person in EVERYBODY]


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Basic YTpi"])
async def test_without_a_bearer_token_nobody_is_let_in(client, authorization):
    headers = {"Authorization": authorization} if authorization is not None else {}
    assert (await client.get("/me", headers=headers)).text == "TokenMissing"


async def test_a_citizen_has_no_worklist(client):
    answer = await client.get("/worklist", headers=await signed_in(client, "anna"))
    assert answer.text == "RoleNotAllowed"


async def test_a_clerk_has_a_worklist(client):
    answer = await client.get("/worklist", headers=await signed_in(client, "clerk"))
    assert answer.json() == "gelsenkirchen-clerk"


async def test_the_api_description_names_the_bearer_scheme_and_hides_the_sandbox(client):
    described = (await client.get("/openapi.json")).json()
    assert described["components"]["securitySchemes"]["accessToken"]["scheme"] == "bearer"
    assert described["paths"]["/worklist"]["get"]["security"] == [{"accessToken": []}]
    assert set(described["paths"]) == {"/me", "/worklist"}


async def test_a_token_signed_from_the_state_folder_is_accepted(client, tmp_path):
    issuer = DevelopmentIssuer(tmp_path, str(client.base_url).rstrip("/") + MOUNTED_AT)
    token = issuer.sign("auditor", datetime.now(UTC), timedelta(minutes=1))
    me = await client.get("/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["role"] == "auditor"


async def test_a_token_lives_as_long_as_asked(client, tmp_path):
    issuer = DevelopmentIssuer(tmp_path, str(client.base_url).rstrip("/") + MOUNTED_AT)
    token = issuer.sign("anna", datetime.now(UTC) - timedelta(minutes=2), timedelta(minutes=1))
    me = await client.get("/me", headers={"Authorization": f"Bearer {token}"})
    assert me.text == TokenExpired.__name__
