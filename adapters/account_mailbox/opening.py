"""Opens the mailboxes that accounts of identity providers have, each with what we sign in with."""

from collections.abc import Mapping
from contextlib import AsyncExitStack

from adapters.account_mailbox.mailbox import AccountMailbox
from adapters.account_mailbox.settings import MailboxSettings
from adapters.account_mailbox.zbp import Zbp
from adapters.outgoing.calling import outgoing_client


async def open_mailboxes(
    stack: AsyncExitStack, named: Mapping[str, MailboxSettings]
) -> Mapping[str, AccountMailbox]:
    """By provider. Nobody is called yet."""
    return {provider: await _open(stack, settings) for provider, settings in named.items()}


async def _open(stack: AsyncExitStack, settings: MailboxSettings) -> AccountMailbox:
    http = await stack.enter_async_context(outgoing_client(settings.tls()))
    bearer = settings.bearer.get_secret_value() if settings.bearer else ""
    return Zbp(settings.url, http, settings.author(), bearer)
