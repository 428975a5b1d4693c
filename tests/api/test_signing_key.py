"""The development sign-in keeps one key, and signs for the people it knows."""

import json
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context

import pytest

from api.sandbox.issuer import DevelopmentIssuer
from api.sandbox.people import PEOPLE, PersonUnknown
from api.sandbox.signing_key import SigningKeyUnreadable, signing_key


def test_the_signing_key_survives_a_restart_for_its_owners_eyes_only(tmp_path):
    first = signing_key(tmp_path / "state")
    assert signing_key(tmp_path / "state").kid == first.kid
    assert (tmp_path / "state" / "issuer-key.json").stat().st_mode & 0o777 == 0o600
    assert len(list((tmp_path / "state").iterdir())) == 1


def kid_of(state_folder) -> str:
    return signing_key(state_folder).kid


def test_processes_that_start_together_share_one_signing_key(tmp_path):
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as processes:
        assert len(set(processes.map(kid_of, [tmp_path] * 8))) == 1


@pytest.mark.parametrize("content", ["", "{", "[]", json.dumps({"kty": "EC"})])
def test_a_spoilt_signing_key_is_named(tmp_path, content):
    (tmp_path / "issuer-key.json").write_text(content)
    with pytest.raises(SigningKeyUnreadable, match=r"issuer-key\.json"):
        signing_key(tmp_path)


def test_nobody_unknown_is_signed_for(tmp_path):
    with pytest.raises(PersonUnknown, match="nobody"):
        DevelopmentIssuer(tmp_path, "http://localhost").sign("nobody", datetime.now(UTC))


def test_people_have_names_and_subjects_of_their_own():
    assert len({person.name for person in PEOPLE}) == len(PEOPLE)
    assert len({person.subject for person in PEOPLE}) == len(PEOPLE)


def test_no_real_person_gets_post():
    assert all(p.email.endswith(("@example.org", ".invalid")) for p in PEOPLE)
