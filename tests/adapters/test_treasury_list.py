"""A treasury's list is read line by line; what cannot be read is named by its line alone."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from adapters.payments.errors import TreasuryListUnusable
from adapters.payments.treasury_list import MOST_UNREADABLE, Line, Unreadable, lines_of

DAY = date(2021, 3, 31)


async def chunked(content: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


async def read(content: str | bytes, size: int = 7) -> list[Line | Unreadable]:
    raw = content if isinstance(content, bytes) else content.encode()
    return [line async for line in lines_of(chunked(raw, size))]


async def test_a_list_in_our_words() -> None:
    assert await read(
        "kind,reference,amount,currency,booked_on\nrefund,K-1,20.00,EUR,2021-03-31\n"
    ) == [Line(2, "refund", "K-1", 2000, "EUR", DAY)]


async def test_a_list_as_a_german_excel_writes_it() -> None:
    text = (
        "\ufeffBuchungstag;Kassenzeichen;Betrag;Art\r\n31.03.2021;K-1;1.020,50;Rücklastschrift\r\n"
    )
    assert await read(text) == [Line(2, "chargeback", "K-1", 102050, "EUR", DAY)]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
async def test_it_does_not_matter_how_the_list_is_cut(size: int) -> None:
    text = (
        'reference;amount;booked_on;kind\nK-1;1,00;2021-03-31;Rückbuchung\n\n"K-2";2,00;31.03.2021;'
    )
    read_lines = await read(text + "Zahlung", size)
    assert [line.cents for line in read_lines if isinstance(line, Line)] == [100, 200]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("K-1;20;2021-03-31", "amount"),
        ("K-1;20,0;2021-03-31", "amount"),
        ("K-1;1 020,00;2021-03-31", "amount"),
        ("K-1;-20,00;2021-03-31", "amount"),
        ("K-1;1.20,00;2021-03-31", "amount"),
        ("K-1;NaN;2021-03-31", "amount"),
        ("K-1;٢٠,00;2021-03-31", "amount"),
        ("K-1;20,00;31.02.2021", "day"),
        ("K-1;20,00;gestern", "day"),
        ("K-1;20,00", "day"),
        (";20,00;2021-03-31", "reference"),
        ("=HYPERLINK(1);20,00;2021-03-31", "reference"),
        ("K 1;20,00;2021-03-31", "reference"),
        ('"K-1;20,00;2021-03-31', "quotation mark"),
    ],
)
async def test_a_line_that_cannot_be_read_is_named_and_the_others_are_read(
    line: str, what: str
) -> None:
    text = f"reference;amount;booked_on\nK-0;1,00;2021-03-31\n{line}\nK-2;2,00;2021-03-31\n"
    first, unreadable, last = await read(text)
    assert isinstance(unreadable, Unreadable)
    assert (unreadable.number, what in unreadable.what) == (3, True)
    assert "HYPERLINK" not in unreadable.what
    assert [one.number for one in (first, last)] == [2, 4]


async def test_a_list_of_which_hardly_a_line_can_be_read_is_refused() -> None:
    head, good, bad = "reference;amount;booked_on\n", "K-1;1,00;2021-03-31\n", "K-1;?;2021-03-31\n"
    assert len(await read(head + good + bad * MOST_UNREADABLE, 1000)) == 1 + MOST_UNREADABLE
    with pytest.raises(TreasuryListUnusable, match="Line 3 "):
        await read(head + good + bad * (MOST_UNREADABLE + 1), 1000)
    with pytest.raises(TreasuryListUnusable, match="Line 2 "):
        await read(head + bad)


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        (b"", 1, "columns"),
        (b"\n\n", 1, "columns"),
        (b"reference;amount\n", 1, "booked_on"),
        (b"reference;amount;booked_on\nK-\xff;1,00;2021-03-31\n", 2, "UTF-8"),
        (b"x" * 20_000, 1, "too long"),
        (b"reference;amount;booked_on;kind\nK-1;1,00;2021-03-31;gift\n", 2, "payment"),
        (b"reference;amount;booked_on;currency\nK-1;1,00;2021-03-31;euro\n", 2, "currency"),
    ],
)
async def test_a_list_that_cannot_be_read_is_refused(content: bytes, line: int, what: str) -> None:
    with pytest.raises(TreasuryListUnusable, match=rf"Line {line} .*{what}"):
        await read(content)
