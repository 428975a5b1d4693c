"""One process of the tree dies: the tree mends itself. It is told to stop: nothing is left."""

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from random import Random

import httpx
import pytest

from api.sandbox.client import mails_about
from api.sandbox.story import ANNAS_MAIL
from tests.applicants import ADULT
from tests.asking import Applying, Office
from tests.killable import Killable, tell, until
from tests.processes import PROC, listens_to

pytestmark = pytest.mark.skipif(not PROC.exists(), reason="it finds processes in /proc")
# On a machine that has others to serve, too; alone it takes a few seconds.
MENDED_WITHIN_SECONDS = 90
VICTIMS: Mapping[str, Callable[[Killable], None]] = {
    "API": lambda tree: tree.kill_child("serve"),
    "workers": lambda tree: tree.kill_child("work"),
    "sandbox": lambda tree: tree.kill_child("sandbox"),
    "database": Killable.kill_postmaster,
}


@pytest.fixture(scope="module")
def installation(tmp_path_factory) -> Iterator[Killable]:
    installation = Killable(tmp_path_factory.mktemp("healing"))
    yield installation
    installation.cut_the_power(Random(0))  # noqa: S311 -- its order guards nothing


@pytest.fixture
def tree(installation) -> Killable:
    if installation.has_ended():
        installation.start()
    until(installation.is_ready, "it is ready")
    return installation


@pytest.fixture
def ended(installation) -> Killable:
    installation.cut_the_power(Random(0))  # noqa: S311 -- likewise
    return installation


def seconds_until_it_works(tree: Killable, name: str) -> float:
    """One application takes part of everything: API, workers, payment platform, mail."""
    began, name = time.monotonic(), name.replace(" ", "-")
    office = Office(tree.api, tree.sandbox, tree.home)
    with httpx.Client(timeout=30) as http:
        one = Applying(office, http, Random(name), name, [])  # noqa: S311 -- likewise
        one.submit(**ADULT)
        one.pay()
        one.claim()
        case = one.application_id
        until(lambda: has_mail(tree, case), "its mail", MENDED_WITHIN_SECONDS)
    return time.monotonic() - began


def has_mail(tree: Killable, case: str) -> bool:
    with httpx.Client(timeout=30) as http, suppress(httpx.HTTPError):
        return bool(mails_about(http, tree.sandbox, ANNAS_MAIL, case))
    return False


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_process_that_dies_is_replaced(tree, victim, request) -> None:
    VICTIMS[victim](tree)
    seconds = seconds_until_it_works(tree, victim)
    tell(
        request, f"{victim} killed: an application is received, its mail there, in {seconds:.1f} s"
    )
    assert seconds < MENDED_WITHIN_SECONDS


def test_without_the_process_that_forked_them_all_are_replaced(tree, request) -> None:
    before, began = tree.children(), time.monotonic()
    tree.kill_forks()
    until(lambda: not before & tree.processes(), "they have ended", MENDED_WITHIN_SECONDS)
    seconds_until_it_works(tree, "forked")
    tell(request, f"forking process killed: it works again in {time.monotonic() - began:.1f} s")
    assert len(tree.children()) == len(before)


def test_a_second_run_on_the_same_folder_says_that_it_is_in_use(tree) -> None:
    second = tree.command("run", "--no-story")
    assert second.returncode == 2
    assert second.stderr.startswith("amtsweg: Another process runs the database of this folder;")
    assert second.stderr.count("\n") == 1
    until(tree.is_ready, "it is ready as before")


def test_without_its_supervisor_everything_ends_and_a_new_run_takes_over(tree, request) -> None:
    orphans = tree.children()
    tree.kill_supervisor()
    tree.start()
    seconds = seconds_until_it_works(tree, "taken over")
    tell(request, f"supervisor killed: after the new start it works in {seconds:.1f} s")
    until(lambda: not orphans & tree.processes(), "the orphans have ended")
    assert len(tree.children()) == len(orphans) == 3


def test_told_to_stop_it_ends_cleanly_and_leaves_nothing_behind(tree, request) -> None:
    code, seconds = tree.stop(signal.SIGINT)
    tell(request, f"Ctrl-C: stopped in {seconds:.1f} s")
    assert (code, "Traceback" in tree.output) == (0, False)
    assert "workers_stopped" in tree.last_logged("work")  # by themselves: nobody killed them
    until(lambda: not tree.processes(), "nothing is left")


@pytest.mark.parametrize(
    ("number", "moment"), [(signal.SIGINT, 0.0), (signal.SIGHUP, 1.0), (signal.SIGTERM, 3.0)]
)
def test_told_to_stop_in_the_midst_of_its_start_it_ends_as_cleanly(ended, number, moment) -> None:
    ended.begin("--story")
    until(lambda: listens_to(ended.process.pid, signal.SIGTERM), "it listens")
    time.sleep(moment)
    code, _ = ended.stop(number)
    assert (code, "Traceback" in ended.output) == (0, False)
    until(lambda: not ended.processes(), "nothing is left")


def test_where_nothing_runs_a_command_starts_the_database_and_ends_it(ended) -> None:
    assert not (ended.home / "running.json").exists()
    assert ended.command("migrate").returncode == 0
    assert ended.command("verify").returncode == 0
    until(lambda: not ended.processes(), "nothing is left")
