"""How a worker process begins."""

import subprocess
import sys

from adapters.collector import MIDDLE, OLD, YOUNG
from tests.installation import ROOT

BEGINS = """
import gc
from workers import work

async def instead(*_):
    print(gc.get_freeze_count() > 0, *gc.get_threshold())

work.work = instead
work.work_until_told(None, "", [])
"""


def test_what_a_worker_has_loaded_is_never_looked_through_again() -> None:
    said = subprocess.run(
        [sys.executable, "-c", BEGINS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["True", str(YOUNG), str(MIDDLE), str(OLD)]
