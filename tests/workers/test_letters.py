"""Every notice has a letter in every language, and says all it has to say."""

import re
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from adapters.catalogue.loading import load
from adapters.event_store.recorded import Recorded
from adapters.mail.letters import TEMPLATES, compose, written_in
from adapters.mail.notices import DIGEST, NOTICES, OFFICE_NOTICES, OLDER, WHEN, base
from domain.application.events import Awaited
from domain.languages import LANGUAGES, fallbacks, spoken
from tests.adapters.event_store.proposals import metadata
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.domain.application.facts import EVA, NOW
from tests.workers.lives_told import EVAS_MAIL, Life, pays_last, told

CASE, NOTE = UUID(int=1), UUID(int=2)
PLAIN_WORDS = 13
OLDER_IN_PLAIN = {"fee-due-1", "fee-due-2", "reminder-1", "reminder-2", "expired-1"}
OFFICIALESE = ("Bearbeitung", "bewilligt", "erstatten", "zuständig", "Rückfrage", "ruht")
# What is left over where a name was not filled in, or a value was missing.
LEFT_OVER = re.compile(r"[{}%]|None|Undefined|\[|\]|\(\)|\n{4}")
ALL = pytest.mark.parametrize("event", NOTICES, ids=lambda event: event.__name__)


def letter(life: Life):
    history = [Recorded(CASE, n, n, event, metadata(), NOW) for n, event in enumerate(life, 1)]
    return compose(NOTE, NOTICES[type(life[-1])], history, load())


@ALL
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_written_out_and_signed(event, language) -> None:
    mail = letter(told(language)[event])
    text = mail.get_content()
    assert not LEFT_OVER.search(text + mail["Subject"])
    assert ("Eva Muster" in text, str(CASE) in text, "Gelsenkirchen" in text) == (True, True, True)
    assert mail["To"] == EVAS_MAIL
    assert str(NOTE) in mail["Message-ID"]


@ALL
def test_a_letter_is_in_the_applicant_s_language(event) -> None:
    german, english, plain = (letter(told(language)[event]) for language in LANGUAGES)
    assert ("Guten Tag" in german.get_content(), "Dear" in english.get_content()) == (True, True)
    assert "Viele Grüße" in plain.get_content()
    assert len({mail["Subject"] for mail in (german, english, plain)}) == len(LANGUAGES)


@ALL
def test_an_english_letter_has_english_days_and_calls_the_reference_so(event) -> None:
    text = letter(told("en")[event]).get_content()
    assert not re.search(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}", text)
    assert f"Reference: {CASE}" in text
    assert "case number" not in text


@pytest.mark.parametrize(
    ("language", "besides"),
    [
        ("de", {*OLDER, "footer", "how-to-pay-1"}),
        ("en", {*OLDER, "footer", "how-to-pay-1", "how-to-pay-2"}),
        ("de-simple", {*OLDER_IN_PLAIN, "footer-1", "how-to-pay-1"}),
    ],
)
def test_there_is_a_template_for_every_notice_and_none_besides(language, besides) -> None:
    there = {path.name.removesuffix(".txt.j2") for path in (TEMPLATES / language).glob("*.j2")}
    assert there == {*NOTICES.values(), *besides}


def test_each_letter_says_when_it_is_sent() -> None:
    current = [*NOTICES.values(), *OFFICE_NOTICES.values(), DIGEST]
    assert list(WHEN) == list(dict.fromkeys(map(base, current)))


@ALL
def test_plain_german_has_one_thought_a_sentence(event) -> None:
    text = letter(told("de-simple")[event]).get_content()
    told_by_us = [line for line in text.splitlines() if "„" not in line]
    assert all(len(line.split()) <= PLAIN_WORDS for line in told_by_us), text
    assert not [word for word in OFFICIALESE if word in text]


@pytest.mark.parametrize(
    ("language", "others"),
    [
        ("de-simple", ("de-simple", "de")),
        ("en", ("en", "de")),
        ("de", ("de",)),
        ("en-GB", ("en-GB", "en", "de")),
        ("fr", ("fr", "de")),
    ],
)
def test_what_stands_in_for_a_language_is_its_fuller_form_then_german(language, others) -> None:
    assert fallbacks(language) == others
    assert spoken(language) == ("en" if language.startswith("en") else "de")


@pytest.mark.parametrize("template", sorted(OLDER - OLDER_IN_PLAIN))
def test_a_template_that_is_older_than_plain_german_is_sent_in_german(template: str) -> None:
    assert written_in(template, "de-simple") == "de"


def test_a_letter_is_written_in_the_language_that_was_pinned_for_it() -> None:
    life = told("de")[type(h.received)]
    history = [Recorded(CASE, n, n, event, metadata(), NOW) for n, event in enumerate(life, 1)]
    english = compose(NOTE, "received-1", history, load(), "en")
    assert english is not None
    assert "Dear" in english.get_content()


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (h.received, "18.06.2021"),
        (h.approved, "30,70 Euro"),
        (h.approved, "nach 30 Tagen"),
        (h.dispatched, "mit der Post unterwegs"),
        (h.acknowledged, "Sie müssen nichts weiter tun"),
        (h.correction_requested, "Which street?"),
        (h.ready, "Stadtteilbibliothek Buer"),
        (h.issued_online, "GE-0001"),
        (h.rejected, "not a resident"),
        (h.rejected, "Die bezahlte Gebühr erstatten wir"),
        (h.withdrawn, "Die bezahlte Gebühr erstatten wir"),
    ],
)
def test_a_letter_says_what_the_applicant_needs_to_know(event, said) -> None:
    assert said in letter(told("de")[type(event)]).get_content()


