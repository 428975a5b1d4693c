"""By which ways an applicant is told of what happens, as data.

A way that settings of today have closed has its row as well, with the cause: so nothing is sent
later because they have changed, however often the log is read again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from adapters.settings import Settings
from domain.application.events import ApplicationSubmitted
from workers.notifying.deciding import DROPPED, QUEUED, Telling
from workers.notifying.notice import ACCOUNT, EMAIL

NO_MAILBOX = "no-mailbox"


def has_mailbox(submitted: ApplicationSubmitted) -> bool:
    """That was so when it was submitted, and does not change."""
    return submitted.mailbox is not None


def always(_: ApplicationSubmitted) -> bool:
    """Without an address it is dropped when it is to be written."""
    return True


# Both: the mailbox of an account is the safer place, and few people look into it unasked.
WAYS: Mapping[str, Callable[[ApplicationSubmitted], bool]] = {EMAIL: always, ACCOUNT: has_mailbox}


def closed(settings: Settings, submitted: ApplicationSubmitted, way: str) -> str:
    """Return the cause, where nobody says any more where it leads to."""
    mailbox = submitted.mailbox
    known = way == EMAIL or (mailbox is not None and mailbox.provider in settings.mailboxes)
    return "" if known else NO_MAILBOX


def by_each_way(
    settings: Settings, submitted: ApplicationSubmitted, told: Iterable[Telling]
) -> Iterator[Telling]:
    """What is for the applicant, by each of his ways; each is a notice of its own."""
    ways = [way for way, leads in WAYS.items() if leads(submitted)]
    for one in told:
        if one.channel == EMAIL:
            yield from (_by(way, one, closed(settings, submitted, way)) for way in ways)
        else:
            yield one


def _by(way: str, told: Telling, cause: str) -> Telling:
    if cause and told.state == QUEUED:
        return replace(told, channel=way, state=DROPPED, cause=cause)
    return replace(told, channel=way)
