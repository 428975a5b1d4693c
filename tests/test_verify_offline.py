"""An exported log is verified by its file and the public key, and by nothing else."""

import gzip
import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.evidence.anchors import CUT_OFF
from adapters.evidence.signing_key import new_signer
from adapters.settings import Settings
from tests.commands import SILENT, CommandLine, Said
from tests.domain.application import happened as h
from tests.evidence import CASE, Office, lines_changed, written_office
from tests.keys import SIGNER

LINES = 1 + 10 + 2 + 1
CUT = "The export is not whole: its end is missing. It ends after line"
DAMAGED = "The compressed file is damaged"
BROKEN = "The export cannot be read any further: its line does not belong there. It is line"


@pytest.fixture
async def office(tmp_path, database_url) -> Office:
    return await written_office(tmp_path, database_url)


@pytest.fixture
def file(amtsweg, office, database_url, tmp_path) -> Path:
    file = tmp_path / "log.jsonl"
    said = amtsweg.at(database_url)("export", str(file))
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[-1] == (
        f"10 events, up to position 10, and 2 checkpoints are in {file}."
    )
    return file


@pytest.fixture
def elsewhere(amtsweg) -> CommandLine:
    """No database is needed."""
    assert amtsweg.environment["DATABASE_URL"] == SILENT
    return amtsweg


def verified(elsewhere: CommandLine, file: Path, *more: str) -> Said:
    return elsewhere("verify", "--offline", str(file), "--key", str(SIGNER.verifier), *more)


def test_it_says_what_is_covered_and_what_is_not(elsewhere, office, file) -> None:
    said = verified(elsewhere, file, "--anchor", str(office.anchor))
    assert (said.code, said.err) == (0, "")
    proven, sound = said.out.splitlines()[-2:]
    assert proven.startswith("10 events, up to position 10; signed and anchored up to position 9 (")
    assert sound == "All is sound."


def test_each_line_says_all_there_is(file, database_url) -> None:
    header, first, *_, note, end = map(json.loads, file.read_text().splitlines())
    assert len(file.read_text().splitlines()) == LINES
    assert (header["format"], header["last_position"]) == ("amtsweg-log/1", 10)
    assert (header["log"], header["public_key"]) == (SIGNER.origin, str(SIGNER.verifier))
    assert (first["position"], first["stream"], first["version"]) == (1, str(CASE), 1)
    assert json.loads(first["state"])["sealed"]
    assert SIGNER.verifier.open(note["note"]).size == 9
    assert end == {"kind": "end", "events": 10, "checkpoints": 2}


def test_what_is_personal_stays_sealed(file) -> None:
    assert "Muster" not in file.read_text()


def test_the_file_is_for_its_owner_alone_and_overwritten_only_by_force(
    amtsweg, database_url, file
) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before, at = file.read_bytes(), amtsweg.at(database_url)
    assert "choose another one, or overwrite it" in at("export", str(file)).sentence
    assert file.read_bytes() == before
    assert at("export", str(file), "--force").code == 0
    assert file.read_bytes() != before  # made at another moment
    assert list(file.parent.glob("*.new")) == []


def test_a_file_that_cannot_be_written_is_said_to_be_so(amtsweg, database_url, tmp_path) -> None:
    said = amtsweg.at(database_url)("export", str(tmp_path / "nowhere" / "log.jsonl"))
    assert "There is no such folder" in said.sentence
    assert said.out == ""


@pytest.mark.parametrize("kind", ["fifo", "folder", "link"])
def test_what_is_no_plain_file_is_not_replaced_even_by_force(
    amtsweg, database_url, tmp_path, kind
) -> None:
    place = tmp_path / "log.jsonl"
    match kind:
        case "fifo":
            os.mkfifo(place)
        case "folder":
            place.mkdir()
        case "link":
            place.symlink_to(tmp_path / "elsewhere")
    before = place.lstat()
    said = amtsweg.at(database_url)("export", str(place), "--force")
    assert "no plain file" in said.sentence
    assert (place.lstat().st_mode, place.lstat().st_ino) == (before.st_mode, before.st_ino)
    assert not (tmp_path / "elsewhere").exists()


