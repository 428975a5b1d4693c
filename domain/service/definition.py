"""The definition of a service (Leistung): data, authored once, adopted by many towns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from domain.errors import NotAvailableOnline, ServiceIsExternal, ServiceIsNotExternal
from domain.rules import (
    NAMES_NOBODY,
    NEVER,
    USUAL_NOTICES,
    Expiry,
    Fulfilment,
    Kind,
    Notices,
    PaymentTiming,
    Retention,
    TrustLevel,
)
from domain.working_days import DeadlinePolicy

Text = Mapping[str, str]  # language code -> text
Facts = Mapping[str, Any]
Condition = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """The name of a price, and its amount where the town does not set its own."""

    name: str
    title: Text
    cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffLine:
    """The first line whose condition holds gives the fee. `cents` may be set by the town.

    `quantity` names the answer that says how many pieces are wanted. The first costs `cents`, the
    next ones what `further` says; its last price holds for all that follow.
    """

    name: str
    title: Text
    cents: int
    when: Condition
    quantity: str | None = None
    further: tuple[Price, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRule:
    kind: str
    title: Text
    when: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """Whose service it really is, and where it is applied for."""

    body: Text
    link: str


class Level(StrEnum):
    TOWN = "town"
    KREIS = "kreis"
    LAND = "land"
    BUND = "bund"


class DecidedBy(StrEnum):
    """What decides which body of that level is responsible."""

    RESIDENCE = "residence"
    EVENT_PLACE = "event-place"
    PROPERTY = "property"
    INSTITUTION = "institution"
    NATIONWIDE = "nationwide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsible:
    """`field`: a JSON pointer to the answer that holds the AGS of the place that decides."""

    level: Level = Level.TOWN
    by: DecidedBy = DecidedBy.RESIDENCE
    field: str | None = None


RESIDENTS_TOWN = Responsible()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDefinition:
    """`not_online`: why it cannot be applied for online yet; empty where it can.

    `announced`: a tariff of what a notice will demand later. `yearly`: a duty of every
    year; `yearly_by`: the answer that says of which, else it is that of the submission.
    """

    key: str
    version: int
    sha256: str
    title: Text
    category: str
    kind: Kind
    variants: tuple[str, ...]
    form: Mapping[str, Any]
    tariff: tuple[TariffLine, ...]
    proofs: tuple[ProofRule, ...]
    payment_timing: PaymentTiming
    fulfilments: tuple[Fulfilment, ...]
    trust_level: TrustLevel
    deadline: DeadlinePolicy
    entitlements: tuple[str, ...] = ()
    online_entitlements: tuple[str, ...] = ()
    issues_number: bool = False
    leika: str | None = None
    retention: Retention = NAMES_NOBODY
    category_title: Text = field(default_factory=dict)
    description: Text = field(default_factory=dict)
    synonyms: tuple[str, ...] = ()
    external: External | None = None
    not_online: Text = field(default_factory=dict)
    announced: tuple[TariffLine, ...] = ()
    responsible: Responsible = RESIDENTS_TOWN
    minimum_age: int | None = None
    yearly: bool = False
    yearly_by: str | None = None
    expiry: Expiry = NEVER
    notices: Notices = USUAL_NOTICES

    def require_applicable(self, language: str, *, online: bool = True) -> None:
        """Raise ServiceIsExternal or NotAvailableOnline where no application can be submitted.

        At a counter it can, as soon as there is a form for it.
        """
        if self.external:
            raise ServiceIsExternal(said(self.external.body, language), self.external.link)
        if self.not_online and (online or not self.form):
            raise NotAvailableOnline(said(self.not_online, language))

    def require_external(self) -> External:
        """Raise ServiceIsNotExternal where applications are submitted here."""
        if self.external is None:
            raise ServiceIsNotExternal
        return self.external


def said(text: Text, language: str) -> str:
    return text.get(language) or text["de"]


def age_on(day: date, born: date) -> int:
    """Full years; a 29 February birthday counts on 1 March in other years (§ 188 BGB)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def holds(condition: Condition, facts: Facts) -> bool:
    """Every named fact equals its value, is in {at_least, at_most}, or is one of a list."""
    return all(_matches(expected, facts.get(name)) for name, expected in condition.items())


def _matches(expected: Any, actual: Any) -> bool:
    if isinstance(expected, Mapping):
        return (
            actual is not None
            and actual >= expected.get("at_least", actual)
            and actual <= expected.get("at_most", actual)
        )
    if isinstance(expected, list | tuple):
        return actual in expected
    return bool(actual == expected)
