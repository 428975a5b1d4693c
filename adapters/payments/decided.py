"""Whether somebody decided which platform takes the money, before anybody real can pay."""

from urllib.parse import urlsplit

from adapters.addresses import is_loopback
from adapters.settings import Settings
from domain.saying import SaysWhatToDo


class PaymentPlatformNotNamed(SaysWhatToDo):
    """Set AMTSWEG_PAYMENT_URL to your payment platform; where none is named, it is the sandbox's,
    on which anybody can say that they have paid. That one is for this machine only:
    with AMTSWEG_HOST on loopback, and no identity provider elsewhere in AMTSWEG_ISSUERS.
    """


def require_platform(settings: Settings, host: str) -> None:
    """Raise PaymentPlatformNotNamed where others are served, or real people can sign in, and the
    platform is still the sandbox's, on which anybody can say that they have paid.
    """
    usual = Settings.model_fields["payment_url"].default
    if settings.payment_url == usual and is_for_others(settings, host):
        raise PaymentPlatformNotNamed


def is_for_others(settings: Settings, host: str) -> bool:
    """Others are served, or real people can sign in."""
    real = any(not is_loopback(_host(issuer.issuer)) for issuer in settings.issuers)
    return real or not is_loopback(host)


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""
