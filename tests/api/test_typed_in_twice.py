"""What clerks of one town type in under a portal's number is one application, whoever does."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.api.library_card import ANSWERS, Counter, done, form
from tests.api.problems import require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitors


@pytest.fixture
def letter() -> dict[str, Any]:
    """A letter that a portal printed, with its number on it."""
    source = {"portal": "a-portal", "submission_id": uuid4().hex}
    return form({"email": "kim@example.org"}, channel="post", source=source)


def test_two_clerks_of_a_town_make_one_application_of_one_number(
    visitors: Visitors, letter: dict[str, Any]
) -> None:
    first, second = (visitors.clerk().post("/applications", letter) for _ in range(2))
    assert done(second) == done(first)
    assert [a.headers.get("idempotent-replayed") for a in (first, second)] == [None, "true"]


def test_clerks_who_type_it_in_at_once_make_one_application(
    visitors: Visitors, letter: dict[str, Any]
) -> None:
    clerks = [visitors.clerk() for _ in range(4)]
    with ThreadPoolExecutor(4) as at_once:
        answers = list(at_once.map(lambda clerk: clerk.post("/applications", letter), clerks))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["application_id"] for answer in answers}) == 1


def test_a_colleague_who_reads_the_letter_otherwise_is_told_that_it_is_there(
    visitors: Visitors, letter: dict[str, Any]
) -> None:
    done(visitors.clerk().post("/applications", letter))
    otherwise = {**letter, "answers": {**ANSWERS, "phone": "0209 1690"}}
    answer = visitors.clerk().post("/applications", otherwise)
    problem = require_problem(answer, 422, "source-reused")
    assert "bitte zuerst diesen suchen" in problem["detail"]


def test_a_clerk_and_an_account_do_not_meet_under_a_number(
    counter: Counter, visitors: Visitors, letter: dict[str, Any]
) -> None:
    online = {name: said for name, said in letter.items() if name != "channel"}
    theirs = done(visitors.citizen().post("/applications", online))
    typed_in = done(visitors.clerk().post("/applications", letter))
    assert typed_in["application_id"] != theirs["application_id"]


def test_clerks_of_two_towns_do_not_meet_under_a_number(
    visitors: Visitors, letter: dict[str, Any]
) -> None:
    answers = [
        visitors.clerk(town).post("/applications", {**letter, "municipality": town})
        for town in (GELSENKIRCHEN, GLADBECK)
    ]
    assert len({done(answer)["application_id"] for answer in answers}) == 2
