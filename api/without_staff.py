"""Applicants write to the office: which accounts of its staff work on a case, they are not told."""

from typing import TypeVar

from adapters.identity.actor import Actor, Role
from api.views import ApplicationView, CommandAnswer

An = TypeVar("An", bound=CommandAnswer)


def as_told_to(actor: Actor, answer: An) -> An:
    if actor.role is Role.CITIZEN:
        answer.claimed_by = None
        for proof in answer.proofs if isinstance(answer, ApplicationView) else ():
            proof.checked_by = ""
    return answer
