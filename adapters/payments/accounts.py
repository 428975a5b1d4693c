"""The accounts of municipalities at the platform: one takes payments today, old ones are asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, unquote

import httpx

from adapters.payments.errors import NoPaymentsToday
from adapters.payments.xbezahldienste import PaymentPlatform
from domain.municipality.municipality import Municipality, PaymentAccount


@dataclass(frozen=True, slots=True)
class PlatformAccounts:
    """`town` finds a municipality as it is configured now."""

    town: Callable[[str], Municipality]
    url: str
    http: httpx.AsyncClient

    def of(self, municipality: str, day: date) -> str:
        """Return the account that takes new payments that day. Raise NoPaymentsToday."""
        account = self.town(municipality).payment
        if account is None or not account.valid_on(day):
            raise NoPaymentsToday
        return _written(account)

    def platform(self, municipality: str, account: str) -> PaymentPlatform:
        """`account`: as it was when the payment began; none for those that began before it was
        written down, whose municipality has the same one still. Raise NoPaymentsToday.
        """
        known = account or self._unnamed(municipality)
        originator, _, endpoint = known.partition("/")
        return PaymentPlatform(self.url, unquote(originator), unquote(endpoint), self.http)

    def _unnamed(self, municipality: str) -> str:
        account = self.town(municipality).payment
        if account is None:
            raise NoPaymentsToday
        return _written(account)


def _written(account: PaymentAccount) -> str:
    return "/".join(quote(part, safe="") for part in (account.originator, account.endpoint))
