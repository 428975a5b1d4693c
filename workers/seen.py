"""What `status` has seen, and what of it needs a person: the last lines and the exit code agree."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.text import Text

from adapters.hand_over.seen import HandOversSeen
from adapters.mail.digests_seen import DigestsSeen
from adapters.runners_seen import FailingRunner, MailsSeen, RunnerSeen, SilentWorker


class Seen(NamedTuple):
    head: int
    runners: Sequence[RunnerSeen]
    mails: MailsSeen
    hand_overs: Sequence[HandOversSeen]
    digests: DigestsSeen
    silent: Sequence[SilentWorker]
    failing: Sequence[FailingRunner]
    not_sent: Sequence[str]
    states_refused: Mapping[str, int]

    @property
    def all_well(self) -> bool:
        """Every runner beats, nothing is set aside, and what failed for good was seen to."""
        return not list(_to_do(self))


def verdict(seen: Seen) -> Iterator[Text]:
    """Yield what is to be done; or that all is well."""
    if seen.all_well:
        yield Text("Every runner beats.", style="green")
    for what in _to_do(seen):
        yield Text(what, style="red")


def _to_do(seen: Seen) -> Iterator[str]:
    if dead := sum(not runner.alive for runner in seen.runners):
        yield f"{dead} of the runners do not beat; see whether `work` runs, and its log."
    if parked := sum(runner.parked for runner in seen.runners):
        yield f"{parked} events are set aside; `parked` lists them, `parked requeue ID` sends back."
    if seen.mails.failed:
        yield (
            f"{seen.mails.failed} notices failed; to an office: correct its mailbox; "
            "to an applicant: a clerk sees to it."
        )
    if seen.digests.failed:
        yield (
            f"{seen.digests.failed} digests failed; correct the mailbox, and the next one tells "
            "what they held."
        )
    if failed := sum(one.failed for one in seen.hand_overs):
        yield f"{failed} hand-overs failed; see `hand-over list` and `hand-over redeliver ID`."
