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
class Actor:
    """A verified person.

    `municipality` is an AGS; None means all of them for an analyst or operator, and none for a
    citizen, who belongs to no tenant. A citizen's `subject` is a pseudonymous account key.
    """

    subject: str
    role: Role
    municipality: str | None
    branch: str | None
    trust_level: TrustLevel | None
    email: str | None
    raw_trust: str | None
