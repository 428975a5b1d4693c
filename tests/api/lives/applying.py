"""What the lives of all services have in common."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.working_days import legal_day
from tests.api.library_card import Case, Counter, form, photo, until
from tests.api.problems import require_problem
from tests.api.visitors import GELSENKIRCHEN

MAIL, ACKNOWLEDGED = {"mode": "mail"}, {"mode": "acknowledgement"}
AT_COUNTER = {"mode": "pickup", "branch": "buergercenter"}
ADDRESS = {
    "street": "Ebertstraße",
    "house_number": "11",
    "postal_code": "45879",
    "city": "Gelsenkirchen",
}
MISSING = object()
CANARY = "Geheimnis-4711"


def day(days: int = 0) -> str:
    """A day so far from today.

    What is asked for when the tests are read may be tested after midnight: what is to be wrong
    tomorrow as well is two days ahead.
    """
    return (legal_day(datetime.now(UTC)) + timedelta(days=days)).isoformat()


def application(
    service: str,
    answers: dict[str, Any],
    *,
    born: str = "1980-05-04",
    variant: str = "new",
    fulfilment: dict[str, str] = MAIL,
) -> dict[str, Any]:
    body = form({"birth_date": born}, variant=variant, fulfilment=fulfilment)
    return {**body, "service": service, "answers": deepcopy(answers)}


def with_answers(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answers = {k: v for k, v in (body["answers"] | changes).items() if v is not MISSING}
    return {**body, "answers": answers}


def refused(
    counter: Counter, body: dict[str, Any], status: int, kind: str, **claims: Any
) -> dict[str, Any]:
    answer = counter.visitors.citizen(**claims).post("/applications", body)
    return require_problem(answer, status, kind)


def pointed_at(counter: Counter, body: dict[str, Any], language: str = "en") -> dict[str, str]:
    """Return what is said of each field, by its pointer."""
    spoken = {**body, "applicant": {**body["applicant"], "language": language}}
    problem = refused(counter, spoken, 422, "form-has-problems")
    return {error["pointer"]: error["detail"] for error in problem["errors"]}


def proven(case: Case, *kinds: str) -> None:
    for kind in kinds:
        case.prove(photo(), kind)


def paid(case: Case) -> None:
    case.pay()
    until(lambda: case.see()["fee"]["paid"])


def claimed(case: Case) -> Case:
    case.becomes("received")
    case.decide("claim")
    return case


def refused_to_clerk(case: Case, what: str, status: int, kind: str, body: Any = None) -> None:
    version = case.see()["version"]
    require_problem(case.clerk.post(f"{case.path}/{what}", body, version=version), status, kind)


def as_shown(counter: Counter, service: str) -> dict[str, Any]:
    path = f"/municipalities/{GELSENKIRCHEN}/services/{service}"
    return dict(counter.visitors.nobody().get(path).json())
