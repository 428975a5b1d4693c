"""An operator sees every letter before anybody gets one."""

import re
from uuid import UUID, uuid4

import pytest

from adapters.catalogue.loading import BUILT_IN, read_files
from adapters.mail.notices import DIGEST, NOTICES, OFFICE_NOTICES, OLDER, to_office
from domain.languages import LANGUAGES
from tests.domain.application import happened as h
from tests.keys import keys_in
from tests.projections.log import Log, silent
from tests.workers.lives_told import EVAS_MAIL, submitted
from workers.previewing import LetterRefused, Wanted, print_invented
from workers.seeding import seed

CURRENT = [*NOTICES.values(), *OFFICE_NOTICES.values(), DIGEST]
LEFT_OVER = re.compile(r"[{}%]|None|Undefined|\n{4}")


def wanted(name: str, **options: str) -> Wanted:
    asked = dict.fromkeys(("language", "municipality", "service", "application")) | options
    return Wanted.asked(name, **asked)


def test_the_list_names_each_letter_with_version_and_languages(amtsweg) -> None:
    said = amtsweg("letters")
    assert amtsweg("letters", "list") == said
    assert (said.code, said.err) == (0, "")
    rows = {line.split()[0]: line.split()[1:] for line in said.out.splitlines()[1:] if line}
    for template in CURRENT:
        name, _, version = template.rpartition("-")
        assert rows[name][0] == version
    assert rows["received"][1:5] == ["de,", "en,", "de-simple", "applicant"]
    assert rows["office/escalated"][1:3] == ["de", "office"]
    assert set(OLDER) <= set(re.findall(r"[a-z-]+-\d", said.out))


@pytest.mark.parametrize(
    ("template", "language"),
    [
        (template, language)
        for template in (*CURRENT, *sorted(OLDER))
        for language in (("de",) if to_office(template) else LANGUAGES)
    ],
)
def test_each_letter_is_shown_with_invented_data(template: str, language: str, capsys) -> None:
    print_invented(None, wanted(template, language=language))
    shown, said = capsys.readouterr()
    assert shown.startswith("From: ")
    assert not LEFT_OVER.search(shown)
    assert "invented" in said
    assert to_office(template) or "(erfunden)" in shown


def test_a_name_without_a_version_is_the_newest() -> None:
    assert wanted("forwarded") == wanted("forwarded-2") != wanted("forwarded-1")


def test_a_letter_is_shown_without_a_database(amtsweg) -> None:
    said = amtsweg("letters", "show", "received", "--language", "de-simple")
    assert said.code == 0
    assert "Wir prüfen jetzt Ihren Antrag." in said.out


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("recieved", {}, "There is no letter recieved; did you mean received?"),
        ("received-9", {}, "did you mean received"),
        ("received", {"language": "fr"}, "no language fr; there are: de, en, de-simple"),
        ("office/received", {"language": "en"}, "offices are written to in German"),
        ("office/digest", {"language": "de-simple"}, "leave --language out"),
        ("received", {"application": "42"}, "give the id of the application"),
        ("received", {"application": str(UUID(int=1)), "service": "x"}, "leave those out"),
    ],
)
def test_who_asks_for_what_is_not_there_is_told_the_nearest(name, options, told) -> None:
    with pytest.raises(LetterRefused) as refused:
        wanted(name, **options)
    assert told.lower() in str(refused.value).lower()


def test_a_service_that_the_town_does_not_offer_is_told() -> None:
    asked = wanted("received", service="libary-card")
    with pytest.raises(LetterRefused, match="did you mean library-card"):
        print_invented(None, asked)


async def test_an_applicant_s_letter_is_shown_as_it_would_be_sent(
    amtsweg, database_url, tmp_path
) -> None:
    keys_in(tmp_path)
    await seed(database_url, read_files(BUILT_IN), silent)
    case, log = uuid4(), Log(database_url)
    await log.record(case, submitted(), h.paid(), h.received, h.claimed)
    here = amtsweg.at(database_url)
    said = here("letters", "show", "received", "--application", str(case))
    assert said.code == 0, said.err
    assert (f"To: {EVAS_MAIL}" in said.out, "18.06.2021" in said.out) == (True, True)
    assert "personal data" in said.err
    never = here("letters", "show", "rejected", "--application", str(case)).sentence
    assert "there were: received" in never
    nobody = here("letters", "show", "received", "--application", str(uuid4())).sentence
    assert "no application with this id" in nobody


async def test_what_was_told_of_an_application_is_shown_as_it_was(
    amtsweg, database_url, tmp_path
) -> None:
    """The applicant speaks English, and had paid: no fee was due when it was approved."""
    keys_in(tmp_path)
    await seed(database_url, read_files(BUILT_IN), silent)
    case, log = uuid4(), Log(database_url)
    await log.record(case, submitted("en"), h.paid(), h.received, h.claimed, h.approved)
    here = amtsweg.at(database_url)
    office = here("letters", "show", "office/received", "--application", str(case))
    assert "Neuer Antrag: Bibliotheksausweis" in office.out
    never = here("letters", "show", "fee-due", "--application", str(case)).sentence
    assert never.endswith("there were: received, office/received.")


async def test_a_town_s_own_letter_is_shown(amtsweg, database_url) -> None:
    await seed(database_url, read_files(BUILT_IN), silent)
    asked = ("--municipality", "05562014", "--service", "library-card")
    said = amtsweg.at(database_url)("letters", "show", "ready-for-pickup", *asked)
    assert said.code == 0, said.err
    assert "Gladbeck" in said.out
    wrong = amtsweg.at(database_url)("letters", "show", "received", "--municipality", "05999999")
    assert "05999999" in wrong.sentence
