"""Whatever happens to an application that is online only, nobody is called to the counter."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.catalogue.loading import load
from adapters.event_store.recorded import Recorded
from adapters.mail.letters import compose
from adapters.mail.notices import NOTICES
from domain.application.state import ENDED
from domain.languages import LANGUAGES
from tests.adapters.event_store.proposals import metadata
from tests.domain.application import asked
from tests.domain.application.facts import EVA, NOW
from tests.domain.application.lives import CHOICES, live
from tests.domain.application.next_step import next_step

CASE, NOTICE = UUID(int=1), UUID(int=2)
# What only a letter about a pick-up says; that none is needed is said to those who are online only.
TO_THE_COUNTER = (
    "abholen",
    "zur Abholung bereit",
    "Zur Abholung",
    "abgeholt",
    "Ausweis mit",
    "liegt für Sie bereit",
    "Das ist der Ort",
    "collect",
    "pick up",
)
CATALOGUE = load()
RULES = replace(asked.submit_online_only.rules, service="library-card", version=1)
APPLICANTS = [
    replace(EVA, email="eva.muster@example.org", language=language) for language in LANGUAGES
]
SUBMISSIONS = [
    replace(asked.submit_online_only, applicant=applicant, rules=RULES) for applicant in APPLICANTS
]
choices = st.lists(st.integers(0, len(CHOICES) - 1).map(CHOICES.__getitem__), max_size=40)


def letters(history: list[object]) -> list[str]:
    recorded = [Recorded(CASE, n, n, event, metadata(), NOW) for n, event in enumerate(history, 1)]
    written = [
        compose(NOTICE, NOTICES[type(event)], recorded[:version], CATALOGUE)
        for version, event in enumerate(history, 1)
        if type(event) in NOTICES
    ]
    return [f"{mail['Subject']} {mail.get_content()}" for mail in written if mail is not None]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(SUBMISSIONS), choices)
def test_online_only_is_never_called_to_the_counter(submission, chosen) -> None:
    for letter in letters(live(submission, chosen).history):
        assert not [words for words in TO_THE_COUNTER if words in letter], letter


def test_the_words_are_those_of_a_pick_up() -> None:
    """Whoever chose the pick-up is called there, so the law looks for the right words."""
    for applicant in APPLICANTS:
        submission = replace(asked.submit, applicant=applicant, rules=RULES)
        life = live(submission, [next_step] * 5)
        assert life.steps[-1].after.status in ENDED
        assert any(words in one for one in letters(life.history) for words in TO_THE_COUNTER)
