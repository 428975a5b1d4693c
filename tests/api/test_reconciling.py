"""A treasury's list goes in by HTTP, and the differences come out, as JSON or as CSV."""

import csv
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Event
from time import sleep
from typing import Any

import httpx
import pytest

from domain.working_days import legal_day
from tests.api.library_card import Case, Counter, done, form, until
from tests.api.problems import require_problem
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors

ADDRESS = "/treasury/reconciliations"
BOOKED_ON = date(2021, 3, 31)


def send(clerk: Visitor, lines: list[str], accept: str = "*/*", **query: Any) -> httpx.Response:
    content = "\n".join(["kind;reference;amount;booked_on", *lines]).encode()
    headers = {**clerk.headers, "Content-Type": "text/csv", "Accept": accept}
    return clerk.http.post(ADDRESS, content=content, headers=headers, params=query)


def reference_of(case: Case, payment: dict[str, Any]) -> str:
    seen = done(case.clerk.get(f"/treasury/payments/{payment['payment_id']}"))
    return str(seen["entries"][1]["data"]["reference"])


@pytest.fixture
def paid(counter: Counter) -> tuple[Case, str]:
    case = counter.submit(form())
    payment = case.begin_payment()
    case.come_back(case.press(payment))
    case.becomes("received")
    return case, reference_of(case, payment)


def of(answer: httpx.Response, reference: str) -> list[dict[str, Any]]:
    return [row for row in done(answer)["differences"] if row["reference"] == reference]


def test_what_agrees_is_no_difference(paid: tuple[Case, str]) -> None:
    case, reference = paid
    line = f"payment;{reference};20,00;{BOOKED_ON}"
    until(lambda: not of(send(case.clerk, [line], queue=False), reference))


def test_what_differs_is_named_and_the_platform_is_asked(paid: tuple[Case, str]) -> None:
    case, reference = paid
    line = f"payment;{reference};19,99;{BOOKED_ON}"

    def seen() -> list[dict[str, Any]]:
        found = of(send(case.clerk, [line], ask_platform=True, queue=False), reference)
        return [row for row in found if row["what"] == "amount-differs"]

    (row,) = until(seen)
    assert (row["listed_cents"], row["booked_cents"], row["line"]) == (1999, 2000, 2)
    assert (row["application_id"], row["platform"]) == (case.id, "PAYED 2000 EUR")


def test_a_payment_that_the_list_knows_and_we_do_not_is_asked_for(counter: Counter) -> None:
    case = counter.submit(form())
    payment = case.begin_payment()
    reference = reference_of(case, payment)
    line = f"payment;{reference};20,00;{BOOKED_ON}"

    def seen() -> list[dict[str, Any]]:
        found = of(send(case.clerk, [line], ask_platform=True, queue=False), reference)
        return [row for row in found if row["what"] == "not-recorded-here"]

    (row,) = until(seen)
    assert (row["payment_id"], row["platform"]) == (payment["payment_id"], "INITIAL 2000 EUR")


def test_the_answer_is_csv_where_csv_is_wanted(visitors: Visitors) -> None:
    answer = send(visitors.clerk(), [f"payment;K-none;20,00;{BOOKED_ON}"], accept="text/csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text), delimiter=";"))
    (row,) = [row for row in rows if row["reference"] == "K-none"]
    assert (row["what"], row["line"], row["booked_cents"]) == ("unknown-here", "2", "")


def test_a_clerk_of_another_town_finds_nothing_of_ours(
    visitors: Visitors, paid: tuple[Case, str]
) -> None:
    case, reference = paid
    stranger = visitors.clerk(GLADBECK)
    (row,) = of(send(stranger, [f"payment;{reference};20,00;{BOOKED_ON}"]), reference)
    assert (row["what"], row["application_id"]) == ("unknown-here", None)
    day = legal_day(datetime.now(UTC))
    around = {"from": day - timedelta(days=1), "to": day + timedelta(days=1)}
    until(lambda: case.id in send(case.clerk, [], queue=False, **around).text)
    assert case.id not in send(stranger, [], **around).text


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
def test_a_clerk_of_an_office_sees_what_is_of_its_own_applications_or_of_none(
    visitors: Visitors, paid: tuple[Case, str], accept: str
) -> None:
    case, reference = paid
    lines = [f"payment;{reference};19,99;{BOOKED_ON}", f"payment;K-nobody;20,00;{BOOKED_ON}"]

    def told(clerk: Visitor) -> str:
        return send(clerk, lines, accept=accept, queue=False).text

    until(lambda: "amount-differs" in told(case.clerk))
    own = visitors.clerk(GELSENKIRCHEN, office=case.see()["office"])
    others = [
        visitors.clerk(GELSENKIRCHEN, office="Standesamt"),
        visitors.clerk(GELSENKIRCHEN, office="Standesamt", branch="buer"),
    ]
    until(lambda: reference in told(own))
    for clerk in (own, *others):
        assert "K-nobody" in told(clerk)
        assert (reference in told(clerk)) == (clerk is own)
        assert (case.id in told(clerk)) == (clerk is own)


def test_an_empty_list_names_its_days(visitors: Visitors) -> None:
    problem = require_problem(send(visitors.clerk(), []), 422, "treasury-list-unusable")
    assert "`from` and `to`" in problem["detail"]


def test_lists_that_come_slowly_keep_nobody_waiting(visitors: Visitors) -> None:
    """More of them than there are connections; what is in their heads is sent, and then nothing."""
    clerk, go_on = visitors.clerk(), Event()
    headers = {**clerk.headers, "Content-Type": "text/csv"}

    def slowly() -> Iterator[bytes]:
        yield f"reference;amount;booked_on\nK-slow;20,00;{BOOKED_ON}\n".encode()
        go_on.wait(60)

    def send_slowly(_: int) -> int:
        return clerk.http.post(ADDRESS, content=slowly(), headers=headers).status_code

    with ThreadPoolExecutor(12) as senders:
        sent = [senders.submit(send_slowly, n) for n in range(12)]
        sleep(1)
        answers = [clerk.http.get("/treasury", headers=clerk.headers, timeout=30) for _ in range(3)]
        assert not any(one.done() for one in sent)
        go_on.set()
        assert {one.result() for one in sent} == {200}
    assert {answer.status_code for answer in answers} == {200}


def test_a_line_that_cannot_be_read_is_a_difference_and_the_others_are_compared(
    visitors: Visitors,
) -> None:
    lines = [f"payment;K-none;-20,00;{BOOKED_ON}", f"payment;K-elsewhere-2;20,00;{BOOKED_ON}"]
    told = done(send(visitors.clerk(), lines, queue=False))
    unreadable = [row for row in told["differences"] if row["what"] == "unreadable"]
    assert [(row["line"], row["reference"]) for row in unreadable] == [(2, "")]
    assert "amount" in unreadable[0]["advice"]
    assert [row["what"] for row in of_rows(told, "K-elsewhere-2")] == ["unknown-here"]


def of_rows(told: dict[str, Any], reference: str) -> list[dict[str, Any]]:
    return [row for row in told["differences"] if row["reference"] == reference]


def test_a_list_that_cannot_be_read_is_refused_with_its_line(visitors: Visitors) -> None:
    answer = send(visitors.clerk(), ["payment;K-1;zwanzig;2021-03-31"])
    problem = require_problem(answer, 422, "treasury-list-unusable")
    assert "Line 2" in problem["detail"]
    assert "zwanzig" not in answer.text
