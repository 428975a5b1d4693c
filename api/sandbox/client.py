"""Talks to a running installation as one person: the API, and the sandbox around it."""

import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from adapters.ids import new_id

WITHIN_SECONDS = 20


class StoryStopped(Exception):
    """The installation did not do what was expected of it."""

    def __str__(self) -> str:
        return f"{self.__doc__} ({'; '.join(str(a) for a in self.args)})"


@dataclass(slots=True)
class Somebody:
    """A person of the sandbox with an access token. Raises StoryStopped when refused."""

    api: str
    sandbox: str
    person: str
    http: httpx.Client
    _token: str = field(default="", init=False)

    def __post_init__(self) -> None:
        answer = self.http.post(f"{self.sandbox}/issuer/token", data={"person": self.person})
        self._token = answer.raise_for_status().json()["access_token"]

    def get(self, path: str, **query: Any) -> Any:
        return self._ask("GET", path, params=query).json()

    def post(self, path: str, body: Any = None, version: int | None = None) -> Any:
        """Ask for something, under a key of its own; `version`: what was seen of it."""
        headers = {"Idempotency-Key": str(new_id())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self._ask("POST", path, json=body, headers=headers).json()

    def upload(self, path: str, content: bytes, file_name: str) -> Any:
        headers = {"Content-Type": "application/octet-stream", "X-File-Name": file_name}
        return self._ask("POST", path, content=content, headers=headers).json()

    def pay(self, redirect_url: str, method: str) -> Any:
        """Press the button on the platform's page, and come back as a browser would."""
        pressed = self.http.post(redirect_url, data={"action": "pay", "method": method})
        back = pressed.headers.get("location", "")
        if not back.startswith(self.api):
            raise StoryStopped("the payment page led elsewhere", pressed.status_code)
        return self.http.get(back).raise_for_status().json()

    def _ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        headers = {**how.pop("headers", {}), "Authorization": f"Bearer {self._token}"}
        answer = self.http.request(method, f"{self.api}/api/v1{path}", headers=headers, **how)
        if answer.is_error:
            raise StoryStopped(self.person, method, path, answer.status_code, answer.text)
        return answer


def until(look: Any, what: str) -> Any:
    """Look again and again until something is there."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.02)
    raise StoryStopped(f"waited in vain: {what}")


def mails_about(http: httpx.Client, sandbox: str, to: str, application_id: str) -> list[str]:
    """Return the mails to this address that are about this application, oldest first."""
    listed = http.get(f"{sandbox}/mail", params={"to": to}).raise_for_status().json()
    texts = [http.get(f"{sandbox}/mail/{mail['id']}").text for mail in listed]
    return [text for text in texts if application_id in text]
