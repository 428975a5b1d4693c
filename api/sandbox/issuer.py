"""The development sign-in: an OIDC issuer that lets you be anybody in the sandbox, on loopback."""

import secrets
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from joserfc import jwt

from adapters.identity.actor import Role
from adapters.identity.claims import NAMESPACE
from adapters.identity.trusted_issuer import TrustedIssuer
from api.sandbox.people import EVERYBODY, Person, PersonUnknown, person_called
from api.sandbox.signing_key import signing_key

AUDIENCE = "amtsweg"
ALGORITHM = "ES256"
LIFETIME = timedelta(hours=1)


def trusted(issuer_url: str) -> TrustedIssuer:
    """What a verifier is told, so that it believes this issuer in every role."""
    return TrustedIssuer(
        issuer=issuer_url,
        audience=AUDIENCE,
        roles_allowed=frozenset(Role),
        algorithms=(ALGORITHM,),
    )


class DevelopmentIssuer:
    def __init__(self, state_folder: Path, issuer_url: str) -> None:
        self.url = issuer_url
        self._key = signing_key(state_folder)

    def sign(self, person: str, now: datetime, lifetime: timedelta = LIFETIME) -> str:
        """Give a token for somebody named as in `person_called`, or raise `PersonUnknown`."""
        claims = _about(person_called(person)) | {
            "iss": self.url,
            "aud": AUDIENCE,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "jti": secrets.token_urlsafe(12),
        }
        header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key)

    def jwks(self) -> dict[str, Any]:
        return {"keys": [self._key.as_dict(private=False)]}

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks.json",
            "token_endpoint": f"{self.url}/token",
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
        }


def _about(person: Person) -> dict[str, Any]:
    """A citizen's home stays out of the token: a citizen belongs to no tenant."""
    named = {
        "sub": person.subject,
        "email": person.email,
        "email_verified": True,
        "trust_level": person.trust_level,
    }
    if person.mailbox:
        named["legacyPostkorbHandle"] = person.mailbox
    if person.role is None:
        return named
    staff = {} if person.role is Role.CITIZEN else {"municipality": person.municipality}
    return {**named, NAMESPACE: {"role": person.role.value, "branch": person.branch, **staff}}


def create_issuer(state_folder: Path, issuer_url: str) -> APIRouter:
    """Mount this router at the path of `issuer_url`; require_loopback() guards the bind host."""
    issuer = DevelopmentIssuer(state_folder, issuer_url)
    router = APIRouter(include_in_schema=False)

    @router.get("/.well-known/openid-configuration")
    async def configuration() -> dict[str, Any]:
        return issuer.configuration()

    @router.get("/jwks.json")
    async def jwks() -> dict[str, Any]:
        return issuer.jwks()

    @router.get("/people")
    async def people() -> list[dict[str, Any]]:
        return [asdict(person) for person in EVERYBODY]

    @router.post("/token")
    async def token(request: Request) -> JSONResponse:
        form = parse_qs((await request.body()).decode(errors="replace"))
        return _token_answer(issuer, form.get("person", [""])[0])

    return router


def _token_answer(issuer: DevelopmentIssuer, person: str) -> JSONResponse:
    """Answered as OAuth prescribes (RFC 6749, 5.1 and 5.2), errors too."""
    try:
        token = issuer.sign(person, datetime.now(UTC))
    except PersonUnknown as error:
        refused = {"error": "invalid_request", "error_description": str(error)}
        return JSONResponse(refused, status_code=400, headers={"Cache-Control": "no-store"})
    granted = {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": int(LIFETIME.total_seconds()),
    }
    return JSONResponse(granted, headers={"Cache-Control": "no-store"})
