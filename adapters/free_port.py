"""A port on loopback that nobody listens on."""

import os
import socket
from itertools import count

# Below those that Linux (from 32768 on) and others give to connections: one of these would be taken
# again by whoever connects anywhere, before it is listened on.
PORTS = range(20_000, 32_768)
# Each process begins elsewhere, and names none twice before it has named all of them.
_turn = count(os.getpid() * 997)


def free_port(preferred: int) -> int:
    """Return the preferred port, or any that is free where it is taken; 0 prefers none."""
    if preferred and _is_free(preferred):
        return preferred
    others = (PORTS[next(_turn) % len(PORTS)] for _ in PORTS)
    for port in others:
        if _is_free(port):
            return port
    message = "no port is free"
    raise OSError(message)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True
