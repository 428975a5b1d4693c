"""The same log through the eventsourcing library: its subscriptions and tools read it."""

from collections.abc import Mapping, Sequence
from typing import Any

from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from adapters.event_store.errors import UnsafeSettings
from adapters.postgres.connecting import OPTIONS

UNSAFE = "POSTGRES_ENABLE_DB_FUNCTIONS"


class LogRecorder(PostgresApplicationRecorder):
    """The library's recorder over our table. Tables come from migrations only."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        if datastore.enable_db_functions:
            raise UnsafeSettings(UNSAFE)
        super().__init__(datastore, events_table_name="events")

    def create_table(self) -> None:
        """Leave the schema to the migrations: two starting at once would crash here."""

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append as the library does; an answer lost with the connection is not a conflict."""
        try:
            positions: Sequence[int] | None = super().insert_events(stored_events, **kwargs)
        except IntegrityError:
            mine = {(e.originator_version, e.topic, e.state) for e in stored_events}
            first = stored_events[0]
            stored = self.select_events(
                first.originator_id, gt=first.originator_version - 1, limit=len(stored_events)
            )
            # The bytes carry the command id, so equal bytes are this very append.
            if {(e.originator_version, e.topic, e.state) for e in stored} != mine:
                raise
            return None
        return positions


def refuse_unsafe(environment: Mapping[str, str]) -> None:
    """Raise UnsafeSettings where the library would append without a lock."""
    if environment.get(UNSAFE, "").lower() in {"1", "y", "yes", "t", "true", "on"}:
        raise UnsafeSettings(UNSAFE)


def _connection_arguments(datastore: PostgresDatastore) -> dict[str, Any]:
    arguments = datastore.pool.kwargs
    return dict(arguments) if isinstance(arguments, Mapping) else {}


def library_recorder(url: str) -> LogRecorder:
    """Open the log for the library; close it with `.datastore.close()`."""
    parts = conninfo_to_dict(url)
    datastore = PostgresDatastore(
        dbname=str(parts["dbname"]),
        host=str(parts["host"]),
        port=str(parts.get("port") or 5432),
        user=str(parts["user"]),
        password=str(parts.get("password") or ""),
        max_overflow=9,  # every subscription keeps one connection for itself
        lock_timeout=5,
        idle_in_transaction_session_timeout=30,
        originator_id_type="uuid",
    )
    datastore.pool.kwargs = {**_connection_arguments(datastore), "options": OPTIONS}
    return LogRecorder(datastore)
