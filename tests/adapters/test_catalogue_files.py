"""A catalogue in another folder: versions side by side, and what a wrong file is told."""

import re
from datetime import date
from itertools import starmap
from pathlib import Path
from shutil import copy
from typing import NamedTuple

import pytest

from adapters.catalogue.errors import CatalogueIsInvalid
from adapters.catalogue.loading import BUILT_IN, load
from domain.municipality.municipality import TownKind
from domain.rules import TrustLevel
from domain.service.assessment import proof_titles
from tests.catalogue_files import PARTS, Edit, complaints, editing

GELSENKIRCHEN, GLADBECK = "05513000", "05562014"
CARD = "services/library-card.toml"
GE = "municipalities/05513000-gelsenkirchen.toml"
GLA = "municipalities/05562014-gladbeck.toml"

OTHER_SERVICE = re.compile(r"^\[services\.(?!library-card\]).*?(?=^\[)", re.MULTILINE | re.DOTALL)
START = re.compile(r"^e_payment_since = .*\n", re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The two towns with the library card alone, paid online always: a mistake is one mistake."""
    for part in PARTS:
        (tmp_path / part).mkdir()
    copy(BUILT_IN / CARD, tmp_path / CARD)
    for service in BUNDLED:
        copy(BUILT_IN / service, tmp_path / service)
    for town in (GE, GLA):
        text = (BUILT_IN / town).read_text(encoding="utf-8")
        (tmp_path / town).write_text(START.sub("", OTHER_SERVICE.sub("", text)), encoding="utf-8")
    return tmp_path


@pytest.fixture
def edit(folder: Path) -> Edit:
    return editing(folder)


def test_two_versions_of_a_service_live_side_by_side(folder: Path, edit: Edit) -> None:
    text = (folder / CARD).read_text(encoding="utf-8").replace("version = 1", "version = 2", 1)
    (folder / "services/library-card.v2.toml").write_text(text, encoding="utf-8")
    edit(GLA, "version = 1", "version = 2")
    catalogue = load(folder)
    assert catalogue.municipality(GLADBECK).adoption("library-card").version == 2
    first, second = catalogue.definition("library-card", 1), catalogue.definition("library-card", 2)
    assert first.sha256 != second.sha256


def test_a_wrong_folder_is_no_empty_catalogue(tmp_path: Path) -> None:
    assert complaints(tmp_path) == [
        "municipalities/:1: *.toml: is missing; add a file",
        "services/:1: *.toml: is missing; add a file",
    ]


def test_every_problem_is_listed_at_once(edit: Edit) -> None:
    edit(GE, 'region = "emscher-lippe"\n', "")
    folder = edit(GLA, 'kreis = "05562"', 'kreis = "05958"')
    assert len(complaints(folder)) == 2


def test_a_refusal_reads_as_a_list_of_things_to_correct(edit: Edit) -> None:
    with pytest.raises(CatalogueIsInvalid) as refused:
        load(edit(GE, 'region = "emscher-lippe"\n', ""))
    first, *listed = str(refused.value).splitlines()
    assert first.endswith("correct each of these, then start again:")
    assert listed == [f"{GE}:1: region: is missing; add it"]


def test_a_file_in_another_encoding_is_named_with_its_line(folder: Path) -> None:
    latin = (folder / GLA).read_text(encoding="utf-8").encode("latin-1")
    (folder / GLA).write_bytes(latin)
    line = 1 + latin[: latin.index("ü".encode("latin-1"))].count(b"\n")
    assert complaints(folder) == [f"{GLA}:{line}: text: is not UTF-8; save the file as UTF-8"]


def test_a_town_or_a_version_is_written_in_one_file_only(folder: Path) -> None:
    (folder / "services/other.toml").write_bytes((folder / CARD).read_bytes())
    (folder / "municipalities/05513000-b.toml").write_bytes((folder / GE).read_bytes())
    said = complaints(folder)
    assert any(f"version: is in {CARD} already" in each for each in said)
    assert any("ags: is in municipalities/05513000-" in each for each in said)


class Mistake(NamedTuple):
    """`marker` stands on the line that is named; the field or the line may be left open."""

    file: str
    old: str
    new: str
    marker: str | None
    field: str | None
    said: str


MISTAKES = [
    (CARD, 'kind = "decision"', 'kind = "decison"', "decison", "kind", "should be 'decision'"),
    (CARD, "cents = 1000", 'cents = "10"', 'cents = "10"', "tariff[2].cents", "a whole number"),
    (CARD, "cents = 1000", "cents = -1", "cents = -1", "tariff[2].cents", "be at least 0"),
    (CARD, "cents = 1000", "cents = true", "cents = true", "tariff[2].cents", "a whole number"),
    (CARD, "cents = 1000", "cent = 1000", "cent = 1000", "tariff[2].cent", "is not known"),
    (CARD, 'de = "Bibliotheksausweis"\n', "", "[title]", "title.de", "is missing; add it"),
    (CARD, "issues_number = true", 'leika = "1"', 'leika = "1"', "leika", "14 digits"),
    (CARD, 'trust_level = "basic"', 'trust_level = "top"', '"top"', "trust_level", "'basic'"),
    (CARD, '"pickup", "online-only"', '"post"', '"post"', "fulfilments[1]", "should be 'pickup'"),
    (CARD, 'name = "reduced"', 'name = "minor"', None, "tariff[2].name", "is there twice"),
    (CARD, "reduction = [", "reductoin = [", "reductoin", "tariff[2].when.reductoin", "no fact"),
    (CARD, '["pupil"', '["pupl"', "pupl", "tariff[2].when.reduction", "can never be pupl"),
    (CARD, "at_most = 17", "below = 17", "below = 17", "tariff[1].when.age", "write at_least"),
    (CARD, "at_most = 17", "at_most = 1.5", "1.5", "tariff[1].when.age", "whole numbers"),
    (CARD, "{ at_least = 18 }", '"old"', '"old"', "proofs[1].when.age", "can never be old"),
    (CARD, "{ age = { at_m", "{ phone = { at_m", "{ phone", "tariff[1].when.phone", "no number"),
    (CARD, '"onleihe", "databases"]\n\n', '"music"]\n\n', "music", "online_entitlements", "music"),
    (CARD, '"before-handover"', '"none"', '"none"', "payment_timing", "say when it is paid"),
    (CARD, "maxLength = 12", "maxLength = -1", "maxLength = -1", None, "no valid JSON Schema"),
    (CARD, "'^[0-9]{5}$'", "'^[0-9'", "'^[0-9'", None, "no valid JSON Schema"),
    (CARD, "'^[0-9]{5}$'", "'^(?=4)'", "'^(?=4)'", None, "no valid JSON Schema"),
    (CARD, "const = true", '"$ref" = "https://a.example/b"', "[form]", "form", "no valid JSON"),
    (
        CARD,
        'phone]\nx-title = { de = "Telefon',
        'phone]\nx-title = { fr = "T',
        "fr = ",
        None,
        "both",
    ),
    (
        CARD,
        'none = { de = "Keine", en = "None" }\n',
        "",
        "reduction.x-options]",
        None,
        "each value",
    ),
    (
        CARD,
        "required = [",
        'required = ["shoe_size", ',
        "shoe_size",
        "form.required",
        "shoe_size is no",
    ),
    (CARD, "when = {}", "when = { age = { at_least = 66 } }", "[[tariff]]", "tariff", "age 18"),
    (
        CARD,
        "[form]",
        '[responsible]\nlevel = "town"\nby = "event-place"\n\n[form]',
        "[responsible]",
        "responsible.field",
        "is missing; name",
    ),
    (CARD, "properties.phone]", "properties.age]", "properties.age]", None, "remove it"),
    (CARD, "additionalProperties = false", "", "[form]", None, "refuse unknown answers"),
    (GE, 'ags = "05513000"', 'ags = "5513000"', 'ags = "5', "ags", "8 digits"),
    (GE, 'ags = "05513000"', 'ags = "05512000"', 'ags = "05512', "ags", "begin the file's name"),
    (GE, "@bibliothek", " bibliothek", " bibliothek", "sender", "a mail address"),
    (GE, 'key = "buer"', 'key = "horst"', None, "branches[3].key", "is there twice"),
    (GE, 'key = "buer"\n', "", None, "branches[2].key", "is missing; add it"),
    (GE, "version = 1", "version = 3", "version = 3", "services.library-card.version", "adopt one"),
    (GE, "adult =", "adults =", "adults =", "services.library-card.fees.adults", "no line of the"),
    (
        GE,
        "adult = 2000",
        "adult = 2.5",
        "adult = 2.5",
        "services.library-card.fees.adult",
        "a whole number",
    ),
    (GE, 'every = "12-24"', 'every = "13-24"', None, "closing_days[2]", "write it as MM-DD"),
    (GE, 'every = "12-24"', "on = 24.12", "on = 24.12", "closing_days[2].on", "a day that exists"),
    (GE, 'every = "12-24"', "", None, "closing_days[2]", "give one of every"),
    (GLA, 'kreis = "05562"', 'kreis = "05958"', "kreis =", "kreis", "first five digits"),
    (GLA, 'kreis = "05562"\n', "", None, "kreis", 'add kreis = "05562"'),
    (GE, 'region = "', 'kreis = "05513"\nregion = "', "kreis =", "kreis", "in no Kreis; remove"),
    (GLA, 'ags = "05562014"', 'ags = "05562000"', "ags =", "ags", "no town and no Kreis can have"),
    (GLA, 'region = "', 'kind = "kreisfrei"\nregion = "', "kind =", "kind", "kreisangehoerig"),
    (GLA, 'region = "', 'population = 1\nregion = "', "population", "population", "both or none"),
    (GLA, '"https://serviceportal', '"serviceportal', "portal_url", "portal_url", "a web address"),
    (GLA, "version = 1", 'version = 1\nwaived_proofs = ["x"]', "waived", None, "is no proof of"),
    (GLA, "version = 1", 'version = 1\nlink = "/card"', "link =", None, "a web address"),
    (GLA, '["stadtbuecherei",', '["x",', "branches =", None, "is no branch of"),
    (
        GLA,
        "[payment]\n",
        "[payment]\nvalid_from = 2022-01-01\nvalid_until = 2021-01-01\n",
        "valid_until",
        "payment.valid_until",
        "is before valid_from",
    ),
    (GLA, 'name = "Gladbeck"', "name = Gladbeck", "name = Gl", "TOML", "correct the syntax"),
]


CERTIFICATE = "services/birth-certificate.toml"
DOG = "services/dog-tax-registration.toml"
METER = "services/garden-water-meter.toml"
RECORD = "services/criminal-record-certificate.toml"
CHILDCARE = "services/childcare-fee-review.toml"
BUNDLED = (CHILDCARE, CERTIFICATE, DOG, METER, RECORD)
FIRST_COPY, FURTHER = "tariff[2]", "tariff[2].further[1]"
DATE = 'x-date = { not_after = "today" }'
DEATH_HINT = 'hint = { de = "Bitte beide Daten prüfen; der Hund'
ELSEWHERE = '[external]\nlink = "https://a.example"\nbody = { de = "A", en = "A" }\n\n'
MISTAKES += [
    (CERTIFICATE, 'quantity = "copies"', 'quantity = "copys"', "copys", None, "whole number of"),
    (CERTIFICATE, 'quantity = "copies"', "", None, f"{FIRST_COPY}.quantity", "add it"),
    (CERTIFICATE, "minimum = 1\n", "minimum = 0\n", None, f"{FIRST_COPY}.quantity", "1 or more"),
    (CERTIFICATE, 'e = "further-copy"', 'e = "first-copy"', None, f"{FURTHER}.name", "twice"),
    (CERTIFICATE, "working_days = 5", "", "[deadline]", "deadline", "either working_days or"),
    (
        CERTIFICATE,
        "working_days = 5",
        "working_days = 5\ncalendar_days = 7",
        None,
        "deadline",
        "keep one",
    ),
    (CERTIFICATE, '"/birth_place"', '"/birth_name"', "/birth_name", "responsible.field", '"ags"'),
    (CERTIFICATE, 'by = "event-place"', 'by = "moon"', "moon", "responsible.by", "should be"),
    (CERTIFICATE, '"family-and-child"', '"fishing"', "fishing", "category", "category_title"),
    (CERTIFICATE, 'not_after = "today"', 'not_after = "now"', "now", None, "a day, today, or"),
    (CERTIFICATE, 'not_after = "today"', 'after = "today"', "{ after", None, "not_after or not_"),
    (CERTIFICATE, 'format = "ags"', 'format = "agx"', None, None, "agx is no format; use one of"),
    (CERTIFICATE, "x-hint", "x-hnit", "x-hnit", None, "is no keyword of a form"),
    (CERTIFICATE, "unpaid_days = 30", "unpaid_days = 0", None, "expiry.unpaid_days", "at least 1"),
    (DOG, 'field = "kept_since"', 'field = "kept"', None, None, "kept is no field of this object"),
    (DOG, 'at_least = "dog_b', 'at_last = "dog_b', None, None, "one of at_least, at_most"),
    (DOG, DEATH_HINT, DEATH_HINT.replace("de =", "fr ="), None, None, "write both"),
    (DOG, "dogs_in_household = 2 }", "dogs = 2 }", None, "announced[3].when.dogs", "no fact"),
    (DOG, '"two-dogs"', '"one-dog"', None, "announced[3].name", "is there twice"),
    (DOG, 'format = "iban"', DATE, None, None, 'needs format = "date" beside it'),
    (
        CHILDCARE,
        "x-age = { at_most = 14 }",
        'x-age = { at_most = 14, on = "soon" }',
        "soon",
        None,
        "as `on`",
    ),
    (CHILDCARE, "{ at_most = 14 }", '{ at_most = "14" }', '"14"', None, "a whole number"),
    (METER, '["acknowledgement"]', '["mail"]', '["mail"]', "fulfilments", "of a notification"),
    (
        METER,
        'fulfilments = ["acknowledgement"]',
        'fulfilments = ["acknowledgement"]\npayment_timing = "after-approval"',
        "after-approval",
        "payment_timing",
        "never after-approval",
    ),
    (METER, "[variants]", f"{ELSEWHERE}[variants]", "[external]", "external", "set kind"),
    (RECORD, "[external]", "[deadline]\nworking_days = 3\n\n[external]", "[deadline]", "deadline",
     "does not go with an external service"),
    (RECORD, "https://", "http://", "http://", "external.link", "begins with https"),
    (RECORD, 'kind = "external"', 'kind = "decision"', "[external]", "external", "set kind"),
]  # fmt: skip


@pytest.mark.parametrize("mistake", list(starmap(Mistake, MISTAKES)))
def test_a_mistake_is_named_by_file_line_and_field(edit: Edit, mistake: Mistake) -> None:
    folder = edit(mistake.file, mistake.old, mistake.new)
    (found,) = (each for each in complaints(folder) if mistake.said in each)
    line, _, rest = found.removeprefix(f"{mistake.file}:").partition(": ")
    assert mistake.field is None or rest.startswith(f"{mistake.field}: ")
    assert mistake.marker is None or int(line) == line_of(mistake.marker, folder / mistake.file)


def line_of(marker: str, path: Path) -> int:
    text = path.read_text(encoding="utf-8")
    return 1 + text.count("\n", 0, text.index(marker))


def test_a_fee_that_can_be_due_needs_a_payment_account(edit: Edit) -> None:
    edit(GE, "[payment]\n", "")
    edit(GE, 'originator = "gelsenkirchen"\n', "")
    (complaint,) = complaints(edit(GE, 'endpoint = "stadtbibliothek"\n', ""))
    assert complaint.startswith(f"{GE}:")
    assert "services.library-card: can cost a fee, but there is no payment account" in complaint


def test_a_town_that_charges_nothing_needs_no_payment_account(edit: Edit) -> None:
    edit(GE, '[payment]\noriginator = "gelsenkirchen"\nendpoint = "stadtbibliothek"\n', "")
    folder = edit(GE, "reduced = 1000, adult = 2000", "reduced = 0, adult = 0")
    assert load(folder).municipality(GELSENKIRCHEN).payment is None


def test_pick_up_needs_a_branch(folder: Path) -> None:
    head, _, tail = (folder / GLA).read_text(encoding="utf-8").partition("[[branches]]")
    closing = tail[tail.index("[[closing_days]]") :]
    (folder / GLA).write_text(head + closing, encoding="utf-8")
    wanted = "services.library-card: offers pick-up, but there is no branch"
    assert any(wanted in complaint for complaint in complaints(folder))


def test_an_unreadable_service_does_not_make_its_adoption_wrong(edit: Edit) -> None:
    folder = edit(CARD, "version = 1", "version = one")
    assert len(complaints(folder)) == 1


TOLD = """
population = 75610
population_as_of = 2020-12-31
e_payment_since = 2021-03-01
mailboxes = { "Stadtbücherei" = "buecherei@gladbeck.example" }

[[identity_providers]]
issuer = "https://servicekonto.example"
valid_until = 2024-12-31
trust_levels = { "STORK-QAA-Level-3" = "substantial" }
"""


def test_a_town_says_how_large_it_is_and_how_it_is_reached(edit: Edit) -> None:
    town = load(edit(GLA, "[payment]\n", f"{TOLD}\n[payment]\n")).municipality(GLADBECK)
    (provider,) = town.identity_providers
    assert (town.kind, town.phase, town.population) == ("kreisangehoerig", "pilot", 75610)
    assert town.mailbox_of("Stadtbücherei") == "buecherei@gladbeck.example"
    assert town.mailbox_of("Standesamt") == town.mailbox
    assert provider.trust_levels == {"STORK-QAA-Level-3": TrustLevel.SUBSTANTIAL}
    assert [provider.valid_on(date(year, 12, 31)) for year in (2024, 2025)] == [True, False]


OVER_THE_DEFINITION = """version = 1
texts = { title = { de = "Leseausweis", en = "Reader's card" } }
deadline = { working_days = 5 }
link = "https://serviceportal.gladbeck.de/leseausweis"
waived_proofs = ["reduction-proof"]"""


def test_what_a_town_does_differently_lies_over_the_definition(edit: Edit) -> None:
    edit(GLA, '["stadtbuecherei", "brauck"]', '["brauck"]')
    catalogue = load(edit(GLA, "version = 1", OVER_THE_DEFINITION))
    here = catalogue.offer(GLADBECK, "library-card")
    there = catalogue.offer(GELSENKIRCHEN, "library-card")
    assert here.definition.title["de"] == "Leseausweis"
    assert (here.definition.deadline.working_days, here.definition.proofs) == (5, ())
    assert here.branches == ("brauck",)
    assert here.adoption.link == "https://serviceportal.gladbeck.de/leseausweis"
    assert there.definition is catalogue.definition("library-card", 1)
    assert here.definition.sha256 == there.definition.sha256


OWN_PROOF = """
[[services.library-card.own_proofs]]
kind = "school-certificate"
title = { de = "Schulbescheinigung", en = "School certificate" }
when = { reduction = "student" }

[[branches]]"""


def test_a_town_asks_for_a_proof_of_its_own(edit: Edit) -> None:
    catalogue = load(edit(GLA, "\n[[branches]]", OWN_PROOF))
    here, there = (catalogue.offer(ags, "library-card") for ags in (GLADBECK, GELSENKIRCHEN))
    student = {"variant": "new", "age": 20, "reduction": "student"}
    asked = here.rules_for(student)
    assert asked.required_proofs == ("reduction-proof", "school-certificate")
    assert here.rules_for({**student, "reduction": "none"}).required_proofs == ()
    assert there.rules_for(student).required_proofs == ("reduction-proof",)
    titles = proof_titles(catalogue.definition("library-card", 1), asked)
    assert titles["school-certificate"]["de"] == "Schulbescheinigung"


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        ('reduction = "student"', "shoe_size = 42", "when.shoe_size", "is no fact of this form"),
        ('reduction = "student"', 'reduction = "tall"', "when.reduction", "can never be tall"),
        ('"school-certificate"', '"reduction-proof"', "kind", "is asked for already"),
    ],
)  # fmt: skip
def test_a_proof_that_can_never_be_asked_for_is_told(
    edit: Edit, old: str, new: str, field: str, said: str
) -> None:
    edit(GLA, "\n[[branches]]", OWN_PROOF)
    (complaint,) = complaints(edit(GLA, old, new))
    assert f"services.library-card.own_proofs[1].{field}: " in complaint
    assert said in complaint


def test_a_kreis_is_a_public_body_of_its_own(edit: Edit, folder: Path) -> None:
    text = (folder / GLA).read_text(encoding="utf-8")
    text = text.replace('"05562014"', '"05562"').replace('kreis = "05562"\n', "")
    (folder / "municipalities/05562-kreis.toml").write_text(text, encoding="utf-8")
    assert load(folder).municipality("05562").kind is TownKind.KREIS
