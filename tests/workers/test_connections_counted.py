"""As many connections as operators are told of, and docker-compose.yml has them to give."""

import re
from dataclasses import replace
from functools import partial

import pytest
import yaml

from adapters.bootstrap import Parts
from adapters.runner_names import RUNNER_NAMES
from adapters.settings import Settings
from projections.catalogue import PROJECTIONS
from tests.adapters.event_store.proposals import proposal
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.installation import ROOT
from tests.projections.log import Log
from tests.workers.supervised import supervised, until
from workers.catalogue import RUNNERS

TOLD = re.compile(
    r"with all runners and one anchor, `AMTSWEG_POOL_SIZE` \+ (?P<all>\d+), "
    r"and up to (?P<alone>\d+) more while read models work by themselves .*?, "
    r"(?P<kafka>\d+) more where a Kafka is named"
)
HELD = """SELECT count(*) AS held FROM pg_stat_activity WHERE datname = current_database()
    AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""
BEATEN = "SELECT runner FROM heartbeats WHERE state IN ('running', 'waiting')"
FOR_SUPERUSERS = 3
BY_HAND = 20  # `status` and `verify`, a backup, somebody who looks


def told() -> dict[str, int]:
    """Beside the pool: of every worker, of read models by themselves, and what Kafka adds."""
    found = TOLD.search(" ".join((ROOT / "docs/operations.md").read_text().split()))
    assert found
    return {name: int(number) for name, number in found.groupdict().items()}


async def beside_the_pool(parts: Parts, log: Log) -> int:
    (row,) = await log.ask(HELD)
    return int(row["held"]) - int(parts.pool.get_stats()["pool_size"])


@pytest.mark.parametrize("kafka", [None, "127.0.0.1:1"])
async def test_a_worker_holds_as_many_connections_as_operators_are_told(
    parts: Parts, log: Log, kafka: str | None
) -> None:
    settings = parts.settings.model_copy(update={"kafka_bootstrap_servers": kafka})
    parts = replace(parts, settings=settings)
    expected = told()["all"] + (told()["kafka"] if kafka else 0)

    async def all_beat() -> bool:
        return {row["runner"] for row in await log.ask(BEATEN)} >= set(RUNNER_NAMES)

    async def as_told() -> bool:
        return await beside_the_pool(parts, log) == expected

    async with supervised(parts, *RUNNERS):
        await until(all_beat)
        stream = proposal(events=(h.submitted(submit),))
        await parts.office.appender.append(stream)
        await parts.log.load(stream.stream_id)
        await until(as_told)
        await until(partial(log.ask, "SELECT 1 FROM worklist_v2"))
        await until(as_told)


def test_a_read_model_by_itself_holds_one() -> None:
    assert told()["alone"] == len(PROJECTIONS)


def test_the_database_of_docker_compose_has_enough_for_all_of_them() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    (given,) = re.findall(r"max_connections=(\d+)", " ".join(services["postgres"]["command"]))
    commands = [service.get("command") for service in services.values()]
    pool, workers = Settings().pool_size, services["worker"]["deploy"]["replicas"]
    needed = commands.count(["serve"]) * (2 * pool + 2) + workers * (pool + sum(told().values()))
    assert needed + BY_HAND <= int(given) - FOR_SUPERUSERS
