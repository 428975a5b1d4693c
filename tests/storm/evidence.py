"""All that is to be compared after a storm, gathered while nothing happens any more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from adapters.event_store.log import EventLog
from adapters.mail.mail_folder import caught, deliveries
from adapters.read_models.rebuild import rebuild
from adapters.runner_names import DEADLINES
from projections.catalogue import PROJECTIONS
from tests.back_office import Receiver
from tests.kafka import Topics
from tests.storm.messages import Published, published
from tests.torture.evidence import Fact
from tests.torture.played import applications

APPLIED = "SELECT runner, position, applied FROM positions"
# Offices want no mail here but of what is overdue.
NOTIFIED = """SELECT application_id, version, template, state FROM notifications
    WHERE channel = 'email' OR error <> 'not-wanted'"""
COUNTED = "SELECT stream_id, version FROM witnessed ORDER BY number"
PARKED = "SELECT runner, position FROM parked ORDER BY 1, 2"

HANDED = "SELECT hand_over_id, application_id, version, state FROM hand_overs"

Notified = tuple[UUID, int, str, str]


class Handed(NamedTuple):
    """A row of the queue."""

    hand_over_id: UUID
    application_id: UUID
    version: int
    state: str


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
    handed: Sequence[Handed]
    received: Mapping[UUID, tuple[UUID, int]]
    calls: int

    @property
    def applications(self) -> Sequence[Fact]:
        return applications(self.log)

    def of(self, *types: type) -> Iterator[Fact]:
        return (fact for fact in self.log if isinstance(fact.event, types))

    @property
    def undone(self) -> set[UUID]:
        """What was not handed over, as it was opened again before."""
        return {one.hand_over_id for one in self.handed if one.state == "dropped"}

    @property
    def passed(self) -> int:
        """How many days were let pass."""
        return sum(fact.actor.subject == DEADLINES for fact in self.log)


async def gathered(
    url: str,
    log: EventLog,
    topics: Topics,
    mails: Path,
    back_office: Receiver,
    facts: Sequence[Fact],
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
        handed=[Handed(*row) for row in await log.rows(HANDED)],
        received={UUID(one): _told(told) for one, told in back_office.received.items()},
        calls=len(back_office.calls),
    )


def _told(webhook: Any) -> tuple[UUID, int]:
    """Of which application it is, and up to where."""
    data = webhook["data"]
    return UUID(data["application_id"]), data["application_version"]


def _nobody_looks(_done: int, _total: int) -> None:
    pass
