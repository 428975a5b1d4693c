"""A connection that was idle for a while is not used again: its server may end it just now."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request

from adapters.bootstrap import open_parts
from adapters.identity.actor import Role
from adapters.identity.issuer_settings import IssuerSettings
from adapters.kept_connections import KEPT_SECONDS
from adapters.outgoing.calling import outgoing_client
from adapters.payments.accesses import client
from adapters.settings import Settings
from api import serving
from tests.keys import with_keys
from tests.serving import serve

# What many servers do by themselves, uvicorn and Apache among them.
MANY_END_IT_AFTER_SECONDS = 5.0
NGINX_KEEPS_IT_SECONDS = 60
CLIENTS: list[Callable[[], httpx.AsyncClient]] = [client, lambda: outgoing_client(None)]


async def ports(http: httpx.AsyncClient) -> tuple[int, int]:
    """From which one asks, and asks again after a while."""
    app = FastAPI()

    @app.get("/")
    async def from_where(request: Request) -> int:
        assert request.client
        return request.client.port

    async with serve(app) as url:
        before = (await http.get(url, timeout=60)).json()
        await asyncio.sleep(KEPT_SECONDS + 0.2)
        return before, (await http.get(url, timeout=60)).json()


@pytest.mark.parametrize("make", CLIENTS, ids=["payments", "outgoing"])
async def test_it_is_kept_for_less_than_servers_do(make: Callable[[], httpx.AsyncClient]) -> None:
    assert MANY_END_IT_AFTER_SECONDS > 2 * KEPT_SECONDS
    async with make() as http:
        before, after = await ports(http)
    assert before != after


async def test_so_is_that_to_an_identity_provider(tmp_path, database_url: str) -> None:
    issuer = IssuerSettings(issuer="https://issuer.example", roles=frozenset({Role.CITIZEN}))
    settings = with_keys(Settings(home=tmp_path, smtp_port=1, issuers=(issuer,)))
    async with open_parts(settings, database_url) as parts:
        (keys,) = parts.verifier._keys.values()
        before, after = await ports(keys._http)
    assert before != after


def test_we_keep_it_for_longer_than_a_proxy_in_front_does(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []

    def run(server: uvicorn.Server, **_: Any) -> None:
        kept.append(server.config.timeout_keep_alive)

    monkeypatch.setattr(uvicorn.Server, "run", run)
    with serving.listen("127.0.0.1", 0) as listener:
        serving.serve(FastAPI(), listener)
    assert kept[0] > NGINX_KEEPS_IT_SECONDS
