"""How many people were sent to another body's service, per municipality and day, for ever."""

from domain.referral.events import ApplicantReferred
from projections.counted import counting

REFERRALS_COUNTED = counting(
    "referrals_counted_v1",
    ApplicantReferred,
    [("municipality", "text"), ("service", "text"), ("pilot", "boolean")],
)
