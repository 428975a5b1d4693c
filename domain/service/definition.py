"""The definition of a service (Leistung): data, authored once, adopted by many towns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.rules import NAMES_NOBODY, Fulfilment, Kind, PaymentTiming, Retention, TrustLevel
from domain.working_days import DeadlinePolicy

Text = Mapping[str, str]  # language code -> text
Facts = Mapping[str, Any]
Condition = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffLine:
    """The first line whose condition holds gives the fee. `cents` may be set by the town."""

    name: str
    title: Text
    cents: int
    when: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRule:
    kind: str
    title: Text
    when: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDefinition:
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
