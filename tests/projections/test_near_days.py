"""Whatever the rules would do on a day, the runner `deadlines` looks at by then."""

from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.working_days import legal_day
from projections.deadlines import DEADLINES
from tests.domain.application import asked
from tests.domain.application.facts import NOW
from tests.domain.application.lives import (
    LIVES_WITH_LOST_MONEY,
    Life,
    at,
    lives,
    lives_that_can_expire,
)
from tests.domain.application.test_deadline_laws import let_pass
from tests.projections.conftest import NewLog
from workers.deadlines import NEAR, NOBODY

# Many databases, and many steps in each: on a busy machine it takes several times as long.
pytestmark = pytest.mark.timeout(900)
# Each example has a database, so they are few and large, and not made smaller.
a_few = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
some_lives = st.lists(st.one_of(lives, lives_that_can_expire), min_size=5, max_size=20)
DAYS = [NOW + timedelta(days=day) for day in range(90)]


def up_to_each_step(life: Life) -> list[Life]:
    """Each moment of a life is the end of a shorter one."""
    return [Life(life.steps[:n]) for n, step in enumerate(life.steps, 1) if step.events]


def is_due(life: Life, moment: datetime) -> bool:
    """Something would happen, were it looked at on a day after all that has happened so far."""
    if moment < life.steps[-1].command.now:
        return False
    return bool(let_pass(life.steps[-1].after, at(asked.let_pass, moment)))


@a_few
@given(some=some_lives)
async def test_what_is_due_is_looked_at(new_log: NewLog, some: list[Life]) -> None:
    lived = [part for life in [*LIVES_WITH_LOST_MONEY, *some] for part in up_to_each_step(life)]
    with new_log() as log:
        happened = log.fill(life.history for life in lived)
        streams = [stream for stream, _ in groupby(happened, key=itemgetter(0))]
        await log.project(DEADLINES)
        assert await log.parked() == []
        async with log.connection() as connection:
            for moment in DAYS:
                asked_for = (NOBODY, legal_day(moment), len(lived))
                rows = await (await connection.execute(NEAR, asked_for)).fetchall()
                pairs = zip(streams, lived, strict=True)
                assert {stream for stream, life in pairs if is_due(life, moment)} <= {
                    row[0] for row in rows
                }
