"""The key of the checkpoints is made once, kept for its owner, and never exchanged unnoticed."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psycopg
import pytest

from adapters import whole_files
from adapters.evidence.notes import Signer, Verifier
from adapters.evidence.signing_key import (
    SigningKeyElsewhere,
    SigningKeyMissing,
    SigningKeyUnreadable,
    WrongSigningKey,
    load_signer,
    new_signer,
    prepare_signing_key,
    save_signer,
)
from tests.adapters.evidence.signed import checkpoint

SEEDLESS = json.dumps({"log": "amtsweg-1a2b3c4d"})
SHORT = json.dumps({"log": "amtsweg-1a2b3c4d", "seed": "AAAA"})
NAMELESS = json.dumps({"log": "", "seed": "A" * 43 + "="})


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "keys" / "checkpoints.json"


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def sign_one(url: str, signer: Signer) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO checkpoints (number, size, position, note, edge) VALUES (1, 1, 1, %s, %s)",
            (signer.sign(checkpoint(signer)), [bytes(32)]),
        )


def test_the_key_is_made_once(file, database_url) -> None:
    assert prepare_signing_key(file, database_url)
    made = file.read_bytes()
    assert not prepare_signing_key(file, database_url)
    assert file.read_bytes() == made


def test_it_is_for_its_owner_and_what_lies_beside_it_for_everybody(file, database_url) -> None:
    prepare_signing_key(file, database_url)
    public = file.with_name("checkpoints.pub")
    assert (mode(file), mode(public), mode(file.parent)) == (0o600, 0o644, 0o700)
    assert Verifier.parse(public.read_text()) == load_signer(file).verifier
    assert {path.name for path in file.parent.iterdir()} == {file.name, public.name}


def test_a_public_key_that_is_lost_or_another_s_is_written_anew(file, database_url) -> None:
    prepare_signing_key(file, database_url)
    public = file.with_name("checkpoints.pub")
    right = public.read_text()
    for wrong in (public.unlink, partial(public.write_text, f"{new_signer().verifier}\n")):
        wrong()
        assert not prepare_signing_key(file, database_url)
        assert public.read_text() == right


def test_of_many_that_prepare_at_once_one_makes_it(file, database_url) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: prepare_signing_key(file, database_url), range(8)))
    assert sorted(made) == [False] * 7 + [True]
    public = Verifier.parse(file.with_name("checkpoints.pub").read_text())
    assert public == load_signer(file).verifier


def test_logs_have_names_and_keys_of_their_own() -> None:
    first, second = new_signer(), new_signer()
    assert first.origin != second.origin
    assert first.verifier.key != second.verifier.key


def test_what_is_kept_is_loaded_again(file) -> None:
    signer = new_signer()
    assert save_signer(signer, file)
    assert load_signer(file).verifier == signer.verifier


def test_a_key_that_is_there_stays(file) -> None:
    signer = new_signer()
    save_signer(signer, file)
    assert not save_signer(new_signer(), file)
    assert load_signer(file).verifier == signer.verifier
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_key_that_could_not_be_written_is_not_there(file, monkeypatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        save_signer(new_signer(), file)
    assert list(file.parent.iterdir()) == []


def test_a_missing_key_is_named_with_what_to_do(file) -> None:
    with pytest.raises(SigningKeyMissing, match=r"run `migrate` once .*checkpoints\.json"):
        load_signer(file)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", SEEDLESS, SHORT, NAMELESS, "\x80"])
def test_a_spoilt_key_is_named_and_never_replaced(file, database_url, content) -> None:
    file.parent.mkdir()
    file.write_text(content, "latin-1")
    with pytest.raises(SigningKeyUnreadable, match=r"restore it .*checkpoints\.json"):
        prepare_signing_key(file, database_url)
    assert file.read_text("latin-1") == content


def test_where_there_are_checkpoints_no_new_key_is_made(file, database_url) -> None:
    sign_one(database_url, new_signer())
    with pytest.raises(SigningKeyElsewhere, match="bring it from where it was made"):
        prepare_signing_key(file, database_url)
    assert not file.exists()


def test_a_key_that_did_not_sign_the_last_checkpoint_is_refused(file, database_url) -> None:
    prepare_signing_key(file, database_url)
    sign_one(database_url, new_signer())
    with pytest.raises(WrongSigningKey, match="bring the right one"):
        prepare_signing_key(file, database_url)


def test_the_key_that_signed_the_last_checkpoint_is_brought_and_used(file, database_url) -> None:
    signer = new_signer()
    sign_one(database_url, signer)
    save_signer(signer, file)
    assert not prepare_signing_key(file, database_url)
    assert Verifier.parse(file.with_name("checkpoints.pub").read_text()) == signer.verifier
