"""Whoever made several mistakes is told of all of them, whichever could be read."""

from pathlib import Path

import pytest

from adapters.catalogue.authoring import read_definition
from adapters.catalogue.errors import CatalogueIsInvalid
from adapters.catalogue.form_formats import ALL_FORMATS
from adapters.catalogue.form_schema import compile_form
from tests.catalogue_files import Edit, complaints, copied_to, editing

CERTIFICATE = "services/birth-certificate.toml"
DOG = "services/dog-tax-registration.toml"
GLA = "municipalities/05562014-gladbeck.toml"


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    return editing(copied_to(tmp_path))


ALL_AT_ONCE = (
    (CERTIFICATE, 'kind = "document-order"', 'kind = "documentorder"'),
    (CERTIFICATE, '["mail", "pickup"]', '["post"]'),
    (CERTIFICATE, '"/birth_place"', '"/plaza"'),
    (CERTIFICATE, 'format = "ags"', 'format = "ibann"'),
    (CERTIFICATE, "maxLength = 100", "maxLength = -100"),
    (GLA, "region = ", "regoin = "),
    (GLA, 'every = "12-24"', 'every = "13-24"'),
    (GLA, "version = 1", 'version = 1\nwaived_proofs = ["x"]'),
)
NAMED = [
    "closing_days[1]", "fulfilments[1]", "kind", "region", "regoin",
    "responsible.field", "services.library-card.waived_proofs[1]",
]  # fmt: skip


def test_mistakes_that_cannot_be_read_hide_none_of_the_others(edit: Edit) -> None:
    """Neither in their own file nor in others."""
    folder = [edit(*mistake) for mistake in ALL_AT_ONCE][-1]
    told = [each.split(": ")[1] for each in complaints(folder)]
    in_form = [field for field in told if field.startswith("form.")]
    assert sorted(set(told) - {*in_form}) == NAMED
    assert [field.rpartition(".")[2] for field in in_form] == ["format", "maxLength"]


def test_a_format_that_is_none_is_told_with_those_there_are(edit: Edit) -> None:
    (told,) = complaints(edit(DOG, 'format = "iban"', 'format = "ibann"'))
    assert told.endswith(
        "ibann is no format; use one of iban, ags, date, date-time, time, duration, email, "
        "idn-email, hostname, idn-hostname, ipv4, ipv6, uri, uri-reference, uri-template, iri, "
        "iri-reference, uuid, json-pointer, relative-json-pointer, regex"
    )


@pytest.mark.parametrize("name", ALL_FORMATS)
def test_each_format_that_is_offered_is_one(name: str) -> None:
    assert compile_form({"format": name}).is_valid(1)


def test_so_is_an_operator_who_hands_in_one_file(edit: Edit) -> None:
    for mistake in ALL_AT_ONCE[:3]:
        folder = edit(*mistake)
    with pytest.raises(CatalogueIsInvalid) as refused:
        read_definition((folder / CERTIFICATE).read_text(encoding="utf-8"))
    told = [problem.field for problem in refused.value.problems]
    assert told == ["kind", "fulfilments[1]", "responsible.field"]
