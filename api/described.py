"""How the description of the API (OpenAPI) speaks of problems: the same for every operation."""

from typing import Any

_TEXT = {"type": "string"}
_PROBLEM = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "trace_id"],
    "properties": {
        "type": {**_TEXT, "description": "urn:amtsweg:problem:..., the name of the refusal."},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": {**_TEXT, "description": "What is wrong and what to do, for people."},
        "instance": _TEXT,
        "trace_id": {**_TEXT, "description": "The caller's, or one of ours; quote it."},
        "responsible": {
            "type": "object",
            "description": "With `not-responsible` only: the body that is.",
        },
        "trust_level_needed": {**_TEXT, "description": "Of step-up-needed: what is asked for."},
        "trust_level": {**_TEXT, "description": "Of step-up-needed: what the sign-in has."},
        "acr_values": {
            "type": "array",
            "items": _TEXT,
            "description": "Of step-up-needed: what the identity provider may call it.",
        },
        "accepted_providers": {
            "type": "array",
            "items": _TEXT,
            "description": "Of provider-not-accepted: the issuers to sign in at instead.",
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {**_TEXT, "description": "A JSON pointer into the body."},
                    "detail": _TEXT,
                },
            },
        },
    },
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem (RFC 9457), in German or English as `Accept-Language` says. "
        "Below /api/v1 a parameter that the operation does not know is one: 422.",
        "headers": {"Content-Language": {"schema": {"type": "string", "enum": ["de", "en"]}}},
        "content": {"application/problem+json": {"schema": _PROBLEM}},
    }
}
