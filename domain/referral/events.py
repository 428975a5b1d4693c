"""That somebody was sent to another body's service: one fact each time, and nobody in it."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantReferred:
    """`link`: where they were sent, as the definition said it then. `source_portal`: from where."""

    municipality: str
    service: str
    service_version: int
    link: str
    pilot: bool
    source_portal: str
    referred_at: datetime
    legal_day: date


ReferralEvent = ApplicantReferred
