"""Every statement names what its event has, and every event is shown or deliberately not."""

import pytest

from adapters.event_names import EVENT_TYPES
from projections.catalogue import NOT_SHOWN, PROJECTIONS
from projections.projection import ENVELOPE, Projection, event_paths, placeholders

STATEMENTS = [
    pytest.param(event, sql, id=f"{projection.name}-{event.__name__}")
    for projection in PROJECTIONS
    for event, sql in projection.on.items()
]
SHOWN = {event for projection in PROJECTIONS for event in projection.on}


@pytest.mark.parametrize(("event", "sql"), STATEMENTS)
def test_every_placeholder_is_a_field_of_the_event_or_of_its_envelope(
    event: type, sql: str
) -> None:
    assert set(placeholders(sql)) <= {*event_paths(event), *ENVELOPE}


@pytest.mark.parametrize(("event", "sql"), STATEMENTS)
def test_every_statement_has_no_other_placeholders_than_named_ones(event: type, sql: str) -> None:
    assert sql.count("%") == sum(sql.count(f"%({name})s") for name in placeholders(sql))


@pytest.mark.parametrize("event", EVENT_TYPES, ids=lambda event: event.__name__)
def test_every_event_is_either_shown_or_deliberately_not(event: type) -> None:
    assert (event in SHOWN) != (event in NOT_SHOWN)


def test_what_is_not_shown_has_a_reason() -> None:
    assert all(reason.strip() for reason in NOT_SHOWN.values())


def test_nothing_is_shown_that_is_not_in_the_log() -> None:
    assert {*SHOWN, *NOT_SHOWN} <= set(EVENT_TYPES)


def test_a_read_model_s_name_is_its_own() -> None:
    assert len({projection.name for projection in PROJECTIONS}) == len(PROJECTIONS)


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
def test_the_table_bears_the_name_and_no_schema(projection: Projection) -> None:
    assert f"CREATE TABLE {projection.name} (" in projection.table
    assert "public." not in projection.table + "".join(projection.on.values())
