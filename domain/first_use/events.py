"""That an account used a municipality's portal for the first time: one fact, and nobody in it.

Which account it was cannot be read from it; the id of its stream is a keyed digest.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Occasion(StrEnum):
    SIGN_IN = "sign-in"
    SUBMISSION = "submission"


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalFirstUsed:
    """`pilot`: the portal was on trial, whatever became of the service that was asked for there."""

    municipality: str
    occasion: Occasion
    pilot: bool
    used_at: datetime
    legal_day: date


FirstUseEvent = PortalFirstUsed
