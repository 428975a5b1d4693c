"""Migrations run once, in order, whole or not at all, and never against a wrong history."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copy

import psycopg
import pytest

from adapters.postgres import migrations
from adapters.postgres.migrations import (
    DatabaseIsNewer,
    MigrationWasEdited,
    TablesAreBusy,
    migrate,
)
from adapters.postgres.schema import DatabaseNotPrepared, require_prepared
from projections.worklist import WORKLIST

OFFICES = "CREATE TABLE offices (name text); INSERT INTO offices VALUES ('Rathaus');"
COUNTERS = "CREATE TABLE counters (office text); INSERT INTO counters SELECT name FROM offices;"
BROKEN = "CREATE TABLE counters (office text); SELECT 1 / 0;"


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "0001_offices.sql").write_text(OFFICES)
    (tmp_path / "0002_counters.sql").write_text(COUNTERS)
    return tmp_path


def ask(url: str, question: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchall()


def test_migrations_run_in_order_and_are_written_down(empty_database_url, folder) -> None:
    assert migrate(empty_database_url, folder) == ["0001_offices.sql", "0002_counters.sql"]
    assert ask(empty_database_url, "SELECT * FROM counters") == [("Rathaus",)]
    assert ask(empty_database_url, "SELECT count(*) FROM schema_migrations") == [(2,)]


def test_what_ran_before_does_not_run_again(empty_database_url, folder) -> None:
    migrate(empty_database_url, folder)
    assert migrate(empty_database_url, folder) == []
    assert ask(empty_database_url, "SELECT * FROM offices") == [("Rathaus",)]


def test_a_later_migration_is_added_to_the_earlier_ones(empty_database_url, folder) -> None:
    migrate(empty_database_url, folder)
    (folder / "0003_doors.sql").write_text("CREATE TABLE doors ()")
    assert migrate(empty_database_url, folder) == ["0003_doors.sql"]


def test_one_that_was_landed_later_under_an_earlier_number_is_applied(
    empty_database_url, tmp_path
) -> None:
    for file in migrations.MIGRATIONS.glob(migrations.NUMBERED):
        copy(file, tmp_path)
    (tmp_path / "0020_reports.sql").unlink()
    assert migrate(empty_database_url, tmp_path)[-1] > "0021"
    assert migrate(empty_database_url) == ["0020_reports.sql"]
    assert ask(empty_database_url, "SELECT count(*) FROM mail_reports") == [(0,)]


def test_only_numbered_files_are_migrations(empty_database_url, folder) -> None:
    (folder / "notes.sql").write_text("no SQL at all")
    assert migrate(empty_database_url, folder) == ["0001_offices.sql", "0002_counters.sql"]


def test_a_percent_sign_means_itself(empty_database_url, tmp_path) -> None:
    (tmp_path / "0001_likes.sql").write_text("CREATE VIEW v AS SELECT 'a%s' LIKE '%s' AS yes")
    migrate(empty_database_url, tmp_path)
    assert ask(empty_database_url, "SELECT yes FROM v") == [(True,)]


def test_a_half_run_migration_leaves_nothing_and_names_itself(empty_database_url, folder) -> None:
    (folder / "0002_counters.sql").write_text(BROKEN)
    with pytest.raises(psycopg.errors.DivisionByZero) as failed:
        migrate(empty_database_url, folder)
    assert failed.value.__notes__ == ["in 0002_counters.sql"]
    assert ask(empty_database_url, "SELECT to_regclass('counters')") == [(None,)]


def test_a_half_run_migration_is_resumed_by_running_again(empty_database_url, folder) -> None:
    (folder / "0002_counters.sql").write_text(BROKEN)
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(empty_database_url, folder)
    (folder / "0002_counters.sql").write_text(COUNTERS)
    assert migrate(empty_database_url, folder) == ["0002_counters.sql"]


def test_several_at_once_apply_everything_once(empty_database_url, folder) -> None:
    (folder / "0003_slow.sql").write_text("SELECT pg_sleep(0.2)")
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(lambda _: migrate(empty_database_url, folder), range(4)))
    assert sorted(map(len, results)) == [0, 0, 0, 3]
    assert ask(empty_database_url, "SELECT * FROM offices") == [("Rathaus",)]


def test_an_edited_migration_is_refused_by_name(empty_database_url, folder) -> None:
    migrate(empty_database_url, folder)
    (folder / "0001_offices.sql").write_text(OFFICES + "-- and more")
    with pytest.raises(MigrationWasEdited, match=r"restore the file.*0001_offices\.sql"):
        migrate(empty_database_url, folder)


def test_line_ends_are_no_edit(empty_database_url, tmp_path) -> None:
    (tmp_path / "0001_one.sql").write_bytes(b"SELECT 1;\nSELECT 2;\n")
    migrate(empty_database_url, tmp_path)
    (tmp_path / "0001_one.sql").write_bytes(b"SELECT 1;\r\nSELECT 2;\r\n")
    assert migrate(empty_database_url, tmp_path) == []


def test_a_database_of_a_newer_version_is_refused_untouched(empty_database_url, folder) -> None:
    (folder / "0003_doors.sql").write_text("CREATE TABLE doors ()")
    migrate(empty_database_url, folder)
    (folder / "0003_doors.sql").rename(folder / "0004_gates.sql")
    with pytest.raises(DatabaseIsNewer, match=r"0003_doors\.sql"):
        migrate(empty_database_url, folder)


def test_a_migration_does_not_wait_for_ever_on_a_lock(
    empty_database_url, folder, monkeypatch
) -> None:
    migrate(empty_database_url, folder)
    (folder / "0003_doors.sql").write_text("ALTER TABLE offices ADD doors int")
    monkeypatch.setattr(migrations, "LOCK_TIMEOUT", "50ms")
    with psycopg.connect(empty_database_url) as reader:
        reader.execute("SELECT * FROM offices")
        with pytest.raises(TablesAreBusy, match=r"0003_doors\.sql"):
            migrate(empty_database_url, folder)


def test_the_product_s_own_migrations_are_all_applied_to_a_test_database(database_url) -> None:
    assert migrate(database_url) == []


@pytest.mark.parametrize(
    "lost",
    [
        "DELETE FROM schema_migrations WHERE name LIKE '0037%'",
        "DROP TABLE schema_migrations",
        f"DROP TABLE {WORKLIST.name}",
    ],
)
def test_nothing_starts_on_a_database_that_lacks_what_this_version_needs(
    database_url, lost
) -> None:
    require_prepared(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute(lost)
    with pytest.raises(DatabaseNotPrepared, match="run `migrate` first"):
        require_prepared(database_url)
