"""Erases people, by hand."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console

from adapters.bootstrap import Parts, open_parts
from adapters.catalogue.errors import MunicipalityUnknown
from adapters.event_store.recorded import Metadata
from adapters.ids import new_id
from adapters.personal_data.damage import Damage
from adapters.personal_data.erasure_terms import Asked, Fate, Outcome
from adapters.personal_data.known_towns import require_known_town
from adapters.personal_data.preparing import right_ring
from adapters.settings import Settings
from domain.application.events import ErasureGround
from domain.application.state import Status
from domain.saying import SaysWhatToDo
from workers.at_the_machine import operator_there
from workers.trusted import as_it_runs

SAID = {
    Fate.ERASED: "erased: its key, {files} and {mails} are gone",
    Fate.OPEN: "not erased: it is {status}; {end}, then ask again",
    Fate.OWED: "not erased: money has to go back to them; book the refund, or settle what fits no "
    "fee, then ask again",
    Fate.PAYING: "not erased: a payment of theirs is open; it ends within a day, then ask again",
    Fate.KEPT: "not erased: the payer's name has to be kept until {until:%d.%m.%Y}",
    Fate.DAMAGED: "not erased: the law wants the payer's name kept, and its data key is damaged; "
    "bring the row back from a backup, or `erase` it by this id",
}
BESIDES = {
    None: "",
    Damage.KEY: "; its data key, or what it had sealed, was damaged, and nothing was missed by it",
    Damage.PAYER: "; its data key, or what it had sealed, was damaged: the payer's name, which the "
    "law wants kept, could not be read and is not kept",
}
NOT_FINAL = (
    "Copies of the database from before now can still be read with the keys of today. To put them "
    "beyond recall, too: `keys rotate`, then `keys retire` the old version, also in its backups."
)
BEFORE = "was erased before; {files} and {mails} were left, and are gone"
# What ends an application that is not finished.
ENDED_BY = {
    Status.SUBMITTED: "let it be completed or paid and then decide it, or withdraw it",
    Status.RECEIVED: "decide or withdraw it",
    Status.APPROVED: "hand out its result",
    Status.READY_FOR_PICKUP: "record the pick-up",
}
NONE_TRUSTED = (
    "No identity provider is set here, in AMTSWEG_ISSUERS; set it as the API has it, or leave "
    "--issuer out and give the account or the id of an application."
)


class TownUnknown(SaysWhatToDo):
    """No municipality with this AGS takes part, and nothing personal is known in it; look it up in
    `GET /api/v1/municipalities`:
    """


class IssuerUnknown(Exception):
    """No identity provider of this name is trusted here; name one of:"""

    def __str__(self) -> str:
        return f"{self.__doc__} {', '.join(self.args)}" if self.args else NONE_TRUSTED


@dataclass(frozen=True, slots=True)
class Person:
    """An account or the id of an application; with an `issuer`, what that provider calls them."""

    subject: str
    issuer: str | None = None

    def account(self, parts: Parts) -> str:
        """Raise IssuerUnknown."""
        if self.issuer is None:
            return self.subject
        if self.issuer not in parts.verifier.issuers:
            raise IssuerUnknown(*parts.verifier.issuers)
        return parts.verifier.account_of(self.issuer, self.subject)


def erase_person(settings: Settings, url: str, person: Person, town: str | None) -> bool:
    """Print what became of each application; return whether all of them are gone.

    Raise TownUnknown or IssuerUnknown.
    """

    async def erase(parts: Parts) -> list[Outcome]:
        if town:
            await _require_town(parts, town)
        asked = _asked(person.account(parts), town, ErasureGround.REQUEST)
        return await parts.eraser.erase(asked)

    return _told(
        _with_parts(as_it_runs(settings), url, erase),
        "Nothing personal is known of this subject"
        + (f" in {town}" if town else "")
        + ". Is it spelled as in the portal, or was it erased before?",
    )


async def _require_town(parts: Parts, town: str) -> None:
    try:
        await require_known_town(parts.catalogue, parts.log, town)
    except MunicipalityUnknown:
        raise TownUnknown(town) from None


def erase_due(settings: Settings, url: str) -> bool:
    """Print what became of the fee records whose time is over."""
    asked = _asked("", None, ErasureGround.RETENTION)
    _told(
        _with_parts(settings, url, lambda parts: parts.eraser.erase_due_fee_records(asked)),
        "No payer's name is kept.",
    )
    return True


def _asked(subject: str, town: str | None, ground: ErasureGround) -> Asked:
    metadata = Metadata(new_id(), operator_there(), new_id().hex)
    return Asked(subject, town, ground, metadata, datetime.now(UTC))


def _with_parts(
    settings: Settings, url: str, do: Callable[[Parts], Awaitable[list[Outcome]]]
) -> list[Outcome]:
    right_ring(settings.key_file, url)  # else nobody would be found

    async def main() -> list[Outcome]:
        async with open_parts(settings, url) as parts:
            return await do(parts)

    return asyncio.run(main())


def _told(outcomes: list[Outcome], nothing: str) -> bool:
    for one in outcomes:
        say(f"{one.stream_id}  {_fate(one)}")
    if not outcomes:
        say(nothing)
    if any(one.fate is Fate.ERASED and not one.before for one in outcomes):
        say(NOT_FINAL)
    return bool(outcomes) and all(one.fate is Fate.ERASED for one in outcomes)


def _fate(one: Outcome) -> str:
    said = BEFORE if one.before else SAID[one.fate]
    return (
        said.format(
            until=one.until,
            status=one.status,
            end=ENDED_BY.get(one.status, "finish it") if one.status else "",
            files=counted(one.removed.files, "proof file"),
            mails=counted(one.removed.mails, "caught mail"),
        )
        + BESIDES[one.damage]
    )


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def say(text: str) -> None:
    Console(soft_wrap=True).print(text, markup=False, highlight=False)