def test_an_export_before_the_first_checkpoint_says_that_it_proves_nothing_yet(
    amtsweg, elsewhere, office, database_url, tmp_path
) -> None:
    office.attack("DELETE FROM checkpoints")
    file = tmp_path / "log.jsonl"
    said = amtsweg.at(database_url)("export", str(file))
    assert said.out.splitlines()[-1].startswith("Nothing of it is signed yet, the first checkpoint")
    assert "nothing is signed: the file has no checkpoint" in verified(elsewhere, file).out


def test_a_key_file_that_is_not_there_is_said_to_be_missing(elsewhere, file) -> None:
    said = elsewhere("verify", "--offline", str(file), "--key", "/nowhere/checkpoints.pub")
    assert said.sentence.startswith("There is no such file")


def test_an_anchor_that_was_torn_is_told_in_a_sentence_here_and_in_the_database(
    amtsweg, elsewhere, office, file, database_url
) -> None:
    whole = office.anchor.read_text()
    office.anchor.write_text(whole[:-40])
    torn = f"an anchor ends in the middle of a note: {office.anchor}"
    offline = verified(elsewhere, file, "--anchor", str(office.anchor))
    live = amtsweg.at(database_url)("verify")
    assert (offline.code, offline.err, live.code, live.err) == (1, "", 1, "")
    assert torn in offline.out
    assert torn in live.out
    lags = f"ends before the checkpoints of the file: {office.anchor} up to position 7, the file up"
    assert lags in offline.out


def test_pieces_that_a_crash_left_are_only_mentioned(elsewhere, office, file) -> None:
    office.anchor.write_text(f"half a note{CUT_OFF.decode()}{office.anchor.read_text()}")
    said = verified(elsewhere, file, "--anchor", str(office.anchor))
    assert (said.code, said.err) == (0, "")
    assert f"pieces of notes that a crash cut off: 1, {office.anchor}" in said.out


def test_bytes_that_are_no_text_are_exported_as_they_are(
    amtsweg, elsewhere, office, database_url, tmp_path
) -> None:
    office.attack(r"UPDATE events SET state = '\xff00fe' WHERE notification_id = 10")
    file = tmp_path / "log.jsonl"
    assert amtsweg.at(database_url)("export", str(file)).code == 0
    assert '"state_base64":"/wD+"' in file.read_text()
    assert "an event is not what its hash says: position 10" in verified(elsewhere, file).out


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET recorded_at = 'infinity' WHERE notification_id = 4",
        """ALTER TABLE events ALTER topic DROP NOT NULL;
        UPDATE events SET topic = NULL WHERE notification_id = 4""",
    ],
)
def test_an_event_that_is_not_whole_cannot_be_exported(
    amtsweg, office, database_url, tmp_path, statement
) -> None:
    office.attack(statement)
    said = amtsweg.at(database_url)("export", str(tmp_path / "log.jsonl"))
    assert said.sentence.splitlines()[-1].endswith("Its position: 4")
    assert list(tmp_path.glob("log*")) == []


def test_without_the_public_key_it_says_what_to_give(elsewhere, file) -> None:
    said = elsewhere("verify", "--offline", str(file))
    assert "with --key: the one in an export proves nothing" in said.sentence


@pytest.mark.parametrize(
    ("key", "sentence"), [("nonsense", "This is no public key of a log"), ("FILE", "in this file:")]
)
def test_what_is_no_key_is_said_to_be_none(elsewhere, file, key, sentence) -> None:
    given = str(file) if key == "FILE" else key
    assert sentence in elsewhere("verify", "--offline", str(file), "--key", given).sentence


def test_a_key_with_a_wrong_letter_is_said_to_be_mistyped_by_itself_and_in_a_file(
    elsewhere, file, tmp_path
) -> None:
    key = str(SIGNER.verifier).replace("amtsweg", "antsweg", 1)
    said = elsewhere("verify", "--offline", str(file), "--key", key).sentence
    assert "mistyped, or part of it is missing: its checksum does not fit" in said
    public = tmp_path / "typed.pub"
    public.write_text(f"{key}\n")
    said = elsewhere("verify", "--offline", str(file), "--key", str(public)).sentence
    assert "mistyped, or part of it is missing: its checksum does not fit" in said
    assert said.endswith(str(public))


