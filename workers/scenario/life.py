"""An application under way, and the hours at which something can be asked about it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from adapters.catalogue.calendar import working_calendar
from adapters.event_store.recorded import ActorStamp
from domain.application.events import Channel
from domain.application.state import Application
from domain.municipality.municipality import Municipality
from domain.municipality.paying import takes_payments
from domain.working_days import BERLIN, WorkingCalendar, legal_day
from workers.scenario.visits import Fate, Visit

CLERKS = 6
OPENS, CLOSES = 9 * 3600, 16 * 3600


@dataclass(slots=True)
class Life:
    """`now`: when it was done what was done last; `corrected`: a question was asked already."""

    visit: Visit
    town: Municipality
    stream_id: UUID
    chance: Random
    now: datetime
    state: Application = field(default_factory=Application)
    corrected: bool = False

    @property
    def fate(self) -> Fate:
        return self.visit.fate

    @property
    def clerk(self) -> str:
        return f"clerk-{self.town.ags}-{self.visit.number % CLERKS}"

    @property
    def person(self) -> ActorStamp:
        """Who speaks for the applicant: themselves online, else a clerk."""
        account = self.visit.account
        return ActorStamp(account, "citizen") if account else self.office

    @property
    def office(self) -> ActorStamp:
        return ActorStamp(self.clerk, "clerk", self.town.ags)

    @property
    def pays_online(self) -> bool:
        online = self.visit.channel is Channel.ONLINE
        return online and takes_payments(self.town, legal_day(self.now))

    @property
    def calendar(self) -> WorkingCalendar:
        return working_calendar(self.town, self.now.date())

    def soon(self, least: int, most: int) -> datetime:
        """So many minutes later."""
        return self.now + timedelta(minutes=self.chance.randint(least, most))

    def later(self, days: int) -> datetime:
        """At an hour of a day after so many days, of a person who is free to choose it."""
        return self._at(legal_day(self.now) + timedelta(days=days))

    def in_office(self, working_days: int) -> datetime:
        """At an hour of the town hall, so many of its working days later."""
        day, calendar = legal_day(self.now), self.calendar
        while working_days:
            day += timedelta(days=1)
            working_days -= not calendar.why_closed(day, saturday_counts=False)
        return self._at(day)

    def _at(self, day: date) -> datetime:
        seconds = timedelta(seconds=self.chance.randint(OPENS, CLOSES))
        return datetime.combine(day, time(), BERLIN) + seconds
