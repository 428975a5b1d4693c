"""Bodies that are no form and files that are no proof are refused before anybody works on them."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.api.library_card import Case, Counter, form, photo
from tests.api.problems import Database, nothing_appended, pointers, require_problem
from tests.api.visitors import Visitors

JSON = {"Content-Type": "application/json", "Idempotency-Key": "a-key"}
LARGEST_PROOF = 10 * 1024 * 1024
LONE_SURROGATE = '"\\ud800"'


@pytest.fixture(scope="module")
def case(counter: Counter) -> Case:
    return counter.submit(form(answers={"reduction": "student"}))


@pytest.fixture(autouse=True)
def nothing_is_appended(database: Database, case: Case) -> Iterator[None]:
    with nothing_appended(database):
        yield


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"municipality": "05513000",}',
        b'{"municipality": "\xff"}',
        pytest.param(b'{"answers": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", id="deep"),
        pytest.param(b'{"answers": ' + b"1" * 5_000 + b"}", id="huge-number"),
        b"municipality=05513000",
    ],
)
def test_what_is_no_json_is_malformed(visitors: Visitors, content: bytes) -> None:
    answer = visitors.citizen().upload("/applications", content, JSON)
    require_problem(answer, 400, "body-malformed")


def test_whoever_sends_nothing_is_told_what_there_has_to_be(visitors: Visitors) -> None:
    answer = visitors.citizen().upload("/applications", b"", JSON)
    told = pointers(require_problem(answer, 422, "form-has-problems"))
    assert told == ["/municipality", "/service", "/applicant", "/fulfilment"]


@pytest.mark.parametrize("content", [b"[]", b"7", b"null", b'"text"'])
def test_json_that_is_no_object_is_told_what_to_send(visitors: Visitors, content: bytes) -> None:
    answer = visitors.citizen().upload("/applications", content, JSON)
    assert pointers(require_problem(answer, 422, "form-has-problems")) == [""]


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_json_is_read_only_where_it_is_called_json(visitors: Visitors, media_type: str) -> None:
    headers = JSON | {"Content-Type": media_type}
    answer = visitors.citizen().upload("/applications", json.dumps(form()).encode(), headers)
    (error,) = require_problem(answer, 422, "form-has-problems")["errors"]
    assert "application/json" in error["detail"]


@pytest.mark.parametrize("field", ["given_name", "phone", "nonsense", "municipality"])
def test_half_a_surrogate_pair_is_refused(visitors: Visitors, field: str) -> None:
    body = form({"given_name": "given_name"}, {"phone": "phone"}, nonsense="nonsense")
    content = json.dumps(body | {"municipality": "municipality"}).replace(
        f'"{field}": "{field}"', f'"{field}": {LONE_SURROGATE}'
    )
    answer = visitors.citizen().upload("/applications", content.encode(), JSON)
    require_problem(answer, 422, "form-has-problems")


@pytest.mark.parametrize("key", ["applicant", "answers", "fulfilment"])
def test_half_a_surrogate_pair_as_a_name_is_refused(visitors: Visitors, key: str) -> None:
    content = json.dumps(form()).replace(f'"{key}": {{', f'"{key}": {{{LONE_SURROGATE}: 1, ')
    answer = visitors.citizen().upload("/applications", content.encode(), JSON)
    require_problem(answer, 422, "form-has-problems")


def test_answers_nested_too_deep_are_refused(visitors: Visitors) -> None:
    content = json.dumps(form()).replace(": true", ": " + "[" * 900 + "]" * 900)
    answer = visitors.citizen().upload("/applications", content.encode(), JSON)
    require_problem(answer, 422, "form-has-problems")


def test_a_form_that_is_too_large_is_refused(visitors: Visitors) -> None:
    answer = visitors.citizen().post("/applications", form({"given_name": "x" * 1024 * 1024}))
    require_problem(answer, 413, "request-entity-too-large")


def test_a_form_without_an_announced_end_is_refused_once_it_is_too_large(
    visitors: Visitors, http: httpx.Client
) -> None:
    pieces = (b" " * 65536 for _ in range(17))
    headers = visitors.citizen().headers | JSON
    answer = http.post("/applications", content=pieces, headers=headers)
    require_problem(answer, 413, "request-entity-too-large")


def test_an_operation_without_a_body_reads_no_endless_one(visitors: Visitors, case: Case) -> None:
    claim = f"{case.path}/claim"
    answer = case.clerk.upload(claim, b" " * (1024 * 1024 + 1), JSON)
    require_problem(answer, 413, "request-entity-too-large")


@pytest.mark.parametrize(
    ("content", "status", "kind"),
    [
        (b"", 422, "proof-is-empty"),
        (b"Dear office,", 415, "proof-type-not-allowed"),
        (b"GIF89a", 415, "proof-type-not-allowed"),
        (b"<svg onload='alert(1)'/>", 415, "proof-type-not-allowed"),
        pytest.param(photo() + b" " * LARGEST_PROOF, 413, "proof-too-large", id="too-large"),
    ],
)
def test_a_file_that_is_no_proof_is_refused(
    case: Case, content: bytes, status: int, kind: str
) -> None:
    answer = case.citizen.upload(f"{case.path}/proofs/reduction-proof", content)
    require_problem(answer, status, kind)


def test_a_form_with_a_file_is_told_that_the_file_itself_is_the_body(case: Case) -> None:
    form = httpx.Request("POST", "http://x", files={"file": ("photo.jpg", photo(), "image/jpeg")})
    path, headers = f"{case.path}/proofs/reduction-proof", dict(form.headers)
    answer = case.citizen.upload(path, form.read(), {"Content-Type": headers["content-type"]})
    problem = require_problem(answer, 415, "proof-type-not-allowed")
    assert "the file itself as the body, not within a form (multipart)" in problem["detail"]


def test_a_proof_that_was_not_asked_for_is_refused(case: Case) -> None:
    answer = case.citizen.upload(f"{case.path}/proofs/passport", photo())
    require_problem(answer, 422, "proof-not-asked-for")


@pytest.mark.parametrize("kind", ["Passport", "..%2f..%2fetc", "%00", "x" * 65])
def test_a_kind_of_proof_nobody_can_ask_for_is_not_found(case: Case, kind: str) -> None:
    answer = case.citizen.upload(f"{case.path}/proofs/{kind}", photo())
    require_problem(answer, 404, "not-found")


def test_a_file_name_that_is_too_long_is_refused(case: Case) -> None:
    headers = {"X-File-Name": "x" * 256}
    answer = case.citizen.upload(f"{case.path}/proofs/reduction-proof", photo(), headers)
    assert pointers(require_problem(answer, 422, "form-has-problems")) == ["header:/x-file-name"]


def test_nothing_of_all_this_was_set_aside_by_a_runner(database: Database) -> None:
    assert database.execute("SELECT count(*) FROM parked").fetchone() == (0,)
