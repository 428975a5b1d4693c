"""Everything on one machine, in one process tree: database, sandbox, API and workers."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from types import FrameType

import httpx
from rich.console import Console

from adapters.free_port import free_port
from adapters.identity.actor import Role
from adapters.postgres.finding import announce, database
from adapters.postgres.schema import bring_up_to_date
from adapters.settings import Settings
from workers.process_tree import ProcessTree

READY_WITHIN_SECONDS = 60
SMTP_PORT, SANDBOX_AFTER_API = 1025, 1


class DidNotGetReady(Exception):
    """The system did not get ready in time; the logs say why."""

    def __str__(self) -> str:
        return f"{self.__doc__} ({self.args[0]})"


@dataclass(frozen=True, slots=True)
class Addresses:
    database: str
    api: str
    sandbox: str
    smtp_port: str
    logs: str


def run_everything(
    settings: Settings,
    processes: Mapping[str, Callable[[], None]],
    story: Callable[[Addresses], None] | None,
    *,
    stay: bool,
) -> None:
    """Start the processes, tell the story if there is one, and stay until SIGINT or SIGTERM."""
    told_to_stop = _listen_for_signals()
    console = Console()
    settings.home.mkdir(parents=True, exist_ok=True)
    with console.status("Starting PostgreSQL ...") as status, database(settings) as url:
        bring_up_to_date(url)
        addresses = _choose(settings, url)
        announce(settings.home, asdict(addresses))
        with ProcessTree(_environment(settings, addresses), settings.home / "logs") as tree:
            status.update("Starting sandbox, API and workers ...")
            for name, main in processes.items():
                tree.start(name, main)
            _wait_until_ready(tree, addresses, told_to_stop)
            status.stop()
            _greet(console, addresses)
            if story:
                story(addresses)
            while stay and not told_to_stop.wait(0.5):
                tree.restart_dead()


def _listen_for_signals() -> threading.Event:
    told = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        told.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return told


def _choose(settings: Settings, url: str) -> Addresses:
    api = free_port(settings.port)
    sandbox = free_port(settings.port + SANDBOX_AFTER_API)
    return Addresses(
        database=url,
        api=f"http://127.0.0.1:{api}",
        sandbox=f"http://127.0.0.1:{sandbox}",
        smtp_port=str(free_port(SMTP_PORT)),
        logs=str(settings.home / "logs"),
    )


def _environment(settings: Settings, addresses: Addresses) -> dict[str, str]:
    issuer = {"issuer": f"{addresses.sandbox}/issuer", "roles": [str(role) for role in Role]}
    return {
        "DATABASE_URL": addresses.database,
        "AMTSWEG_HOME": str(settings.home),
        "AMTSWEG_HOST": "127.0.0.1",
        "AMTSWEG_PORT": addresses.api.rpartition(":")[2],
        "AMTSWEG_PUBLIC_URL": addresses.api,
        "AMTSWEG_SANDBOX_URL": addresses.sandbox,
        "AMTSWEG_PAYMENT_URL": f"{addresses.sandbox}/payment",
        "AMTSWEG_ISSUERS": json.dumps([issuer]),
        "AMTSWEG_SMTP_HOST": "127.0.0.1",
        "AMTSWEG_SMTP_PORT": addresses.smtp_port,
    }


def _wait_until_ready(
    tree: ProcessTree, addresses: Addresses, told_to_stop: threading.Event
) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not told_to_stop.is_set():
        if _answers(f"{addresses.api}/readyz") and _answers(f"{addresses.sandbox}/mail"):
            return
        if time.monotonic() > deadline:
            raise DidNotGetReady(addresses.logs)
        tree.restart_dead()
        time.sleep(0.05)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2).is_success
    except httpx.HTTPError:
        return False


def _greet(console: Console, addresses: Addresses) -> None:
    console.print("[bold]Amtsweg is ready.[/bold]")
    for name, address in (
        ("API", f"{addresses.api}/docs"),
        ("Sign-in (sandbox)", f"{addresses.sandbox}/issuer/people"),
        ("Mail (sandbox)", f"{addresses.sandbox}/mail.html"),
        ("Logs", addresses.logs),
        ("Process", str(os.getpid())),
    ):
        console.print(f"  {name:<18} {address}", highlight=False)
