"""`run` says which port was taken, and takes those that were chosen."""

import socket
from collections.abc import Iterator

import pytest

from adapters.free_port import free_port
from adapters.settings import Settings
from workers.addresses import choose, taken


@pytest.fixture
def occupied() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def test_a_port_that_is_taken_is_named_with_the_one_instead(occupied) -> None:
    settings = Settings(port=occupied, smtp_port=0)
    found = choose(settings, "")
    api = found.api.rpartition(":")[2]
    assert list(taken(settings, found)) == [f"Port {occupied} is taken, so the API is at {api}."]


def test_so_are_those_of_sandbox_and_mail(occupied) -> None:
    address = f"http://127.0.0.1:{occupied}"
    settings = Settings(port=free_port(0), smtp_port=occupied, sandbox_url=address)
    said = list(taken(settings, choose(settings, "")))
    assert [line.rpartition(" is at ")[0] for line in said] == [
        f"Port {occupied} is taken, so the sandbox",
        f"Port {occupied} is taken, so mail",
    ]


def test_the_sandbox_is_where_it_was_chosen_to_be() -> None:
    wanted = free_port(0)
    settings = Settings(port=0, smtp_port=0, sandbox_url=f"http://127.0.0.1:{wanted}")
    found = choose(settings, "")
    assert found.sandbox == settings.sandbox_url
    assert list(taken(settings, found)) == []
