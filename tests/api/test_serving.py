"""Whoever starts the API sees where it listens, once it does."""

import uvicorn
from fastapi import FastAPI
from structlog.testing import capture_logs

from api import serving


class EndsAtOnce(serving.Announced):
    async def main_loop(self) -> None:
        """Nobody asks anything."""


async def test_it_says_where_it_listens() -> None:
    with serving.listen("127.0.0.1", 0) as listener, capture_logs() as logs:
        port = listener.getsockname()[1]
        await EndsAtOnce(uvicorn.Config(FastAPI(), log_config=None)).serve(sockets=[listener])
    told = [entry for entry in logs if entry["event"] == "listening"]
    assert [entry["address"] for entry in told] == [f"http://127.0.0.1:{port}/"]
