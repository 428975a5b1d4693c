"""People apply, the power is cut again and again, all come to the end: what is there then?"""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from random import Random
from uuid import UUID

import psycopg

from adapters.event_store.log import EventLog
from adapters.event_store.recorded import Recorded
from adapters.ids import derived_id
from adapters.mail.mail_folder import caught, deliveries
from adapters.mail.notices import NOTICES, OFFICE_NOTICES
from adapters.personal_data.key_ring import KeyRing, load_key_ring
from adapters.postgres.connecting import pool
from adapters.postgres.finding import running
from adapters.settings import Settings
from domain.application.events import ProofFoundClean
from tests.applicants import Applicants
from tests.killable import Killable, until
from tests.projections.log import MAPPER

NOTHING_TO_TELL = {"fee-due-3"}  # everybody here has paid before
TOLD = {
    "applicant": NOTICES,
    # A proof is told of where it comes after the application was complete, and none does here.
    "office": {e: letter for e, letter in OFFICE_NOTICES.items() if e is not ProofFoundClean},
}
CAUGHT_UP = """SELECT count(*) = 0 FROM positions
    WHERE position < (SELECT max(notification_id) FROM events)"""
ALL_SENT = "SELECT count(*) = 0 FROM notifications WHERE state IN ('queued', 'sending')"


@dataclass(frozen=True)
class Aftermath:
    applicants: Applicants
    url: str
    log: list[Recorded]
    mails: list[EmailMessage]
    delivered: int
    recoveries: list[tuple[float, float]]

    @property
    def mails_called_for(self) -> list[str]:
        """The id of each."""
        return [
            str(derived_id(e.event_id, to, letters[type(e.event)]))
            for to, letters in TOLD.items()
            for e in self.log
            if type(e.event) in letters and letters[type(e.event)] not in NOTHING_TO_TELL
        ]

    @property
    def mails_sent(self) -> list[str]:
        ids = (str(mail["Message-ID"]) for mail in self.mails)
        return [id_.strip(" <>").partition("@")[0] for id_ in ids]

    @property
    def keys(self) -> KeyRing:
        return load_key_ring(Settings(home=self.applicants.installation.home).key_file)

    def events(self, stream_id: str) -> list[object]:
        return [e.event for e in self.log if e.stream_id == UUID(stream_id)]

    def __str__(self) -> str:
        asked = self.applicants.acknowledged
        cut = sum(one.tries > 1 for one in asked)
        seconds = ", ".join(f"{ready:.1f}/{first:.1f}" for ready, first in self.recoveries)
        return (
            f"{len(self.recoveries)} power cuts: ready / first command acknowledged after "
            f"{seconds} s; {len(asked)} commands acknowledged, {cut} of them asked again; "
            f"{len(self.log)} events; {len(self.mails)} mails, {self.delivered} deliveries"
        )


@contextmanager
def aftermath_of(installation: Killable, seed: int, cuts: int, people: int) -> Iterator[Aftermath]:
    """While it lasts, the installation runs."""
    dice, applicants = Random(seed), Applicants(installation, seed)  # noqa: S311 -- it times cuts
    installation.start()
    try:
        with ThreadPoolExecutor(people) as threads, applicants.applying(threads, people):
            recoveries = [_cut(applicants, dice) for _ in range(cuts)]
        yield look(applicants, recoveries)
    finally:
        installation.cut_the_power(dice)


def _cut(applicants: Applicants, dice: Random) -> tuple[float, float]:
    """Return the seconds until it says it is ready, and until a command is acknowledged again."""
    applicants.go_on(dice.randint(10, 40))
    time.sleep(dice.random() / 10)
    applicants.installation.cut_the_power(dice)
    began = time.monotonic()
    applicants.installation.start()
    ready = time.monotonic() - began
    return ready, applicants.go_on_after(began) - began


def look(applicants: Applicants, recoveries: list[tuple[float, float]]) -> Aftermath:
    url = running(applicants.installation.home)["database"]
    until(lambda: _is_true(url, CAUGHT_UP), "all runners have caught up")
    until(lambda: _is_true(url, ALL_SENT), "all mails are sent")
    folder = applicants.installation.home / "sandbox" / "mail"
    log, delivered = asyncio.run(_read(url)), sum(deliveries(folder).values())
    return Aftermath(applicants, url, log, caught(folder), delivered, recoveries)


def _is_true(url: str, question: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return bool(row and row[0])


async def _read(url: str) -> list[Recorded]:
    async with pool(url, 1) as connections:
        return [e async for page in EventLog(connections, MAPPER).read() for e in page]
