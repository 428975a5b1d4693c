"""What has to be done before a town is announced, or what is filed there counts?"""

from collections.abc import Iterator, Mapping
from datetime import date

from domain.errors import StepsMissing
from domain.municipality.commands import VersionTerms
from domain.municipality.onboarding import Step
from domain.municipality.paying import can_cost, has_account
from domain.municipality.state import Town

Terms = Mapping[str, VersionTerms]  # by service
SAID_TO_BE_DONE = (Step.KEY_PEOPLE, Step.CONTRACT, Step.PORTAL_INTEGRATION)


def require_ready(town: Town, terms: Terms, today: date) -> None:
    """Raise StepsMissing, naming them. Configuration is optional."""
    missing = list(_missing(town, terms, today))
    if missing:
        raise StepsMissing(*missing)


def _missing(town: Town, terms: Terms, today: date) -> Iterator[Step]:
    yield from (step for step in SAID_TO_BE_DONE if step not in town.steps)
    if not town.has_mailbox:
        yield Step.CLERK_MAILBOX
    if _fee_can_be_due(town, terms) and not has_account(town.payment, today):
        yield Step.PAYMENT_PLATFORM


def _fee_can_be_due(town: Town, terms: Terms) -> bool:
    return any(
        terms[key].takes_applications and can_cost(terms[key].tariff, adoption.fees)
        for key, adoption in town.services.items()
        if key in terms
    )
