"""A connection under TLS ends when we leave, whether or not the other side agrees to that."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adapters.authorities import trusting
from adapters.mail.smtp import SmtpSender
from tests.adapters.test_mail import mail
from tests.authority import Authority
from tests.scripted_mail import USUAL
from tests.serving import listen

HOST = "localhost"
IN_HEX = 16


@contextmanager
def taking_a_mail(tls: ssl.SSLContext) -> Iterator[int]:
    """A server that answers to QUIT, and to the end of TLS not before the test is over."""
    over = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with suppress(OSError), tls.wrap_socket(connection, server_side=True) as secured:
            _talk(secured)
            over.wait()

    with listen() as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join()


def _talk(connection: ssl.SSLSocket) -> None:
    with connection.makefile("rwb", buffering=0) as stream:
        command = ""
        while command != "QUIT":
            stream.write(USUAL[command].encode() + b"\r\n")
            command = stream.readline().decode().strip().partition(" ")[0].upper()
            if command == "DATA":
                stream.write(b"354 Go on\r\n")
                while stream.readline() != b".\r\n":
                    pass
                command = "."
        stream.write(b"221 Bye\r\n")


def calling(port: int) -> bool:
    """Whether a process still holds a socket that is connected to that port."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, _, remote, *_, inode = line.split()[:10]
        if int(remote.rpartition(":")[2], IN_HEX) == port and inode != "0":
            return True
    return False


async def test_we_have_left_when_a_mail_is_sent(tmp_path) -> None:
    authority = Authority(tmp_path)
    with taking_a_mail(authority.serves(HOST)) as port:
        trusted = trusting(authority.file)
        await SmtpSender(HOST, port, "amt@town.example", tls=True, trusted=trusted).send(mail())
        for _ in range(3):  # turns of the loop, in which a socket is closed
            await asyncio.sleep(0)
        assert not calling(port)
