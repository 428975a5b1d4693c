"""`verify` opens every data key, where the key file is at hand, and names what does not fit."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from adapters.evidence import data_keys
from adapters.evidence.data_keys import (
    DAMAGED,
    GONE,
    NOBODY,
    OTHER_BOX,
    OTHER_NAMES,
    OTHER_SUBJECT,
    damaged_keys,
)
from adapters.personal_data.sealing import wrapping_place
from adapters.settings import Settings
from tests.commands import CommandLine, Said
from tests.domain import test_fee_record as fee
from tests.evidence import CASE, LIFE, OTHER, Office, written_office
from tests.keys import KEYS, MAPPER

RECORD = UUID(int=3)
TOWN = LIFE[0].municipality
CHANGED = "UPDATE data_keys SET {} WHERE stream_id = '{}'"
_, FOREIGN = KEYS.wrap(bytes(32), wrapping_place(CASE, TOWN))
SWAPPED = """UPDATE data_keys a SET wrapped = b.wrapped FROM data_keys b
    WHERE a.stream_id <> b.stream_id"""
ADDED = f"""INSERT INTO data_keys (stream_id, municipality, subject, names, kek, wrapped)
    SELECT '{RECORD}', municipality, subject, names, kek, '\\x{{}}' FROM data_keys
    WHERE stream_id = '{CASE}'"""  # noqa: S608 -- a test's own
OF_NOBODY = ADDED.format(KEYS.wrap(bytes(32), wrapping_place(RECORD, TOWN))[1].hex())


@pytest.fixture
async def office(tmp_path, database_url) -> Office:
    return await written_office(tmp_path, database_url)


@pytest.fixture
def amtsweg(amtsweg, database_url) -> CommandLine:
    return amtsweg.at(database_url)


def changed(what: str, stream_id: UUID = CASE) -> str:
    return CHANGED.format(what, stream_id)


def last_lines(said: Said) -> Sequence[str]:
    return said.out.splitlines()[-2:]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            changed("wrapped = decode(repeat('00', 60), 'hex')"),
            f"{DAMAGED}: stream {CASE}, under version 1",
        ),
        (changed(r"wrapped = '\x00'"), f"{DAMAGED}: stream {CASE}, under version 1"),
        (changed("kek = 99"), f"{DAMAGED}: stream {CASE}, under version 99"),
        (changed("municipality = '05562014'", OTHER), f"{DAMAGED}: stream {OTHER}"),
        (SWAPPED, f"{DAMAGED}: stream {OTHER}, under version 1"),
        (changed(rf"wrapped = '\x{FOREIGN.hex()}'"), f"{OTHER_BOX}: stream {CASE}"),
        (changed("subject = decode(repeat('00', 16), 'hex')"), f"{OTHER_SUBJECT}: stream {CASE}"),
        (changed("names = names[2:]"), f"{OTHER_NAMES}: stream {CASE}"),
        (OF_NOBODY, f"{GONE}: stream {RECORD}, under version 1"),
    ],
)
async def test_a_key_that_does_not_fit_is_named(
    amtsweg: CommandLine, office: Office, statement: str, named: str
) -> None:
    amtsweg("migrate")
    assert last_lines(amtsweg("verify"))[-1] == "All is sound."
    office.attack(statement)
    said = amtsweg("verify")
    assert (said.code, said.err) == (1, "")
    assert named in said.out
    proven, end = last_lines(said)
    assert proven.startswith("10 events, up to position 10; signed and anchored up to position 9")
    assert end == "Something is wrong."


async def test_a_key_of_a_stream_that_seals_nothing_at_its_beginning_is_named(
    amtsweg: CommandLine, office: Office
) -> None:
    await office.log.record(RECORD, LIFE[2])
    office.attack(OF_NOBODY)
    assert f"{NOBODY}: stream {RECORD}, under version 1" in amtsweg("verify").out


async def test_without_the_key_file_the_log_alone_is_verified(
    amtsweg: CommandLine, office: Office
) -> None:
    Settings(home=office.home).key_file.unlink()
    office.attack(changed("kek = 99"))
    said = amtsweg("verify")
    assert (said.code, last_lines(said)[-1]) == (0, "All is sound.")
    assert "data keys were not looked at" in said.out


async def test_they_are_read_in_pages_and_it_is_told_how_far_it_is(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_keys, "PAGE", 2)
    await office.log.record(RECORD, fee.kept)
    office.attack(changed("subject = '\\x00'", RECORD))
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))

    found = list(damaged_keys(office.log.url, MAPPER, KEYS, progress))
    assert [(one.what, one.where) for one in found] == [
        (OTHER_SUBJECT, f"stream {RECORD}, under version 1")
    ]
    assert told == [(2, 3), (3, 3)]
