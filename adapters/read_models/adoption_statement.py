"""The statement behind a report: each column of it is an expression, each filter a condition.

What the catalogue knows of a place or a service is given along; the rows know their keys alone.
For the public each cell of a month is rounded before anything is added up, see `disclosure.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.adoption.disclosure import BASE
from domain.adoption.report import By, Question, Stage
from projections.applications_counted import APPLICATIONS_COUNTED
from projections.first_users_counted import FIRST_USERS_COUNTED
from projections.referrals_counted import REFERRALS_COUNTED


@dataclass(frozen=True, slots=True)
class Column:
    """`of`: the stored columns it is made from; `join`: what else it needs to be looked up in."""

    spelled: str
    of: tuple[str, ...]
    join: str = ""


PLACES = """LEFT JOIN unnest(%(ags)s::text[], %(kreise)s::text[], %(regions)s::text[],
    %(e_payment)s::date[], %(payable)s::boolean[])
    AS p (municipality, kreis, region, e_payment_since, payable)
    USING (municipality)"""
CATEGORIES = """LEFT JOIN unnest(%(services)s::text[], %(categories)s::text[])
    AS s (service, category) USING (service)"""
COLUMNS: Mapping[By, Column] = {
    By.MUNICIPALITY: Column("municipality", ("municipality",)),
    # Of a kreisfreie Stadt these digits are the key of its district as well.
    By.KREIS: Column("coalesce(kreis, left(municipality, 5))", ("municipality",), PLACES),
    By.REGION: Column("coalesce(region, '')", ("municipality",), PLACES),
    By.SERVICE: Column("service", ("service",)),
    By.CATEGORY: Column("coalesce(category, '')", ("service",), CATEGORIES),
    By.CHANNEL: Column("channel", ("channel",)),
    By.STAGE: Column("CASE WHEN pilot THEN 'pilot' ELSE 'live' END", ("pilot",)),
    By.E_PAYMENT: Column(
        """CASE WHEN legal_day < e_payment_since THEN 'before'
            WHEN legal_day >= e_payment_since THEN 'after'
            WHEN payable THEN 'always' ELSE 'none' END""",
        ("municipality", "legal_day"),
        PLACES,
    ),
    By.DAY: Column("to_char(legal_day, 'YYYY-MM-DD')", ("legal_day",)),
    By.WEEK: Column("to_char(legal_day, 'IYYY-\"W\"IW')", ("legal_day",)),
    By.MONTH: Column("to_char(legal_day, 'YYYY-MM')", ("legal_day",)),
    By.QUARTER: Column("to_char(legal_day, 'YYYY-\"Q\"Q')", ("legal_day",)),
    By.YEAR: Column("to_char(legal_day, 'YYYY')", ("legal_day",)),
}
FILTERS: Mapping[str, str] = {
    "municipality": "municipality = %(municipality)s",
    "kreis": "municipality = ANY (%(in_kreis)s::text[])",
    "region": "municipality = ANY (%(in_region)s::text[])",
    "service": "service = %(service)s",
    "category": "service = ANY (%(in_category)s::text[])",
    "recorded_until": "recorded_day <= %(recorded_until)s",
}
STRETCHES = """unnest(%(spans)s::text[], %(firsts)s::date[], %(lasts)s::date[],
    %(this_period)s::boolean[]) AS s (span, first, last, this_period)"""
# A line of nothing but cells rounded to 0 would tell that one of them is not 0.
SOMETHING = "HAVING sum(counted::int) > 0"
TOTAL = "grouping(c1) = 1"
STAGES: Mapping[Stage, str] = {Stage.LIVE: "NOT pilot", Stage.PILOT: "pilot", Stage.ALL: "true"}


@dataclass(frozen=True, slots=True)
class Source:
    """A table of counts, and what is measured by it, each a condition on its rows.

    `cell`: what the public can tell apart within a month. `counts` names what is counted, whatever
    version the table has: a cell rounded in two ways would tell more than in one.
    """

    table: str
    counts: str
    cell: tuple[str, ...]
    measures: Mapping[str, str]
    always: tuple[str, ...] = ()
    only: str = "true"


OF_APPLICATIONS = Source(
    APPLICATIONS_COUNTED.name,
    "applications",
    ("municipality", "service", "channel", "pilot"),
    {
        "online": "this_period AND channel = 'online'",
        "all_channels": "this_period",
        "previous_online": "NOT this_period AND channel = 'online'",
    },
    ("channel",),
    # What another municipality forwarded was counted there.
    "channel <> 'forwarded'",
)
OF_USERS = Source(
    FIRST_USERS_COUNTED.name,
    "first-users",
    ("municipality", "pilot"),
    {
        "first_time_users": "this_period",
        "previous_first_time_users": "NOT this_period",
    },
)
OF_REFERRALS = Source(
    REFERRALS_COUNTED.name,
    "referrals",
    ("municipality", "service", "pilot"),
    {"referrals": "this_period"},
)


def sources(question: Question) -> Iterator[Source]:
    yield OF_APPLICATIONS
    if question.counts_users:
        yield OF_USERS
    if question.counts_referrals:
        yield OF_REFERRALS


def statement(question: Question, source: Source, *, rounded: bool = False) -> str:
    """Group as it is stored, and only then spell it out: some dozen rows instead of thousands.

    The first column says whether it is the total of all others.
    """
    columns = [COLUMNS[by] for by in question.by]
    stored = ", ".join(dict.fromkeys([*source.always, *(of for c in columns for of in c.of)]))
    where = [STAGES[question.stage], source.only]
    where += [condition for name, condition in FILTERS.items() if getattr(question, name)]
    spelled = ", ".join(f"{column.spelled} AS c{n}" for n, column in enumerate(columns, 1))
    names = ", ".join(f"c{n}" for n in range(1, len(columns) + 1))
    measures = ", ".join(
        f"coalesce(sum(n) FILTER (WHERE {condition}), 0)::bigint"
        for condition in source.measures.values()
    )
    having = "true" if question.compares_lines else f"{TOTAL} OR bool_or(this_period)"
    return f"""
        WITH stored AS (
            SELECT {stored}, this_period, sum(counted::int) AS n
            FROM {_rounded(source) if rounded else _exact(source)}
            WHERE {" AND ".join(where)}
            GROUP BY {stored}, this_period {SOMETHING}
        ), spelled AS (
            SELECT {", ".join([spelled, *source.always])}, this_period, n
            FROM stored {" ".join(dict.fromkeys(c.join for c in columns))}
        )
        SELECT {TOTAL}, {names}, {measures}
        FROM spelled GROUP BY GROUPING SETS (({names}), ()) HAVING {having}
    """  # noqa: S608 -- from the tables above


def _exact(source: Source) -> str:
    return f"""{STRETCHES} JOIN {source.table} counts
                ON counts.span = s.span AND legal_day BETWEEN first AND last"""


def _rounded(source: Source) -> str:
    cell = ", ".join([*source.cell, "legal_day"])
    named = ", ".join([f"'{source.counts}'", *source.cell, "legal_day - date '2000-01-01'"])
    digest = f"sha256(%(secret)s || convert_to(concat_ws('/', {named}), 'UTF8'))"
    shifted = f"sum(counted::int) + mod(get_byte({digest}, 0), {BASE})"
    return f"""(
                SELECT {cell}, this_period, ({shifted}) / {BASE} * {BASE} AS counted
                FROM {_exact(source)}
                GROUP BY {cell}, this_period
            ) cells"""  # noqa: S608 -- from the tables above
