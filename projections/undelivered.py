"""Notices that did not reach whom they were for, until one did or somebody has seen to it."""

from domain.application import events as e
from projections.projection import Projection

UNDELIVERED = Projection(
    name="undelivered_v1",
    table="""
        CREATE TABLE undelivered_v1 (
            application_id  uuid NOT NULL,
            notification_id uuid NOT NULL,
            municipality    text NOT NULL,
            template        text NOT NULL,
            channel         text NOT NULL,
            cause           text NOT NULL,
            detail          text NOT NULL,
            noted_at        timestamptz NOT NULL,
            PRIMARY KEY (application_id, notification_id)
        );
        CREATE INDEX ON undelivered_v1 (municipality);
    """,
    on={
        e.NoticeNotDelivered: """
            WITH stands_for AS (
                DELETE FROM undelivered_v1
                WHERE application_id = %(stream_id)s AND notification_id = %(repeats)s::uuid)
            INSERT INTO undelivered_v1 (notification_id, application_id, municipality, template,
                channel, cause, detail, noted_at)
            VALUES (%(notification_id)s, %(stream_id)s, %(municipality)s, %(template)s,
                %(channel)s, %(cause)s, %(detail)s, %(noted_at)s)
        """,
        e.NoticeSettled: """
            DELETE FROM undelivered_v1
            WHERE application_id = %(stream_id)s AND notification_id = %(notification_id)s
        """,
        e.ApplicantErased: "DELETE FROM undelivered_v1 WHERE application_id = %(stream_id)s",
    },
)
