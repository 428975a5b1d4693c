"""The public cannot tell a small count, neither from its cell nor from its neighbours."""

from datetime import date
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from domain.adoption.disclosure import PUBLIC, published
from domain.adoption.period import Period
from domain.adoption.report import By, Counts, Line, Question, Report

PERIOD = Period(date(2021, 1, 1), date(2021, 12, 31))
TOWNS, SERVICES = ("a", "b", "c"), ("x", "y", "z")
counts = st.integers(0, 40)


def report(cells: dict[tuple[str, ...], int], **others: int) -> Report:
    """`others`: by key, what came by another channel than online."""
    by = (By.MUNICIPALITY, By.SERVICE)[: len(next(iter(cells)))]
    lines = [
        Line(key=key, counts=Counts(online=n, all_channels=n + others.get(key[0], 0)))
        for key, n in cells.items()
    ]
    total = sum(cells.values())
    whole = Counts(online=total, all_channels=total + sum(others.values()))
    question = Question(period=PERIOD, by=by)
    return Report(
        question=question,
        total=Line(key=(), counts=whole),
        lines=lines,
        position=1,
        counted_until=None,
    )


def shown(cells: dict[tuple[str, ...], int]) -> dict[tuple[str, ...], int | None]:
    return {line.key: line.counts.online for line in published(report(cells)).lines}


def test_a_count_is_rounded_and_a_small_one_withheld_with_the_next_smaller() -> None:
    assert shown({("a",): 5218, ("b",): 163, ("c",): 3}) == {
        ("a",): 5220, ("b",): None, ("c",): None,
    }  # fmt: skip


def test_nothing_is_withheld_where_nothing_is_small() -> None:
    assert shown({("a",): 5, ("b",): 7, ("c",): 8}) == {("a",): 5, ("b",): 5, ("c",): 10}


def test_two_small_ones_that_add_up_to_little_need_a_third() -> None:
    assert shown({("a",): 1, ("b",): 1, ("c",): 90, ("d",): 80}) == {
        ("a",): None, ("b",): None, ("c",): 90, ("d",): None,
    }  # fmt: skip


def test_a_total_that_is_small_is_withheld_as_well() -> None:
    found = published(report({("a",): 1, ("b",): 2}))
    assert found.total.counts.online is None
    assert found.total.withheld == {"online", "all_channels"}


def test_none_at_all_is_no_secret() -> None:
    assert shown({("a",): 0, ("b",): 60}) == {("a",): 0, ("b",): 60}


def test_few_who_came_another_way_are_not_told_by_the_two_counts() -> None:
    a, b, c = published(report({("a",): 50, ("b",): 70, ("c",): 90}, a=2, b=40, c=60)).lines
    assert (a.counts.online, a.counts.all_channels, a.online_share) == (50, None, None)
    assert (b.counts.online, b.counts.all_channels) == (70, None)
    assert c.counts.all_channels == 150


def test_what_is_not_counted_is_neither_rounded_nor_withheld() -> None:
    (line,) = published(report({("a",): 60})).lines
    assert line.counts.first_time_users is None
    assert line.withheld == frozenset()


tables = st.fixed_dictionaries(dict.fromkeys(product(TOWNS, SERVICES), counts))


@given(cells=tables)
def test_no_small_count_is_shown_and_all_others_are_multiples(cells) -> None:
    for key, count in shown(cells).items():
        if 0 < cells[key] < PUBLIC.smallest:
            assert count is None
        assert count is None or (count % PUBLIC.base == 0 and abs(count - cells[key]) <= 2)


@given(cells=tables)
def test_no_row_and_no_column_tells_what_is_withheld_in_it(cells) -> None:
    table = shown(cells)
    for column, value in [(0, town) for town in TOWNS] + [(1, key) for key in SERVICES]:
        row = {key: n for key, n in cells.items() if key[column] == value and n}
        hidden = [n for key, n in row.items() if table[key] is None]
        if not hidden or len(hidden) == len(row):
            continue
        assert len(hidden) > 1
        assert sum(hidden) >= PUBLIC.smallest


@given(cells=tables)
def test_what_is_published_does_not_depend_on_the_order_of_the_lines(cells) -> None:
    assert shown(cells) == shown(dict(reversed(cells.items())))
