"""What the list of staff shows, told from the events in plain Python."""

from typing import Any
from uuid import UUID

from domain.staff.events import RoleGranted, RoleRevoked
from tests.projections.log import Happened

Row = dict[str, Any]


def staff(log: Happened) -> list[Row]:
    rows: dict[tuple[UUID, str], Row] = {}
    for stream, event in log:
        if isinstance(event, RoleGranted):
            for gone in _lifted(rows, stream, event.municipality):
                del rows[gone]
            rows[stream, event.municipality or "*"] = _staff_row(stream, event, event.granted_at)
        elif isinstance(event, RoleRevoked):
            place = event.municipality or "*"
            row = _staff_row(stream, event, event.revoked_at)
            rows[stream, place] = {**row, **rows.get((stream, place), {})}
            for (account, where), old in rows.items():
                if account == stream and place in {"*", where}:
                    old |= {"revoked": True, "since": event.revoked_at}
    return list(rows.values())


def _lifted(
    rows: dict[tuple[UUID, str], Row], stream: UUID, municipality: str | None
) -> list[tuple[UUID, str]]:
    """What was revoked everywhere; by a role for every town, what was revoked in any."""
    if municipality is not None:
        return [(stream, "*")] if (stream, "*") in rows else []
    return [at for at, row in rows.items() if at[0] == stream and at[1] != "*" and row["revoked"]]


def _staff_row(stream: UUID, event: Any, since: object) -> Row:
    granted = isinstance(event, RoleGranted)
    return {
        "account": stream,
        "place": event.municipality or "*",
        "subject": event.subject,
        "municipality": event.municipality,
        **{
            name: getattr(event, name) if granted else None for name in ("role", "office", "branch")
        },
        "since": since,
        "revoked": not granted,
    }
