"""A referral: counted when it happens, and nothing follows from it."""

from dataclasses import dataclass
from datetime import datetime

from domain.decider import Decider
from domain.referral.events import ApplicantReferred, ReferralEvent
from domain.working_days import legal_day


@dataclass(frozen=True, slots=True, kw_only=True)
class CountReferral:
    municipality: str
    service: str
    service_version: int
    link: str
    source_portal: str
    now: datetime
    pilot: bool = False


@dataclass(frozen=True, slots=True)
class Referral:
    counted: bool = False


def decide(referral: Referral, command: CountReferral) -> list[ReferralEvent]:
    if referral.counted:
        return []
    return [
        ApplicantReferred(
            municipality=command.municipality,
            service=command.service,
            service_version=command.service_version,
            link=command.link,
            pilot=command.pilot,
            source_portal=command.source_portal,
            referred_at=command.now,
            legal_day=legal_day(command.now),
        )
    ]


def evolve(_: Referral, __: ReferralEvent) -> Referral:
    return Referral(counted=True)


REFERRAL = Decider(initial=Referral(), decide=decide, evolve=evolve, events=ReferralEvent)
