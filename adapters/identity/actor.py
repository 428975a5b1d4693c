"""Who is asking: the one identity the house knows, whichever provider vouched for it."""

from dataclasses import dataclass
from enum import StrEnum

from domain.rules import TrustLevel


class Role(StrEnum):
    CITIZEN = "citizen"
    CLERK = "clerk"
    AUDITOR = "auditor"
    ANALYST = "analyst"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class TrustClaim:
    """What a provider says of how surely somebody is known, and how high this house ranks it."""

    raw: str
    level: TrustLevel


@dataclass(frozen=True, slots=True)
class Actor:
    """A verified person.

    `municipality` is an AGS; None means all of them for an analyst or operator, and none for a
    citizen, who belongs to no tenant. A citizen's `subject` is a pseudonymous account key.

    `office` and `branch` narrow what a clerk works on. `barred`: the towns that somebody of all of
    them may do nothing in. `mailbox`: the handle of what a citizen's account has to write to.

    `trust`: what was said of a citizen's account and of this sign-in; the weaker of them counts.
    """

    subject: str
    role: Role
    municipality: str | None
    branch: str | None
    email: str | None
    trust: tuple[TrustClaim, ...] = ()
    issuer: str = ""
    office: str | None = None
    barred: frozenset[str] = frozenset()
    mailbox: str | None = None

    @property
    def trust_level(self) -> TrustLevel | None:
        return min((claim.level for claim in self.trust), default=None)

    @property
    def raw_trust(self) -> str | None:
        """What the provider calls the level that counts."""
        weakest = min(self.trust, key=lambda claim: claim.level, default=None)
        return weakest.raw if weakest else None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of whom the provider only says who they are; what they may do, the register says."""

    subject: str
    issuer: str
    roles_allowed: frozenset[Role]
    email: str | None

    def actor_as(self, role: Role) -> Actor:
        return Actor(self.subject, role, None, None, self.email, issuer=self.issuer)
