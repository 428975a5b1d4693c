"""A port that is free now is free a moment later, when somebody listens on it."""

import socket
from pathlib import Path

import pytest

from adapters.free_port import PORTS, can_be_listened_on, free_port
from adapters.kept_port import kept_port

OF_CONNECTIONS = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_it_is_none_that_a_connection_may_be_given_meanwhile() -> None:
    """Whoever asks again and again whether somebody listens there could even meet themselves."""
    first = int(OF_CONNECTIONS.read_text().split()[0]) if OF_CONNECTIONS.exists() else PORTS.stop
    if first < PORTS.stop:
        pytest.skip("this machine gives lower ports to connections")
    assert all(free_port(0) < first for _ in range(100))


def test_nobody_else_in_this_process_is_told_the_same_one() -> None:
    told = [free_port(0) for _ in range(100)]
    assert len(set(told)) == len(told)


def test_the_preferred_one_is_taken_where_it_is_free() -> None:
    wanted = free_port(0)
    assert free_port(wanted) == wanted
    with socket.create_server(("127.0.0.1", wanted)):
        assert free_port(wanted) != wanted
    assert free_port(99_999) in PORTS


def test_one_that_is_kept_is_for_whoever_names_it_until_somebody_listens_there() -> None:
    with kept_port(0) as kept:
        if not can_be_listened_on(kept):
            pytest.skip("this machine lets nobody listen beside who keeps a port")
        assert free_port(kept) == kept
        with socket.create_server(("127.0.0.1", kept)):
            assert not can_be_listened_on(kept)
            assert free_port(kept) != kept
            with kept_port(kept) as another:
                assert another != kept
