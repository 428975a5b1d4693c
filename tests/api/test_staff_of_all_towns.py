"""Who works for every town, and was told to stop in one; and what is one town's only."""

import httpx
import pytest

from tests.api.problems import Database, nothing_appended, require_problem
from tests.api.test_staff import grant, revoke
from tests.api.visitors import GELSENKIRCHEN, GLADBECK, Visitor, Visitors

COUNTED = ("applications", "applications.csv", "adoption", "adoption.csv")
ROWS = """INSERT INTO staff_v1 (account, place, subject, municipality, role, since)
    SELECT md5(one::text)::uuid, town, '!' || lpad(one::text, 3, '0'), town, 'clerk', now()
    FROM generate_series(0, 500) one, unnest(%(towns)s::text[]) town
    WHERE town = %(everywhere)s OR one IN (499, 500)"""
MAILBOX = {"address": "amt@gladbeck.example"}


@pytest.fixture(scope="module")
def operator(visitors: Visitors) -> Visitor:
    return visitors.new("operator")


@pytest.fixture(scope="module")
def of_gladbeck(visitors: Visitors) -> Visitor:
    return visitors.new("operator", GLADBECK)


@pytest.fixture
def analyst(visitors: Visitors, of_gladbeck: Visitor) -> Visitor:
    analyst = visitors.analyst()
    assert revoke(of_gladbeck, analyst, municipality=GLADBECK).status_code == 201
    return analyst


@pytest.fixture
def barred(visitors: Visitors, of_gladbeck: Visitor) -> Visitor:
    barred = visitors.new("operator")
    assert revoke(of_gladbeck, barred, municipality=GLADBECK).status_code == 201
    return barred


@pytest.mark.parametrize("name", COUNTED)
def test_an_analyst_of_every_town_counts_all_but_the_one_that_barred_them(
    analyst: Visitor, name: str
) -> None:
    path = f"/statistics/{name}"
    for query in ({"municipality": GLADBECK}, {}):
        require_problem(analyst.get(path, **query), 403, "role-revoked")
    counted = analyst.get(path, municipality=GELSENKIRCHEN)
    assert counted.status_code == 200
    assert GLADBECK not in counted.text


def test_an_operator_of_every_town_does_nothing_in_the_one_that_barred_them(
    barred: Visitor, database: Database
) -> None:
    there, elsewhere = (f"/catalogue/municipalities/{ags}" for ags in (GLADBECK, GELSENKIRCHEN))
    with nothing_appended(database):
        for answer in (
            barred.get(there),
            barred.get(f"{there}/history"),
            barred.post(f"{there}/mailbox", MAILBOX, version=1),
            barred.post("/erasures", {"subject": "acct-of-nobody", "municipality": GLADBECK}),
            barred.post("/erasures", {"subject": "acct-of-nobody"}),
            barred.get("/staff", municipality=GLADBECK),
            barred.get("/staff"),
            barred.get("/catalogue/municipalities"),
            barred.get("/catalogue/services"),
        ):
            require_problem(answer, 403, "role-revoked")
    assert barred.get(elsewhere).status_code == 200
    stale = barred.post(f"{elsewhere}/mailbox", MAILBOX, version=1)
    require_problem(stale, 412, "stale-version")
    assert barred.get("/staff", municipality=GELSENKIRCHEN).status_code == 200
    nobody = {"subject": "acct-of-nobody", "municipality": GELSENKIRCHEN}
    assert barred.post("/erasures", nobody).status_code == 200


@pytest.mark.parametrize("municipality", [GLADBECK, None])
def test_nobody_lifts_their_own_bar(
    visitors: Visitors, barred: Visitor, municipality: str | None
) -> None:
    for who in (barred, visitors.new("operator")):
        answer = grant(barred, who, role="operator", municipality=municipality)
        require_problem(answer, 403, "role-revoked")


def test_a_role_for_every_town_lifts_what_one_of_them_revoked(
    operator: Visitor, analyst: Visitor
) -> None:
    given = grant(operator, analyst, role="analyst", municipality=None)
    assert (given.status_code, given.json()["barred"]) == (201, [])
    assert analyst.get("/statistics/applications").status_code == 200
    listed = operator.get("/staff", after=given.json()["position"]).json()["staff"]
    (row,) = [row for row in listed if row["subject"] == analyst.subject]
    assert (row["municipality"], row["revoked"]) == (None, False)


def rest(answer: httpx.Response) -> dict[str, object]:
    assert answer.status_code == 201, answer.text
    shown: dict[str, object] = answer.json()
    return {name: shown[name] for name in ("role", "municipality", "office", "branch", "barred")}


def test_the_operator_of_a_town_is_told_nothing_of_another_one(
    visitors: Visitors, operator: Visitor, of_gladbeck: Visitor
) -> None:
    clerk = visitors.clerk()
    grant(operator, clerk, office="Stadtbibliothek", branch="buer")
    stands = grant(of_gladbeck, clerk, role="auditor", municipality=GLADBECK)
    assert "clerk" not in require_problem(stands, 409, "role-stands")["detail"]
    shown = rest(revoke(of_gladbeck, clerk, municipality=GLADBECK))
    nothing = dict.fromkeys(("role", "municipality", "office", "branch"))
    assert shown == {**nothing, "barred": [GLADBECK]}
    revoke(operator, clerk)
    assert rest(revoke(of_gladbeck, clerk, municipality=GLADBECK))["barred"] == [GLADBECK]
    ours = visitors.clerk(GLADBECK)
    revoke(operator, ours)
    given = rest(grant(of_gladbeck, ours, municipality=GLADBECK))
    assert (given["role"], given["barred"]) == ("clerk", [])
    of_gelsenkirchen = revoke(operator, ours, reason="Noch einmal.")
    assert rest(of_gelsenkirchen)["barred"] == [GELSENKIRCHEN]


def test_an_auditor_reads_the_catalogue_of_their_own_town_only(visitors: Visitors) -> None:
    auditor = visitors.auditor(GLADBECK)
    for what in ("", "/history"):
        foreign = auditor.get(f"/catalogue/municipalities/{GELSENKIRCHEN}{what}")
        require_problem(foreign, 404, "not-found")
        assert auditor.get(f"/catalogue/municipalities/{GLADBECK}{what}").status_code == 200


def test_a_page_ends_with_all_places_of_its_last_account(
    operator: Visitor, database: Database
) -> None:
    """500 rows, of accounts before all others: the last one has two places."""
    database.execute(ROWS, {"towns": [GELSENKIRCHEN, GLADBECK], "everywhere": GELSENKIRCHEN})
    try:
        first = operator.get("/staff").json()["staff"]
        last = first[-1]["subject"]
        assert [row["subject"] for row in first].count(last) == 2
        assert len(first) == 501
        after = operator.get("/staff", last=last).json()["staff"]
        assert not {row["subject"] for row in first} & {row["subject"] for row in after}
        assert after[0]["subject"] == "!500"
    finally:
        database.execute("DELETE FROM staff_v1 WHERE subject LIKE '!%'")
