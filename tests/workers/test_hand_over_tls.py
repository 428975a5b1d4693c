"""A back office is handed nothing before it has shown who it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest

from adapters.bootstrap import Parts
from tests.authority import TOMORROW, YESTERDAY, Authority
from tests.back_office import Receiver, receiving
from tests.workers.handed_over import APPROVED, hand_over, knowing, stands

REFUSED = "BackOfficeUnavailable: its certificate is not accepted: "


@pytest.fixture
def authority(tmp_path) -> Authority:
    return Authority(tmp_path)


@contextmanager
def calling(
    parts: Parts, authority: Authority, host: str = "localhost", until: timedelta = TOMORROW
) -> Iterator[tuple[Parts, Receiver]]:
    """Parts that believe the authority, and a back office at localhost that says it is `host`."""
    with receiving(authority.serves(host, until)) as receiver:
        yield knowing(parts, receiver.entry(authorities=str(authority.file))), receiver


async def test_an_authority_of_the_house_is_believed(log, parts, authority) -> None:
    await log.record(uuid4(), *APPROVED)
    with calling(parts, authority) as (handing, receiver):
        await hand_over(log, handing)
    assert len(receiver.received) == 1
    assert await stands(log) == [("delivered", 1, "")]


@pytest.mark.parametrize(
    ("host", "until", "why"),
    [
        ("library.example.org", TOMORROW, "Hostname mismatch"),
        ("localhost", YESTERDAY, "certificate has expired"),
    ],
)
async def test_a_certificate_of_another_or_of_old_is_not(
    log, parts, authority, host, until, why
) -> None:
    await log.record(uuid4(), *APPROVED)
    with calling(parts, authority, host, until) as (handing, receiver):
        await hand_over(log, handing)
    ((state, attempts, said),) = await stands(log)
    assert (state, attempts, receiver.calls) == ("queued", 1, [])
    assert said.startswith(f"{REFUSED}{why}")


async def test_a_certificate_that_nobody_known_has_signed_is_not(log, parts, authority) -> None:
    await log.record(uuid4(), *APPROVED)
    with calling(parts, authority) as (_, receiver):
        await hand_over(log, knowing(parts, receiver.entry()))
    ((state, _, said),) = await stands(log)
    assert (state, receiver.calls) == ("queued", [])
    assert said == f"{REFUSED}unable to get local issuer certificate"


async def test_who_speaks_no_tls_is_told_apart(log, parts, authority) -> None:
    await log.record(uuid4(), *APPROVED)
    with receiving() as receiver:
        url = receiver.url.replace("http:", "https:")
        await hand_over(log, knowing(parts, receiver.entry(url=url)))
    ((_, _, said),) = await stands(log)
    assert said.startswith("BackOfficeUnavailable: no secure connection")
