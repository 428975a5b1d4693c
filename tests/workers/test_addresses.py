"""`run` says which port was taken, and takes those that were chosen."""

import socket
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from adapters.free_port import free_port
from adapters.settings import Settings
from api.serving import listen
from workers.addresses import chosen, taken


@pytest.fixture
def occupied() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def test_a_port_that_is_taken_is_named_with_the_one_instead(occupied) -> None:
    settings = Settings(port=occupied, smtp_port=0)
    with chosen(settings, "") as found:
        api = found.api.rpartition(":")[2]
        assert list(taken(settings, found)) == [
            f"Port {occupied} is taken, so the API is at {api}."
        ]


def test_so_are_those_of_sandbox_and_mail(occupied) -> None:
    address = f"http://127.0.0.1:{occupied}"
    settings = Settings(port=free_port(0), smtp_port=occupied, sandbox_url=address)
    with chosen(settings, "") as found:
        said = list(taken(settings, found))
    assert [line.rpartition(" is at ")[0] for line in said] == [
        f"Port {occupied} is taken, so the sandbox",
        f"Port {occupied} is taken, so mail",
    ]


def test_the_sandbox_is_where_it_was_chosen_to_be() -> None:
    wanted = free_port(0)
    settings = Settings(port=0, smtp_port=0, sandbox_url=f"http://127.0.0.1:{wanted}")
    with chosen(settings, "") as found:
        assert found.sandbox == settings.sandbox_url
        assert list(taken(settings, found)) == []


@pytest.mark.skipif(sys.platform != "linux", reason="it is kept where the system can")
def test_what_was_chosen_is_given_to_nobody_else_until_it_is_listened_on() -> None:
    with chosen(Settings(port=0, smtp_port=0), "") as found:
        ports = {urlsplit(found.api).port, urlsplit(found.sandbox).port, int(found.smtp_port)}
        for port in ports:
            with socket.socket() as other, pytest.raises(OSError, match="in use"):
                other.bind(("127.0.0.1", port))
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))
            with listen("127.0.0.1", port) as ours:
                ours.listen()
                socket.create_connection(("127.0.0.1", port)).close()
    assert len(ports) == 3
