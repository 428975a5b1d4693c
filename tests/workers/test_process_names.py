"""Whoever looks with `ps -e` or `top` sees which process is which."""

import sys
import time
from pathlib import Path

import pytest

from tests.killable import until
from workers.process_tree import ProcessTree


def rest() -> None:
    time.sleep(600)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no place for it")
def test_a_process_bears_the_name_of_what_it_runs(tmp_path) -> None:
    with ProcessTree({}, tmp_path) as tree:
        tree.start({"serve": rest, "sandbox": rest})
        for name, pid in tree.pids.items():
            shown = Path(f"/proc/{pid}/comm")
            until(lambda n=name, s=shown: s.read_text() == f"amtsweg-{n}\n", f"{name} is named")
