"""An OIDC server that is not ours (npm's oidc-provider), and people who sign in by browser."""

import base64
import hashlib
import json
import re
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.node_packages import node_with_packages
from tests.ports import own_port

FOLDER = Path(__file__).parent / "identity_server"
CAME_BACK = "http://127.0.0.1/came-back"
STEPS = 12
PATIENCE = 60.0
PROMPT = re.compile(r'name="prompt" value="(\w+)"')
ACTION = re.compile(r'action="([^"]+)"')


@dataclass
class RealProvider:
    """`issuer`: its address. `process`: the server itself, which a test may end."""

    issuer: str
    process: "subprocess.Popen[bytes]"

    def rotate(self) -> str:
        """A new key signs from now on; the old ones stay published."""
        return httpx.post(f"{self.issuer}/control/rotate", timeout=PATIENCE).text

    def withdraw(self) -> None:
        """Only the newest key is published any more."""
        httpx.post(f"{self.issuer}/control/withdraw", timeout=PATIENCE).raise_for_status()

    def keys(self) -> list[dict[str, Any]]:
        discovery = f"{self.issuer}/.well-known/openid-configuration"
        where = httpx.get(discovery, timeout=PATIENCE).json()["jwks_uri"]
        return list(httpx.get(where, timeout=PATIENCE).json()["keys"])

    def sign_in(self, login: str, resource: str = "amtsweg") -> dict[str, str]:
        """Return the tokens of an authorization code flow with PKCE, as a browser goes it."""
        verifier = secrets.token_urlsafe(40)
        asked = {
            "client_id": "portal",
            "response_type": "code",
            "redirect_uri": CAME_BACK,
            "scope": "openid",
            "resource": f"urn:{resource}",
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
            "state": "s-1",
        }
        with httpx.Client(base_url=self.issuer, timeout=PATIENCE) as browser:
            came_back = parse_qs(urlsplit(_walk(browser, asked, login)).query)
            assert came_back["state"] == ["s-1"]
            assert came_back["iss"] == [self.issuer]
            answer = browser.post(
                "/token",
                data={
                    "grant_type": "authorization_code",
                    "code": came_back["code"][0],
                    "redirect_uri": CAME_BACK,
                    "client_id": "portal",
                    "code_verifier": verifier,
                    "resource": f"urn:{resource}",
                },
            )
        return dict(answer.raise_for_status().json())

    def access_token(self, login: str, resource: str = "amtsweg") -> str:
        return self.sign_in(login, resource)["access_token"]


def _walk(browser: httpx.Client, asked: Mapping[str, str], login: str) -> str:
    """Follow redirects and fill in the pages for sign-in and consent, until one leads back."""
    answer = browser.get("/auth", params=asked)
    for _ in range(STEPS):
        location = answer.headers.get("location", "")
        if location.startswith(CAME_BACK):
            return location
        if location:
            answer = browser.get(location)
            continue
        prompt, action = PROMPT.search(answer.text), ACTION.search(answer.text)
        assert prompt is not None, answer.text
        assert action is not None, answer.text
        filled_in = {"prompt": prompt[1], "login": login, "password": "any"}
        answer = browser.post(action[1], data=filled_in)
    raise AssertionError(answer.text)


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@contextmanager
def real_provider(people: Mapping[str, Any]) -> Iterator[RealProvider]:
    """`people`: what the access token of each login says besides the usual."""
    node = node_with_packages(FOLDER)
    port = own_port()
    command = [node, "server.mjs", str(port), json.dumps(people)]
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=silent) as process:
        try:
            assert process.stdout is not None
            assert b"ready" in process.stdout.readline()
            yield RealProvider(f"http://127.0.0.1:{port}", process)
        finally:
            process.kill()
