"""A port on loopback that nobody listens on."""

import socket


def free_port(preferred: int) -> int:
    """Return the preferred port, or any that is free where it is taken."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    message = "no port is free"
    raise OSError(message)
