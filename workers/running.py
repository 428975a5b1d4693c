"""Everything on one machine, in one process tree: database, sandbox, API and workers."""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial

import httpx
import structlog
import uvloop
from rich.console import Console

from adapters.catalogue.loading import Files
from adapters.postgres.embedded_errors import PostgresDidNotStart
from adapters.postgres.finding import Served, announced, own_database
from adapters.postgres.schema import fit_for_service
from adapters.preparing import prepare
from adapters.settings import Settings
from adapters.webhooks import new_secret
from domain.saying import SaysWhatToDo
from workers.addresses import Addresses, chosen, taken
from workers.named_in_vain import named_in_vain
from workers.process_tree import ProcessTree
from workers.relaying import furnish
from workers.seeding import files_of, seed_quietly
from workers.stopping import Stop
from workers.trusted import sandbox_issuer

# A slow machine needs its time for all at once; what cannot start dies, and is not waited for.
READY_WITHIN_SECONDS = 180
HOPELESS_DEATHS = 3
LOOK_AFTER_SECONDS = 0.2


log = structlog.get_logger()


class SandboxNeedsItsOwnDatabase(SaysWhatToDo):
    """`run` starts a sign-in that lets anybody be anybody, and a platform on which nobody pays. Run
    `serve` and `work` on the database of DATABASE_URL; or set AMTSWEG_SANDBOX=true, if nothing in
    it is real.
    """


class DidNotGetReady(Exception):
    """The system did not get ready in time; the logs say why."""

    def __str__(self) -> str:
        return f"{self.__doc__} ({self.args[0]})"


def run_everything(
    settings: Settings,
    processes: Mapping[str, Callable[[], None]],
    story: Callable[[Addresses], None] | None,
    stop: Stop,
    *,
    stay: bool,
) -> None:
    """Start the processes, tell the story if there is one, and stay until told to stop."""
    console, files = Console(), _files_for_sandbox(settings)
    with console.status("Starting PostgreSQL ...") as status, own_database(settings) as database:
        _prepare(settings, database.url, files, console)
        service_url = fit_for_service(settings, database.url)
        with (
            chosen(settings, database.url) as addresses,
            announced(settings.home, asdict(addresses)),
            ProcessTree(
                _environment(settings, addresses, service_url), settings.home / "logs"
            ) as tree,
        ):
            status.update("Starting sandbox, API and workers ...")
            tree.start(processes)
            mend = partial(_mend, database, tree)
            if _is_ready(addresses, stop, tree, mend):
                status.stop()
                _greet(console, addresses, settings)
                if story:
                    stop.interrupts(partial(story, addresses))
                if stay:
                    _stay(console, stop, mend)


def _stay(console: Console, stop: Stop, mend: Callable[[], None]) -> None:
    console.print("Ctrl-C ends it; the next start goes on where it was.")
    while not stop.told:
        time.sleep(LOOK_AFTER_SECONDS)
        mend()


def _prepare(settings: Settings, url: str, files: Files, console: Console) -> None:
    prepare(settings, url)
    for withheld in seed_quietly(url, files):
        console.print(f"Not applied: {withheld}", highlight=False)
    for one in uvloop.run(named_in_vain(settings, url)):
        console.print(str(one), highlight=False)
    if settings.kafka_bootstrap_servers:
        furnish(settings, console)


def _files_for_sandbox(settings: Settings) -> Files:
    """Raise SandboxNeedsItsOwnDatabase."""
    files = files_of(settings)
    if settings.database_url and not settings.sandbox:
        raise SandboxNeedsItsOwnDatabase
    return files


def _mend(database: Served, tree: ProcessTree) -> None:
    try:
        database.revive()
    except PostgresDidNotStart:
        log.warning("postgres_did_not_start")
    tree.restart_dead()


def _environment(settings: Settings, addresses: Addresses, url: str) -> dict[str, str]:
    """`url`: the database, by a login that may not change the log; what is announced may."""
    issuer = {
        **sandbox_issuer(addresses.sandbox),
        "mailbox": {"url": f"{addresses.sandbox}/account", "bearer": new_secret()},
    }
    return {
        "DATABASE_URL": url,
        "AMTSWEG_HOME": str(settings.home),
        "AMTSWEG_HOST": "127.0.0.1",
        "AMTSWEG_PORT": addresses.api.rpartition(":")[2],
        "AMTSWEG_PUBLIC_URL": addresses.api,
        "AMTSWEG_SANDBOX_URL": addresses.sandbox,
        "AMTSWEG_PAYMENT_URL": f"{addresses.sandbox}/payment",
        # Between the sandbox's platform and the API, for as long as they run.
        "AMTSWEG_PAYMENT_CALLBACK_SECRETS": json.dumps([new_secret()]),
        "AMTSWEG_ISSUERS": json.dumps([issuer]),
        # On one machine, to try it out, none is needed; and the worker says so.
        "AMTSWEG_CLAMD": settings.clamd or "off",
        "AMTSWEG_SMTP_HOST": "127.0.0.1",
        "AMTSWEG_SMTP_PORT": addresses.smtp_port,
    }


def _is_ready(
    addresses: Addresses, stop: Stop, tree: ProcessTree, mend: Callable[[], None]
) -> bool:
    """Wait for it; False when told to stop before. Raise DidNotGetReady."""
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not stop.told:
        if _answers(f"{addresses.api}/readyz") and _answers(f"{addresses.sandbox}/mail"):
            return True
        if time.monotonic() > deadline or tree.deaths >= HOPELESS_DEATHS:
            raise DidNotGetReady(addresses.logs)
        mend()
        time.sleep(0.05)
    return False


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2).is_success
    except httpx.HTTPError:
        return False


def _greet(console: Console, addresses: Addresses, settings: Settings) -> None:
    kafka = settings.kafka_bootstrap_servers
    console.print("[bold]Amtsweg is ready.[/bold]")
    for name, address in (
        ("Portal", f"{addresses.api}/"),
        ("API", f"{addresses.api}/docs"),
        ("Sign-in (sandbox)", f"{addresses.sandbox}/issuer/people"),
        ("Mail (sandbox)", f"{addresses.sandbox}/mail.html, taken at port {addresses.smtp_port}"),
        ("Account mailbox", f"{addresses.sandbox}/account/mailbox.html"),
        *((("Kafka", kafka),) if kafka else ()),
        ("Logs", addresses.logs),
        ("Process", str(os.getpid())),
    ):
        console.print(f"  {name:<18} {address}", highlight=False)
    for said in taken(settings, addresses):
        console.print(said, highlight=False)