def test_another_key_has_signed_none_of_it(elsewhere, file) -> None:
    key = str(new_signer().verifier)
    said = elsewhere("verify", "--offline", str(file), "--key", key)
    assert said.code == 1
    assert "not signed by the key of this log: checkpoint 1" in said.out
    assert "nothing is proven" in said.out
    assert "10 events, up to position 10; nothing of it is proven." in said.out


def now() -> str:
    return datetime.now(UTC).isoformat()


def set_back(file: Path) -> None:
    """Whoever wrote the file can write into it whatever moment they like."""
    header = json.loads(file.read_text().splitlines()[0])
    lines_changed(file, 1, json.dumps({**header, "made_at": "2020-01-01T00:00:00Z"}))


async def test_what_an_anchor_was_given_after_the_export_proves_it_as_far_as_it_goes(
    elsewhere, office, file
) -> None:
    await office.sign()
    said = verified(elsewhere, file, "--anchor", str(office.anchor))
    assert said.code == 0
    assert "10 events, up to position 10; signed and anchored up to position 10 (" in said.out


async def later(office: Office) -> None:
    """The office goes on, and signs what the file does not have."""
    for _ in range(2):
        await office.log.record(CASE, h.claimed)
        await office.sign()


async def test_what_is_later_than_the_file_is_not_believed_to_be_so(
    elsewhere, office, file
) -> None:
    await later(office)
    said = verified(elsewhere, file, "--anchor", str(office.anchor))
    assert (said.code, said.err) == (1, "")
    assert f"2 later checkpoints of {office.anchor} were not compared: the file says" in said.out


async def test_whoever_knows_when_the_file_was_made_is_told_what_is_later_and_finds_it_sound(
    elsewhere, office, file
) -> None:
    known = now()
    await later(office)
    told = ("--anchor", str(office.anchor), "--made-at", known)
    said = verified(elsewhere, file, *told)
    assert (said.code, said.err) == (0, "")
    assert f"2 later checkpoints of {office.anchor} were not compared: you say" in said.out
    assert said.out.splitlines()[-1] == "All is sound."


def test_a_file_was_not_made_before_its_last_checkpoint(elsewhere, file) -> None:
    said = verified(elsewhere, file, "--made-at", "2020-03-31T14:00:00+02:00")
    assert said.sentence.startswith("The file holds a checkpoint that is later than the moment")


@pytest.mark.parametrize(
    ("field", "other", "named"),
    [
        ("last_position", 12, "it says that the log ends at position 12, and it ends at 10"),
        ("public_key", str(new_signer().verifier), "it names the key amtsweg-"),
        ("made_at", "2020-01-01T00:00:00Z", "made at 2020-01-01 00:00:00 UTC, before its last"),
    ],
    ids=["last position", "public key", "made at"],
)
def test_a_first_line_that_contradicts_the_others_is_named(
    elsewhere, file, field, other, named
) -> None:
    header = json.loads(file.read_text().splitlines()[0])
    lines_changed(file, 1, json.dumps({**header, field: other}))
    said = verified(elsewhere, file)
    assert (said.code, said.err) == (1, "")
    assert "the first line of the file contradicts the rest: " in said.out
    assert named in said.out


def cut(amtsweg: CommandLine, office: Office, file: Path, url: str) -> None:
    """Export a log without its end, which the second note is of."""
    office.attack(
        "DELETE FROM events WHERE notification_id > 7", "DELETE FROM checkpoints WHERE number > 1"
    )
    assert amtsweg.at(url)("export", str(file), "--force").code == 0
    set_back(file)


def test_a_log_that_was_cut_is_found_though_its_file_says_it_is_old(
    amtsweg, elsewhere, office, file, database_url
) -> None:
    cut(amtsweg, office, file, database_url)
    said = verified(elsewhere, file, "--anchor", str(office.anchor))
    assert (said.code, said.err) == (1, "")
    assert (
        f"1 later checkpoint of {office.anchor} was not compared: "
        "the file says it was made at 2020-01-01 00:00:00 UTC"
    ) in said.out


