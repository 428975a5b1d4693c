"""What holds of every form in the catalogue, whatever is answered."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.catalogue.form import check
from adapters.catalogue.loading import load
from domain.service.definition import ServiceDefinition

TODAY = date(2021, 6, 16)
CANARY = "Mustermann-Geheim"
FORMS = {each.key: each for each in load().definitions if each.form}
every_form = pytest.mark.parametrize("service", FORMS.values(), ids=FORMS)
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.dates().map(str)
    | st.sampled_from(["", "2021-02-30", "DE89370400440532013000", "05513000", "GE-AB 123"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


def fields(form: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in form.get("properties", {}).items():
        yield (*path, name)
        yield from fields(field, (*path, name))


@every_form
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_answer_crashes_a_form(service: ServiceDefinition, data: st.DataObject) -> None:
    names = st.sampled_from(sorted(service.form["properties"])) | st.text(max_size=9)
    answers = data.draw(st.dictionaries(names, anything))
    for language in ("de", "en"):
        found = check(service, answers, today=TODAY, language=language)
        assert len({problem.pointer for problem in found}) == len(found)
        assert all(problem.message.endswith((".", ")", "?")) for problem in found)


@every_form
def test_no_answer_is_repeated_by_a_form(service: ServiceDefinition) -> None:
    for kind in (CANARY, [CANARY], {CANARY: CANARY}):
        answers = dict.fromkeys(service.form["properties"], kind)
        found = check(service, answers, today=TODAY, language="de")
        assert found
        assert not any(CANARY in problem.message for problem in found)


@every_form
def test_every_field_that_is_missing_is_named_by_its_title(service: ServiceDefinition) -> None:
    found = {p.pointer: p.message for p in check(service, {}, today=TODAY, language="de")}
    for name in service.form["required"]:
        title = service.form["properties"][name]["x-title"]["de"]
        assert found[f"/{name}"] == f"Bitte angeben: {title}" + ("" if title.endswith("?") else ".")


@every_form
@pytest.mark.parametrize("size", [10_000, 900_000])
def test_a_very_long_answer_is_refused_quickly(service: ServiceDefinition, size: int) -> None:
    answers = dict.fromkeys(service.form["properties"], "1" * size)
    assert check(service, answers, today=TODAY)


@every_form
def test_every_field_has_its_labels_and_every_choice_is_labelled(
    service: ServiceDefinition,
) -> None:
    for path in fields(service.form):
        field: Any = service.form
        for part in path:
            field = field["properties"][part]
        assert field["x-title"]["de"] != field["x-title"]["en"] or path[-1] == "iban", path
        assert "pattern" not in field or "x-hint" in field, path
