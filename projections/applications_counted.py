"""Applications per city, service, legal day and channel: counted once, at submission, for ever."""

from domain.application.events import ApplicationSubmitted
from projections.counted import counting

APPLICATIONS_COUNTED = counting(
    "applications_counted_v1",
    ApplicationSubmitted,
    [("municipality", "text"), ("service", "text"), ("channel", "text"), ("pilot", "boolean")],
)
