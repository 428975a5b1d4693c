"""Applications per city, service, legal day and channel: counted once, at submission, for ever.

The day of recording is kept as well, so that a count can be read as it stood at an earlier day.
"""

from domain.application.events import ApplicationSubmitted
from projections.projection import Projection

APPLICATIONS_PER_DAY = Projection(
    name="applications_per_day_v2",
    table="""
        CREATE TABLE applications_per_day_v2 (
            municipality text    NOT NULL,
            service      text    NOT NULL,
            legal_day    date    NOT NULL,
            channel      text    NOT NULL,
            pilot        boolean NOT NULL,
            recorded_day date    NOT NULL,
            applications bigint  NOT NULL,
            PRIMARY KEY (legal_day, municipality, service, channel, pilot, recorded_day)
        );
    """,
    on={
        ApplicationSubmitted: """
            INSERT INTO applications_per_day_v2 AS day
                (municipality, service, legal_day, channel, pilot, recorded_day, applications)
            VALUES (%(municipality)s, %(service)s, %(legal_day)s, %(channel)s, %(pilot)s,
                (%(recorded_at)s AT TIME ZONE 'Europe/Berlin')::date, 1)
            ON CONFLICT (legal_day, municipality, service, channel, pilot, recorded_day)
            DO UPDATE SET applications = day.applications + 1
        """,
    },
)
