"""A service as a town offers it: what it does differently, and whether it is open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.rules import OwnProof
from domain.working_days import DeadlinePolicy

Text = Mapping[str, str]  # language code -> text


class AdoptionState(StrEnum):
    """Only what is live takes applications."""

    ADOPTED = "adopted"
    LIVE = "live"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """A service as this town offers it, and what it does differently from the definition.

    `fees` in cents by tariff line; `texts` by name (title, notice); `branches` where the result is
    handed out, all of the town's if empty; `waived_proofs` are not asked for here, and
    `own_proofs` besides. `link`: where people apply for it in the town's own portal.
    """

    service: str
    version: int
    office: str
    fees: Mapping[str, int]
    pilot: bool = False
    live_since: date | None = None
    texts: Mapping[str, Text] = field(default_factory=dict)
    deadline: DeadlinePolicy | None = None
    waived_proofs: tuple[str, ...] = ()
    own_proofs: tuple[OwnProof, ...] = ()
    branches: tuple[str, ...] = ()
    link: str | None = None
    state: AdoptionState = AdoptionState.LIVE
    suspended_because: str = ""
    suspended_by_file: bool = False
