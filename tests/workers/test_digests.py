"""Once a working day an office that wants it so is told in one mail what came."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from adapters.bootstrap import Parts
from adapters.catalogue.loading import load
from adapters.mail.catcher import caught, deliveries
from adapters.mail.unsubscribing import believed
from domain.municipality.clerk_mail import ClerkMail, ClerkMailMode
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application.facts import GELSENKIRCHEN
from tests.domain.application.histories import answered
from tests.projections.log import Log
from tests.workers.digesting import (
    AT,
    DIGEST,
    FRIDAY,
    IMMEDIATE,
    LIBRARY,
    MONDAY,
    NONE,
    NOW_DUE,
    RECEIVED,
    at,
    choosing,
    digests,
    of_office,
)
from tests.workers.lives_told import EVAS_MAIL
from tests.workers.supervised import supervised, until
from tests.workers.telling import noted, queue_all, send_all
from workers.notifying.digest_sending import send_next
from workers.notifying.digests import RUNNER, begin_all, due

OFFICE = "bibliothek@stadt.gelsenkirchen.example"
LONG_AGO = datetime(2021, 6, 17, 5, 30, tzinfo=UTC)


@pytest.fixture
def digesting(mailing: Parts) -> Parts:
    return choosing(mailing, DIGEST)


def to_office(mails):
    return [mail for mail in caught(mails) if mail["To"] == OFFICE]


async def test_the_office_is_told_once_of_all_that_came(log: Log, digesting: Parts, mails) -> None:
    cases = [uuid4() for _ in range(3)]
    for case in cases:
        await log.record(case, *RECEIVED)
    await log.record(cases[0], h.claimed, h.correction_requested, answered)
    await at(log, digesting, FRIDAY)
    (mail,) = to_office(mails)
    assert mail["Subject"] == f"3 Vorgänge mit Neuem: {LIBRARY}"
    text = mail.get_content().replace("\r\n", "\n")
    assert re.search(r"^ +3  neu eingegangen$", text, re.MULTILINE)
    assert re.search(r"^ +1  Nachforderung beantwortet$", text, re.MULTILINE)
    assert "bis 18.06.2021: neu eingegangen\n" in text
    assert "bis 21.06.2021: neu eingegangen, Nachforderung beantwortet\n" in text
    assert all(f"/api/v1/applications/{case}\n" in text for case in cases)
    assert not [w for w in ("Muster", "Eva", EVAS_MAIL, "{", "None") if w in text + mail["Subject"]]
    assert await of_office(log) == [("sent", "")] * 4


async def test_no_day_has_two_digests_whatever_comes_and_whoever_looks(
    log: Log, digesting: Parts, mails
) -> None:
    await log.record(uuid4(), *RECEIVED)
    await asyncio.gather(*(at(log, digesting, FRIDAY) for _ in range(3)))
    await log.record(uuid4(), *RECEIVED)
    for minutes in (0, 1, 600):
        await at(log, digesting, FRIDAY + timedelta(minutes=minutes))
    assert len(to_office(mails)) == 1
    await at(log, digesting, MONDAY)
    first, second = to_office(mails)
    assert first["Message-ID"] != second["Message-ID"]
    assert second["Subject"].startswith("1 Vorgang ")
    assert await digests(log) == [(FRIDAY.date(), "sent"), (MONDAY.date(), "sent")]
    assert set(deliveries(mails).values()) == {1}


async def test_where_nothing_came_there_is_no_mail(log: Log, digesting: Parts, mails) -> None:
    await at(log, digesting, FRIDAY)
    assert (await digests(log), to_office(mails)) == ([], [])


async def test_what_came_after_the_time_waits_for_the_next_day(log: Log, digesting: Parts) -> None:
    await log.record(uuid4(), *RECEIVED)
    await at(log, digesting, LONG_AGO)
    assert (await digests(log), await of_office(log)) == ([], [("collected", "")])


@pytest.mark.parametrize("decision", [h.rejected, h.approved], ids=["rejected", "approved"])
async def test_what_is_settled_meanwhile_is_not_told(
    log: Log, digesting: Parts, mails, decision: object
) -> None:
    case = uuid4()
    await log.record(case, *RECEIVED)
    await queue_all(log, digesting)
    await log.record(case, h.claimed, decision)
    await at(log, digesting, FRIDAY)
    assert to_office(mails) == []
    assert await digests(log) == [(FRIDAY.date(), "dropped")]


async def test_money_that_is_loose_is_told_after_the_decision(
    log: Log, digesting: Parts, mails
) -> None:
    again = replace(asked.pay(), payment_id=uuid4())
    await log.record(uuid4(), *RECEIVED, h.claimed, h.approved, h.unmatched(again, "paid-before"))
    await at(log, digesting, FRIDAY)
    (mail,) = to_office(mails)
    assert "Zahlung zu klären" in mail.get_content()
    assert "neu eingegangen" not in mail.get_content()


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2099, 6, 12, 5, 29, tzinfo=UTC), None),
        (datetime(2099, 6, 12, 5, 30, tzinfo=UTC), date(2099, 6, 12)),
        (datetime(2099, 6, 12, 21, 59, tzinfo=UTC), date(2099, 6, 12)),
        (datetime(2099, 12, 11, 6, 29, tzinfo=UTC), None),  # winter
        (datetime(2099, 12, 11, 6, 30, tzinfo=UTC), date(2099, 12, 11)),
        (datetime(2099, 6, 13, 9, 0, tzinfo=UTC), None),  # Saturday
        (datetime(2099, 6, 11, 9, 0, tzinfo=UTC), None),  # Fronleichnam
        (datetime(2026, 12, 24, 9, 0, tzinfo=UTC), None),  # closed by the town
    ],
)
def test_its_time_comes_on_days_on_which_the_town_works(moment, day: date | None) -> None:
    town = load().municipality(GELSENKIRCHEN)
    found = due(town, ClerkMail(mode=DIGEST, digest_at=AT), moment)
    assert (found and found.day) == day
    assert found is None or f"{found.until:%H:%M}" == AT


async def test_a_digest_that_cannot_be_sent_waits_and_is_sent_once(
    log: Log, parts: Parts, digesting: Parts, mails
) -> None:
    await log.record(uuid4(), *RECEIVED)
    await at(log, choosing(parts, DIGEST), FRIDAY)
    assert await digests(log) == [(FRIDAY.date(), "queued")]
    await log.do(NOW_DUE)
    await at(log, digesting, FRIDAY)
    assert await digests(log) == [(FRIDAY.date(), "sent")]
    assert len(to_office(mails)) == 1


class Died(Exception):
    """As if the power went."""


async def _dies_after_sending(log: Log, parts: Parts) -> None:
    async with log.connection() as dying:
        await begin_all(parts, dying, FRIDAY)
        async with dying.transaction():
            await send_next(parts, dying)
            raise Died  # the mail server has it, and nobody noted it


async def test_a_worker_that_dies_after_sending_sends_the_same_mail_again(
    log: Log, digesting: Parts, mails
) -> None:
    await log.record(uuid4(), *RECEIVED)
    await queue_all(log, digesting)
    with pytest.raises(Died):
        await _dies_after_sending(log, digesting)
    await at(log, digesting, FRIDAY)
    assert await digests(log) == [(FRIDAY.date(), "sent")]
    assert list(deliveries(mails).values()) == [2]  # one for whoever knows its Message-ID
    assert len(to_office(mails)) == 1


@pytest.mark.parametrize(
    ("mode", "state", "sent"), [(NONE, ("dropped", "not-wanted"), 0), (IMMEDIATE, ("sent", ""), 1)]
)
async def test_who_chooses_otherwise_gets_no_digest_any_more(
    log: Log, digesting: Parts, mails, mode: ClerkMailMode, state: tuple[str, str], sent: int
) -> None:
    await log.record(uuid4(), *RECEIVED)
    await queue_all(log, digesting)
    other = choosing(digesting, mode)
    await at(log, other, FRIDAY)
    await send_all(log, other)
    assert (await of_office(log), await digests(log)) == ([state], [])
    assert len(to_office(mails)) == sent


async def test_a_mail_program_finds_how_to_end_it(log: Log, digesting: Parts, mails) -> None:
    await log.record(uuid4(), *RECEIVED)
    await at(log, digesting, FRIDAY)
    (mail,) = to_office(mails)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = re.fullmatch(
        r"<(http://127\.0\.0\.1:8000/digest/([\w-]+))>", mail["List-Unsubscribe"]
    )
    assert address is not None
    assert address[1] in mail.get_content()
    found = believed(digesting.keys, address[2], FRIDAY.date())
    assert (found.municipality, found.office) == (GELSENKIRCHEN, LIBRARY)


async def test_an_office_that_is_told_at_once_is_not_told_again(
    log: Log, mailing: Parts, mails
) -> None:
    await log.record(uuid4(), *RECEIVED)
    await at(log, choosing(mailing, IMMEDIATE), FRIDAY)
    assert await digests(log) == []
    assert [state for _, state, _ in await noted(log)] == ["queued", "queued"]


async def test_the_runner_looks_after_what_is_collected(log: Log, digesting: Parts) -> None:
    await log.record(uuid4(), *RECEIVED)
    await queue_all(log, digesting)

    async def let_go() -> bool:
        return await of_office(log) == [("queued", "")]

    async with supervised(choosing(digesting, IMMEDIATE), RUNNER):
        await until(let_go)
