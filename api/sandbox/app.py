"""The third parties, played on loopback: sign-in, payments, mail, mailboxes, and an anchor."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI

from adapters.mail.catcher import MailCatcher
from api.sandbox.account_mailbox import create_account_mailbox
from api.sandbox.anchor import create_anchor
from api.sandbox.issuer import create_issuer
from api.sandbox.loopback import require_loopback
from api.sandbox.mailbox import create_mailbox
from api.sandbox.payment_page import nobody
from api.sandbox.payment_platform import create_payment_platform
from api.sandbox.transactions import Payment


def create_sandbox(
    state: Path,
    url: str,
    smtp_port: int,
    tell: Callable[[Payment], None] = nobody,
    mailbox_bearer: str = "",
) -> FastAPI:
    """`url`: where this app is served. Raise DevelopmentIssuerNeedsLoopback for any other host.

    `tell` is called once something has happened to a payment. `mailbox_bearer`: who shows it may
    write to the mailboxes of accounts; empty lets in anybody.
    """
    require_loopback(urlsplit(url).hostname or "")
    mails = state / "mail"
    mails.mkdir(parents=True, exist_ok=True, mode=0o700)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with MailCatcher(mails, smtp_port):
            yield

    app = FastAPI(title="Amtsweg sandbox", lifespan=lifespan)
    app.include_router(create_issuer(state, f"{url}/issuer"), prefix="/issuer")
    platform = create_payment_platform(state, f"{url}/payment", tell=tell)
    app.include_router(platform, prefix="/payment")
    app.include_router(create_mailbox(mails))
    app.include_router(create_account_mailbox(state, mailbox_bearer))
    app.include_router(create_anchor(state))
    return app
