"""Applications per city, service, legal day and channel: counted once, at submission, for ever."""

from domain.application.events import ApplicationSubmitted
from projections.projection import Projection

APPLICATIONS_PER_DAY = Projection(
    name="applications_per_day_v1",
    table="""
        CREATE TABLE applications_per_day_v1 (
            municipality text    NOT NULL,
            service      text    NOT NULL,
            legal_day    date    NOT NULL,
            channel      text    NOT NULL,
            pilot        boolean NOT NULL,
            applications bigint  NOT NULL,
            PRIMARY KEY (municipality, service, legal_day, channel, pilot)
        );
        CREATE INDEX ON applications_per_day_v1 (legal_day);
    """,
    on={
        ApplicationSubmitted: """
            INSERT INTO applications_per_day_v1 AS day
                (municipality, service, legal_day, channel, pilot, applications)
            VALUES (%(municipality)s, %(service)s, %(legal_day)s, %(channel)s, %(pilot)s, 1)
            ON CONFLICT (municipality, service, legal_day, channel, pilot)
            DO UPDATE SET applications = day.applications + 1
        """,
    },
)
