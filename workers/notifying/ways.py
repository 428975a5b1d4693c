"""By which ways an applicant is told of what happens, as data."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from adapters.settings import Settings
from domain.application.events import ApplicationSubmitted
from workers.notifying.deciding import Telling
from workers.notifying.notice import ACCOUNT, EMAIL


def has_mailbox(settings: Settings, submitted: ApplicationSubmitted) -> bool:
    """The account has one, and somebody still says where it is."""
    mailbox = submitted.mailbox
    return mailbox is not None and mailbox.provider in settings.mailboxes


def always(_: Settings, _submitted: ApplicationSubmitted) -> bool:
    """Without an address it is dropped when it is to be written."""
    return True


# Both: the mailbox of an account is the safer place, and few people look into it unasked.
WAYS: Mapping[str, Callable[[Settings, ApplicationSubmitted], bool]] = {
    EMAIL: always,
    ACCOUNT: has_mailbox,
}


def by_each_way(
    settings: Settings, submitted: ApplicationSubmitted, told: Iterable[Telling]
) -> Iterator[Telling]:
    """What is for the applicant, by each way that is open; each is a notice of its own."""
    open_ways = [way for way, is_open in WAYS.items() if is_open(settings, submitted)]
    for one in told:
        ways = open_ways if one.channel == EMAIL else [one.channel]
        yield from (replace(one, channel=way) for way in ways)
