"""Who works in which role where, and who was told to stop: one row an account and place."""

from domain.staff.events import RoleGranted, RoleRevoked
from projections.projection import Projection

# A grant lifts what was revoked everywhere, and one for every town what was revoked in any; the
# rules have let nobody else do so.
_GRANTED = """
    WITH lifted AS (
        DELETE FROM staff_v1
        WHERE account = %(stream_id)s AND (place = '*') = (%(municipality)s::text IS NOT NULL)
        AND (place = '*' OR revoked)
    )
    INSERT INTO staff_v1 (account, place, subject, municipality, role, office, branch, since)
    VALUES (%(stream_id)s, coalesce(%(municipality)s, '*'), %(subject)s, %(municipality)s, %(role)s,
        %(office)s, %(branch)s, %(granted_at)s)
    ON CONFLICT (account, place) DO UPDATE SET role = excluded.role, office = excluded.office,
        branch = excluded.branch, since = excluded.since, revoked = false
"""
_REVOKED = """
    WITH elsewhere AS (
        UPDATE staff_v1 SET revoked = true, since = %(revoked_at)s
        WHERE account = %(stream_id)s AND place <> '*' AND %(municipality)s::text IS NULL
    )
    INSERT INTO staff_v1 (account, place, subject, municipality, since, revoked)
    VALUES (%(stream_id)s, coalesce(%(municipality)s, '*'), %(subject)s, %(municipality)s,
        %(revoked_at)s, true)
    ON CONFLICT (account, place) DO UPDATE SET revoked = true, since = excluded.since
"""

STAFF_LIST = Projection(
    name="staff_v1",
    table="""
        CREATE TABLE staff_v1 (
            account      uuid NOT NULL,
            place        text NOT NULL,
            subject      text NOT NULL,
            municipality text,
            role         text,
            office       text,
            branch       text,
            since        timestamptz NOT NULL,
            revoked      boolean NOT NULL DEFAULT false,
            PRIMARY KEY (account, place)
        );
        CREATE INDEX ON staff_v1 (municipality, subject);
    """,
    on={RoleGranted: _GRANTED, RoleRevoked: _REVOKED},
)
