"""The treasury's list as CSV, line by line: what was booked there, under which reference."""

import codecs
import csv
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import date

from adapters.payments.errors import TreasuryListUnusable

KINDS: Mapping[str, str] = {
    "payment": "payment",
    "zahlung": "payment",
    "refund": "refund",
    "erstattung": "refund",
    "chargeback": "chargeback",
    "rücklastschrift": "chargeback",
    "rückbuchung": "chargeback",
}
COLUMNS: Mapping[str, str] = {
    "kind": "kind",
    "art": "kind",
    "reference": "reference",
    "kassenzeichen": "reference",
    "amount": "amount",
    "betrag": "amount",
    "currency": "currency",
    "währung": "currency",
    "booked_on": "booked_on",
    "buchungstag": "booked_on",
}
NEEDED = ("reference", "amount", "booked_on")
REFERENCE = re.compile(r"[\w./-]{1,60}", re.ASCII)
AMOUNT = re.compile(r"(\d{1,9}|\d{1,3}(?:\.\d{3}){1,2}),(\d\d)|(\d{1,9})\.(\d\d)", re.ASCII)
GERMAN_DAY = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
LONGEST_LINE = 10_000
MOST_LINES = 5_000_000
# More of them, and it is rather another kind of list.
MOST_UNREADABLE = 1000


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    kind: str
    reference: str
    cents: int
    currency: str
    booked_on: date


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that has to be looked at by a person; `what` never says what stands in it."""

    number: int
    what: str


async def lines_of(chunks: AsyncIterator[bytes]) -> AsyncIterator[Line | Unreadable]:
    """Yield the lines as they come; of the whole list only one line is ever in memory.

    Raise TreasuryListUnusable, with the number of a line, for what is no such list: it names no
    columns, or hardly a line of it can be read.
    """
    unreadable: list[Unreadable] = []
    some_are_read = False
    async for line in _lines(chunks):
        if isinstance(line, Line):
            some_are_read = True
        else:
            unreadable.append(line)
            if len(unreadable) > MOST_UNREADABLE:
                break
        yield line
    if unreadable and (not some_are_read or len(unreadable) > MOST_UNREADABLE):
        raise TreasuryListUnusable(unreadable[0].number, unreadable[0].what)


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[Line | Unreadable]:
    read: Callable[[str, int], Line] | None = None
    number = 0
    async for text in _text_lines(chunks):
        number += 1
        if number > MOST_LINES:
            raise TreasuryListUnusable(number, "ends the list; send it in several parts")
        if not text.strip():
            continue
        if read is None:
            read = _reader(text, number)
            continue
        try:
            yield read(text, number)
        except TreasuryListUnusable as unusable:
            yield Unreadable(number, unusable.what)
    if read is None:
        raise TreasuryListUnusable(1, f"should name the columns: {', '.join(NEEDED)}")


async def _text_lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    decoder, rest, number = codecs.getincrementaldecoder("utf-8-sig")(), "", 1
    async for chunk in chunks:
        try:
            *whole, rest = (rest + decoder.decode(chunk)).split("\n")
        except UnicodeDecodeError:
            raise TreasuryListUnusable(number, "is not UTF-8; save the list as such") from None
        for text in whole:
            number += 1
            yield text
        if len(rest) > LONGEST_LINE:
            raise TreasuryListUnusable(number, "is too long; end each line with a line break")
    if rest:
        yield rest


def _cells(text: str, separator: str, number: int) -> list[str]:
    if '"' not in text:  # as most are: the reader for one line takes longer than the line
        return [cell.strip() for cell in text.split(separator)]
    try:
        (row,) = csv.reader([text.rstrip("\r")], delimiter=separator, strict=True)
    except (csv.Error, ValueError):
        raise TreasuryListUnusable(number, "has a quotation mark that is not closed") from None
    return [cell.strip() for cell in row]


def _reader(header: str, first: int) -> Callable[[str, int], Line]:
    """Return what reads a line, by the names of the columns in any order."""
    separator = ";" if ";" in header else ","
    named = [COLUMNS.get(name.lower(), "") for name in _cells(header, separator, first)]
    places = {name: named.index(name) for name in set(named) - {""}}
    if missing := [name for name in NEEDED if name not in places]:
        raise TreasuryListUnusable(1, f"should name the columns {', '.join(missing)} as well")

    def read(text: str, number: int) -> Line:
        cells = _cells(text, separator, number)

        def cell(name: str, otherwise: str = "") -> str:
            at = places.get(name)
            return cells[at] if at is not None and at < len(cells) else otherwise

        return Line(
            number,
            _kind(number, cell("kind", "payment")),
            _matching(number, REFERENCE, cell("reference"), "should have a reference"),
            _cents(number, cell("amount")),
            _matching(
                number, CURRENCY, cell("currency", "EUR"), "should name a currency, e.g. EUR"
            ),
            _day(number, cell("booked_on")),
        )

    return read


def _kind(number: int, text: str) -> str:
    kind = KINDS.get(text.lower())
    if kind is None:
        raise TreasuryListUnusable(number, "should be a payment, a refund or a chargeback")
    return kind


def _matching(number: int, pattern: re.Pattern[str], text: str, advice: str) -> str:
    if not pattern.fullmatch(text):
        raise TreasuryListUnusable(number, advice)
    return text


def _cents(number: int, text: str) -> int:
    found = AMOUNT.fullmatch(text)
    if not found:
        raise TreasuryListUnusable(number, "should have an amount such as 20,00 or 20.00")
    euros, cents = (found[1], found[2]) if found[1] else (found[3], found[4])
    return int(euros.replace(".", "")) * 100 + int(cents)


def _day(number: int, text: str) -> date:
    german = GERMAN_DAY.fullmatch(text)
    try:
        return date.fromisoformat(f"{german[3]}-{german[2]}-{german[1]}" if german else text)
    except ValueError:
        raise TreasuryListUnusable(
            number, "should have a day such as 2026-03-31 or 31.03.2026"
        ) from None
