"""Every operation of the API, who is let in, and how a stranger would ask for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from tests.api import valid_bodies as valid
from tests.api.valid_bodies import WHY

CITIZEN, CLERK, AUDITOR, ANALYST, OPERATOR = "citizen", "clerk", "auditor", "analyst", "operator"
ROLES = (CITIZEN, CLERK, AUDITOR, ANALYST, OPERATOR)
ANYBODY: frozenset[str] = frozenset()
METHODS = {"get", "put", "post", "delete", "patch", "options", "head", "trace"}
CATALOGUE = "/api/v1/catalogue"
OFFERED = f"{CATALOGUE}/municipalities/{{ags}}/services/{{service}}"
V1, ONE = "/api/v1", "/api/v1/applications/{application_id}"
MONEY = f"{ONE}/payments/{{payment_id}}"
FOUND = f"{V1}/treasury/found/{{found_id}}"
HANDED = f"{V1}/hand-overs/{{hand_over_id}}"
NOWHERE = "018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e"


@dataclass(frozen=True, slots=True)
class Access:
    """`roles`: who is let in, everybody where none is named.

    `of_one`: about one application, so that a stranger finds nothing; otherwise what is shown is
    the asker's own. `public`: what anybody is answered where no role is named. `signed`: let in by
    a signature, so that no token helps. `of_town`: of Gelsenkirchen, and who is of another town
    finds nothing. `of_all`: of every town, and who is of one finds nothing.

    `body`: one that nothing is wrong with, text and bytes as they are; `bodies`: by role, where
    they differ.
    `own`: what whoever may ask is answered; 412: what they saw is not what stands there now.
    """

    roles: frozenset[str]
    of_one: bool = False
    of_town: bool = False
    of_all: bool = False
    signed: bool = False
    body: Any = None
    bodies: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    own: tuple[int, ...] = (200, 201, 204)
    public: tuple[int, ...] = (200, 503)

    def body_of(self, role: str | None) -> Any:
        return self.bodies.get(role or "", self.body)


def only(*roles: str, body: Any = None, **query: str) -> Access:
    return Access(frozenset(roles), body=body, query=query)


def of_town(*roles: str, body: Any = None, own: tuple[int, ...] = (200, 201)) -> Access:
    return Access(frozenset(roles), of_town=True, body=body, own=own)


def of_all(body: Any) -> Access:
    return Access(frozenset({OPERATOR}), of_all=True, body=body, own=STALE)


def of_one(*roles: str, **body: Any) -> Access:
    return Access(frozenset(roles), of_one=True, body=body or None)


PUBLIC = Access(ANYBODY)
SIGNED = Access(ANYBODY, signed=True)
STALE = (412,)
MATRIX: Mapping[str, Access] = {
    f"GET {V1}/municipalities": PUBLIC,
    f"GET {V1}/municipalities/{{ags}}/services/{{service}}": PUBLIC,
    # The place is a service of the town itself, so that nobody is sent anywhere.
    f"POST {V1}/municipalities/{{ags}}/services/{{service}}/referrals": Access(
        ANYBODY, body={}, public=(409,)
    ),
    f"GET {V1}/adoption": PUBLIC,
    f"GET {V1}/adoption.csv": PUBLIC,
    "GET /": PUBLIC,
    "GET /portal": PUBLIC,
    "GET /portal/style.css": PUBLIC,
    "GET /portal/services/{service}": PUBLIC,
    "GET /portal/{ags}": PUBLIC,
    "GET /portal/{ags}/services/{service}": PUBLIC,
    f"GET {V1}/portal": PUBLIC,
    f"GET {V1}/portal/search": Access(ANYBODY, public=(422,)),  # without a word to search for
    f"GET {V1}/portal/services/{{service}}": PUBLIC,
    f"GET {V1}/portal/{{ags}}": PUBLIC,
    # It asks for a service and a place first.
    f"GET {V1}/responsibility": Access(ANYBODY, public=(422,)),
    # The browser comes back from the platform without a token; the id is known to its payer only.
    f"GET {V1}/payments/{{payment_id}}/return": PUBLIC,
    # Signed by the platform; nobody's token is asked for.
    f"POST {V1}/payments/callbacks": SIGNED,
    # Let in by the token of a back office, which no identity provider gives.
    f"GET {V1}/hand-overs": SIGNED,
    f"GET {HANDED}": SIGNED,
    f"GET {HANDED}/proofs/{{proof_id}}": SIGNED,
    f"POST {HANDED}/acknowledgement": SIGNED,
    # Let in by the address alone, which is signed for one office; this one is not.
    "GET /digest/{token}": Access(ANYBODY, public=(404,)),
    "POST /digest/{token}": Access(ANYBODY, public=(404,)),
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    # Let in by the token of the monitoring, which is nobody's.
    "GET /metrics": SIGNED,
    "GET /version": PUBLIC,
    f"POST {V1}/municipalities/{{ags}}/sign-ins": only(CITIZEN),
    f"GET {V1}/applications": only(CITIZEN),
    f"POST {V1}/applications": Access(
        frozenset({CITIZEN, CLERK}),
        of_town=True,
        bodies={CITIZEN: valid.APPLICATION, CLERK: valid.AT_COUNTER},
    ),
    f"GET {V1}/worklist": only(CLERK),
    f"GET {V1}/worklist/counts": only(CLERK),
    f"GET {V1}/worklist/due": only(CLERK),
    f"GET {V1}/worklist/acknowledged.csv": only(CLERK, service=valid.SERVICE),
    f"GET {V1}/treasury": only(CLERK),
    f"GET {V1}/treasury/payments/{{payment_id}}": of_one(CLERK),
    f"POST {V1}/treasury/reconciliations": only(CLERK, body=valid.TREASURY_LIST, queue="false"),
    f"POST {MONEY}/refund": of_one(CLERK, reference="R-1"),
    f"POST {MONEY}/chargeback": of_one(CLERK, reference="R-1"),
    f"POST {MONEY}/assignment": of_one(CLERK, application_id=NOWHERE),
    f"POST {MONEY}/correction": of_one(CLERK, ground="booked-by-mistake"),
    f"POST {MONEY}/clarification": of_one(CLERK, money=None),
    f"POST {FOUND}/refund": of_one(CLERK, reference="R-1"),
    f"POST {FOUND}/chargeback": of_one(CLERK, reference="R-1"),
    f"POST {FOUND}/assignment": of_one(CLERK, application_id=NOWHERE),
    f"POST {FOUND}/dismissal": of_one(CLERK, ground="not-ours"),
    f"POST {FOUND}/correction": of_one(CLERK, ground="booked-by-mistake"),
    f"GET {V1}/statistics/applications": only(ANALYST, OPERATOR),
    f"GET {V1}/statistics/applications.csv": only(ANALYST, OPERATOR),
    f"GET {V1}/statistics/adoption": only(ANALYST, OPERATOR),
    f"GET {V1}/statistics/adoption.csv": only(ANALYST, OPERATOR),
    f"POST {V1}/erasures": of_town(OPERATOR, body=valid.ERASURE),
    f"GET {V1}/staff": only(OPERATOR),
    f"POST {V1}/staff/grants": of_town(OPERATOR, body=valid.GRANT),
    f"POST {V1}/staff/revocations": of_town(OPERATOR, body=valid.REVOCATION),
    f"GET {CATALOGUE}/services": only(OPERATOR, AUDITOR),
    f"GET {CATALOGUE}/services/{{service}}": only(OPERATOR, AUDITOR),
    f"GET {CATALOGUE}/services/{{service}}/history": only(OPERATOR, AUDITOR),
    f"POST {CATALOGUE}/services/{{service}}/versions": of_all(valid.DEFINITION),
    f"POST {CATALOGUE}/services/{{service}}/versions/{{version}}/publication": of_all(
        valid.PUBLICATION
    ),
    f"POST {CATALOGUE}/services/{{service}}/versions/{{version}}/retirement": of_all(WHY),
    f"GET {CATALOGUE}/municipalities": only(OPERATOR, AUDITOR),
    f"POST {CATALOGUE}/municipalities": of_town(OPERATOR, body=valid.REGISTRATION, own=STALE),
    f"GET {CATALOGUE}/municipalities/{{ags}}": of_town(OPERATOR, AUDITOR),
    f"GET {CATALOGUE}/municipalities/{{ags}}/history": of_town(OPERATOR, AUDITOR),
    **{
        f"POST {CATALOGUE}/municipalities/{{ags}}/{name}": of_town(OPERATOR, body=body, own=STALE)
        for name, body in valid.TOWN_COMMANDS.items()
    },
    **{
        f"POST {OFFERED}/{name}": of_town(OPERATOR, body=body, own=STALE)
        for name, body in valid.OFFER_COMMANDS.items()
    },
    f"GET {ONE}": of_one(CITIZEN, CLERK, AUDITOR),
    f"GET {ONE}/history": of_one(AUDITOR),
    f"GET {ONE}/proofs/{{proof_id}}": of_one(CITIZEN, CLERK, AUDITOR),
    f"POST {ONE}/proofs/{{kind}}": Access(
        frozenset({CITIZEN, CLERK}), of_one=True, body=valid.PHOTO
    ),
    f"GET {ONE}/accesses": of_one(AUDITOR),
    f"GET {ONE}/readings": of_one(AUDITOR),
    f"POST {ONE}/proofs/{{proof_id}}/acceptance": of_one(CLERK),
    f"POST {ONE}/proofs/{{proof_id}}/refusal": of_one(CLERK, **WHY),
    f"POST {ONE}/payments": of_one(CITIZEN),
    f"POST {ONE}/counter-payments": of_one(CLERK, method="cash", receipt="R-1"),
    f"POST {ONE}/withdrawal": of_one(CITIZEN, CLERK, reason=""),
    f"POST {ONE}/corrections/{{correction_id}}/answer": of_one(CITIZEN, CLERK, message="Hier."),
    f"POST {ONE}/claim": of_one(CLERK),
    f"POST {ONE}/release": of_one(CLERK),
    f"POST {ONE}/corrections": of_one(CLERK, message="Wie bitte?"),
    f"POST {ONE}/corrections/{{correction_id}}/cancellation": of_one(CLERK),
    f"POST {ONE}/approval": of_one(CLERK),
    f"POST {ONE}/rejection": of_one(CLERK, **WHY),
    f"POST {ONE}/extension": of_one(CLERK, days=3, **WHY),
    f"POST {ONE}/forwarding": of_one(CLERK, to_municipality="05562014", **WHY),
    f"POST {ONE}/office": of_one(CLERK, to_office="Stadtbibliothek", **WHY),
    f"POST {ONE}/ready-for-pickup": of_one(CLERK, card_number="GE-4711"),
    f"POST {ONE}/pickup": of_one(CLERK),
    f"POST {ONE}/dispatch": of_one(CLERK),
    f"POST {ONE}/reopening": of_one(CLERK, **WHY),
    f"POST {ONE}/email": of_one(CLERK, email="kim@example.org"),
    f"GET {ONE}/notices": of_one(CITIZEN, CLERK, AUDITOR),
    f"POST {ONE}/notices/{{notification_id}}/repetition": of_one(CLERK),
    f"POST {ONE}/notices/{{notification_id}}/settlement": of_one(CLERK, how="needless"),
}


def operations(app: FastAPI) -> set[str]:
    """Name every operation that the app describes."""
    paths: Mapping[str, Iterable[str]] = app.openapi()["paths"]
    return {
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method in methods
        if method in METHODS
    }


@dataclass(frozen=True, slots=True)
class Place:
    """The ids that an address needs."""

    ids: Mapping[str, str] = field(default_factory=dict)

    def of(self, operation: str) -> tuple[str, str]:
        method, path = operation.split(" ", 1)
        return method, path.format(**self.ids)
