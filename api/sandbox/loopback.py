"""Keeps the development sign-in on this machine: it lets anybody be anybody."""

from ipaddress import ip_address

from adapters.identity.errors import IdentityMisconfigured


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
