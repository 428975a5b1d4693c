"""Shows letters before anybody gets one: with invented data, or as an applicant would get it."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from email.message import EmailMessage
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.live import LiveCatalogue
from adapters.catalogue.loading import load
from adapters.event_store.log import EventLog
from adapters.event_store.mapping import event_mapper
from adapters.event_store.recorded import Recorded
from adapters.mail.digest import compose_digest
from adapters.mail.invented import NOBODY, invented, invented_digest
from adapters.mail.letters import compose, written_in
from adapters.mail.notices import (
    DIGEST,
    NOTICES,
    OFFICE_NOTICES,
    OLDER,
    WHEN,
    base,
    called_for,
    is_told,
    to_office,
)
from adapters.personal_data.preparing import right_ring
from adapters.postgres.connecting import connect, pool
from adapters.settings import Settings
from domain.application.decisions import APPLICATION
from domain.languages import GERMAN, LANGUAGES
from domain.saying import SaysWhatToDo

CURRENT = list(dict.fromkeys([*NOTICES.values(), *OFFICE_NOTICES.values(), DIGEST]))
EXAMPLE, EXAMPLE_SERVICE = "05513000", "library-card"
INVENTED = "Everything personal in this letter is invented."
REAL = "This letter holds personal data: show it to nobody who need not see it."


class LetterRefused(SaysWhatToDo):
    """This letter cannot be shown:"""


@dataclass(frozen=True, slots=True)
class Wanted:
    template: str
    language: str
    municipality: str
    service: str
    application: UUID | None

    @classmethod
    def asked(
        cls,
        name: str,
        language: str | None,
        municipality: str | None,
        service: str | None,
        application: str | None,
    ) -> "Wanted":
        """Raise LetterRefused."""
        if application and (municipality or service):
            message = "an application has its own municipality and service; leave those out."
            raise LetterRefused(message)
        template = _template(name)
        return cls(
            template=template,
            language=_language(template, language) if language else "",
            municipality=municipality or EXAMPLE,
            service=service or ("" if municipality else EXAMPLE_SERVICE),
            application=_id(application) if application else None,
        )


def print_letters() -> None:
    table = Table(box=None, pad_edge=False)
    for head in ("letter", "version", "languages", "to", "when"):
        table.add_column(head)
    for template in CURRENT:
        name, _, version = template.rpartition("-")
        to = "office" if to_office(template) else "applicant"
        table.add_row(name, version, ", ".join(_languages(template)), to, WHEN[name])
    console = Console()
    console.print(table, highlight=False)
    console.print(f"Older, for mails queued before: {', '.join(sorted(OLDER))}.", highlight=False)


def print_invented(url: str | None, wanted: Wanted) -> None:
    """From the files of the catalogue, or from the database at `url`. Raise LetterRefused."""
    catalogue = asyncio.run(_recorded_catalogue(url)) if url else load()
    town = catalogue.municipality(wanted.municipality)
    service = _one_of(wanted.service or next(iter(town.services), ""), town.services, "service")
    offer = catalogue.offer(town.ags, service)
    if wanted.template == DIGEST:
        _print(compose_digest(invented_digest(offer)), INVENTED)
        return
    history = invented(base(wanted.template), offer)
    _print(compose(NOBODY, wanted.template, history, catalogue, wanted.language), INVENTED)


def print_real(settings: Settings, url: str, wanted: Wanted) -> None:
    """Raise LetterRefused, KeyRingRefused."""
    _print(asyncio.run(_real(settings, url, wanted)), REAL)


async def _real(settings: Settings, url: str, wanted: Wanted) -> EmailMessage | None:
    keys = right_ring(settings.key_file, url)
    async with pool(url, 1) as connections:
        log = EventLog(connections, event_mapper(keys))
        live = LiveCatalogue(log)
        await live.catch_up()
        history = _until_it_was_due(await log.history(wanted.application or NOBODY), wanted)
        return compose(NOBODY, wanted.template, history, live.snapshot, wanted.language)


def _until_it_was_due(history: list[Recorded], wanted: Wanted) -> list[Recorded]:
    """Up to the last event that called for this letter."""
    if not history:
        raise LetterRefused("there is no application with this id.")
    told = dict(_told(history))
    if base(wanted.template) in told:
        return history[: told[base(wanted.template)]]
    there = ", ".join(told)
    raise LetterRefused(f"nothing in this application called for it; there were: {there or '-'}.")


def _told(history: Sequence[Recorded]) -> Iterator[tuple[str, int]]:
    """Each letter that was told of, without its version, and at which event."""
    for number, one in enumerate(history, 1):
        called = called_for(type(one.event))
        state = APPLICATION.fold(r.event for r in history[:number]) if called else None
        yield from ((base(letter), number) for letter in called if state and is_told(letter, state))


async def _recorded_catalogue(url: str) -> Catalogue:
    await (await connect(url)).close()  # says at once what a pool would try again and again
    async with pool(url, 1) as connections:
        live = LiveCatalogue(EventLog(connections, event_mapper()))
        await live.catch_up()
        return live.snapshot


def _print(letter: EmailMessage | None, said: str) -> None:
    if letter is None:
        message = "nobody would get it: there is no address, or it is not sent in this case."
        raise LetterRefused(message)
    typer.echo(said, err=True)
    for name in ("From", "To", "Subject"):
        typer.echo(f"{name}: {letter[name]}")
    typer.echo(f"\n{letter.get_content()}", nl=False)


def _languages(template: str) -> list[str]:
    if to_office(template):
        return ["de"]
    return [language for language in LANGUAGES if written_in(template, language) == language]


def _language(template: str, name: str) -> str:
    language = _one_of(name, LANGUAGES, "language")
    if to_office(template) and language != GERMAN:
        raise LetterRefused("offices are written to in German; leave --language out.")
    return language


def _template(name: str) -> str:
    newest = {base(template): template for template in CURRENT}
    if name in newest:
        return newest[name]
    return _one_of(name, [*newest.values(), *OLDER], "letter", shown=newest)


def _one_of(name: str, there: Iterable[str], what: str, shown: Iterable[str] = ()) -> str:
    known = list(there)
    if name in known:
        return name
    nearest = get_close_matches(name, [*shown, *known], n=1, cutoff=0.5)
    meant = f"did you mean {nearest[0]}? There" if nearest else "there"
    listed = ", ".join(shown or known)
    raise LetterRefused(f"there is no {what} {name}; {meant} are: {listed}.")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise LetterRefused("give the id of the application as it is shown.") from None
