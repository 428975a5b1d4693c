"""A worker process that stands still, though it lives, is seen by whoever watches."""

import asyncio
import os
import signal

import httpx
import psycopg
import pytest

from adapters.settings import Settings
from api.app import create_app
from tests.commands import CommandLine
from tests.keys import with_keys
from tests.serving import serve
from tests.workers.supervised import until
from workers.supervision import BEAT_SECONDS

# As time does it; who lives has beaten again two seconds later.
GROW_OLD = "UPDATE heartbeats SET beat_at = beat_at - interval '31 seconds'"


@pytest.fixture
def here(amtsweg: CommandLine, service_url: str) -> CommandLine:
    at = amtsweg.at(service_url)
    return CommandLine({**at.environment, "AMTSWEG_CLAMD": "off"})


async def test_a_worker_that_stands_still_makes_everything_unready_until_it_goes_on(
    here, service_url, durable_url, tmp_path
) -> None:
    async def readiness() -> tuple[int, int]:
        answer = await http.get("/readyz")
        alive = [runner for runner in answer.json()["runners"] if runner["alive"]]
        return answer.status_code, len(alive)

    async def is_ready() -> bool:
        return (await readiness())[0] == 200

    settings = with_keys(Settings(home=tmp_path))
    async with (
        serve(create_app(settings, service_url)) as api,
        httpx.AsyncClient(base_url=api, timeout=60) as http,
    ):
        working = here.begin("work")
        try:
            await until(is_ready)
            os.kill(working.process.pid or 0, signal.SIGSTOP)
            await asyncio.sleep(BEAT_SECONDS)  # a beat on its way arrives
            with psycopg.connect(durable_url, autocommit=True) as connection:
                connection.execute(GROW_OLD)
            assert await readiness() == (503, 0)
            assert working.process.is_alive()
            told = here("status")
            assert (told.code, f":{working.process.pid}: " in told.out) == (1, True)
            os.kill(working.process.pid or 0, signal.SIGCONT)
            await until(is_ready)
            working.process.terminate()
            assert working.end().code == 0
        finally:
            working.process.kill()
