"""Which operations read `Idempotency-Key` and `If-Match`, said in the description of the API.

They are read where a request becomes a command (api/envelope.py), so no signature shows them;
tests/api/test_described_headers.py holds this table against what the operations do.
"""

from typing import Any

from fastapi import FastAPI

V1 = "/api/v1"
ONE = f"{V1}/applications/{{application_id}}"
MONEY = f"{ONE}/payments/{{payment_id}}"
CATALOGUE = f"{V1}/catalogue"
KEY_NEEDED = {
    f"{ONE}/payments",
    f"{ONE}/counter-payments",
    f"{V1}/staff/grants",
    f"{V1}/staff/revocations",
}
# They are safe to repeat as they are: another one's signature, a day, a number that stays.
KEY_UNREAD = {
    f"{V1}/payments/callbacks",
    f"{V1}/municipalities/{{ags}}/sign-ins",
    f"{V1}/hand-overs/{{hand_over_id}}/acknowledgement",
}
VERSION_NEEDED = {
    *(
        f"{ONE}/{decision}"
        for decision in (
            "approval", "corrections", "corrections/{correction_id}/cancellation", "dispatch",
            "extension", "forwarding", "office", "pickup", "proofs/{proof_id}/acceptance",
            "proofs/{proof_id}/refusal", "ready-for-pickup", "rejection", "reopening",
        )
    ),
    f"{CATALOGUE}/services/{{service}}/versions/{{version}}/publication",
    f"{CATALOGUE}/services/{{service}}/versions/{{version}}/retirement",
}  # fmt: skip
TOWNS = f"{CATALOGUE}/municipalities/{{ags}}/"  # every command on a municipality needs it
VERSION_HEEDED = {
    *(
        f"{ONE}/{command}"
        for command in (
            "claim", "release", "withdrawal", "corrections/{correction_id}/answer",
            "counter-payments", "notices/{notification_id}/repetition",
            "notices/{notification_id}/settlement", "email",
        )
    ),
    *(f"{MONEY}/{entry}" for entry in ("assignment", "chargeback", "correction", "refund")),
    f"{CATALOGUE}/municipalities",
    f"{CATALOGUE}/services/{{service}}/versions",
}  # fmt: skip
KEY = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]{1,255}$"}
ETAG = {"type": "string", "pattern": r'^"\d{1,18}"$', "examples": ['"7"']}
WHY_KEY = "Any new text, e.g. a UUID: a retry with the same one is carried out once."
WHY_KEY_OF_ONE = f"{WHY_KEY} Needed unless the body names a `source`."
WHY_VERSION = "The ETag as you last read it, so that nothing is decided on old facts."


def install(app: FastAPI) -> None:
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            for path, methods in plain()["paths"].items():
                if "post" in methods and path.startswith(V1):
                    methods["post"].setdefault("parameters", []).extend(headers_of(path))
        return plain()

    app.openapi = openapi  # type: ignore[method-assign]


def headers_of(path: str) -> list[dict[str, Any]]:
    found = []
    if path not in KEY_UNREAD:
        why = WHY_KEY_OF_ONE if path == f"{V1}/applications" else WHY_KEY
        found.append(_header("Idempotency-Key", KEY, why, needed=path in KEY_NEEDED))
    needed = path in VERSION_NEEDED or path.startswith(TOWNS)
    if needed or path in VERSION_HEEDED:
        found.append(_header("If-Match", ETAG, WHY_VERSION, needed=needed))
    return found


def _header(name: str, schema: dict[str, Any], why: str, *, needed: bool) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": needed, "description": why, "schema": schema}
