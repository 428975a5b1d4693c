"""Of what it is connected to: the payment platform, and the identity providers."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, Strict, StringConstraints

from adapters.catalogue.municipality_document import WebAddress
from api.bodies import IsoDate
from api.onboarding_bodies.command_body import CommandBody
from domain.municipality import commands as c
from domain.municipality.municipality import IdentityProvider, PaymentAccount
from domain.municipality.paying import PLATFORM_NAME
from domain.rules import TrustLevel

PlatformName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=PLATFORM_NAME),
]


class PaymentAccountBody(CommandBody):
    """The account at the payment platform; the days of its validity are both included."""

    originator: PlatformName
    endpoint: PlatformName
    valid_from: IsoDate | None = None
    valid_until: IsoDate | None = None

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.ConnectPaymentPlatform(account=PaymentAccount(**self.model_dump()), now=now)


class EPaymentBody(CommandBody):
    since: IsoDate

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.StartEPayment(since=self.since, now=now)


class IdentityProviderBody(CommandBody):
    """`trust_levels`: the provider's own words for them, by our rank from 1 (basic) to 4 (high)."""

    issuer: WebAddress
    valid_from: IsoDate | None = None
    valid_until: IsoDate | None = None
    trust_levels: dict[str, Annotated[TrustLevel, Strict(strict=False)]] = Field(
        default_factory=dict
    )

    def command(self, now: datetime) -> c.MunicipalityCommand:
        given = {name: getattr(self, name) for name in IdentityProvider.__dataclass_fields__}
        return c.TrustIdentityProvider(provider=IdentityProvider(**given), now=now)


class EndedIdentityProviderBody(CommandBody):
    """`until`: the last day on which it may sign anybody in."""

    issuer: WebAddress
    until: IsoDate

    def command(self, now: datetime) -> c.MunicipalityCommand:
        return c.EndIdentityProvider(issuer=self.issuer, until=self.until, now=now)
