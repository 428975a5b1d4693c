"""Alive, ready, measured: and not ready as soon as one runner no longer beats."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from anyio.from_thread import BlockingPortal

from adapters.hand_over.settings import BackOffice
from adapters.personal_data.key_ring import load_key_ring, new_key_ring, save_key_ring
from adapters.personal_data.retired import forbid
from adapters.runner_names import RUNNER_NAMES
from adapters.version import VERSION
from api import metrics
from api.app import create_app
from tests.api.house import MONITORING, House, open_app
from tests.api.library_card import until

BEAT = """INSERT INTO heartbeats (runner, beat_at, state)
    SELECT runner, clock_timestamp(), 'running' FROM unnest(%s::text[]) AS names (runner)"""
CHECKPOINTS = """INSERT INTO checkpoints (number, size, position, note, edge, made_at)
    SELECT n, n * 10, n * 10, '', '{}', now() - interval '1 hour' FROM generate_series(1, 3) n"""
BEGUN = """INSERT INTO payment_ledger_v2 (payment_id, application_id, municipality, status, asked,
        currency, began_at)
    VALUES (gen_random_uuid(), gen_random_uuid(), '05513000', %s, 2000, 'EUR',
        now() - make_interval(days => %s))"""
WAITING = """INSERT INTO treasury_v3 (held_for, payment_id, kind, municipality, cents, reason,
        since)
    VALUES (gen_random_uuid(), gen_random_uuid(), %s, '05513000', 2000, '', now())"""
STOPPED = "UPDATE heartbeats SET beat_at = beat_at - interval '1 minute' WHERE runner = %s"


def get(address: str) -> httpx.Response:
    return httpx.get(address, headers=MONITORING, timeout=60)


@pytest.fixture
def idle(house: House, portal: BlockingPortal, database_url: str) -> Iterator[str]:
    """The API alone over a database of its own, in which nobody works."""
    app = create_app(house.settings, database_url)
    with portal.wrap_async_context_manager(open_app(app)) as api:
        yield api


def test_it_is_alive_and_tells_its_version(house: House) -> None:
    assert get(f"{house.api}/healthz").text == "alive"
    assert get(f"{house.api}/version").json() == {"product": "amtsweg", "version": VERSION}


def test_it_is_ready_while_every_runner_beats(house: House) -> None:
    answer = until(lambda: a if (a := get(f"{house.api}/readyz")).is_success else None)
    assert answer is not None
    seen = answer.json()["runners"]
    assert {runner["runner"] for runner in seen} == set(RUNNER_NAMES)
    assert all(runner["alive"] for runner in seen)
    told = get(f"{house.api}/metrics").text
    assert all(f'amtsweg_runner_position{{runner="{name}"}}' in told for name in RUNNER_NAMES)


def test_it_is_not_ready_before_anybody_works(idle: str) -> None:
    answer = get(f"{idle}/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert get(f"{idle}/healthz").status_code == 200


@pytest.mark.parametrize("runner", RUNNER_NAMES)
def test_it_is_not_ready_when_one_runner_has_stopped(
    idle: str, database_url: str, runner: str
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(BEAT, (list(RUNNER_NAMES),))
        assert get(f"{idle}/readyz").status_code == 200
        connection.execute(STOPPED, (runner,))
    assert get(f"{idle}/readyz").status_code == 503
    assert f'amtsweg_runner_alive{{runner="{runner}"}} 0.0' in get(f"{idle}/metrics").text


def test_it_is_not_ready_while_its_key_file_is_of_no_use(
    house: House, portal: BlockingPortal, database_url: str, tmp_path: Path
) -> None:
    settings = house.settings.model_copy(update={"home": tmp_path, "keys": None})
    own = load_key_ring(house.settings.key_file)
    save_key_ring(own, settings.key_file)
    app = create_app(settings, database_url)
    with (
        portal.wrap_async_context_manager(open_app(app)) as api,
        psycopg.connect(database_url, autocommit=True) as connection,
    ):
        connection.execute(BEAT, (list(RUNNER_NAMES),))
        seen = [told(api)]
        settings.key_file.unlink()
        seen.append(told(api))
        save_key_ring(new_key_ring(), settings.key_file)
        seen.append(told(api))
        save_key_ring(own, settings.key_file)
        connection.execute("INSERT INTO key_versions (version, proof) VALUES (99, '')")
        seen.append(told(api))
        connection.execute("UPDATE key_versions SET version = %s", (own.current,))
        seen.append(told(api))
        connection.execute(forbid(own.current))
        seen.append(told(api))
    assert seen == [
        (200, "usable", "1.0"),
        (503, "key-ring-missing", "0.0"),
        (503, "wrong-key-ring", "0.0"),
        (503, "key-ring-untold", "0.0"),
        (200, "usable", "1.0"),
        (503, "key-ring-outdated", "0.0"),
    ]


def told(api: str) -> tuple[int, str, str]:
    answer, metrics = get(f"{api}/readyz"), get(f"{api}/metrics").text
    usable = metrics.partition("\namtsweg_key_file_usable ")[2].split()[0]
    return answer.status_code, answer.json()["key_file"], usable


def test_the_lag_of_each_runner_is_measured(house: House) -> None:
    metrics = get(f"{house.api}/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    for name in ("lag_events", "alive", "parked_events"):
        assert f'amtsweg_runner_{name}{{runner="worklist_v2"}}' in metrics.text


def test_how_far_the_log_is_signed_and_handed_over_is_measured(
    house: House, portal: BlockingPortal, database_url: str
) -> None:
    secret = "https://amtsweg:secret@example.org/anchor"
    settings = house.settings.model_copy(update={"anchors": ("/srv/anchor.txt", secret)})
    with psycopg.connect(database_url) as connection:
        connection.execute(CHECKPOINTS)
        connection.execute("INSERT INTO anchored (anchor, number) VALUES ('/srv/anchor.txt', 2)")
    app = create_app(settings, database_url)
    with portal.wrap_async_context_manager(open_app(app)) as api:
        measured = get(f"{api}/metrics").text
    assert "\namtsweg_checkpoint_size 30.0\n" in measured
    assert "\namtsweg_checkpoint_waiting_seconds 0.0\n" in measured
    assert float(measured.partition("\namtsweg_checkpoint_age_seconds ")[2].split()[0]) >= 3600
    assert 'amtsweg_anchor_lag_checkpoints{index="0",kind="file"} 1.0' in measured
    assert 'amtsweg_anchor_lag_checkpoints{index="1",kind="http"} 3.0' in measured
    assert "secret" not in measured


def test_payments_that_nobody_is_asked_about_are_counted(idle: str, database_url: str) -> None:
    def seen() -> set[str]:
        lines = get(f"{idle}/metrics").text.splitlines()
        return {line for line in lines if line.startswith("amtsweg_payments_")}

    assert seen() == {"amtsweg_payments_not_taken 0.0", "amtsweg_payments_given_up 0.0"}
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT set_config('amtsweg.municipality', '*', false)")
        for status, days in (("requested", 1), ("requested", 0), ("open", 31), ("open", 1)):
            connection.execute(BEGUN, (status, days))
        for kind in ("given-up", "unclear"):
            connection.execute(WAITING, (kind,))
    assert seen() == {"amtsweg_payments_not_taken 1.0", "amtsweg_payments_given_up 1.0"}


HANDED = """INSERT INTO hand_overs (hand_over_id, application_id, municipality, service,
    back_office, version, position, state) VALUES (gen_random_uuid(), gen_random_uuid(), '05513000',
    'library-card', 'library', 1, 1, %s)"""


MAIL = """INSERT INTO notifications (notification_id, application_id, template, version, position,
    state) VALUES (gen_random_uuid(), gen_random_uuid(), 'received-1', 1, 1, %s)"""
STATE = """INSERT INTO notifications (notification_id, application_id, template, version, position,
    channel, state, error) VALUES (gen_random_uuid(), gen_random_uuid(), 'state/completed', 1, 1,
    'account-state', 'dropped', %s)"""


def test_mails_of_every_town_are_counted(idle: str, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT set_config('amtsweg.municipality', '*', false)")
        for state in ("queued", "failed", "failed", "sent"):
            connection.execute(MAIL, (state,))
    measured = get(f"{idle}/metrics").text
    assert "\namtsweg_mails_queued 1.0\n" in measured
    assert "\namtsweg_mails_failed 2.0\n" in measured
    for channel, state, number in (
        ("email", "queued", 1), ("email", "failed", 2), ("email", "bounced", 0),
        ("office", "failed", 0),
    ):  # fmt: skip
        line = f'amtsweg_notifications{{channel="{channel}",state="{state}"}} {number}.0'
        assert line in measured


def test_states_that_mailboxes_of_accounts_refuse_are_counted(idle: str, database_url: str) -> None:
    assert "\namtsweg_account_states_refused 0.0\n" in get(f"{idle}/metrics").text
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT set_config('amtsweg.municipality', '*', false)")
        for cause in ("HTTP 422 REFUSING", "HTTP 404", "nothing-to-say"):
            connection.execute(STATE, (cause,))
    assert "\namtsweg_account_states_refused 2.0\n" in get(f"{idle}/metrics").text


def test_what_is_due_to_back_offices_is_counted(
    house: House, portal: BlockingPortal, database_url: str
) -> None:
    named = {
        "name": "meters", "municipality": "05513000", "services": ["garden-water-meter"],
        "token": "a" * 40,
    }  # fmt: skip
    offices = (BackOffice.model_validate(named),)
    settings = house.settings.model_copy(update={"back_offices": offices})
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT set_config('amtsweg.municipality', '*', false)")
        for state in ("queued", "delivered", "delivered", "failed"):
            connection.execute(HANDED, (state,))
    with portal.wrap_async_context_manager(open_app(create_app(settings, database_url))) as api:
        measured = get(f"{api}/metrics").text
    for office, state, count in (
        ("library", "queued", 1), ("library", "failed", 1), ("meters", "queued", 0),
    ):  # fmt: skip
        of = f'{{back_office="{office}",state="{state}"}}'
        assert f"\namtsweg_hand_overs{of} {count}.0\n" in measured
    assert 'amtsweg_hand_overs_oldest_seconds{back_office="meters"} 0.0' in measured


FOR_A_CLERK = """INSERT INTO worklist_v2 (application_id, version, municipality, service, variant,
        channel, pilot, fulfilment, fee_cents, submitted_at, status, waiting, due_on)
    VALUES (gen_random_uuid(), 1, '05513000', 'library-card', 'new', 'online', false, 'pickup',
        0, now(), 'received', true, (now() AT TIME ZONE 'Europe/Berlin')::date + %s)"""


def test_what_waits_for_clerks_and_what_is_late_is_measured(idle: str, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT set_config('amtsweg.municipality', '*', false)")
        for days in (-1, 0, 5):
            connection.execute(FOR_A_CLERK, (days,))
    measured = get(f"{idle}/metrics").text
    of = '{municipality="05513000",status="received"}'
    assert f"amtsweg_applications_waiting{of} 3.0" in measured
    assert f"amtsweg_applications_overdue{of} 1.0" in measured
    assert "\namtsweg_log_events 0.0\n" in measured
    assert "\namtsweg_mails_failed 0.0\n" in measured


@pytest.mark.parametrize("elsewhere", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_what_is_late_is_so_by_the_day_here(idle: str, database_url: str, elsewhere: str) -> None:
    """Whatever the day where the server stands: at any time, one of these has another one."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT set_config('amtsweg.municipality', '*', false)")
        for days in (-1, 0):
            connection.execute(FOR_A_CLERK, (days,))
        connection.execute("SELECT set_config('timezone', %s, false)", (elsewhere,))
        assert connection.execute(metrics.WAITING).fetchall() == [("05513000", "received", 2, 1)]


def test_requests_are_measured_by_route_and_never_by_address(idle: str) -> None:
    secret = "018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e"
    for address in (f"/api/v1/applications/{secret}", f"/nowhere/{secret}?name=Muster"):
        get(f"{idle}{address}")
    httpx.request("PROPFIND", f"{idle}/healthz", timeout=60)
    measured = get(f"{idle}/metrics").text
    count = "amtsweg_http_request_seconds_count"
    route = 'method="GET",route="/api/v1/applications/{application_id}",status="401"'
    assert f"{count}{{{route}}} 1.0" in measured
    assert f'{count}{{method="GET",route="none",status="404"}} 1.0' in measured
    assert f'{count}{{method="other",' in measured
    assert not [word for word in (secret, "Muster", "PROPFIND") if word in measured]