def test_a_log_that_was_cut_is_short_by_the_moment_that_the_auditor_knows(
    amtsweg, elsewhere, office, file, database_url
) -> None:
    cut(amtsweg, office, file, database_url)
    told = ("--anchor", str(office.anchor), "--made-at", now())
    said = verified(elsewhere, file, *told)
    assert (said.code, said.err) == (1, "")
    assert f"the log is shorter than a checkpoint says: note 2 at {office.anchor}" in said.out
    assert "not compared" not in said.out


@pytest.mark.parametrize("told", [("--made-at", "yesterday"), ("--made-at", "2026-03-31T14:00:00")])
def test_a_moment_is_given_with_its_time_zone(elsewhere, file, told) -> None:
    assert "Give the moment with its time zone, e.g." in verified(elsewhere, file, *told).sentence


def test_a_moment_is_that_of_a_file(elsewhere) -> None:
    said = elsewhere("verify", "--made-at", now())
    assert said.code == 2
    assert "--offline" in said.err


def test_an_export_without_its_checkpoints_proves_nothing(elsewhere, file) -> None:
    lines_changed(file, LINES, '{"kind":"end","events":10,"checkpoints":0}')
    lines_changed(file, LINES - 1)
    lines_changed(file, LINES - 2)
    said = verified(elsewhere, file)
    assert said.code == 1
    assert "nothing is signed" in said.out


@pytest.mark.parametrize(
    ("number", "instead", "sentence"),
    [
        (LINES, [], f"{CUT} 13"),
        (LINES, ['{"kind":"end","events":10,"checkpoints":2}'] * 2, f"{BROKEN} 15"),
        (4, ["{"], f"{BROKEN} 4"),
        (4, ['{"kind":"letter"}'], f"{BROKEN} 4"),
        (4, ['{"kind":"end","events":2,"checkpoints":0}'], f"{BROKEN} 5"),
        (12, ["\udcff".encode("utf8", "surrogateescape").decode("latin1")], f"{BROKEN} 12"),
        (1, [], "This is no file that `export` has written"),
        (1, ['{"kind":"header"}'], "This is no file that `export` has written"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_by_its_line(
    elsewhere, file, number, instead, sentence
) -> None:
    lines_changed(file, number, *instead)
    assert sentence in verified(elsewhere, file).sentence


@pytest.mark.parametrize(("kept", "sentence"), [(0, "This is no file"), (-9, f"{CUT} 13")])
def test_a_file_that_was_cut_is_refused(elsewhere, file, kept, sentence) -> None:
    file.write_bytes(file.read_bytes()[:kept])
    assert sentence in verified(elsewhere, file).sentence


@pytest.mark.parametrize("gone", [range(4, 5), range(4, 7), range(2, 3)])
def test_events_that_were_cut_out_are_named_by_their_positions(elsewhere, file, gone) -> None:
    """Line by line; the end of the file was left as it was."""
    for _ in gone:
        lines_changed(file, gone.start)
    said = verified(elsewhere, file)
    assert (said.code, said.err) == (1, "")
    first, last = gone.start - 1, gone.stop - 2
    where = f"position {first}" if len(gone) == 1 else f"positions {first} to {last}"
    _progress, named, *_ = said.out.splitlines()
    assert named == f"events are missing, or nothing was ever there: {where}"
    left = 10 - len(gone)
    assert (
        "the last line of the file contradicts the rest: it says events: 10, checkpoints: 2; "
        f"there are events: {left}, checkpoints: 2"
    ) in said.out
    assert "the log is not the one that was signed: checkpoint 1" in said.out


def test_what_is_missing_is_named_though_much_else_is_wrong(elsewhere, file) -> None:
    spoilt = file.read_text().splitlines()
    for number, line in enumerate(spoilt[2:7], 3):
        lines_changed(file, number, json.dumps({**json.loads(line), "hash": "00" * 32}))
    lines_changed(file, 9)
    _progress, named, *_ = verified(elsewhere, file).out.splitlines()
    assert named == "events are missing, or nothing was ever there: position 8"


@pytest.mark.parametrize(("events", "checkpoints"), [(9, 2), (10, 1), (11, 3)])
def test_an_end_that_counts_otherwise_is_a_finding(elsewhere, file, events, checkpoints) -> None:
    end = {"kind": "end", "events": events, "checkpoints": checkpoints}
    lines_changed(file, LINES, json.dumps(end))
    said = verified(elsewhere, file)
    assert (said.code, said.err) == (1, "")
    says = f"it says events: {events}, checkpoints: {checkpoints}; there are events: 10, checkpo"
    assert f"the last line of the file contradicts the rest: {says}" in said.out


def damaged_at_its_end(raw: bytes) -> bytes:
    """All lines can be read, and the checksum does not fit."""
    return raw[:-8] + bytes([raw[-8] ^ 1]) + raw[-7:]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:-300],
        lambda raw: raw[:300] + b"\xff" * 99,
        damaged_at_its_end,
        lambda raw: raw[:2] + b"\xff" * 99,
    ],
)
def test_a_compressed_file_that_was_spoilt_is_said_to_be_so(elsewhere, file, spoil) -> None:
    """No line is named: what was unpacked by then may be nonsense."""
    packed = file.with_suffix(".gz")
    packed.write_bytes(spoil(gzip.compress(file.read_bytes())))
    said = verified(elsewhere, packed).sentence
    assert said.startswith(DAMAGED)
    assert said.endswith(f": {packed}")


