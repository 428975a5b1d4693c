"""Only the monitoring measures: it is told exactly what the public is told rounded."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import psycopg
import pytest
from anyio.from_thread import BlockingPortal
from pydantic import SecretStr

from adapters.catalogue.loading import BUILT_IN, read_files
from adapters.runner_names import RUNNER_NAMES
from api.app import create_app
from domain.adoption.period import months_later
from domain.working_days import legal_day
from tests.api.house import MONITORING, House, open_app
from tests.api.operations import MATRIX, NOWHERE, V1, Place
from tests.api.problems import require_problem
from tests.projections.log import silent
from workers.seeding import seed

TOWN, SERVICE, MANY = "05513000", "library-card", 12_347
KEY = "Authorization"
WAITING = """INSERT INTO worklist_v2 (application_id, version, municipality, service, variant,
        channel, pilot, fulfilment, fee_cents, submitted_at, status, waiting, due_on)
    SELECT gen_random_uuid(), 1, %s, %s, 'new', 'online', false, 'pickup', 0, now(), 'received',
        true, now()::date - 9 FROM generate_series(1, %s)"""
# Of a month that has ended, which is what the public is told of.
COUNTED = """INSERT INTO applications_counted_v1 (span, legal_day, recorded_day, municipality,
        service, channel, pilot, counted)
    VALUES ('month', %s, '0001-01-01', %s, %s, 'online', false, %s)"""
PLACE = Place(
    {
        "ags": TOWN,
        "service": SERVICE,
        "payment_id": NOWHERE,
        "token": "not-signed-by-anybody",
    }
)
FOR_ANYBODY = [
    operation
    for operation, access in MATRIX.items()
    if operation.startswith("GET ") and not access.roles and not access.signed
]
ASKED = {
    f"GET {V1}/portal/search": {"q": "Bibliothek"},
    f"GET {V1}/responsibility": {"service": SERVICE, "ags": TOWN},
}
RUNNER_FIGURES = ("position", "lag", "lag_seconds", "parked")
ANY_ID = ("ags", "service", "version", "application_id", "payment_id", "proof_id")


@pytest.fixture
def busy(house: House, portal: BlockingPortal, database_url: str) -> Iterator[str]:
    """The API over a database in which one town has so many applications that nothing else does."""
    portal.call(seed, database_url, read_files(BUILT_IN), silent)
    last_month = months_later(legal_day(datetime.now(UTC)).replace(day=1), -1)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT set_config('amtsweg.municipality', '*', false)")
        connection.execute(WAITING, (TOWN, SERVICE, MANY))
        connection.execute(COUNTED, (last_month, TOWN, SERVICE, MANY))
    with portal.wrap_async_context_manager(open_app(create_app(house.settings, database_url))) as a:
        yield a


def test_nobody_is_told_an_exact_count_of_a_town_without_a_token(busy: str) -> None:
    """Each address that anybody may ask, and the measurements, for which that has to be seen."""
    exact = httpx.get(f"{busy}/metrics", headers=MONITORING, timeout=60)
    assert f'municipality="{TOWN}",status="received"}} {MANY}.0' in exact.text
    told = [anybody_asks(busy, operation) for operation in (*FOR_ANYBODY, "GET /metrics")]
    assert [answer for answer in told if str(MANY) in answer.text] == []
    rounded = httpx.get(f"{busy}/api/v1/adoption", timeout=60).json()["rows"]
    assert [row["online"] % 5 for row in rows_of(rounded)] == [0]


def rows_of(rows: list[dict[str, int | str]]) -> list[dict[str, int]]:
    return [{"online": int(row["online"])} for row in rows if row["municipality"] == TOWN]


def anybody_asks(api: str, operation: str) -> httpx.Response:
    method, path = PLACE.of(operation)
    return httpx.request(method, api + path, params=ASKED.get(operation, {}), timeout=60)


@pytest.mark.parametrize(
    "shown",
    [None, "Bearer", f"Bearer {'a' * 40}", f"Bearer {'m' * 39}", f"Basic {'m' * 40}"],
)
def test_only_the_token_of_the_monitoring_measures(house: House, shown: str | None) -> None:
    """A back office has a token, too; `a` times 40 is one of the house's."""
    answer = httpx.get(f"{house.api}/metrics", headers={KEY: shown} if shown else {}, timeout=60)
    require_problem(answer, 401, "monitoring-unknown")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "amtsweg_" not in answer.text


def test_without_a_token_in_the_settings_nobody_measures(
    house: House, portal: BlockingPortal
) -> None:
    settings = house.settings.model_copy(update={"metrics_token": None})
    with portal.wrap_async_context_manager(open_app(create_app(settings, house.database))) as api:
        for headers in (MONITORING, {KEY: "Bearer None"}, {}):
            answer = httpx.get(f"{api}/metrics", headers=headers, timeout=60)
            require_problem(answer, 401, "monitoring-unknown")
            assert "AMTSWEG_METRICS_TOKEN" in answer.json()["detail"]


def test_the_token_of_the_monitoring_opens_nothing_else(house: House) -> None:
    closed = [o for o, access in MATRIX.items() if o.startswith("GET ") and access.roles]
    assert closed
    place = Place(dict.fromkeys(ANY_ID, NOWHERE))
    for operation in closed:
        _, path = place.of(operation)
        assert httpx.get(house.api + path, headers=MONITORING, timeout=60).status_code == 401
    back_office = httpx.get(f"{house.api}/api/v1/hand-overs", headers=MONITORING, timeout=60)
    require_problem(back_office, 401, "back-office-unknown")


def test_the_token_is_in_no_settings_that_are_printed(house: House) -> None:
    assert house.settings.metrics_token == SecretStr("m" * 40)
    assert "m" * 40 not in f"{house.settings!r} {house.settings}"


@pytest.mark.parametrize("shown", [{}, {KEY: f"Bearer {'a' * 40}"}, {KEY: "Basic x"}, MONITORING])
def test_how_much_goes_on_is_told_to_the_monitoring_alone(
    house: House, shown: dict[str, str]
) -> None:
    """Who asks whether it is ready is told what is not; figures tell of single applications."""
    told = httpx.get(f"{house.api}/readyz", headers=shown, timeout=60).json()
    assert {runner["runner"] for runner in told["runners"]} == set(RUNNER_NAMES)
    assert all(isinstance(runner["alive"], bool) for runner in told["runners"])
    assert (told["database"], told["key_file"]) == ("usable", "usable")
    figures = [runner[name] for runner in told["runners"] for name in RUNNER_FIGURES]
    figures += [told["quarantine"][name] for name in ("proofs", "oldest_seconds")]
    assert {figure is None for figure in figures} == {shown is not MONITORING}
