"""What is said of a wrong field is for the person who wrote the file."""

import json
import re
from pathlib import Path

import pytest

from adapters.catalogue.loading import load
from adapters.catalogue.municipality_document import MunicipalityDocument
from adapters.catalogue.reading_words import BY_PATTERN
from adapters.catalogue.service_document import ServiceDocument
from tests.catalogue_files import Edit, complaints, copied_to, editing

CARD = "services/library-card.toml"
CERTIFICATE = "services/birth-certificate.toml"
GE = "municipalities/05513000-gelsenkirchen.toml"
NO_ADDRESS = (
    "fulfilments: names mail, but the form asks for no address; add one to it, required, with "
    "city and postal_code required"
)


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    return editing(copied_to(tmp_path))


WRONG = (
    (GE, '"05513000"', '"5513000"', "ags: should be the official key in"),
    (GE, "@bibliothek", "-bibliothek", "sender: should be a mail address, e.g. buergerservice@"),
    (GE, '"stadtbibliothek"', '"a@b.example"', "payment.endpoint: should be the name that the"),
    (GE, '"05513000"', "5513000", 'ags: should be text, in "..."'),
    (CARD, "cents = 1000", 'cents = "10"', "tariff[2].cents: should be a whole number, without"),
    (CARD, "cents = 1000", "cents = -1", "tariff[2].cents: should be at least 0"),
    (CARD, 'key = "library-card"', 'key = "Library card"', "key: should be lower-case letters a-z"),
    (CARD, "working_days = 2", "working_days = 2\nx = 1", "deadline.x: is not known; remove it"),
)


@pytest.mark.parametrize("wrong", WRONG)
def test_it_is_told_in_words_and_never_as_a_pattern(
    edit: Edit, wrong: tuple[str, str, str, str]
) -> None:
    *change, told = wrong
    found = next(each for each in complaints(edit(*change)) if told in each)
    assert "^" not in found
    assert "Input" not in found


@pytest.mark.parametrize("model", [ServiceDocument, MunicipalityDocument])
def test_every_pattern_of_a_file_has_its_words(model: type[ServiceDocument]) -> None:
    described = json.dumps(model.model_json_schema(), ensure_ascii=False)
    patterns = {json.loads(f'"{one}"') for one in re.findall(r'"pattern": "(.*?)"[,}]', described)}
    assert patterns
    assert patterns <= BY_PATTERN.keys()


def test_what_goes_by_mail_needs_an_address_to_send_it_to(edit: Edit) -> None:
    assert any(
        NO_ADDRESS in each
        for each in complaints(edit(CERTIFICATE, '"postal_code", "city"]', '"postal_code"]'))
    )


def test_an_address_of_another_name_will_do(edit: Edit) -> None:
    edit(CERTIFICATE, "[form.properties.address]", "[form.properties.home]")
    path = edit(CERTIFICATE, '"address"', '"home"') / CERTIFICATE
    text = path.read_text(encoding="utf-8").replace("properties.address.", "properties.home.")
    path.write_text(text, encoding="utf-8")
    assert load(path.parent.parent).definition("birth-certificate", 1)
