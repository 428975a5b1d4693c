"""Forgetting whom an application was about, once it has ended."""

from domain.application.commands import EraseApplicant
from domain.application.events import ApplicantErased, ApplicationEvent, ErasureGround
from domain.application.retention import person_kept_until
from domain.application.state import ENDED, Application
from domain.errors import MoneyIsAwaited, MoneyIsOwed, NotEndedYet, NothingIsDue
from domain.working_days import legal_day


def erase(application: Application, command: EraseApplicant) -> list[ApplicationEvent]:
    if application.erased:
        return []
    if application.status not in ENDED:
        raise NotEndedYet
    if command.ground is ErasureGround.RETENTION and _is_kept(application, command):
        raise NothingIsDue
    if (
        application.money_owed or command.money_found
    ):  # nobody would know any more whom to pay it to
        raise MoneyIsOwed
    if command.money_awaited:  # it would come, and be nobody's
        raise MoneyIsAwaited
    return [ApplicantErased(ground=command.ground, erased_by=command.by, erased_at=command.now)]


def _is_kept(application: Application, command: EraseApplicant) -> bool:
    until = person_kept_until(application)
    return until is None or legal_day(command.now) <= until
