"""People, moments and rules in force that the tests of an application share."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from domain.application.events import Applicant
from domain.rules import Expiry, Fee, Fulfilment, Kind, PaymentTiming, RulesInForce, TrustLevel
from domain.working_days import DayCounted, DeadlinePolicy, WorkingCalendar

GELSENKIRCHEN, GLADBECK = "05513000", "05562014"
LIBRARY, TAXES = "library", "tax office"
CENTRAL = "central-library"
CLERK, COLLEAGUE = "clerk-anna", "clerk-ben"
EVA = Applicant(given_name="Eva", family_name="Muster", birth_date=date(1990, 5, 17))
CALENDAR = WorkingCalendar({date(2021, 6, 3): "Fronleichnam"})

NOW = datetime(2021, 6, 16, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
DUE = date(2021, 6, 18)
DUE_LATER = date(2021, 6, 21)


def day(number: int, of_june: int, why_not: str = "") -> DayCounted:
    return DayCounted(day=date(2021, 6, of_june), number=number, why_not=why_not)


DERIVATION = (day(0, 16, "Tag des Eingangs"), day(1, 17), day(2, 18))
DERIVATION_LATER = (
    day(0, 17, "Tag des Eingangs"),
    day(1, 18),
    day(0, 19, "Samstag"),
    day(0, 20, "Sonntag"),
    day(2, 21),
)

PROOF, OTHER_PROOF = UUID(int=1), UUID(int=2)
PAYMENT, OTHER_PAYMENT, COUNTER_PAYMENT = UUID(int=11), UUID(int=12), UUID(int=13)
OTHER_APPLICATION = UUID(int=31)
HAND_OVER = UUID(int=41)
NOTICE, OTHER_NOTICE = UUID(int=51), UUID(int=52)
CORRECTION, OTHER_CORRECTION = UUID(int=21), UUID(int=22)

ADULT = RulesInForce(
    service="library-card",
    version=1,
    definition_sha256="0" * 64,
    kind=Kind.DECISION,
    trust_level=TrustLevel.BASIC,
    fee=Fee(cents=2000, tariff="adult"),
    payment_timing=PaymentTiming.BEFORE_HANDOVER,
    required_proofs=(),
    fulfilments=(Fulfilment.PICKUP, Fulfilment.ONLINE_ONLY),
    branches=(CENTRAL, "branch-buer"),
    deadline=DeadlinePolicy(working_days=2),
    entitlements=("house", "unstaffed-branches", "inter-library-loan", "onleihe"),
    online_entitlements=("onleihe",),
    issues_number=True,
)
REDUCED = replace(ADULT, fee=Fee(cents=1000, tariff="reduced"), required_proofs=("reduction",))
MINOR = replace(ADULT, fee=Fee(cents=0, tariff="minor"), payment_timing=PaymentTiming.NONE)
PARKING = replace(
    ADULT,
    service="resident-parking",
    fee=Fee(cents=3070, tariff="permit"),
    payment_timing=PaymentTiming.AFTER_APPROVAL,
    fulfilments=(Fulfilment.ONLINE_ONLY, Fulfilment.MAIL),
    entitlements=(),
    online_entitlements=("zone-a",),
    issues_number=False,
)
CERTIFICATE = replace(
    PARKING,
    service="birth-certificate",
    kind=Kind.DOCUMENT_ORDER,
    fee=Fee(cents=1200, tariff="certificate"),
    payment_timing=PaymentTiming.BEFORE_HANDOVER,
    fulfilments=(Fulfilment.MAIL,),
)
METER_READING = replace(
    MINOR,
    service="meter-reading",
    kind=Kind.NOTIFICATION,
    fulfilments=(Fulfilment.ACKNOWLEDGEMENT,),
    issues_number=False,
)
EXPIRY = Expiry(unpaid_days=14, unanswered_days=10, pickup_days=20)
EXPIRING = replace(REDUCED, expiry=EXPIRY)
EXPIRING_PARKING = replace(PARKING, expiry=EXPIRY)
ALL_RULES = (
    ADULT, REDUCED, MINOR, PARKING, CERTIFICATE, METER_READING, EXPIRING, EXPIRING_PARKING
)  # fmt: skip
