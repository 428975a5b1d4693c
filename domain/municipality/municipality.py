"""A municipality (Kommune), the tenant: its branches, the services it adopted, its closing days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.errors import ServiceNotOffered


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    key: str
    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """A service as this town offers it; `fees` in cents by tariff line."""

    service: str
    version: int
    office: str
    fees: Mapping[str, int]
    pilot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAccount:
    originator: str
    endpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """`ags`: the official key (Amtlicher Gemeindeschlüssel), 8 digits as text."""

    ags: str
    name: str
    kreis: str | None
    region: str
    sender: str
    branches: tuple[Branch, ...]
    services: Mapping[str, Adoption]
    payment: PaymentAccount | None = None
    closing_days: Mapping[date, str] = field(default_factory=dict)

    def adoption(self, service: str) -> Adoption:
        if service not in self.services:
            raise ServiceNotOffered
        return self.services[service]

    @property
    def branch_keys(self) -> tuple[str, ...]:
        return tuple(branch.key for branch in self.branches)
