"""Whatever becomes of the catalogue, a running application goes on as it was filed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.catalogue.calendar import working_calendar
from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.folding import Folded
from adapters.catalogue.loading import BUILT_IN, read_files
from adapters.catalogue.planning import plan
from adapters.catalogue.streams import municipality_stream, service_stream
from adapters.catalogue.terms import of_definition, terms_of
from adapters.event_store.recorded import Recorded
from adapters.mail.letters import compose
from adapters.mail.notices import NOTICES
from api.answers import require_sound_changes
from api.refusals import FormHasProblems
from domain.decider import Decider
from domain.errors import Refused
from domain.municipality import commands as m
from domain.municipality.decisions import MUNICIPALITY
from domain.service import commands as s
from domain.service.decisions import SERVICE
from domain.working_days import DeadlinePolicy
from tests.adapters.event_store.proposals import metadata
from tests.domain.application.facts import GELSENKIRCHEN, NOW
from tests.workers.lives_told import Life, told

CARD, TODAY = "library-card", date(2021, 6, 16)
FILES = read_files(BUILT_IN)
FIRST = next(one.definition for one in FILES.services if one.definition.key == CARD)
TOWN = next(entry for entry in FILES.towns if entry.document.ags == GELSENKIRCHEN)
LIFE: dict[type, Life] = told("de")
CASE = UUID(int=1)
ANSWERS = {
    "address": {
        "street": "Ebertstraße",
        "house_number": "11",
        "postal_code": "45879",
        "city": "Gelsenkirchen",
    },
    "reduction": "none",
    "accepts_terms": True,
}


@dataclass
class Log:
    """Decides and folds as the office does; what is refused changes nothing."""

    folded: Folded = field(default_factory=Folded)
    position: int = 0

    def do(self, decider: Decider[Any, Any, Any], stream: UUID, command: Any) -> None:
        of = self.folded.services if decider is SERVICE else self.folded.towns
        try:
            decided = decider.decide(of.get(stream, decider.initial), command)
        except Refused:
            return
        self.folded = self.folded.after(self._recorded(stream, decided))

    def _recorded(self, stream: UUID, events: Sequence[Any]) -> Iterator[Recorded]:
        for event in events:
            self.position += 1
            yield Recorded(stream, self.position, self.position, event, metadata(), NOW)


def begun() -> Log:
    log = Log()
    for one in FILES.services:
        definition = one.definition
        stream = service_stream(definition.key)
        log.do(SERVICE, stream, s.DraftVersion(definition=definition, now=NOW))
        log.do(SERVICE, stream, s.PublishVersion(version=definition.version, now=NOW))
    known = {(d.definition.key, d.definition.version): d.definition for d in FILES.services}
    wanted = plan(TOWN, MUNICIPALITY.initial, lambda key, v: of_definition(known[key, v]), NOW)
    log.do(MUNICIPALITY, municipality_stream(GELSENKIRCHEN), wanted)
    return log


def second(cents: int) -> s.DraftVersion:
    tariff = tuple(replace(line, cents=cents) for line in FIRST.tariff)
    title = {"de": "Leseausweis", "en": "Reader's card"}
    changed = replace(
        FIRST, version=2, sha256="2" * 64, tariff=tariff, proofs=(), title=title,
        form={"type": "object"}, deadline=DeadlinePolicy(working_days=30),
    )  # fmt: skip
    return s.DraftVersion(definition=changed, now=NOW)


versions = st.sampled_from([1, 2])
of_service = st.one_of(
    st.integers(0, 100_00).map(second),
    versions.map(lambda version: s.PublishVersion(version=version, now=NOW)),
    versions.map(
        lambda v: s.RetireVersion(version=v, reason="Neue Satzung", adopted_by=(), now=NOW)
    ),
)
adoptions = st.builds(
    dict,
    version=versions,
    fees=st.dictionaries(st.sampled_from(["minor", "reduced", "adult"]), st.integers(0, 9_00)),
    pilot=st.booleans(),
    waived_proofs=st.sampled_from([(), ("reduction-proof",)]),
    branches=st.sampled_from([(), ("buer",)]),
    deadline=st.sampled_from([None, DeadlinePolicy(working_days=9)]),
    texts=st.sampled_from([{}, {"title": {"de": "Anders", "en": "Other"}}]),
    office=st.just("Stadtbibliothek"),
)
of_town = st.one_of(
    adoptions,
    st.just(m.SuspendService(service=CARD, reason="Umbau", now=NOW)),
    st.just("live"),
    st.just(m.EndPilot(now=NOW)),
    st.just(m.CloseMunicipality(closed_on=TODAY, reason="Aufgelöst", now=NOW)),
    st.just(m.MergeInto(into="05562014", merged_on=TODAY, now=NOW)),
    st.just(m.StartEPayment(since=TODAY, now=NOW)),
)


def carry_out(log: Log, change: Any) -> None:
    if isinstance(change, s.DraftVersion | s.PublishVersion | s.RetireVersion):
        log.do(SERVICE, service_stream(CARD), change)
        return
    service = log.folded.services[service_stream(CARD)]
    if isinstance(change, dict):
        terms = terms_of(service, change["version"])
        change = m.AdoptService(service=CARD, terms=terms, now=NOW, **change)
    elif change == "live":
        town = log.folded.towns[municipality_stream(GELSENKIRCHEN)]
        terms = terms_of(service, town.services[CARD].version)
        change = m.TakeLive(service=CARD, terms=terms, since=TODAY, now=NOW)
    log.do(MUNICIPALITY, municipality_stream(GELSENKIRCHEN), change)


BEGUN = begun().folded


def letters(catalogue: Catalogue) -> list[str]:
    texts = []
    for event, life in LIFE.items():
        history = [Recorded(CASE, n, n, e, metadata(), NOW) for n, e in enumerate(life, 1)]
        mail = compose(UUID(int=2), NOTICES[event], history, catalogue)
        texts.append(str(mail))
    return texts


LETTERS = letters(BEGUN.catalogue())


@given(st.lists(st.one_of(of_service, of_town), max_size=12))
def test_a_running_application_stays_as_it_was_filed(changes: list[Any]) -> None:
    log = Log(BEGUN, BEGUN.position)
    for change in changes:
        carry_out(log, change)
    now = log.folded.catalogue()
    assert now.definition(CARD, 1) == FIRST
    assert letters(now) == LETTERS
    town = now.municipality(GELSENKIRCHEN)
    before = BEGUN.catalogue().municipality(GELSENKIRCHEN)
    assert working_calendar(town, TODAY) == working_calendar(before, TODAY)


@given(st.lists(st.one_of(of_service, of_town), max_size=12))
def test_a_correction_is_checked_by_the_form_that_was_filed(changes: list[Any]) -> None:
    log = Log(BEGUN, BEGUN.position)
    for change in changes:
        carry_out(log, change)
    (submitted, *_) = next(iter(LIFE.values()))
    history, now = [replace(submitted, answers=ANSWERS)], log.folded.catalogue()
    require_sound_changes(now, history, {"phone": "0209 1690"}, TODAY)
    with pytest.raises(FormHasProblems):
        require_sound_changes(now, history, {"phone": "x"}, TODAY)


@given(st.lists(st.one_of(of_service, of_town), max_size=8), st.integers(0, 8))
def test_folding_in_one_go_or_in_two_is_the_same(changes: list[Any], cut: int) -> None:
    whole, first = Log(BEGUN, BEGUN.position), Log(BEGUN, BEGUN.position)
    for change in changes:
        carry_out(whole, change)
    for change in changes[:cut]:
        carry_out(first, change)
    rest = Log(first.folded, first.position)
    for change in changes[cut:]:
        carry_out(rest, change)
    assert rest.folded.catalogue() == whole.folded.catalogue()
