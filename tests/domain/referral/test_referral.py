"""Somebody is sent to another body's service, and is counted once."""

from datetime import UTC, date, datetime

from domain.referral.events import ApplicantReferred
from domain.referral.referral import REFERRAL, CountReferral
from tests.given import Given

LATE = datetime(2021, 6, 16, 22, 30, tzinfo=UTC)  # after midnight in Berlin
LINK = "https://www.example.org/apply"
count = CountReferral(
    municipality="05513000",
    service="criminal-record-certificate",
    service_version=1,
    link=LINK,
    source_portal="portal-05513000",
    now=LATE,
)
counted = ApplicantReferred(
    municipality="05513000",
    service="criminal-record-certificate",
    service_version=1,
    link=LINK,
    pilot=False,
    source_portal="portal-05513000",
    referred_at=LATE,
    legal_day=date(2021, 6, 17),
)
given = Given(REFERRAL)


def test_a_referral_is_counted_on_its_legal_day() -> None:
    given().when(count).then(counted)


def test_it_is_counted_once() -> None:
    given(counted).when(count).then_nothing_happens()