def to_pay(language: str, portal: str | None, account: str | None, **of_the_town: Any) -> str:
    """What somebody is written who has to pay, and who is reminded of it: that of both."""
    approved = (replace(pays_last(language)[0], account=account), *pays_last(language)[1:])
    reminded = replace(h.reminded, awaited=Awaited.PAYMENT)
    catalogue = load()
    town = catalogue.municipality(approved[0].municipality)
    paying = {"portal_url": portal, **of_the_town}
    towns = replace(catalogue, by_ags={**catalogue.by_ags, town.ags: replace(town, **paying)})
    told = ""
    for life in (approved, (*approved, reminded)):
        history = [Recorded(CASE, n, n, event, metadata(), NOW) for n, event in enumerate(life, 1)]
        mail = compose(NOTE, NOTICES[type(life[-1])], history, towns)
        assert mail is not None
        told += mail.get_content()
    return told


@pytest.mark.parametrize(
    ("language", "counter", "portal"),
    [
        ("de", "am Schalter: library, Gelsenkirchen", "in dem Serviceportal an, in dem"),
        ("en", "at the counter: library, Gelsenkirchen", "the service portal in which you"),
        ("de-simple", "library, Gelsenkirchen", "Gehen Sie in das Serviceportal."),
    ],
)
def test_who_has_to_pay_is_told_where(language: str, counter: str, portal: str) -> None:
    address = "https://portal.example"
    named, unnamed = to_pay(language, address, "kim"), to_pay(language, None, "kim")
    typed_in, offline = to_pay(language, None, None), to_pay(language, None, "kim", payment=None)
    too_early = to_pay(language, None, "kim", e_payment_since=date(2021, 6, 17))
    for text in (named, unnamed, typed_in, offline, too_early):
        assert text.count(counter) >= 2
        assert not LEFT_OVER.search(text)
    assert (named.count(address), unnamed.count(portal)) == (2, 2)
    assert not [text for text in (named, typed_in, offline, too_early) if portal in text]
    assert "online" not in typed_in + offline + too_early


def test_who_has_paid_is_not_asked_to_pay_again() -> None:
    first = replace(h.submitted(submit), applicant=replace(EVA, email=EVAS_MAIL))
    assert letter((first, h.paid(), h.received, h.claimed, h.approved)) is None


def test_what_is_acknowledged_at_once_is_told_once() -> None:
    first, received, acknowledged = told("de")[type(h.acknowledged)]
    assert letter((first, received)) is None
    assert letter((first, received, acknowledged)) is not None


@pytest.mark.parametrize("template", sorted(OLDER))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_that_was_queued_under_an_older_template_can_still_be_written(
    template: str, language: str
) -> None:
    event = {NOTICES[kind].rpartition("-")[0]: kind for kind in NOTICES}[
        template.rpartition("-")[0]
    ]
    life = told(language)[event]
    history = [Recorded(CASE, n, n, event, metadata(), NOW) for n, event in enumerate(life, 1)]
    assert compose(NOTE, template, history, load())


def test_an_escalation_goes_to_the_mailbox_of_the_office_and_names_nobody() -> None:
    first, paid, received = told("de")[type(h.received)]
    history = [
        Recorded(CASE, n, n, event, metadata(), NOW)
        for n, event in enumerate((first, paid, received, h.escalated), 1)
    ]
    mail = compose(NOTE, OFFICE_NOTICES[type(h.escalated)], history, load())
    assert mail is not None
    assert mail["To"] == "bibliothek@stadt.gelsenkirchen.example"
    text = mail.get_content()
    assert ("18.06.2021" in text, str(CASE) in text) == (True, True)
    assert not [word for word in ("Muster", "Eva", EVAS_MAIL) if word in text + mail["Subject"]]
    assert not LEFT_OVER.search(text + mail["Subject"])


@pytest.mark.parametrize(
    ("awaited", "said"),
    [("payment", "20,00 Euro"), ("answer", "Nachweis"), ("pick-up", "Stadtteilbibliothek Buer")],
)
def test_a_reminder_says_what_is_awaited_and_until_when(awaited: str, said: str) -> None:
    life = told("de")[type(h.reminded)]
    text = letter((*life[:-1], replace(h.reminded, awaited=Awaited(awaited)))).get_content()
    assert said in text
    assert "nach dem 18.06.2021, verfällt" in text
    for_ever = replace(h.reminded, awaited=Awaited(awaited), until=None)
    assert "verfällt" not in letter((*life[:-1], for_ever)).get_content()


def test_an_office_is_told_at_its_mailbox_of_today_when_its_town_was_merged() -> None:
    life = (*told("de")[type(h.received)], h.claimed, h.escalated)
    history = [Recorded(CASE, n, n, event, metadata(), NOW) for n, event in enumerate(life, 1)]
    catalogue = load()
    town = catalogue.municipality(life[0].municipality)
    end = {"closed_on": date(2021, 1, 1), "successor": "05562014"}
    merged = replace(town, mailbox="new@gladbeck.example", mailboxes={}, **end)
    later = replace(catalogue, by_ags={**catalogue.by_ags, town.ags: merged})
    mail = compose(NOTE, OFFICE_NOTICES[type(life[-1])], history, later)
    assert mail is not None
    assert mail["To"] == "new@gladbeck.example"
