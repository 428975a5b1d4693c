"""Plays a scenario day by day: real commands, many in flight, on a clock of its own."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID

from adapters.bootstrap import Parts
from adapters.event_store.office import Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import new_id
from adapters.personal_data.people import subject_digest
from domain.application.commands import RecordPayment
from domain.application.decisions import APPLICATION
from domain.first_use.events import Occasion
from domain.first_use.first_use import RecordFirstUse
from domain.municipality.municipality import Phase
from domain.payment import commands as p
from domain.payment.decisions import PAYMENT
from domain.working_days import legal_day
from workers.scenario.life import Life
from workers.scenario.next_step import Step, next_step
from workers.scenario.submitting import submission
from workers.scenario.table import Scenario
from workers.scenario.visits import Visit

IN_FLIGHT = 256
PLATFORM = ActorStamp("payment-poller", "system")

Report = Callable[[int], None]


@dataclass(slots=True)
class Player:
    """`report` is told how many visits have begun; `worked_on`: of a hundred applications;
    `commands`: how many were carried out.
    """

    parts: Parts
    scenario: Scenario
    seed: int
    report: Report
    worked_on: int = 100
    commands: int = 0
    applications: int = 0
    begun: int = 0
    _due: dict[date, list[Life]] = field(default_factory=lambda: defaultdict(list))
    _known: set[tuple[str, str]] = field(default_factory=set)
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(IN_FLIGHT))
    # No more than the pool has: whoever waits there for too long is turned away.
    _asking: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._asking = asyncio.Semaphore(self.parts.settings.pool_size)

    async def play(self, days: Iterable[tuple[date, list[Visit]]]) -> None:
        """Whoever comes on a day and whatever is due on it goes on side by side."""
        for day, visits in days:
            lives = self._due.pop(day, [])
            async with asyncio.TaskGroup() as group:
                for visit in visits:
                    group.create_task(self._begin(visit, day))
                for life in lives:
                    group.create_task(self._go_on(life, day))

    async def _begin(self, visit: Visit, day: date) -> None:
        async with self._gate:
            await self._sign_in(visit)
            life = await self._submit(visit)
        self.begun += 1
        self.report(self.begun)
        if life and visit.number % 100 < self.worked_on:
            await self._go_on(life, day)

    async def _sign_in(self, visit: Visit) -> None:
        if visit.account is None or (visit.account, visit.town) in self._known:
            return
        self._known.add((visit.account, visit.town))
        town = self.parts.catalogue.municipality(visit.town)
        use = RecordFirstUse(
            municipality=town.ags,
            occasion=Occasion.SIGN_IN,
            pilot=town.phase is Phase.PILOT,
            now=visit.moment,
        )
        subject = subject_digest(self.parts.keys, visit.account)
        async with self._asking:
            first = await self.parts.first_uses.record(subject, use, self._trace(visit))
        self.commands += first  # not while waiting: others count meanwhile

    async def _submit(self, visit: Visit) -> Life | None:
        if visit.service is None:
            return None
        offer = self.parts.catalogue.offer(visit.town, visit.service)
        chance = Random(f"{self.seed}-{visit.number}")  # noqa: S311 -- to play, not to hide
        life = Life(visit, offer.town, new_id(), chance, visit.moment)
        command = submission(self.scenario, offer, life, visit.number)
        await self._ask(life, Step(visit.moment, command, life.person), begins=True)
        self.applications += 1
        return life

    async def _go_on(self, life: Life, day: date) -> None:
        while step := next_step(life):
            if (when := legal_day(step.at)) > day:
                self._due[when].append(life)
                return
            async with self._gate:
                await self._ask(life, step)

    async def _ask(self, life: Life, step: Step, *, begins: bool = False) -> None:
        if isinstance(step.command, RecordPayment):
            await self._pay_at_platform(life, step.command)
        order = Order(life.stream_id, step.command, self._stamped(life, step.by), begins=begins)
        life.state = (await self.parts.office.carry_out(APPLICATION, order)).state
        life.now = step.at
        self.commands += 1

    async def _pay_at_platform(self, life: Life, paid: RecordPayment) -> None:
        """The attempt has a stream of its own, as if a platform had been asked."""
        done: tuple[p.PaymentCommand, ...] = (
            p.RequestPayment(
                application_id=life.stream_id, municipality=life.town.ags, cents=paid.cents,
                purpose=life.state.rules.service[:27], now=paid.now,
            ),
            p.OpenPayment(
                transaction_id=paid.reference, redirect_url="https://pay.example/", now=paid.now
            ),
            p.RecordSuccess(
                cents=paid.cents, method=paid.method, reference=paid.reference,
                paid_at=paid.paid_at, now=paid.now,
            ),
        )  # fmt: skip
        for command in done:
            order = Order(paid.payment_id, command, self._stamped(life, PLATFORM))
            await self.parts.office.carry_out(PAYMENT, order)
            self.commands += 1

    def _stamped(self, life: Life, by: ActorStamp) -> Metadata:
        return Metadata(new_id(), by, self._trace(life.visit))

    def _trace(self, visit: Visit) -> str:
        return UUID(int=visit.number).hex
