"""Forgetting whom an application was about, once it has ended."""

from domain.application.commands import EraseApplicant
from domain.application.events import ApplicantErased, ApplicationEvent
from domain.application.state import ENDED, Application
from domain.errors import MoneyIsAwaited, MoneyIsOwed, NotEndedYet


def erase(application: Application, command: EraseApplicant) -> list[ApplicationEvent]:
    if application.erased:
        return []
    if application.status not in ENDED:
        raise NotEndedYet
    if (
        application.money_owed or command.money_found
    ):  # nobody would know any more whom to pay it to
        raise MoneyIsOwed
    if command.money_awaited:  # it would come, and be nobody's
        raise MoneyIsAwaited
    return [ApplicantErased(ground=command.ground, erased_by=command.by, erased_at=command.now)]
