"""An operator at work on the catalogue, each command on what stands there."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.api.library_card import done
from tests.api.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Stream:
    """A service or a municipality by its address below /catalogue."""

    operator: Visitor
    path: str

    def see(self) -> dict[str, Any]:
        return dict(done(self.operator.get(self.path)))

    @property
    def version(self) -> int:
        return int(self.operator.get(self.path).headers["etag"].strip('"'))

    def ask(self, what: str, body: Any) -> httpx.Response:
        return self.operator.post(f"{self.path}/{what}", body, version=self.version)

    def does(self, what: str, body: Any) -> dict[str, Any]:
        return dict(done(self.ask(what, body)))

    def history(self) -> list[str]:
        return [one["name"] for one in done(self.operator.get(f"{self.path}/history"))["events"]]


def service(operator: Visitor, key: str) -> Stream:
    return Stream(operator, f"/catalogue/services/{key}")


def municipality(operator: Visitor, ags: str) -> Stream:
    return Stream(operator, f"/catalogue/municipalities/{ags}")
