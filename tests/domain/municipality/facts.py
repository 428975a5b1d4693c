"""What municipalities in these tests have behind them."""

from datetime import UTC, date, datetime
from typing import Any

from domain.municipality import events as e
from domain.municipality.commands import AdoptService, VersionTerms
from domain.municipality.municipality import (
    Attributes,
    Branch,
    IdentityProvider,
    PaymentAccount,
    Phase,
    TownKind,
)

NOW = datetime(2021, 6, 16, 8, 30, tzinfo=UTC)
GLADBECK, RECKLINGHAUSEN = "05562014", "05562032"
ATTRIBUTES = Attributes(
    name="Gladbeck",
    kind=TownKind.KREISANGEHOERIG,
    region="emscher-lippe",
    sender="noreply@gladbeck.example",
    kreis="05562",
)
LIBRARY, BRAUCK = "Stadtbücherei", Branch(key="brauck", name="Brauck", address="Horster Str. 390")
ACCOUNT = PaymentAccount(originator="gladbeck", endpoint="buecherei")
PROVIDER = IdentityProvider(issuer="https://servicekonto.example", valid_from=date(2020, 1, 1))
CARD, MAILBOX = "library-card", "buecherei@gladbeck.example"

registered = e.MunicipalityRegistered(
    ags=GLADBECK, attributes=ATTRIBUTES, phase=Phase.PILOT, registered_at=NOW
)
with_office = e.OfficeOpened(office=LIBRARY, opened_at=NOW)
with_branch = e.BranchOpened(branch=BRAUCK, opened_at=NOW)
with_mailbox = e.ClerkMailboxSet(address=MAILBOX, office=None, set_at=NOW)
with_account = e.PaymentPlatformConnected(account=ACCOUNT, connected_at=NOW)
with_provider = e.IdentityProviderTrusted(provider=PROVIDER, trusted_at=NOW)
adopted = e.ServiceAdopted(
    service=CARD, version=1, office=LIBRARY, fees={"adult": 1500}, adopted_at=NOW
)
live = e.ServiceWentLive(service=CARD, since=date(2021, 6, 16), went_live_at=NOW)
suspended = e.ServiceSuspended(service=CARD, reason="Umbau", suspended_at=NOW)
closed = e.MunicipalityClosed(closed_on=date(2021, 12, 31), reason="Aufgelöst", closed_at=NOW)

FURNISHED = (registered, with_office, with_branch, with_mailbox, with_account)
TERMS = VersionTerms(
    published=True, tariff={"minor": 0, "adult": 2000}, proofs=("reduction-proof",), has_pickup=True
)
DRAFT = VersionTerms(published=False)


def adopt(**given: Any) -> AdoptService:
    usual: dict[str, Any] = {
        "service": CARD, "version": 1, "terms": TERMS, "office": LIBRARY, "now": NOW,
        "fees": {"adult": 1500},
    }  # fmt: skip
    return AdoptService(**(usual | given))
