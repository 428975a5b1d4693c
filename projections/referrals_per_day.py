"""How many people were sent to another body's service, per municipality and legal day, for ever."""

from domain.referral.events import ApplicantReferred
from projections.projection import Projection

REFERRALS_PER_DAY = Projection(
    name="referrals_per_day_v1",
    table="""
        CREATE TABLE referrals_per_day_v1 (
            municipality text    NOT NULL,
            service      text    NOT NULL,
            legal_day    date    NOT NULL,
            recorded_day date    NOT NULL,
            pilot        boolean NOT NULL,
            referrals    bigint  NOT NULL,
            PRIMARY KEY (legal_day, municipality, service, recorded_day, pilot)
        );
    """,
    on={
        ApplicantReferred: """
            INSERT INTO referrals_per_day_v1 AS day
                (municipality, service, legal_day, recorded_day, pilot, referrals)
            VALUES (%(municipality)s, %(service)s, %(legal_day)s,
                (%(recorded_at)s AT TIME ZONE 'Europe/Berlin')::date, %(pilot)s, 1)
            ON CONFLICT (legal_day, municipality, service, recorded_day, pilot)
            DO UPDATE SET referrals = day.referrals + 1
        """,
    },
)
