"""The accounts of municipalities at the platform: one takes payments today, old ones are asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote, unquote

import httpx

from adapters.payments.errors import NoPaymentsToday
from adapters.payments.xbezahldienste import PaymentPlatform
from domain.municipality.municipality import Municipality, PaymentAccount
from domain.municipality.paying import takes_payments


@dataclass(frozen=True, slots=True)
class Access:
    """Where a platform is, and how we sign in; none of it is part of any history."""

    url: str
    http: httpx.AsyncClient
    sign_in: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class PlatformAccounts:
    """`town` finds a municipality as it is configured now. `known`: by originator and endpoint, or
    by originator alone; `usual` for the others.
    """

    town: Callable[[str], Municipality]
    usual: Access
    known: Mapping[tuple[str, str | None], Access] = field(default_factory=dict)

    def of(self, municipality: str, day: date) -> str:
        """Return the account that takes new payments that day. Raise NoPaymentsToday."""
        town = self.town(municipality)
        if town.payment is None or not takes_payments(town, day):
            raise NoPaymentsToday
        return _written(town.payment)

    def platform(self, municipality: str, account: str) -> PaymentPlatform:
        """`account`: as it was when the payment began; none for those that began before it was
        written down, whose municipality has the same one still. Raise NoPaymentsToday.
        """
        known = account or self._unnamed(municipality)
        originator, endpoint = (unquote(part) for part in known.split("/"))
        access = (
            self.known.get((originator, endpoint))
            or self.known.get((originator, None))
            or self.usual
        )
        return PaymentPlatform(
            access.url, originator, endpoint, access.http, sign_in=access.sign_in
        )

    def _unnamed(self, municipality: str) -> str:
        account = self.town(municipality).payment
        if account is None:
            raise NoPaymentsToday
        return _written(account)


def _written(account: PaymentAccount) -> str:
    return "/".join(quote(part, safe="") for part in (account.originator, account.endpoint))