def test_a_file_that_is_not_there_is_said_to_be_so(elsewhere, tmp_path) -> None:
    assert "nowhere (No such file" in verified(elsewhere, tmp_path / "nowhere").sentence


@pytest.mark.parametrize(
    ("field", "other", "named"),
    [
        ("version", 7, "version 6 of the stream is missing: position 4"),
        ("recorded_at", "2026-01-01T00:00:00Z", "the log is not the one that was signed"),
        ("hash", "00" * 32, "an event is not what its hash says: position 4"),
        ("name", "ApplicationReleased", "an event is not what its hash says: position 4"),
        ("position", 3, "a position occurs again, or out of order: position 3"),
    ],
)
def test_a_line_that_was_changed_is_named(elsewhere, file, field, other, named) -> None:
    line = json.loads(file.read_text().splitlines()[4])
    lines_changed(file, 5, json.dumps({**line, field: other}))
    said = verified(elsewhere, file)
    assert (said.code, said.err) == (1, "")
    assert named in said.out


@pytest.mark.parametrize(
    "written", [{}, {"sort_keys": True}, {"separators": (" , ", " : ")}, {"ensure_ascii": False}]
)
def test_a_file_that_was_written_anew_by_another_program_is_the_same(
    elsewhere, file, written
) -> None:
    """Spaces, the order of the fields and escapes are of no account, in no kind of line."""
    lines = [json.dumps(json.loads(line), **written) for line in file.read_text().splitlines()]
    file.write_text("".join(f"{line}\n" for line in lines))
    said = verified(elsewhere, file)
    assert (said.code, said.err) == (0, "")
    assert "; signed up to position 9 (" in said.out


def test_a_checkpoint_whose_kind_is_spelled_otherwise_is_seen(elsewhere, file) -> None:
    for number in (LINES - 2, LINES - 1):
        line = file.read_text().splitlines()[number - 1]
        lines_changed(file, number, line.replace('"checkpoint"', r'"\u0063heckpoint"', 1))
    assert "; signed up to position 9 (" in verified(elsewhere, file).out


def test_lines_that_were_exchanged_are_named(elsewhere, file) -> None:
    third, fourth = file.read_text().splitlines()[3:5]
    lines_changed(file, 4, fourth)
    lines_changed(file, 5, third)
    assert "a position occurs again, or out of order: position 3" in verified(elsewhere, file).out


def test_the_keys_are_found_in_no_export(file, tmp_path) -> None:
    text = file.read_text()
    for secret in (Settings(home=tmp_path).key_file, Settings(home=tmp_path).signing_key_file):
        values = json.loads(secret.read_text())
        assert all(
            str(value) not in text for name, value in values.items() if name in {"seed", "index"}
        )
