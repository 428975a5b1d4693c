"""Keeps the development sign-in on this machine: it lets anybody be anybody."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from adapters.identity.errors import IdentityMisconfigured
from adapters.settings import Settings


class DevelopmentIssuerNeedsLoopback(IdentityMisconfigured):
    """Bind to 127.0.0.1, ::1 or localhost, or turn the development sign-in off."""


def require_loopback(host: str) -> None:
    """Other names are refused unresolved: what they mean is decided elsewhere, and may change."""
    if host.lower() != "localhost" and not _is_loopback(host):
        raise DevelopmentIssuerNeedsLoopback(repr(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


def require_real_issuers(settings: Settings, host: str) -> None:
    """Refuse to serve others while a sign-in from this very machine is believed."""
    local = any(_is_local(issuer.issuer) for issuer in settings.issuers)
    if local:
        require_loopback(host)


def _is_local(address: str) -> bool:
    name = urlsplit(address).hostname or ""
    return name == "localhost" or _is_loopback(name)
