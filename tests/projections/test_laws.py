"""A read model is the fold of the log: for any batching, any restart, two at once, any rebuild."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.postgres.connecting import connect
from adapters.read_models.projector import Projector
from projections.catalogue import PROJECTIONS
from projections.projection import Projection
from projections.worklist import WORKLIST
from tests.projections.conftest import NewLog
from tests.projections.folds import FOLDS
from tests.projections.lives import lives
from tests.projections.log import MAPPER, Happened, Log, project_all

a_few = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
batch_limits = st.lists(st.integers(1, 7), min_size=1, max_size=5)
WAITS_FOR_A_LOCK = "SELECT wait_event_type = 'Lock' AS waits FROM pg_stat_activity WHERE pid = %s"


async def assert_is_the_fold(log: Log, projection: Projection, happened: Happened) -> None:
    shown, folded = await log.rows(projection), FOLDS[projection.name](happened)
    assert sorted(shown, key=repr) == sorted(({**r} for r in folded), key=repr)
    assert await log.position(projection) == (len(happened), len(happened))
    assert await log.parked() == []
