"""Who calls the API in the tests: anybody the sandbox's signing key can vouch for."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
from joserfc import jwt

from adapters.identity.claims import NAMESPACE
from adapters.settings import Settings
from api.sandbox.issuer import ALGORITHM, AUDIENCE
from api.sandbox.signing_key import signing_key

GELSENKIRCHEN, GLADBECK = "05513000", "05562014"
NUMBERS = count(1)
NOT_YET_VISIBLE = 504
WITHIN_SECONDS = 90  # whatever else this machine has to do


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with an access token; answers are given as they come, refusals too."""

    http: httpx.Client
    headers: dict[str, str] = field(default_factory=dict)
    subject: str = ""

    def get(self, path: str, **query: Any) -> httpx.Response:
        """Where a view lags for too long behind `after`, ask again, as the answer says."""
        deadline = time.monotonic() + WITHIN_SECONDS
        while True:
            answer = self.http.get(path, params=query, headers=self.headers)
            if answer.status_code != NOT_YET_VISIBLE or time.monotonic() > deadline:
                return answer

    def post(
        self,
        path: str,
        body: Any = None,
        *,
        version: int | None = None,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """`version`: what was seen of it; a key of its own unless one is given."""
        sent = {**self.headers, "Idempotency-Key": key or uuid4().hex, **(headers or {})}
        if version is not None:
            sent["If-Match"] = f'"{version}"'
        return self.http.post(path, json=body, headers=sent)

    def upload(
        self, path: str, content: bytes, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return self.http.post(path, content=content, headers={**self.headers, **(headers or {})})


@dataclass(frozen=True, slots=True)
class Visitors:
    """Makes people up and signs for them, each under a subject of their own."""

    http: httpx.Client
    settings: Settings

    def token(self, role: str, subject: str, claims: dict[str, Any], **own: Any) -> str:
        key = signing_key(self.settings.sandbox_home)
        now = int(datetime.now(UTC).timestamp())
        named = {
            "iss": f"{self.settings.sandbox_url}/issuer",
            "aud": AUDIENCE,
            "sub": subject,
            "iat": now,
            "exp": now + 3600,
            "trust_level": "high" if role == "citizen" else None,
            NAMESPACE: {"role": role, **own},
        }
        header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": key.kid}
        return jwt.encode(header, named | claims, key)

    def new(
        self,
        role: str,
        municipality: str | None = None,
        branch: str | None = None,
        claims: dict[str, Any] | None = None,
        office: str | None = None,
    ) -> Visitor:
        subject = f"{role}-{next(NUMBERS)}"
        own = {"municipality": municipality, "branch": branch, "office": office}
        token = self.token(role, subject, claims or {}, **own)
        return Visitor(self.http, {"Authorization": f"Bearer {token}"}, subject)

    def citizen(self, **claims: Any) -> Visitor:
        return self.new("citizen", claims=claims)

    def clerk(
        self,
        municipality: str = GELSENKIRCHEN,
        branch: str | None = None,
        office: str | None = None,
    ) -> Visitor:
        return self.new("clerk", municipality, branch, office=office)

    def auditor(self, municipality: str = GELSENKIRCHEN) -> Visitor:
        return self.new("auditor", municipality)

    def analyst(self) -> Visitor:
        return self.new("analyst")

    def nobody(self) -> Visitor:
        return Visitor(self.http)
