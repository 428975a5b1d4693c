"""Ctrl-C in the midst of the start: whoever started it hears it, those beside them do not die."""

import subprocess
import sys

from tests.installation import ROOT

BEGINS = """
import multiprocessing.forkserver as forks
import os, signal, time
from workers import process_tree
from workers.stopping import Stop

SAID = signal.SIGINT, signal.SIGHUP

def say(pid):
    for number in SAID:
        os.kill(pid, number)

def told_meanwhile(begin=forks.ensure_running):
    say(os.getpid())
    begin()
    say(forks._forkserver._forkserver_pid)

def child():
    listening = [signal.getsignal(number) is signal.SIG_IGN for number in SAID]
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    os._exit(0 if all(listening) and not blocked else 1)

if __name__ == "__main__":
    stop = Stop.listening()
    forks.ensure_running = told_meanwhile
    process_tree.import_once([])
    began = process_tree.FORKS.Process(target=process_tree._live, args=(child, {}, "child.log"))
    began.start()
    began.join()
    print(stop.told, began.exitcode)
"""


def test_ctrl_c_is_heard_while_the_imports_begin_and_ends_nobody_else(tmp_path) -> None:
    """The script is a file, as the other process imports it, too."""
    script = tmp_path / "begins.py"
    script.write_text(BEGINS)
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("True 0\n", "")
