"""The commands of whoever keeps personal data."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from adapters.personal_data.key_ring import load_key_ring, new_key_ring, save_key_ring
from adapters.personal_data.people import account_key
from adapters.postgres.finding import announced
from adapters.settings import Settings
from domain.application.state import ENDED as STATUSES_ENDED
from domain.application.state import Status
from tests.commands import CommandLine
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.asked import submit
from tests.domain.application.facts import GELSENKIRCHEN
from tests.keys import KEYS, keys_in
from tests.projections.log import Log
from workers.changing_keys import PASSED_OVER
from workers.erasing import ENDED_BY, NOT_FINAL

ENDED, OPEN = UUID(int=1), UUID(int=2)
ACCOUNT = "pseudonym-1"
ISSUER, SANDBOX = "https://portal.example", "http://127.0.0.1:9411"
PAIRWISE = {"issuer": ISSUER, "roles": ["citizen"], "pairwise": True}
WITHDRAWN = (h.submitted(submit), h.withdrawn)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    keys_in(tmp_path)
    return Settings(home=tmp_path).key_file


@pytest.fixture
def amtsweg(amtsweg: CommandLine, database_url: str, key_file: Path) -> CommandLine:
    assert key_file.exists()
    return amtsweg.at(database_url)


@pytest.fixture
async def log(database_url: str) -> Log:
    """One person with an application that has ended, and one that has not."""
    log = Log(database_url)
    await log.record(ENDED, *WITHDRAWN)
    await log.record(OPEN, *past.in_hands)
    return log


@pytest.mark.usefixtures("log")
def test_what_was_not_erased_is_told_and_ends_with_one(amtsweg: CommandLine) -> None:
    said = amtsweg("erase", "--yes", ACCOUNT)
    assert (said.code, said.err) == (1, "")
    assert said.out.splitlines() == [
        f"{ENDED}  erased: its key, 0 proof files and 0 caught mails are gone",
        f"{OPEN}  not erased: it is received; decide or withdraw it, then ask again",
        NOT_FINAL,
    ]


@pytest.mark.usefixtures("log")
def test_where_nobody_can_be_asked_nothing_is_erased_unless_that_was_said(
    amtsweg: CommandLine,
) -> None:
    said = amtsweg("erase", ACCOUNT)
    assert (said.code, said.out, "say --yes" in said.err) == (2, "", True)
    assert f"{ENDED}  erased" in amtsweg("erase", ACCOUNT, "--yes").out


@pytest.mark.usefixtures("log")
def test_what_was_erased_before_is_known_by_its_id_alone(
    amtsweg: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "files" / str(ENDED)).mkdir(parents=True)
    (tmp_path / "files" / str(ENDED) / "proof").touch()
    said = amtsweg("erase", "--yes", str(ENDED))
    assert (said.code, said.out) == (
        0,
        f"{ENDED}  erased: its key, 1 proof file and 0 caught mails are gone\n{NOT_FINAL}\n",
    )
    assert not (tmp_path / "files" / str(ENDED)).exists()
    said = amtsweg("erase", "--yes", str(ENDED))
    assert (said.code, said.out.startswith(f"{ENDED}  was erased before; 0 proof files")) == (
        0,
        True,
    )
    assert amtsweg("erase", "--yes", str(ENDED), "--municipality", "05562014").sentence.startswith(
        "No muni"
    )
    said = amtsweg("erase", "--yes", str(OPEN)[:-1] + "9")
    assert (said.code, said.out.startswith("Nothing personal is known of this subject")) == (
        1,
        True,
    )


def test_what_ends_an_application_is_said_of_each_that_is_open() -> None:
    assert set(ENDED_BY) == set(Status) - STATUSES_ENDED - {Status.NOT_SUBMITTED}


@pytest.mark.usefixtures("log")
def test_in_another_town_nothing_is_erased(amtsweg: CommandLine) -> None:
    said = amtsweg("erase", "--yes", ACCOUNT, "--municipality", "05562014")
    assert said.sentence.startswith("No municipality with this AGS takes part")
    said = amtsweg("erase", "--yes", ACCOUNT, "--municipality", "Gelsenkirchen")
    assert (said.code, "an AGS has 8 digits" in said.err) == (2, True)
    assert (
        f"{ENDED}  erased"
        in amtsweg("erase", "--yes", ACCOUNT, "--municipality", GELSENKIRCHEN).out
    )


@pytest.mark.usefixtures("log")
def test_where_no_record_is_kept_none_is_due(amtsweg: CommandLine) -> None:
    said = amtsweg("erase", "--due")
    assert (said.code, said.out) == (0, "No payer's name is kept.\n")


async def test_a_person_is_erased_by_what_their_provider_calls_them(
    amtsweg: CommandLine, log: Log
) -> None:
    own, issuers = UUID(int=3), {"AMTSWEG_ISSUERS": json.dumps([PAIRWISE])}
    account = account_key(KEYS, ISSUER, "eva")
    await log.record(own, h.submitted(replace(submit, account=account)), h.withdrawn)
    said = amtsweg("erase", "--yes", "eva", "--issuer", "https://other.example", **issuers)
    assert said.sentence.endswith(f"name one of: {ISSUER}")
    said = amtsweg("erase", "--yes", "eva", "--issuer", ISSUER, **issuers)
    assert (said.code, said.out.startswith(f"{own}  erased")) == (0, True)
    assert "--due names nobody" in amtsweg("erase", "--due", "--issuer", ISSUER, **issuers).err


async def test_beside_run_the_sandbox_s_provider_is_the_one_that_calls_them_so(
    amtsweg: CommandLine, log: Log, key_file: Path
) -> None:
    """`run` tells its own processes alone whom it trusts."""
    asked = ("erase", "--yes", ACCOUNT, "--issuer", f"{SANDBOX}/issuer")
    assert "set here, in AMTSWEG_ISSUERS" in amtsweg(*asked).sentence
    with announced(key_file.parents[1], {"sandbox": SANDBOX}):
        other = amtsweg("erase", "--yes", ACCOUNT, "--issuer", ISSUER)
        assert other.sentence.endswith(f"name one of: {SANDBOX}/issuer")
        assert f"{ENDED}  erased" in amtsweg(*asked).out


@pytest.mark.parametrize("arguments", [("erase",), ("erase", ACCOUNT, "--due")])
def test_whom_to_erase_has_to_be_said(amtsweg: CommandLine, arguments: tuple[str, ...]) -> None:
    said = amtsweg(*arguments)
    assert (said.code, "SUBJECT" in said.err) == (2, True)


@pytest.mark.usefixtures("log")
def test_what_backups_remember_is_told_until_their_key_is_retired(amtsweg: CommandLine) -> None:
    assert NOT_FINAL in amtsweg("erase", "--yes", ACCOUNT).out
    amtsweg("keys", "rotate")
    assert amtsweg("keys", "show").out.splitlines() == [
        "   1  0 data keys  1 erased, in backups until retired",
        "   2  1 data key  current",
    ]
    amtsweg("keys", "retire", "1", "--yes")
    assert "1 erased, beyond recall" in amtsweg("keys", "show").out


@pytest.mark.usefixtures("log")
def test_keys_are_rotated_and_retired(
    amtsweg: CommandLine, key_file: Path, database_url: str
) -> None:
    said = amtsweg("keys", "rotate")
    assert (said.code, said.out.splitlines()[-3:]) == (
        0,
        [
            f"Version 2 is in use; copy {key_file} to its backups.",
            "Old: 1. `keys retire` takes one out, for ever: what was erased is then beyond",
            "recall, and so is every backup from before now. Have a newer one first, tried.",
        ],
    )
    with psycopg.connect(database_url) as database:
        assert database.execute("SELECT DISTINCT kek FROM data_keys").fetchall() == [(2,)]
    said = amtsweg("keys", "show")
    assert said.out.splitlines() == ["   1  0 data keys", "   2  2 data keys  current"]
    said = amtsweg("keys", "retire", "1", "--yes")
    assert said.out == f"Version 1 is gone from {key_file}; there is left: 2.\n"
    assert set(load_key_ring(key_file).keys) == {2}
    assert "Muster" in amtsweg("replay", str(OPEN)).out
    assert amtsweg("keys", "show").out.splitlines() == [
        "   1  0 data keys  retired in the database, not in the key file",
        "   2  2 data keys  current",
    ]


async def test_a_log_is_sound_after_the_keys_were_changed(
    amtsweg: CommandLine, log: Log, database_url: str
) -> None:
    await log.project_all()
    for version in (1, 2):
        assert amtsweg("keys", "rotate").code == 0
        assert amtsweg("keys", "retire", str(version), "--yes").code == 0
        said = amtsweg("verify")
        assert (said.code, said.out.splitlines()[-1]) == (0, "All is sound."), said.out
    with psycopg.connect(database_url) as database:
        database.execute("ALTER TABLE data_keys ADD CONSTRAINT kek_3_is_retired CHECK (kek <> 9)")
    said = amtsweg("verify")
    assert (said.code, "constraint kek_3_is_retired: was added" in said.out) == (1, True)


@pytest.mark.usefixtures("log")
def test_a_damaged_key_is_named_and_can_be_given_up(
    amtsweg: CommandLine, key_file: Path, database_url: str
) -> None:
    amtsweg("migrate")
    with psycopg.connect(database_url) as database:
        database.execute(
            "UPDATE data_keys SET wrapped = decode(repeat('00', 60), 'hex') WHERE stream_id = %s",
            (ENDED,),
        )
    said = amtsweg("keys", "rotate")
    assert (said.code, said.out.splitlines()[-1]) == (
        1,
        PASSED_OVER.format(keys="1 data key", streams=ENDED),
    )
    assert f"1, {ENDED}" in amtsweg("keys", "retire", "1", "--yes").sentence
    assert amtsweg("keys", "retire", "1", "--yes", "--give-up").code == 0
    assert set(load_key_ring(key_file).keys) == {2}
    assert amtsweg("keys", "rotate").code == 0
    assert "Muster" in amtsweg("replay", str(OPEN)).out


@pytest.mark.usefixtures("log")
def test_a_version_that_is_needed_is_not_retired(amtsweg: CommandLine) -> None:
    assert "run `keys rotate` first" in amtsweg("keys", "retire", "1", "--yes").sentence
    assert "no such version" in amtsweg("keys", "retire", "9", "--yes").sentence
    assert "no such version" in amtsweg("keys", "retire", "9").sentence, "before it asks"


def test_where_nobody_can_be_asked_no_key_is_retired_unless_that_was_said(
    amtsweg: CommandLine, log: Log, key_file: Path
) -> None:
    amtsweg("keys", "rotate")
    said = amtsweg("keys", "retire", "1")
    assert (said.code, said.out, "say --yes" in said.err) == (2, "", True)
    assert set(load_key_ring(key_file).keys) == {1, 2}
    assert amtsweg("keys", "retire", "1", "--yes").code == 0


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("command", [("rotate",), ("retire", "1", "--yes")])
def test_another_databases_key_file_is_left_as_it_is(
    amtsweg: CommandLine, key_file: Path, command: tuple[str, ...]
) -> None:
    foreign = new_key_ring().with_new_version()
    save_key_ring(foreign, key_file)
    assert "bring the right one" in amtsweg("keys", *command).sentence
    assert load_key_ring(key_file) == foreign


async def test_the_service_login_changes_no_keys(
    amtsweg: CommandLine, durable_url: str, service_url: str, key_file: Path
) -> None:
    await Log(durable_url).record(ENDED, *WITHDRAWN)
    assert (
        "This login may not change the keys" in amtsweg.at(service_url)("keys", "rotate").sentence
    )
    assert load_key_ring(key_file).current == 1


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    "command",
    [
        ("erase", "--yes", ACCOUNT),
        ("keys", "show"),
        ("keys", "rotate"),
        ("keys", "retire", "1", "--yes"),
    ],
)
def test_without_the_key_file_nothing_is_done(
    amtsweg: CommandLine, key_file: Path, command: tuple[str, ...]
) -> None:
    key_file.unlink()
    assert "key file that is not here" in amtsweg(*command).sentence
    assert not key_file.exists()
