"""Runs an app under uvicorn; bound before it starts, so that a port in use is said at once."""

import errno
import socket

import structlog
import uvicorn
from fastapi import FastAPI

BACKLOG = 2048
# Longer than proxies keep one that is idle (nginx: 60): whoever sends something just as we end it
# gets no answer.
KEPT_SECONDS = 75


class CannotListen(Exception):
    """This address cannot be listened on; choose another host or port."""

    def __str__(self) -> str:
        return f"{self.__doc__} ({', '.join(map(str, self.args))})"


class AddressInUse(CannotListen):
    """Another program listens on this address; choose another port with --port."""


def listen(host: str, port: int) -> socket.socket:
    """Raise CannotListen. With port 0 the system chooses one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    server = socket.socket(family, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((host, port))
    except OSError as error:
        server.close()
        taken = error.errno == errno.EADDRINUSE
        raise (AddressInUse if taken else CannotListen)(f"{host}:{port}", error.strerror) from None
    return server


class Announced(uvicorn.Server):
    """Says where it listens, once it does: whoever starts it by hand sees that it is there."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        for one in sockets or () if self.started else ():
            host, port = one.getsockname()[:2]
            named = f"[{host}]" if ":" in host else host
            structlog.get_logger().info("listening", address=f"http://{named}:{port}/")


def serve(app: FastAPI, server: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=KEPT_SECONDS,
        server_header=False,
    )
    Announced(config).run(sockets=[server])
