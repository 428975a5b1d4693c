"""A real mail server of Debian's: Exim takes mails and reports on them, Dovecot shows them by IMAP.

It is for `town.example` and `bounces.example`, on loopback, and sends nothing anywhere. Nobody is
called `nobody@town.example`, and what is for `full@town.example` has to wait.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from string import Template
from tempfile import mkdtemp
from typing import Any

from imap_tools import MailBox, MailMessage

from adapters.authorities import trusting
from adapters.free_port import free_port
from adapters.mail.settings import BounceSettings
from adapters.mail.smtp import SmtpSender
from tests.certificates import Certificates, certificates
from tests.missing import missing

PACKAGES = ("exim4-daemon-light", "dovecot-imapd")
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends", *PACKAGES)
MISSING = f"a real mail server needs root, and: apt-get install {' '.join(PACKAGES)}"
WITHIN_SECONDS, INSTALL_SECONDS = 60, 240
PLACES = ("/usr/sbin", "/usr/bin", "/sbin", "/bin")
USER = "Debian-exim"
NAME, PASSWORD, READERS_PASSWORD = "town", "correct horse", "letmein"
BOUNCES = "bounces.example"

EXIM = Template("""primary_hostname = mail.town.example
spool_directory = $folder/spool
log_file_path = $folder/exim-%slog
pid_file_path = $folder/exim.pid
daemon_smtp_ports = $smtp : $smtps
local_interfaces = 127.0.0.1
tls_on_connect_ports = $smtps
tls_advertise_hosts = *
tls_certificate = $folder/server.pem
tls_privatekey = $folder/server.pem
auth_advertise_hosts = $${if eq{$$tls_in_cipher}{}{}{*}}
dsn_advertise_hosts = *
delay_warning = 1s
delay_warning_condition = yes
acl_smtp_rcpt = check_recipient
acl_smtp_data = accept_data
keep_environment =
message_size_limit = 1M

begin acl
check_recipient:
  deny !authenticated = *
       message = 530 5.7.0 sign in first
  accept domains = town.example : bounces.example
  deny message = relaying is not for this one
accept_data:
  accept

begin routers
reports:
  driver = accept
  domains = bounces.example
  transport = reports
full:
  driver = accept
  domains = town.example
  local_parts = full
  transport = full
people:
  driver = accept
  domains = town.example
  local_parts = ada
  transport = people

begin transports
reports:
  driver = appendfile
  directory = $folder/mail/reports
  maildir_format
people:
  driver = appendfile
  directory = $folder/mail/ada
  maildir_format
full:
  driver = appendfile
  file = /dev/full

begin retry
* * F,1h,1s

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = $${if and{{eq{$$auth2}{$name}}{eq{$$auth3}{$password}}}}
  server_set_id = $$auth2
""")
DOVECOT = Template("""protocols = imap
base_dir = $folder/dovecot
log_path = $folder/dovecot.log
listen = 127.0.0.1
default_login_user = $user
default_internal_user = $user
default_internal_group = $user
first_valid_uid = 1
ssl = yes
ssl_cert = <$folder/server.pem
ssl_key = <$folder/server.pem
disable_plaintext_auth = yes
mail_location = maildir:$folder/mail/%u
passdb {
  driver = static
  args = password=$readers_password
}
userdb {
  driver = static
  args = uid=$user gid=$user home=$folder/mail/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $imap
  }
  inet_listener imaps {
    port = $imaps
    ssl = yes
  }
}
""")


@dataclass(frozen=True, slots=True)
class MailServer:
    folder: Path
    certificates: Certificates
    smtp: int
    smtps: int
    imap: int
    imaps: int

    def sender(self, **changes: Any) -> SmtpSender:
        """By STARTTLS, as somebody who may send."""
        sender = SmtpSender(
            "localhost", self.smtp, "amt@town.example", NAME, PASSWORD, starttls=True,
            trusted=trusting(self.certificates.authority),
        )  # fmt: skip
        return replace(sender, **changes)

    def bounces(self, **changes: Any) -> BounceSettings:
        settings = {
            "domain": BOUNCES, "host": "localhost", "port": self.imaps, "username": "reports",
            "password": READERS_PASSWORD, "ca_file": self.certificates.authority,
        }  # fmt: skip
        return BounceSettings.model_validate(settings | changes)

    def read(self, person: str, count: int) -> list[MailMessage]:
        """What a person's mail program shows, once there is so much."""
        return wait_for(lambda: self._read(person), lambda found: len(found) >= count)

    def _read(self, person: str) -> list[MailMessage]:
        trusted = trusting(self.certificates.authority)
        with MailBox("localhost", self.imaps, ssl_context=trusted) as box:
            box.login(person, READERS_PASSWORD)
            return list(box.fetch(mark_seen=False))


def wait_for(look: Callable[[], Any], enough: Callable[[Any], bool]) -> Any:
    deadline = time.monotonic() + WITHIN_SECONDS
    while not enough(found := look()):
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def require() -> tuple[str, str]:
    """Return where Exim and Dovecot are, installed if they can be."""
    found = _programs()
    if not all(found) and os.geteuid() == 0 and shutil.which("apt-get"):
        with suppress(subprocess.SubprocessError):
            subprocess.run(("apt-get", "update"), timeout=INSTALL_SECONDS, check=True)
            subprocess.run(INSTALL, timeout=INSTALL_SECONDS, check=True)
        found = _programs()
    exim, dovecot = found
    if exim is None or dovecot is None or os.geteuid() != 0:
        missing(MISSING)
    return exim, dovecot


def _programs() -> tuple[str | None, str | None]:
    places = os.pathsep.join([os.environ.get("PATH", ""), *PLACES])
    return shutil.which("exim4", path=places), shutil.which("dovecot", path=places)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    exim, dovecot = require()
    folder = Path(mkdtemp(prefix="mail-"))
    server = MailServer(folder, certificates(folder), *(free_port(0) for _ in range(4)))
    for name in ("spool", "mail"):
        (folder / name).mkdir()
    _write(server)
    for path in (folder, *folder.iterdir()):
        shutil.chown(path, USER, USER)
    commands = (
        (USER, [exim, "-C", str(folder / "exim.conf"), "-bdf", "-q1s"]),
        (None, [dovecot, "-F", "-c", str(folder / "dovecot.conf")]),
    )
    running = [
        subprocess.Popen(
            command, user=user, group=user, extra_groups=[] if user else None, cwd=folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for user, command in commands
    ]  # fmt: skip
    try:
        for port in (server.smtp, server.smtps, server.imap, server.imaps):
            wait_for(lambda port=port: _answers(port), bool)
        yield server
    finally:
        for process in running:
            process.terminate()
            process.wait(WITHIN_SECONDS)
        shutil.rmtree(folder)


def _write(server: MailServer) -> None:
    ports = {name: getattr(server, name) for name in ("smtp", "smtps", "imap", "imaps")}
    known = {
        "folder": server.folder, "user": USER, "name": NAME, "password": PASSWORD,
        "readers_password": READERS_PASSWORD, **ports,
    }  # fmt: skip
    (server.folder / "exim.conf").write_text(EXIM.substitute(known))
    (server.folder / "exim.conf").chmod(0o644)
    (server.folder / "dovecot.conf").write_text(DOVECOT.substitute(known))


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
