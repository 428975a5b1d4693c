"""Opens the platforms that a data centre named, each with what we sign in with."""

from contextlib import AsyncExitStack
from ssl import SSLContext

import httpx

from adapters.kept_connections import CONNECTIONS
from adapters.payments.accounts import Access
from adapters.payments.platform_settings import PlatformSettings


def client(verify: SSLContext | bool = True) -> httpx.AsyncClient:  # noqa: FBT001, FBT002 -- httpx's own
    return httpx.AsyncClient(verify=verify, limits=CONNECTIONS)


async def accesses(
    stack: AsyncExitStack, platforms: tuple[PlatformSettings, ...], usual: Access
) -> dict[tuple[str, str | None], Access]:
    """`usual`: for what an entry does not name."""
    return {
        (one.originator, one.endpoint): Access(
            url=one.url or usual.url,
            http=await _client(stack, one, usual.http),
            sign_in={"Authorization": one.header} if one.header else {},
        )
        for one in platforms
    }


async def _client(
    stack: AsyncExitStack, one: PlatformSettings, usual: httpx.AsyncClient
) -> httpx.AsyncClient:
    context = one.tls()
    if context is None:
        return usual
    return await stack.enter_async_context(client(context))
