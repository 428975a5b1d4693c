"""How many accounts used a portal for the first time, per municipality and legal day, for ever."""

from domain.first_use.events import PortalFirstUsed
from projections.projection import Projection

FIRST_USERS_PER_DAY = Projection(
    name="first_users_per_day_v1",
    table="""
        CREATE TABLE first_users_per_day_v1 (
            municipality text    NOT NULL,
            legal_day    date    NOT NULL,
            recorded_day date    NOT NULL,
            pilot        boolean NOT NULL,
            users        bigint  NOT NULL,
            PRIMARY KEY (legal_day, municipality, recorded_day, pilot)
        );
    """,
    on={
        PortalFirstUsed: """
            INSERT INTO first_users_per_day_v1 AS day
                (municipality, legal_day, recorded_day, pilot, users)
            VALUES (%(municipality)s, %(legal_day)s,
                (%(recorded_at)s AT TIME ZONE 'Europe/Berlin')::date, %(pilot)s, 1)
            ON CONFLICT (legal_day, municipality, recorded_day, pilot)
            DO UPDATE SET users = day.users + 1
        """,
    },
)
