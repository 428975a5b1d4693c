"""docs/events.md says what is in the code."""

from dataclasses import dataclass
from pathlib import Path

from adapters.event_names import EVENT_TYPES
from adapters.event_reference import reference

PAGE = Path(__file__).parents[1] / "docs" / "events.md"
HOW = "docs/events.md is out of date; run: amtsweg events > docs/events.md"


def test_the_committed_page_is_the_one_made_from_the_events() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), HOW


def test_every_event_has_its_section() -> None:
    page = reference()
    assert all(f"\n### {event_type.__name__}\n" in page for event_type in EVENT_TYPES)


def test_a_field_says_its_type_and_what_holds_where_it_is_missing() -> None:
    page = reference()
    assert "| `rules` | [RulesInForce](#rulesinforce) |  |" in page
    assert '| `language` | text | `"de"` |' in page
    assert "One of: `1` (basic), `2` (normal)" in page


def test_a_docstring_made_by_the_computer_is_left_out() -> None:
    @dataclass
    class Silent:
        word: str

    assert "Silent(" not in reference([Silent])
