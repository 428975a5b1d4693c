"""Has the same person done a duty of this year before? A clerk decides what that means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.application.answers import answers_of
from domain.application.events import Applicant, ApplicationEvent, ApplicationSubmitted


@dataclass(frozen=True, slots=True)
class Duty:
    """What somebody did for which year, by the answers as they are now."""

    applicant: Applicant
    account: str | None
    variant: str
    year: int

    def repeats(self, other: "Duty") -> bool:
        same = (self.variant, self.year) == (other.variant, other.year)
        return same and (self._one_account(other) or _person(self) == _person(other))

    def _one_account(self, other: "Duty") -> bool:
        return self.account is not None and self.account == other.account


def duty_of(history: Sequence[ApplicationEvent], yearly_by: str | None) -> Duty | None:
    """Return None once its applicant was erased. `yearly_by`: the answer that names the year."""
    submitted = history[0]
    if not isinstance(submitted, ApplicationSubmitted) or submitted.applicant is None:
        return None
    filed = submitted.first_received_on or submitted.legal_day
    year = answers_of(history).get(yearly_by) if yearly_by else filed.year
    return Duty(submitted.applicant, submitted.account, submitted.variant, int(year or 0))


def _person(duty: Duty) -> tuple[str, str, date]:
    one = duty.applicant
    return _plain(one.family_name), _plain(one.given_name), one.birth_date


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
