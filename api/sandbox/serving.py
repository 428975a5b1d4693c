"""Runs the sandbox as it is set, and signs its people in from the command line."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from adapters.identity.errors import IdentityRefused
from adapters.postgres.finding import running
from adapters.settings import Settings
from api.sandbox.app import create_sandbox
from api.sandbox.issuer import DevelopmentIssuer
from api.sandbox.payment_callbacks import calling_back
from api.sandbox.payment_page import nobody
from api.sandbox.signing_key import KEY_FILE
from api.sandbox.transactions import Payment
from api.serving import listen, serve


class NoSandboxHere(IdentityRefused):
    """No sandbox has run in this folder, so nobody would believe its token; start `run` (or
    `sandbox`) first, or set AMTSWEG_HOME as it is set where that runs.
    """


def serve_sandbox(settings: Settings) -> None:
    """Raise DevelopmentIssuerNeedsLoopback or CannotListen."""
    address = urlsplit(settings.sandbox_url)
    played = create_sandbox(
        settings.sandbox_home,
        settings.sandbox_url,
        settings.smtp_port,
        telling(settings),
        mailbox_bearer(settings),
    )
    serve(played, listen(address.hostname or "", address.port or 80))


def telling(settings: Settings) -> Callable[[Payment], None]:
    """Call back where a secret is shared with the API."""
    if not settings.payment_callback_secrets:
        return nobody
    address = f"{settings.public_url}/api/v1/payments/callbacks"
    return calling_back(address, settings.payment_callback_secrets[0])


def mailbox_bearer(settings: Settings) -> str:
    """What the API and the workers show where they write to the sandbox's mailboxes."""
    mailboxes = settings.mailboxes.values()
    ours = [one.bearer for one in mailboxes if one.url.startswith(settings.sandbox_url)]
    return next((bearer.get_secret_value() for bearer in ours if bearer), "")


def token_for(settings: Settings, person: str) -> str:
    """Raise PersonUnknown or NoSandboxHere. Where the sandbox of this machine runs, it says."""
    _require_begun(settings)
    sandbox_url = running(settings.home).get("sandbox", settings.sandbox_url)
    issuer = DevelopmentIssuer(settings.sandbox_home, f"{sandbox_url}/issuer")
    return issuer.sign(person, datetime.now(UTC))


def _require_begun(settings: Settings) -> None:
    """A key that is made for the token is one that no API was ever told of."""
    try:
        (settings.sandbox_home / KEY_FILE).stat()
    except FileNotFoundError:
        raise NoSandboxHere(settings.home) from None
