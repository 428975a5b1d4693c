"""Keeps the development sign-in on this machine: it lets anybody be anybody."""

from urllib.parse import urlsplit

from adapters.account_mailbox.decided import require_real_mailboxes
from adapters.addresses import is_loopback
from adapters.identity.errors import IdentityMisconfigured
from adapters.payments.decided import require_platform
from adapters.settings import Settings


class DevelopmentIssuerNeedsLoopback(IdentityMisconfigured):
    """Bind to 127.0.0.1, ::1 or localhost, or turn the development sign-in off."""


def require_loopback(host: str) -> None:
    if not is_loopback(host):
        raise DevelopmentIssuerNeedsLoopback(repr(host))


def require_real_parties(settings: Settings, host: str) -> None:
    """Raise DevelopmentIssuerNeedsLoopback, PaymentPlatformNotNamed or MailboxIsTheSandboxs."""
    require_real_issuers(settings, host)
    require_platform(settings, host)
    require_real_mailboxes(settings, host)


def require_real_issuers(settings: Settings, host: str) -> None:
    """Refuse to serve others while a sign-in from this very machine is believed."""
    if any(_is_local(issuer.issuer) for issuer in settings.issuers):
        require_loopback(host)


def _is_local(address: str) -> bool:
    return is_loopback(urlsplit(address).hostname or "")
