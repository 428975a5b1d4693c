"""A clerk sees what became of each notice, has it sent again, or says how they saw to it."""

from dataclasses import replace
from typing import Any

from tests.api.library_card import A_MINOR, GUARDED, Case, Counter, done, form, in_pages, until
from tests.api.problems import require_problem
from tests.api.visitors import Visitor

NOWHERE = "018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e"


def notices(case: Case, who: Visitor | None = None) -> list[dict[str, Any]]:
    """Those to the applicant; the office is told of new applications, too."""
    listed = done((who or case.clerk).get(f"{case.path}/notices"))["notices"]
    return [one for one in listed if one["channel"] == "email"]


def told(case: Case, *states: str) -> list[dict[str, Any]]:
    """Wait until this is what became of them."""

    def look() -> list[dict[str, Any]] | None:
        seen = notices(case)
        return seen if [one["state"] for one in seen] == list(states) else None

    return until(look) or []


def not_reached(case: Case) -> list[dict[str, Any]]:
    """As all that has happened to it by now is shown."""
    query = {"not_reached": "true", "limit": 200, "after": case.see()["position"]}
    rows = in_pages(case.clerk, "/worklist", "applications", **query)
    return [row for row in rows if row["application_id"] == case.id]


def lost(counter: Counter) -> tuple[Case, dict[str, Any]]:
    """A case whose applicant's mail server refuses them, and the notice that failed."""
    case = counter.submit(form({**A_MINOR, "email": "kim@refused.invalid"}, GUARDED))
    (failed,) = told(case, "failed")
    until(lambda: not_reached(case))
    return case, failed


def test_what_was_sent_is_listed_for_all_whom_it_concerns(counter: Counter) -> None:
    case = counter.submit(form({**A_MINOR, "language": "en"}, GUARDED))
    (seen,) = told(case, "sent")
    about = ("template", "channel", "language", "attempts", "cause", "repeats")
    assert [seen[name] for name in about] == ["received-1", "email", "en", 1, "", None]
    assert seen["queued_at"] <= seen["sent_at"]
    assert notices(case, case.citizen) == notices(case, case.auditor) == [seen]
    assert not_reached(case) == []


def test_a_refused_mail_is_in_the_worklist_until_somebody_has_seen_to_it(counter: Counter) -> None:
    case, failed = lost(counter)
    assert (failed["cause"], failed["settled_at"]) == ("SMTP 550", None)
    assert notices(case, case.citizen)[0]["cause"] == ""
    (row,) = not_reached(case)
    assert (row["not_reached"], row["version"]) == (True, case.see()["version"])
    counted = done(case.clerk.get("/worklist/counts"))["not_reached"]
    assert counted >= 1
    path = f"{case.path}/notices/{failed['notification_id']}/settlement"
    done(case.clerk.post(path, {"how": "told-otherwise"}))
    until(lambda: not not_reached(case))
    until(lambda: notices(case)[0]["settled_at"])
    assert done(case.clerk.get("/worklist/counts"))["not_reached"] == counted - 1
    again = case.clerk.post(path, {"how": "needless"})
    assert (again.status_code, again.json()["type"]) == (
        409,
        "urn:amtsweg:problem:nothing-to-settle",
    )


def test_who_settles_without_a_body_is_told_what_belongs_in_it(counter: Counter) -> None:
    case = counter.submit(form(A_MINOR, GUARDED))
    answer = case.clerk.post(f"{case.path}/notices/{NOWHERE}/settlement")
    problem = require_problem(answer, 422, "form-has-problems")
    assert [field["pointer"] for field in problem["errors"]] == ["/how"]


def test_whoever_was_not_told_of_the_end_is_listed_though_nothing_waits(counter: Counter) -> None:
    case, _ = lost(counter)
    case.decide("claim")
    case.decide("rejection", {"reason": "Kein Wohnsitz."})
    told(case, "failed", "failed")
    until(lambda: [row["status"] for row in not_reached(case)] == ["rejected"])


def test_one_that_failed_is_sent_again_once_and_each_attempt_is_in_the_history(
    counter: Counter,
) -> None:
    case, failed = lost(counter)
    path = f"{case.path}/notices/{failed['notification_id']}/repetition"
    done(case.clerk.post(path))
    first, second = told(case, "failed", "failed")
    assert second["repeats"] == first["notification_id"]
    refused = case.clerk.post(path)
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:amtsweg:problem:notice-was-repeated",
    )
    names = ["NoticeNotDelivered", "NoticeSentAgain", "NoticeNotDelivered"]
    assert [name for name in case.history() if name.startswith("Notice")] == names
    until(lambda: notices(case)[0]["settled_at"])  # the second one stands for it
    assert len(not_reached(case)) == 1


def test_who_gave_a_wrong_address_is_told_at_the_right_one(counter: Counter) -> None:
    case, failed = lost(counter)
    right = f"{case.id}@example.org"
    done(case.clerk.post(f"{case.path}/email", {"email": right}))
    assert case.see()["applicant"]["email"] == right
    done(case.clerk.post(f"{case.path}/notices/{failed['notification_id']}/repetition"))
    told(case, "failed", "sent")
    until(lambda: not not_reached(case))
    assert [mail["to"] for mail in replace(case, email=right).mails()] == [right]
    bad = case.clerk.post(f"{case.path}/email", {"email": "kim"})
    assert bad.status_code == 422


def test_a_mail_that_was_sent_is_sent_once_more_where_it_is_asked_for(counter: Counter) -> None:
    case = counter.submit(form(A_MINOR, GUARDED))
    (sent,) = told(case, "sent")
    done(case.clerk.post(f"{case.path}/notices/{sent['notification_id']}/repetition"))
    told(case, "sent", "sent")
    until(lambda: len(case.mails()) == 2)
    assert len(set(case.subjects())) == 1


def test_where_nobody_was_to_be_told_nothing_is_sent_again(counter: Counter) -> None:
    case = counter.submit(form({**A_MINOR, "email": None}, GUARDED))
    (dropped,) = told(case, "dropped")
    answer = case.clerk.post(f"{case.path}/notices/{dropped['notification_id']}/repetition")
    assert (answer.status_code, answer.json()["type"]) == (
        409,
        "urn:amtsweg:problem:nothing-was-sent",
    )


def test_a_letter_that_had_nothing_to_say_is_not_the_applicants(counter: Counter) -> None:
    case = counter.submit(form(A_MINOR, GUARDED))
    told(case, "sent")
    case.decide("claim")
    case.decide("approval")
    causes = until(
        lambda: [one["cause"] for one in notices(case) if one["state"] == "dropped"],
    )
    assert causes == ["nothing-to-say"]
    templates = [one["template"] for one in notices(case, case.citizen)]
    assert "received-1" in templates
    assert "fee-due-3" not in templates


def test_a_notice_that_is_not_of_this_application_is_not_found(counter: Counter) -> None:
    (sent,) = told(counter.submit(form(A_MINOR, GUARDED)), "sent")
    other = counter.submit(form(A_MINOR, GUARDED))
    told(other, "sent")
    for which in (NOWHERE, sent["notification_id"]):
        answer = other.clerk.post(f"{other.path}/notices/{which}/repetition")
        assert (answer.status_code, answer.json()["type"]) == (
            404,
            "urn:amtsweg:problem:notice-unknown",
        )
