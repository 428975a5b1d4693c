"""The whole house in one background thread: API, sandbox and workers over one database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from adapters.bootstrap import open_parts
from adapters.catalogue.loading import BUILT_IN, read_files
from adapters.free_port import free_port
from adapters.hand_over.settings import BackOffice
from adapters.identity.actor import Role
from adapters.identity.issuer_settings import IssuerSettings
from adapters.settings import Settings
from adapters.webhooks import new_secret
from api.app import create_app
from api.sandbox.app import create_sandbox
from api.sandbox.serving import telling
from tests.keys import with_keys
from tests.projections.log import silent
from tests.service_login import new_login
from tests.serving import address_of, listen, serve
from workers.catalogue import RUNNERS
from workers.seeding import seed
from workers.supervision import supervise

# They come to fetch; nobody is called.
BACK_OFFICES = (
    BackOffice(
        name="library-system",
        municipality="05513000",
        services=("library-card",),
        token=SecretStr("a" * 40),
    ),
    BackOffice(
        name="elsewhere",
        municipality="05562014",
        services=("library-card",),
        token=SecretStr("b" * 40),
    ),
)


MONITORING = {"Authorization": f"Bearer {'m' * 40}"}


@dataclass(frozen=True, slots=True)
class House:
    api: str
    sandbox: str
    database: str
    settings: Settings


def settings_for(home: Path, api: str, sandbox: str, **others: Any) -> Settings:
    return with_keys(
        Settings(
            home=home,
            public_url=api,
            sandbox_url=sandbox,
            payment_url=f"{sandbox}/payment",
            payment_poll_seconds=0.05,
            deadline_seconds=3600,
            payment_callback_secrets=(new_secret(),),
            smtp_port=free_port(0),
            back_offices=BACK_OFFICES,
            metrics_token=SecretStr("m" * 40),
            issuers=(IssuerSettings(issuer=f"{sandbox}/issuer", roles=frozenset(Role)),),
            **others,
        )
    )


@asynccontextmanager
async def open_house(home: Path, database: str, **others: Any) -> AsyncIterator[House]:
    """`others`: settings."""
    at_api, at_sandbox = listen(), listen()
    settings = settings_for(home, address_of(at_api), address_of(at_sandbox), **others)
    sandbox = create_sandbox(
        settings.sandbox_home,
        settings.sandbox_url,
        settings.smtp_port,
        telling(settings),
    )
    await seed(database, read_files(settings.catalogue or BUILT_IN), silent)
    with new_login(database) as login:
        async with (
            serve(sandbox, at_sandbox) as sandbox_url,
            serve(create_app(settings, login), at_api) as api_url,
            working(settings, login),
        ):
            yield House(api_url, sandbox_url, database, settings)


@asynccontextmanager
async def working(settings: Settings, database: str) -> AsyncIterator[None]:
    async with open_parts(settings, database) as parts:
        task = asyncio.create_task(supervise(parts, RUNNERS))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def open_app(app: FastAPI) -> AsyncIterator[str]:
    """An app alone, with nobody at work behind it."""
    async with serve(app) as url:
        yield url
