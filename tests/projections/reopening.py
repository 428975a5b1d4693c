"""Reopenings, and the two applications that the tests of read models are about."""

from dataclasses import replace
from uuid import UUID

from domain.application.events import ApplicationReopened
from tests.domain.application.facts import CLERK, DERIVATION_LATER, DUE_LATER, LATER

ONE, OTHER = UUID(int=101), UUID(int=102)
reopened = ApplicationReopened(
    reason="wrong person",
    reopened_by=CLERK,
    reopened_at=LATER,
    due_on=DUE_LATER,
    derivation=DERIVATION_LATER,
)
reopened_incomplete = replace(reopened, due_on=None, derivation=())
