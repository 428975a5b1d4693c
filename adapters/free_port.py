"""A port on loopback that nobody listens on."""

import os
import socket
from itertools import count

HERE = "127.0.0.1"
# Below those that Linux (from 32768 on) and others give to connections: one of these would be taken
# again by whoever connects anywhere, before it is listened on.
PORTS = range(20_000, 32_768)
# Each process begins elsewhere, and names none twice before it has named all of them.
_turn = count(os.getpid() * 997)


def free_port(preferred: int) -> int:
    """Return the preferred port, or any that is free where it is taken; 0 prefers none."""
    if preferred and can_be_listened_on(preferred):
        return preferred
    others = (PORTS[next(_turn) % len(PORTS)] for _ in PORTS)
    for port in others:
        if can_be_listened_on(port):
            return port
    message = "no port is free"
    raise OSError(message)


def can_be_listened_on(port: int) -> bool:
    """Also beside who keeps it without listening, where the system lets us (Linux does)."""
    try:
        with bound_to(port) as trial:
            trial.listen()
    except (OSError, OverflowError):
        return False
    return True


def bound_to(port: int) -> socket.socket:
    """Raise OSError, or OverflowError where no port has such a number."""
    bound = socket.socket()
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((HERE, port))
    except BaseException:
        bound.close()
        raise
    return bound
