"""What must hold once a storm is over and everybody has caught up.

The checks read what was gathered and nothing else, so that each can be shown to fail.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from uuid import UUID

from adapters.ids import derived_id
from adapters.mail.notices import AT_ONCE, NOTICES, OFFICE_NOTICES, is_told, to_office
from domain.application.decisions import APPLICATION
from tests.storm import by_commands
from tests.storm.evidence import Aftermath
from tests.torture.checks import Violation
from tests.torture.evidence import Fact
from tests.torture.played import by_stream
from workers.notifying.notice import OFFICE

Check = Callable[[Aftermath], Iterator[str]]


def shown_as_rebuilt(after: Aftermath) -> Iterator[str]:
    for name, rows in after.differing.items():
        if rows:
            yield f"{name} and one built from scratch differ in {rows} rows"


def nothing_set_aside(after: Aftermath) -> Iterator[str]:
    for runner, position in after.parked:
        yield f"{runner} set position {position} aside"


def counted_as_the_log(after: Aftermath) -> Iterator[str]:
    head, events = after.log[-1].position, len(after.log)
    for runner, stands in after.applied.items():
        if stands != (head, events):
            yield f"{runner} stands at {stands[0]} with {stands[1]} events, of {head} with {events}"


def witnessed_once(after: Aftermath) -> Iterator[str]:
    happened = {(f.stream, f.version) for f in after.applications}
    seen = Counter(after.witnessed)
    for stream, version in happened - seen.keys():
        yield f"version {version} of {stream} had no effect"
    for (stream, version), times in seen.items():
        if times > 1 or (stream, version) not in happened:
            yield f"version {version} of {stream} had its effect {times} times"


def witnessed_in_order(after: Aftermath) -> Iterator[str]:
    yield from _out_of_order(after.witnessed)


def notified_as_called_for(after: Aftermath) -> Iterator[str]:
    """Each row that the log calls for, once, in the state that it comes to."""
    told = _notices(after.applications)
    wanted = Counter((f.stream, f.version, template, state) for f, template, state in told)
    found = Counter(after.notified)
    for stream, version, template, state in (wanted - found).elements():
        yield f"nobody was told: {template} for version {version} of {stream} ({state})"
    for stream, version, template, state in (found - wanted).elements():
        yield f"not called for: {template} for version {version} of {stream} ({state})"


def mailed_once(after: Aftermath) -> Iterator[str]:
    wanted = Counter(
        str(derived_id(fact.event_id, OFFICE if to_office(template) else "applicant", template))
        for fact, template, state in _notices(after.applications)
        if state == "sent"
    )
    found = Counter(after.mails)
    for message_id in (wanted - found).elements():
        yield f"mail {message_id} was not delivered"
    for message_id in (found - wanted).elements():
        yield f"mail {message_id} is one too many"


def published_whole(after: Aftermath) -> Iterator[str]:
    """By partition: what its keys' streams hold, and each stream in one partition."""
    partitions = defaultdict[UUID, set[str]](set)
    ids = defaultdict[str, set[UUID]](set)
    for one in after.published:
        partitions[one.stream].add(one.partition)
        ids[one.partition].add(one.event_id)
    wanted = defaultdict[str, set[UUID]](set)
    for fact in after.log:
        where = partitions.get(fact.stream, {"none"})
        if len(where) > 1:
            yield f"stream {fact.stream} is in partitions {sorted(where)}"
        wanted[min(where)].add(fact.event_id)
    for number in wanted.keys() | ids.keys():
        missing, more = wanted[number] - ids[number], ids[number] - wanted[number]
        if missing or more:
            yield f"partition {number} misses {len(missing)} events, has {len(more)} of nobody"


def published_in_order(after: Aftermath) -> Iterator[str]:
    yield from _out_of_order([(one.stream, one.version) for one in after.published])


INVARIANTS: Mapping[str, Sequence[Check]] = {
    "I9 read models are the fold of the log": (shown_as_rebuilt, nothing_set_aside),
    "I10 effects are the fold of the log": (
        witnessed_once,
        witnessed_in_order,
        notified_as_called_for,
        mailed_once,
        by_commands.paid_once,
        by_commands.first_used_once,
        by_commands.handed_over_once,
        by_commands.taken_by_its_id,
        by_commands.days_passed_once,
        by_commands.no_day_missed,
    ),
    "I11 as many applied as there are": (
        counted_as_the_log,
        published_whole,
        published_in_order,
    ),
}


def violations(after: Aftermath) -> list[Violation]:
    return [
        Violation(invariant, what)
        for invariant, checks in INVARIANTS.items()
        for check in checks
        for what in check(after)
    ]


def _out_of_order(met: Sequence[tuple[UUID, int]]) -> Iterator[str]:
    """Whoever drops what they had before meets the versions of a stream one after the other."""
    first = defaultdict[UUID, dict[int, None]](dict)
    for stream, version in met:
        first[stream].setdefault(version)
    for stream, versions in first.items():
        if list(versions) != sorted(versions):
            yield f"stream {stream} was met in the order {list(versions)}"


def _notices(log: Sequence[Fact]) -> Iterator[tuple[Fact, str, str]]:
    """What an applicant or an office is to be told by which template, and what becomes of it."""
    for facts in by_stream(log).values():
        applicant, state = facts[0].event.applicant, APPLICATION.initial
        for fact in facts:
            state = APPLICATION.evolve(state, fact.event)
            if template := NOTICES.get(type(fact.event)):
                told = is_told(template, state) and applicant.email
                yield fact, template, "sent" if told else "dropped"
            if (template := OFFICE_NOTICES.get(type(fact.event))) in AT_ONCE:
                yield fact, template, "sent"
