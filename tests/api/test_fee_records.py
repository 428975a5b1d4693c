"""Where the law wants the payer of a fee named: kept apart, for as long as it says, then erased."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from anyio.from_thread import BlockingPortal

from adapters.bootstrap import Parts, open_parts
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.personal_data.erasure_terms import Asked, Fate, Outcome
from adapters.personal_data.fee_records import fee_record_id
from domain.application.events import ErasureGround
from domain.fee_record.events import FeeRecordKept, Payer
from domain.working_days import legal_day
from tests.api.forgetting import a_name, everything_in, lived, operator, withdrawn
from tests.api.house import House, open_house
from tests.api.library_card import Case, Counter
from tests.api.visitors import Visitors
from tests.catalogue_files import copied_to
from tests.conftest import _new_database

Found = TypeVar("Found")
LAW = "\n[retention]\nfee_record_years = 10\nnames_payer = true\n"


@pytest.fixture(scope="module")
def house(
    portal: BlockingPortal,
    server_url: str,
    template_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """One whose library has to name who paid."""
    folder = copied_to(tmp_path_factory.mktemp("catalogue"))
    service = folder / "services" / "library-card.toml"
    service.write_text(service.read_text().replace("\n[title]", f"{LAW}\n[title]", 1))
    template = PurePosixPath(urlsplit(template_url).path).name
    with (
        pytest.MonkeyPatch.context() as environment,
        _new_database(server_url, template) as database,
    ):
        environment.setenv("AMTSWEG_CATALOGUE", str(folder))
        home: Path = tmp_path_factory.mktemp("strict-house")
        with portal.wrap_async_context_manager(open_house(home, database)) as house:
            yield house


@pytest.fixture(scope="module")
def visitors(house: House) -> Iterator[Visitors]:
    with httpx.Client(base_url=f"{house.api}/api/v1", timeout=60) as http:
        yield Visitors(http, house.settings)


@pytest.fixture(scope="module")
def counter(house: House, visitors: Visitors) -> Counter:
    return Counter(house, visitors)


@pytest.fixture(scope="module")
def name() -> str:
    return a_name()


@pytest.fixture(scope="module")
def kept(counter: Counter, visitors: Visitors, name: str) -> Case:
    """Who paid, and was erased as far as the law allows."""
    case = lived(counter, name)
    told = operator(visitors).erase(case.citizen.subject)
    fates = {one["id"]: (one["fate"], one["until"]) for one in told["outcomes"]}
    assert fates == {
        case.id: ("erased", None),
        str(record_of(case)): ("kept", keep_until().isoformat()),
    }
    assert not told["complete"]
    return case


def record_of(case: Case) -> UUID:
    return fee_record_id(UUID(case.id))


def keep_until() -> date:
    return date(legal_day(datetime.now(UTC)).year + 10, 12, 31)


@pytest.fixture
def ask(house: House, portal: BlockingPortal) -> Callable[[Callable[[Parts], Awaitable[Any]]], Any]:
    def carried_out(question: Callable[[Parts], Awaitable[Found]]) -> Found:
        async def asked() -> Found:
            async with open_parts(house.settings, house.database) as parts:
                return await question(parts)

        return portal.call(asked)

    return carried_out


def due(now: datetime) -> Asked:
    metadata = Metadata(uuid4(), ActorStamp("command-line", "operator"), "trace")
    return Asked("", None, ErasureGround.RETENTION, metadata, now)


def test_the_payer_is_named_in_the_fee_record_alone(
    kept: Case, house: House, ask: Any, name: str
) -> None:
    record, *more = ask(lambda parts: parts.log.events(record_of(kept)))
    assert more == []
    assert isinstance(record, FeeRecordKept)
    assert record.payer == Payer(given_name=name, family_name=name)
    assert (record.application_id, record.cents) == (UUID(kept.id), 1000)
    history = ask(lambda parts: parts.log.history(UUID(kept.id)))
    assert (name in repr(history), kept.see()["erased"]) == (False, True)
    with psycopg.connect(house.database) as database:
        assert name not in everything_in(database)


def test_it_is_no_application_to_be_looked_at(kept: Case) -> None:
    answer = kept.auditor.get(f"/applications/{record_of(kept)}")
    assert (answer.status_code, "given_name" in answer.text) == (404, False)


def test_asking_again_tells_again_until_when(kept: Case, visitors: Visitors) -> None:
    for subject in (kept.citizen.subject, kept.id):
        fates = operator(visitors).fates(subject)
        assert fates.pop(str(record_of(kept))) == "kept"
        assert fates == ({} if subject == kept.citizen.subject else {kept.id: "erased"})


def test_whoever_paid_nothing_is_not_kept(counter: Counter, visitors: Visitors) -> None:
    case = withdrawn(counter.received())
    assert operator(visitors).erase(case.citizen.subject)["complete"]


def test_it_goes_with_the_first_day_after(kept: Case, ask: Any, name: str) -> None:
    """A day begins in Germany; in winter that is 23:00 UTC the evening before."""
    last, record = keep_until(), record_of(kept)
    evening = datetime(last.year, 12, 31, 22, 59, 59, tzinfo=UTC)
    midnight = datetime(last.year, 12, 31, 23, tzinfo=UTC)
    on_time, late, later = (
        ask(lambda parts, now=now: parts.eraser.erase_due_fee_records(due(now)))
        for now in (evening, midnight, midnight)
    )
    assert on_time == [Outcome(record, Fate.KEPT, last)]
    assert late == [Outcome(record, Fate.ERASED)]
    assert later == []
    history = ask(lambda parts: parts.log.history(record))
    assert [type(one.event).__name__ for one in history] == ["FeeRecordKept", "FeeRecordErased"]
    assert history[0].event.payer is history[0].event.account is None
    assert (history[0].event.cents, name in repr(history)) == (1000, False)
