"""`serve` and `work` refuse a database that could lose events, and warn of a login that could."""

import json
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from adapters.postgres.embedded import start
from adapters.postgres.privileges import ROLE
from adapters.postgres.schema import bring_up_to_date
from tests.commands import CommandLine, Said
from tests.keys import keys_in
from tests.service_login import new_login

LOST = "A power cut could take events away"
SERVING = [["serve"], ["work"]]
MAINTAINING = [["verify"], ["migrate"], ["rebuild", "worklist_v2"]]


@pytest.fixture
def amtsweg(amtsweg, tmp_path) -> CommandLine:
    keys_in(tmp_path)
    return amtsweg


def execute(url: str, statement: str, *names: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        named = map(sql.Identifier, names)
        connection.execute(sql.SQL(statement).format(*named))


@pytest.mark.parametrize("command", SERVING)
def test_a_server_that_loses_events_is_refused_with_all_that_is_to_be_set(
    amtsweg, database_url, command
) -> None:
    sentence = amtsweg.at(database_url)(*command).sentence
    assert sentence.startswith(LOST)
    assert sentence.endswith(": fsync, full_page_writes, synchronous_commit")


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_each_of_the_server_s_settings_is_enough_to_be_refused(amtsweg, tmp_path, setting) -> None:
    with start(tmp_path, {setting: "off"}) as server:
        bring_up_to_date(server.url)
        assert amtsweg.at(server.url)("work").sentence.endswith(f": {setting}")


@pytest.mark.parametrize("of", ["ROLE", "DATABASE"])
def test_a_login_or_database_that_does_not_wait_for_the_disk_is_refused(
    amtsweg, durable_url, service_url, of
) -> None:
    parts = urlsplit(service_url)
    name = {"ROLE": parts.username, "DATABASE": PurePosixPath(parts.path).name}[of]
    execute(durable_url, f"ALTER {of} {{}} SET synchronous_commit = off", name)
    assert amtsweg.at(service_url)("work").sentence.endswith(": synchronous_commit")


@pytest.mark.parametrize("command", SERVING)
def test_a_table_that_a_crash_would_empty_is_refused(
    amtsweg, durable_url, service_url, command
) -> None:
    for table in ("worklist_v2", "events"):
        execute(durable_url, "ALTER TABLE {} SET UNLOGGED", table)
    sentence = amtsweg.at(service_url)(*command).sentence
    assert "A crash of this PostgreSQL would empty these tables" in sentence
    assert sentence.endswith(": events, worklist_v2")


@pytest.mark.parametrize("command", MAINTAINING, ids=lambda command: command[0])
def test_maintenance_does_not_mind(amtsweg, database_url, command) -> None:
    assert amtsweg.at(database_url)(*command).code == 0


@pytest.mark.parametrize("command", SERVING)
def test_a_login_that_may_not_append_is_told_its_role(amtsweg, durable_url, command) -> None:
    with new_login(durable_url, "pg_monitor") as url:
        assert amtsweg.at(url)(*command).sentence.endswith(f": {ROLE}")


@pytest.mark.parametrize("command", [["migrate"], ["rebuild", "worklist_v2"]])
def test_maintenance_by_the_wrong_login_is_told_the_right_one(
    amtsweg, service_url, command
) -> None:
    sentence = amtsweg.at(service_url)(*command).sentence
    assert "use the login that owns the tables" in sentence


def warnings(said: Said) -> list[str]:
    lines = [line for line in said.err.splitlines() if line.startswith("{")]
    return [json.loads(line)["event"] for line in lines]


def test_the_owner_s_login_is_warned_of_once(amtsweg, durable_url) -> None:
    assert warnings(amtsweg.at(durable_url)("work", "nonsense")) == ["database_login_too_powerful"]


def test_a_login_that_may_only_append_is_not_warned_of(amtsweg, service_url) -> None:
    assert warnings(amtsweg.at(service_url)("work", "nonsense")) == []
