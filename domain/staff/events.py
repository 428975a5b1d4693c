"""Who works in which role, for which town: granted and revoked by operators."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.personal import Internal


class StaffRole(StrEnum):
    CLERK = "clerk"
    AUDITOR = "auditor"
    ANALYST = "analyst"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted:
    """`subject` as the identity provider names the account, after our prefix for the provider.

    Without a `municipality`: every one. `office` and `branch` narrow a clerk's work to theirs.
    """

    subject: Internal[str]
    role: StaffRole
    municipality: str | None
    office: str | None
    branch: str | None
    granted_by: Internal[str]
    granted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRevoked:
    """From then on the account acts in no role there; without a `municipality`, nowhere."""

    subject: Internal[str]
    municipality: str | None
    reason: Internal[str]
    revoked_by: Internal[str]
    revoked_at: datetime


StaffEvent = RoleGranted | RoleRevoked
