"""Where a request becomes a command: who asks, may they, did they ask before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response

from adapters.bootstrap import Parts
from adapters.catalogue.calendar import working_calendar
from adapters.event_store.office import Done, Order
from adapters.identity.actor import Actor, Role
from api.access import require_access, require_applicant
from api.auth import current_actor, require
from api.envelope import fingerprint, metadata, seen_version
from api.sign_in_strength import admit, require_provider
from api.views import CommandAnswer, command_answer
from api.without_staff import as_told_to
from domain.application.commands import ApplicationCommand
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationEvent
from domain.application.state import Application
from domain.municipality.municipality import Municipality
from domain.working_days import WorkingCalendar, legal_day


# Dependencies are `async def`: a plain one costs each request a hop to a thread and back.
async def parts(request: Request) -> Parts:
    found: Parts = request.app.state.parts
    return found


PartsOf = Annotated[Parts, Depends(parts)]
AnyActor = Annotated[Actor, Depends(current_actor)]
Citizen = Annotated[Actor, Depends(require(Role.CITIZEN))]
Clerk = Annotated[Actor, Depends(require(Role.CLERK))]
Applicant = Annotated[Actor, Depends(require(Role.CITIZEN, Role.CLERK))]
Insider = Annotated[Actor, Depends(require(Role.CITIZEN, Role.CLERK, Role.AUDITOR))]
Auditor = Annotated[Actor, Depends(require(Role.AUDITOR))]
Operator = Annotated[Actor, Depends(require(Role.OPERATOR))]
Analyst = Annotated[Actor, Depends(require(Role.ANALYST, Role.OPERATOR))]


@dataclass(frozen=True, slots=True)
class Case:
    """An application as it stands, and the working days of its town."""

    history: Sequence[ApplicationEvent]
    state: Application
    calendar: WorkingCalendar


@dataclass(slots=True)
class Desk:
    parts: Parts
    request: Request
    response: Response
    now: datetime

    async def carry_out(
        self,
        actor: Actor,
        application_id: UUID,
        command: ApplicationCommand,
        *,
        if_match: bool = False,
    ) -> CommandAnswer:
        """`if_match`: only on what the asker saw last."""
        order = replace(
            await self.order(
                actor, application_id, command, lambda state: require_access(actor, state)
            ),
            seen_version=seen_version(self.request, needed=if_match),
        )
        return as_told_to(actor, self.answer(await self.parts.office.carry_out(APPLICATION, order)))

    async def order(
        self, actor: Actor, stream_id: UUID, command: Any, guard: Callable[[Any], None]
    ) -> Order:
        """In its envelope. `guard`: raises unless the actor may touch what is in this state."""
        return Order(
            stream_id=stream_id,
            command=command,
            metadata=metadata(self.parts.keys, self.request, actor, key_needed=False),
            fingerprint=self.fingerprint(await self.request.body()),
            guard=guard,
        )

    def fingerprint(self, body: bytes) -> bytes:
        return fingerprint(self.parts.keys, self.request, body)

    def answer(self, done: Done[Application]) -> CommandAnswer:
        self.mark(done)
        return command_answer(done)

    def mark(self, done: Done[Any]) -> None:
        self.response.headers["ETag"] = f'"{done.appended.version}"'
        if done.appended.replayed:
            self.response.headers["Idempotent-Replayed"] = "true"

    async def case(self, actor: Actor, application_id: UUID) -> Case:
        """Look an application up. Raise NotFound unless the actor may touch it."""
        history = await self.parts.log.events(application_id)
        state = APPLICATION.fold(history)
        require_access(actor, state)
        town = self.parts.catalogue.municipality(state.municipality)
        return Case(history, state, working_calendar(town, self.now.date()))

    async def payers_case(self, actor: Actor, application_id: UUID) -> Case:
        """Look up what an applicant is about to pay. Raise ProviderNotAccepted as well."""
        case = await self.case(actor, application_id)
        require_applicant(actor, case.state)
        require_provider(actor, self._town(case), legal_day(self.now))
        return case

    async def applicants_case(self, actor: Actor, application_id: UUID) -> Case:
        """Look up what an applicant is about to act on. Raise StepUpNeeded as well.

        Whoever changes an application is known as surely as who submitted it had to be.
        """
        case = await self.payers_case(actor, application_id)
        needed, today = case.state.rules.trust_level, legal_day(self.now)
        admit(self.parts.verifier, actor, self._town(case), needed, today)
        return case

    def _town(self, case: Case) -> Municipality:
        return self.parts.catalogue.municipality(case.state.municipality)


async def desk(request: Request, response: Response, parts: PartsOf) -> Desk:
    return Desk(parts, request, response, datetime.now(UTC))


DeskOf = Annotated[Desk, Depends(desk)]
