"""A real virus scanner, Debian's clamd, with one signature of our own: EICAR's, and no download."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from tests.missing import missing

# In two pieces, so that a scanner of the machine finds nothing in this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = f"Amtsweg.Eicar:0:*:{EICAR.hex()}\n"
PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends", "clamav-daemon")
MISSING = "clamd is not installed: apt-get install clamav-daemon"
WITHIN_SECONDS, INSTALL_SECONDS = 60, 240
CONFIGURATION = """DatabaseDirectory {folder}/signatures
LocalSocket {folder}/clamd.ctl
TemporaryDirectory {folder}
Foreground yes
StreamMaxLength 40M
AlertExceedsMax yes
MaxThreads 2
"""


def program() -> str | None:
    return shutil.which("clamd", path=os.pathsep.join([os.environ.get("PATH", ""), *PLACES]))


def require() -> str:
    """Install it where it is missing and that can be done; skip the test where it cannot.

    In CI it fails: there the scanner has to be.
    """
    found = program()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        with suppress(subprocess.SubprocessError):
            subprocess.run(("apt-get", "update"), timeout=INSTALL_SECONDS, check=True)
            subprocess.run(INSTALL, timeout=INSTALL_SECONDS, check=True)
        found = program()
    if found is None:
        missing(MISSING)
    return found


@contextmanager
def clamd(signatures: str = SIGNATURE, configuration: str = CONFIGURATION) -> Iterator[str]:
    """Yield the path of its socket. A short one: a socket's path has a hundred letters at most."""
    folder = Path(mkdtemp(prefix="clamd-"))
    (folder / "signatures").mkdir()
    (folder / "signatures" / "own.ndb").write_text(signatures)
    (folder / "clamd.conf").write_text(configuration.format(folder=folder))
    at = folder / "clamd.ctl"
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(
            [require(), "-c", str(folder / "clamd.conf")], stdout=said, stderr=said
        )
    try:
        _wait_for(at, process, folder / "said")
        yield str(at)
    finally:
        process.terminate()
        process.wait(WITHIN_SECONDS)
        shutil.rmtree(folder)


def _wait_for(at: Path, process: "subprocess.Popen[bytes]", said: Path) -> None:
    deadline = time.monotonic() + WITHIN_SECONDS
    while not _answers(at):
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < deadline, said.read_text()
        time.sleep(0.02)


def _answers(at: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as asking:
        try:
            asking.connect(str(at))
        except OSError:
            return False
        asking.sendall(b"zPING\0")
        return asking.recv(100) == b"PONG\0"
