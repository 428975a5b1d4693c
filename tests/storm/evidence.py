"""All that is to be compared after a storm, gathered while nothing happens any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from adapters.event_store.log import EventLog
from adapters.mail.mail_folder import caught, deliveries
from adapters.read_models.rebuild import rebuild
from projections.catalogue import PROJECTIONS
from tests.kafka import Topics
from tests.storm.messages import Published, published
from tests.torture.evidence import Fact

APPLIED = "SELECT runner, position, applied FROM positions"
NOTIFIED = """SELECT application_id, version, template, state FROM notifications
    WHERE channel = 'email'"""
COUNTED = "SELECT stream_id, version FROM witnessed ORDER BY number"
PARKED = "SELECT runner, position FROM parked ORDER BY 1, 2"

Notified = tuple[UUID, int, str, str]


@dataclass(frozen=True, slots=True)
class Aftermath:
    """`applied`: where each runner stands, and how many events it has counted up to there.

    `witnessed`: the effects of the witness, in the order in which they were made. `mails`: the
    Message-ID of each that was delivered. `differing`: by read model, rows that a rebuild changed.
    """

    log: Sequence[Fact]
    applied: Mapping[str, tuple[int, int]]
    parked: Sequence[tuple[str, int]]
    notified: Sequence[Notified]
    mails: Sequence[str]
    deliveries: int
    witnessed: Sequence[tuple[UUID, int]]
    published: Sequence[Published]
    differing: Mapping[str, int]


async def gathered(
    url: str, log: EventLog, topics: Topics, mails: Path, facts: Sequence[Fact]
) -> Aftermath:
    """`facts`: the log, opened."""
    applied = {row[0]: (row[1], row[2]) for row in await log.rows(APPLIED)}
    return Aftermath(
        log=facts,
        applied=applied,
        parked=[(row[0], row[1]) for row in await log.rows(PARKED)],
        notified=[(row[0], row[1], row[2], row[3]) for row in await log.rows(NOTIFIED)],
        mails=[str(mail["Message-ID"]).strip(" <>").partition("@")[0] for mail in caught(mails)],
        deliveries=deliveries(mails).total(),
        witnessed=[(row[0], row[1]) for row in await log.rows(COUNTED)],
        published=published(topics),
        differing={
            projection.name: (await rebuild(url, projection, log.mapper, _nobody_looks)).differing
            for projection in PROJECTIONS
        },
    )


def _nobody_looks(_done: int, _total: int) -> None:
    pass
