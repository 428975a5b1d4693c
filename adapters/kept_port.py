"""A port on loopback that is kept from others until those listen there that it is for."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.free_port import bound_to, can_be_listened_on, free_port


@contextmanager
def kept_port(preferred: int) -> Iterator[int]:
    """The preferred port, or any that is free where it is taken.

    Nobody is given it who asks for any port, or calls somebody from one: it is bound, and not
    listened on. Whoever names it may listen there; who calls before that is refused. Where the
    system lets nobody listen beside us (Linux does), it is only a free one.
    """
    with _bound(preferred) as keeper:
        number = int(keeper.getsockname()[1])
        if can_be_listened_on(number):
            yield number
            return
    yield free_port(preferred)


def _bound(preferred: int) -> socket.socket:
    try:
        return bound_to(preferred)
    except (OSError, OverflowError):
        return bound_to(0)
