"""A catalogue that changes in any way there is: versions, terms, suspensions, the town itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from adapters.catalogue.folding import Folded
from adapters.catalogue.loading import BUILT_IN, read_files
from adapters.catalogue.planning import plan
from adapters.catalogue.streams import municipality_stream, service_stream
from adapters.catalogue.terms import of_definition, terms_of
from adapters.event_store.recorded import Recorded
from domain.decider import Decider
from domain.errors import Refused
from domain.municipality import commands as m
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.municipality import ClosingRule
from domain.rules import OwnProof
from domain.service import commands as s
from domain.service.decisions import SERVICE
from domain.service.definition import ServiceDefinition
from domain.working_days import DeadlinePolicy
from tests.adapters.event_store.proposals import metadata
from tests.domain.application.facts import GELSENKIRCHEN, NOW

TODAY = date(2021, 6, 16)
OWN = OwnProof(kind="own", title={"de": "Eigener", "en": "Own"}, when={})
FILES = read_files(BUILT_IN)
FIRST: Mapping[str, ServiceDefinition] = {
    one.definition.key: one.definition for one in FILES.services
}
TOWN = next(entry for entry in FILES.towns if entry.document.ags == GELSENKIRCHEN)


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
    for definition in FIRST.values():
        stream = service_stream(definition.key)
        log.do(SERVICE, stream, s.DraftVersion(definition=definition, now=NOW))
        log.do(SERVICE, stream, s.PublishVersion(version=definition.version, now=NOW))
    wanted = plan(TOWN, MUNICIPALITY.initial, lambda key, _: of_definition(FIRST[key]), NOW)
    log.do(MUNICIPALITY, municipality_stream(GELSENKIRCHEN), wanted)
    return log


BEGUN = begun().folded


@dataclass(frozen=True, slots=True)
class Change:
    """`adopts`: on which terms; `goes_live`: as it stands; else the command says it all."""

    command: Any = None
    adopts: Mapping[str, Any] | None = None
    goes_live: bool = False


def second(key: str, cents: int) -> s.DraftVersion:
    first = FIRST[key]
    changed = replace(
        first, version=2, sha256="2" * 64, proofs=(), form={"type": "object"},
        tariff=tuple(replace(line, cents=cents) for line in first.tariff),
        title={"de": "Ganz anders", "en": "Quite different"},
        deadline=DeadlinePolicy(working_days=30),
    )  # fmt: skip
    return s.DraftVersion(definition=changed, now=NOW)


VERSIONS = st.sampled_from([1, 2])
CLOSED = st.builds(
    lambda days: ClosingRule(name="Betriebsausflug", on=TODAY + timedelta(days=days)),
    st.integers(0, 12),
)
closing_days = st.lists(CLOSED, max_size=4, unique_by=lambda rule: rule.on).map(
    lambda rules: Change(m.SetClosingDays(rules=tuple(rules), now=NOW))
)


def of_service(key: str) -> st.SearchStrategy[Change]:
    return st.one_of(
        st.integers(0, 100_00).map(lambda cents: second(key, cents)),
        VERSIONS.map(lambda version: s.PublishVersion(version=version, now=NOW)),
        VERSIONS.map(
            lambda v: s.RetireVersion(version=v, reason="Neue Satzung", adopted_by=(), now=NOW)
        ),
    ).map(Change)


def adoptions(key: str) -> st.SearchStrategy[Change]:
    lines = [line.name for line in FIRST[key].tariff if line.cents]
    kinds = [proof.kind for proof in FIRST[key].proofs]
    terms = st.builds(
        dict,
        version=VERSIONS,
        fees=st.dictionaries(st.sampled_from(lines), st.integers(0, 9_00))
        if lines
        else st.just({}),
        pilot=st.booleans(),
        waived_proofs=st.sampled_from([(), *((kind,) for kind in kinds)]),
        own_proofs=st.sampled_from([(), (OWN,)]),
        branches=st.sampled_from([(), ("buer",)]),
        deadline=st.sampled_from([None, DeadlinePolicy(working_days=9)]),
        texts=st.sampled_from([{}, {"title": {"de": "Anders", "en": "Other"}}]),
        office=st.just("Stadtbibliothek"),
    )
    return terms.map(lambda chosen: Change(adopts=chosen))


def of_town(key: str) -> st.SearchStrategy[Change]:
    commands = (
        m.SuspendService(service=key, reason="Umbau", now=NOW),
        m.EndPilot(now=NOW),
        m.CloseMunicipality(closed_on=TODAY, reason="Aufgelöst", now=NOW),
        m.MergeInto(into="05562014", merged_on=TODAY, now=NOW),
        m.StartEPayment(since=TODAY, now=NOW),
    )
    plain = st.sampled_from([Change(goes_live=True), *(Change(one) for one in commands)])
    return st.one_of(adoptions(key), plain)


def moved_on(key: str) -> list[Change]:
    """The town offers a second version, which is another one in all that there is."""
    terms = {"version": 2, "office": "Stadtbibliothek"}
    published = s.PublishVersion(version=2, now=NOW)
    return [Change(second(key, 99_00)), Change(published), Change(adopts=terms)]


def any_change(key: str) -> st.SearchStrategy[Change]:
    """Except of the closing days: deadlines follow them, and nothing else."""
    return st.one_of(of_service(key), of_town(key))


def carry_out(log: Log, key: str, change: Change) -> None:
    """As a command on what stands there now."""
    if isinstance(change.command, s.DraftVersion | s.PublishVersion | s.RetireVersion):
        log.do(SERVICE, service_stream(key), change.command)
        return
    service, stream = log.folded.services[service_stream(key)], municipality_stream(GELSENKIRCHEN)
    command = change.command
    if change.adopts:
        terms = terms_of(service, change.adopts["version"])
        command = m.AdoptService(service=key, terms=terms, now=NOW, **change.adopts)
    elif change.goes_live:
        version = log.folded.towns[stream].services[key].version
        terms = terms_of(service, version)
        command = m.TakeLive(service=key, terms=terms, since=TODAY, now=NOW)
    log.do(MUNICIPALITY, stream, command)
