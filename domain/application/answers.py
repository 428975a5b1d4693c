"""The answers of an application as they stand: what was answered at first, and corrected since."""

from collections.abc import Iterable
from typing import Any

from domain.application.events import ApplicationEvent, ApplicationSubmitted, CorrectionAnswered


def answers_of(history: Iterable[ApplicationEvent]) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for event in history:
        if isinstance(event, ApplicationSubmitted):
            answers |= event.answers
        elif isinstance(event, CorrectionAnswered):
            answers |= event.changes
    return answers
