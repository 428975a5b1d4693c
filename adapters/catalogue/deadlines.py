"""How long an office has, as a file says it: working days or calendar days, one of the two."""

from adapters.catalogue.service_document import DeadlineDocument
from domain.working_days import DeadlinePolicy

COMPLAINT = "should give either working_days or calendar_days; keep one of them"


def is_ambiguous(deadline: DeadlineDocument | None) -> bool:
    """True where it gives none or both."""
    return deadline is not None and bool(deadline.working_days) == bool(deadline.calendar_days)


def deadline_policy(deadline: DeadlineDocument) -> DeadlinePolicy:
    return DeadlinePolicy(
        working_days=deadline.working_days or deadline.calendar_days or 0,
        saturday_counts=deadline.saturday_counts,
        every_day_counts=deadline.calendar_days is not None,
    )
