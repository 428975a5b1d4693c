"""A runner that has never got through its first step lags by all of the log, and it is told."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import uuid4

import pytest

from adapters.bootstrap import Parts
from adapters.event_store.errors import StoreUnavailable
from adapters.proofs.scanner import scanner_at
from adapters.runner_names import FIRST_USE, FORGETTING, NOTIFIER, PROOF_INSPECTION
from adapters.runners_seen import RunnerSeen, runners_seen
from domain.application.events import ApplicationSubmitted
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.projections.log import Log
from tests.workers.supervised import supervised, until
from workers.consume import Consumer, consuming
from workers.inspect_proofs import RUNNER as INSPECTION
from workers.needing_files import NeedingFiles
from workers.react import Reaction, reacting
from workers.supervision import Runner

STOPPED = "SELECT detail FROM heartbeats WHERE runner = %s AND state IN ('restarting', 'waiting')"


async def fail(*_: object) -> None:
    raise StoreUnavailable


ON = {ApplicationSubmitted: fail}
RUNNERS: Sequence[tuple[str, Runner]] = [
    (FIRST_USE, reacting(Reaction(FIRST_USE, ON))),
    (FORGETTING, reacting(NeedingFiles(FORGETTING, ON))),
    (NOTIFIER, consuming(Consumer(NOTIFIER, ON))),
    (PROOF_INSPECTION, INSPECTION),
]


async def seen(log: Log, name: str) -> RunnerSeen:
    async with log.connection() as connection:
        return next(one for one in await runners_seen(connection) if one.runner == name)


@pytest.mark.parametrize(("name", "runner"), RUNNERS, ids=[name for name, _ in RUNNERS])
async def test_who_fails_at_the_very_first_event_lags_by_all_of_them(
    parts: Parts, log: Log, name: str, runner: Runner
) -> None:
    without_scanner = replace(parts.proofs, scanner=scanner_at("127.0.0.1:1"))
    await log.record(uuid4(), h.submitted(submit), h.paid())
    async with supervised(replace(parts, proofs=without_scanner), runner):
        await until(partial(log.ask, STOPPED, name))
        found = await seen(log, name)
    assert (found.position, found.lag) == (0, 2)
    assert found.lag_seconds > 0
