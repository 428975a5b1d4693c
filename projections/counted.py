"""A read model that counts: one row a day and one row a month for all that is alike, for ever.

A question about whole months reads the rows of months, so it takes as long after ten years as after
one. The rows of days say on which day it was recorded, so that a count can be read as it stood.
"""

from collections.abc import Sequence

from projections.projection import Projection

# Rows of a month add up whenever it was recorded.
ROW = """('day', {legal_day}, (%(recorded_at)s AT TIME ZONE 'Europe/Berlin')::date, {alike}, 1),
    ('month', date_trunc('month', {legal_day})::date, '0001-01-01', {alike}, 1)"""


def counting(name: str, event: type, kinds: Sequence[tuple[str, str]]) -> Projection:
    """`kinds`: columns of what is alike, each with its type; fields of the event."""
    columns = ", ".join(column for column, _ in kinds)
    key = f"span, legal_day, {columns}, recorded_day"
    return Projection(
        name=name,
        table=f"""
            CREATE TABLE {name} (
                span         text   NOT NULL,
                legal_day    date   NOT NULL,
                recorded_day date   NOT NULL,
                {"".join(f"{column} {kind} NOT NULL, " for column, kind in kinds)}
                counted      bigint NOT NULL,
                PRIMARY KEY ({key})
            );
            CREATE INDEX ON {name} (municipality, span, legal_day);
        """,
        on={
            event: f"""
                INSERT INTO {name} AS row (span, legal_day, recorded_day, {columns}, counted)
                VALUES {_rows(columns.split(", "))}
                ON CONFLICT ({key}) DO UPDATE SET counted = row.counted + 1
            """
        },
    )


def _rows(columns: Sequence[str]) -> str:
    alike = ", ".join(f"%({column})s" for column in columns)
    return ROW.format(legal_day="%(legal_day)s::date", alike=alike)
