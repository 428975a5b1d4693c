"""A clerk's page of 50 among 100,000 open applications of 40 towns, beside a look-up by key."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import uvloop
from psycopg.rows import dict_row

from adapters.event_store.log import Pool
from adapters.personal_data.people import name_digest
from adapters.postgres.connecting import pool
from adapters.read_models.worklist import COLUMNS, Question, Sort, ask
from domain.application.events import ApplicationEvent, ApplicationSubmitted
from tests.benchmarks import lives
from tests.benchmarks.figure import Figure, latency
from tests.benchmarks.measure import Timing, concurrently, median_run
from tests.benchmarks.server import Bench
from tests.keys import KEYS, MAPPER

TODAY = date(2021, 6, 16)
OPEN, TOWNS, PAGE = 100_000, 40, 50
ASKED = 1_200
DEEP_PAGES = 20
NAMES = ("Muster", "Schmidt", "Yilmaz", "Nowak", "Köhler")
assert isinstance(lives.LIFE[0], ApplicationSubmitted)
FIRST = lives.LIFE[0]
FILL = """INSERT INTO worklist_v2 (application_id, version, municipality, branch, service, variant,
        channel, pilot, fulfilment, fee_cents, paid, submitted_at, status,
        waiting, received_at, due_on, claimed_by, correction)
    SELECT lpad(to_hex(n), 32, '0')::uuid, 3, '05' || lpad((n % {towns})::text, 6, '0'),
        CASE WHEN r < 0.8 THEN (array['erle', 'buer', 'horst', 'mitte'])[n / {towns} % 4 + 1] END,
        (array['library-card', 'parking', 'certificate', 'dog-tax', 'permit'])[n / 160 % 5 + 1],
        'new', 'online', false, CASE WHEN r < 0.8 THEN 'pickup' ELSE 'online-only' END,
        2000, true, received, CASE WHEN r < 0.2 THEN 'approved' ELSE 'received' END, true,
        received, CASE WHEN r < 0.95 THEN received::date + 2 END,
        CASE WHEN r < 0.3 THEN 'clerk-' || n % 7 END,
        CASE WHEN r < 0.95 THEN 'none' ELSE 'open' END
    FROM (SELECT n, random() AS r, timestamptz '2021-06-01' + n * interval '30 seconds' AS received
        FROM generate_series(1, {open}) n) made"""
BY_KEY = f"SELECT {COLUMNS} FROM worklist_v2 WHERE application_id = ANY(%s)"  # noqa: S608
FILTERS: Mapping[str, tuple[Sort, Mapping[str, Any]]] = {
    "due": (Sort.DUE, {}),
    "newest": (Sort.NEWEST, {}),
    "oldest": (Sort.OLDEST, {}),
    "own_branch": (Sort.DUE, {"own_branch": "buer"}),
    "branch": (Sort.DUE, {"branch": "horst"}),
    "unclaimed": (Sort.DUE, {"unclaimed": True}),
    "mine": (Sort.NEWEST, {"claimed_by": "clerk-3"}),
    "overdue": (Sort.DUE, {"due_by": date(2021, 6, 4)}),
    "correction_open": (Sort.OLDEST, {"correction": "open"}),
    "service": (Sort.DUE, {"service": "parking", "status": "approved", "branch": "erle"}),
    "urgency": (Sort.DUE, {"urgency": "overdue"}),
    "name": (Sort.DUE, {"name": "Schmidt4"}),
}


def worklist(bench: Bench) -> list[Figure]:
    """The mix of all questions, and each of them."""
    with bench.database() as url:
        fill(url)
        timings = [uvloop.run(_ask(url, bench.amount(ASKED))) for _ in bench.runs()]
    baseline = f"{PAGE} rows by primary key, p99"
    keyed = median_run([run.pop("by_key") for run in timings])
    return [
        latency(name, median_run([run[name] for run in timings]), baseline, keyed)
        for name in timings[0]
    ]


def submitted(number: int) -> ApplicationEvent:
    name = NAMES[number // 7 % len(NAMES)] + str(number // 1_000)
    who = replace(FIRST.applicant, family_name=name) if FIRST.applicant else None
    return replace(FIRST, municipality=town(number), applicant=who)


def town(number: int) -> str:
    return f"05{number % TOWNS:06}"


def fill(url: str) -> None:
    """In the log, too: names are sealed there, and opened for each page."""
    lives.fill(url, OPEN, 1, submitted)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(FILL.format(towns=TOWNS, open=OPEN).encode())
        connection.execute("VACUUM ANALYZE worklist_v2")


async def _ask(url: str, amount: int) -> dict[str, Timing]:
    async with pool(url) as connections:
        questions = await _questions(connections)
        every = [page for pages in questions.values() for page in pages]
        asking = {"worklist_p99": every, **questions}

        async def put(question: Question) -> None:
            await ask(connections, MAPPER, question)

        async def look_up(number: int) -> None:
            await _by_key(connections, number)

        await concurrently(every, 1, put)
        timings = {"by_key": await concurrently(range(1, amount), 1, look_up)}
        for name, pages in asking.items():
            share = amount if pages is every else amount // 4
            repeated = (pages[n % len(pages)] for n in range(share))
            timings[name] = await concurrently(repeated, 1, put)
        return timings


async def _questions(connections: Pool) -> dict[str, list[Question]]:
    """For some towns, the first page and a deep one of each filter."""
    found: dict[str, list[Question]] = {}
    for name, (sort, filters) in FILTERS.items():
        first = [_first(town(number), sort, filters) for number in range(0, TOWNS, 5)]
        deep = [await _deep(connections, question) for question in first]
        found[f"worklist_p99 {name}"] = first + deep
    return found


def _first(municipality: str, sort: Sort, filters: Mapping[str, Any]) -> Question:
    if "name" in filters:
        filters = {"name": name_digest(KEYS, municipality, filters["name"])}
    return Question(municipality=municipality, filters=filters, today=TODAY, sort=sort)


async def _deep(connections: Pool, question: Question) -> Question:
    for _ in range(DEEP_PAGES):
        rows = await ask(connections, MAPPER, question)
        if len(rows) < PAGE:
            break
        after = rows[-1]["sort_key"], str(rows[-1]["application_id"])
        question = Question(
            municipality=question.municipality,
            filters=question.filters,
            today=question.today,
            sort=question.sort,
            after=after,
        )
    return question


async def _by_key(connections: Pool, number: int) -> Sequence[object]:
    keys = [f"{(number * 997 + n * 1_999) % OPEN + 1:032x}" for n in range(PAGE)]
    async with connections.connection() as connection:
        cursor = connection.cursor(row_factory=dict_row)
        return await (await cursor.execute(BY_KEY.encode(), (keys,))).fetchall()
