"""How long requests took, by route and answer: never by address, which may hold an id or a name."""

import time
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
NO_ROUTE = "none"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Requests:
    """Of this process; each is asked for its own."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    seconds: Histogram = field(init=False)

    def __post_init__(self) -> None:
        seconds = Histogram(
            "amtsweg_http_request_seconds",
            "From the first byte of a request to the last of its answer",
            ["method", "route", "status"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        object.__setattr__(self, "seconds", seconds)


class Measured:
    def __init__(self, app: ASGIApp, requests: Requests) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), "none"

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            took = time.perf_counter() - began
            labels = (_method(scope), _route(scope), status)
            self._requests.seconds.labels(*labels).observe(took)


def _method(scope: Scope) -> str:
    """Anybody may send any word as a method."""
    return scope["method"] if scope["method"] in METHODS else "other"


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", NO_ROUTE)
