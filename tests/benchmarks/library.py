"""The eventsourcing library as shipped: what we are held against."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import ApplicationRecorder, Mapper, Tracking
from eventsourcing.postgres import PostgresFactory, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict

from adapters.event_names import EVENT_TYPES
from adapters.event_store.mapper import EventMapper
from adapters.event_store.recorded import Recorded
from adapters.event_store.recorder import LogRecorder
from adapters.read_models.statements import Statement, compile_statements
from projections.worklist import WORKLIST


def environment(url: str) -> dict[str, str]:
    parts = conninfo_to_dict(url)
    names = ("dbname", "host", "port", "user", "password")
    postgres = {f"POSTGRES_{name.upper()}": str(parts[name]) for name in names}
    return {"PERSISTENCE_MODULE": "eventsourcing.postgres", **postgres}


class Claim(Aggregate):
    """One small event."""

    def __init__(self, claimed_by: str, claimed_at: datetime) -> None:
        self.claimed_by = claimed_by
        self.claimed_at = claimed_at


class Worked(Aggregate):
    """Many small events."""

    def __init__(self) -> None:
        self.claims = 0

    @classmethod
    def long(cls, events: int) -> "Worked":
        """Return one of so many events."""
        worked = cls()
        for _ in range(events - 1):
            worked.claim("clerk-anna", datetime.now(UTC))
        return worked

    @event("Claimed")
    def claim(self, claimed_by: str, claimed_at: datetime) -> None:
        self.claims += 1


class Claims(Application[UUID]):
    pass


class SameLog(Application[UUID]):
    """The library's application over our log and with our mapper, so that only the way differs."""

    def construct_mapper(self) -> Mapper[UUID]:
        return EventMapper(EVENT_TYPES)

    def construct_recorder(self) -> ApplicationRecorder:
        assert isinstance(self.factory, PostgresFactory)
        return LogRecorder(self.factory.datastore)


class WorklistView(PostgresTrackingRecorder):
    def apply(self, statement: Statement, event: Recorded, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(statement.sql, statement.parameters(event), prepare=True)


class WorklistProjection(Projection[WorklistView]):
    name = "worklist"

    def __init__(self, view: WorklistView) -> None:
        super().__init__(view)
        self._statements = compile_statements(WORKLIST)
        self.goal = 0
        self.reached = Event()

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        statement = self._statements[type(domain_event.event).__name__]
        self.view.apply(statement, domain_event, tracking)
        if tracking.notification_id == self.goal:
            self.reached.set()


@contextmanager
def projecting(url: str, upto: int) -> Iterator[Event]:
    """Give what is set once the worklist shows the log up to this position."""
    with ProjectionRunner(
        application_class=SameLog,
        projection_class=WorklistProjection,
        view_class=WorklistView,
        env=environment(url),
    ) as runner:
        assert isinstance(runner.projection, WorklistProjection)
        runner.projection.goal = upto
        yield runner.projection.reached
