"""An identity provider of our own on loopback, as honest or as hostile as a test wants it."""

import base64
import json
from collections import Counter
from contextlib import asynccontextmanager

from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.serving import address_of, listen, serve

AUDIENCE = "amtsweg"
CLERK = {"role": "clerk", "municipality": "05513000", "branch": "buer"}
CITIZEN = {"role": "citizen"}


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def segment(value) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def fresh_key(**parameters):
    return ECKey.generate_key("P-256", parameters or None, auto_kid=True)


class Provider:
    def __init__(self, url: str) -> None:
        self.url = url
        self.start_over()

    def start_over(self) -> None:
        self.clock, self.asked, self.status, self.body = Clock(), Counter(), 200, None
        self.claims_to_be = self.url
        self.rotate()

    def publish(self, *keys) -> None:
        self.published = [key.as_dict(private=False) for key in keys]

    def rotate(self) -> None:
        self.key = fresh_key()
        self.publish(self.key)

    def claims(self, **changes):
        now = int(self.clock())
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "acct-1",
            "iat": now,
            "exp": now + 300,
            "amtsweg": CLERK,
        }
        return {k: v for k, v in (claims | changes).items() if v is not None}

    def token(self, key=None, header=None, **changes) -> str:
        key = key or self.key
        whole = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid, **(header or {})}
        whole = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode(
            whole, self.claims(**changes), key, algorithms=[whole["alg"]], default_type=None
        )

    async def answer(self, request: Request) -> Response:
        self.asked[request.url.path] += 1
        if self.status != 200:
            return Response(status_code=self.status, headers={"Location": "/elsewhere"})
        if request.url.path == "/jwks":
            return Response(self.body or json.dumps({"keys": self.published}))
        return JSONResponse({"issuer": self.claims_to_be, "jwks_uri": f"{self.url}/jwks"})


@asynccontextmanager
async def identity_provider():
    listener = listen()
    provider = Provider(address_of(listener))
    app = Starlette(routes=[Route("/{path:path}", provider.answer)])
    async with serve(app, listener):
        yield provider
