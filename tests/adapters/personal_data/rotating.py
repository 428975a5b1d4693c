"""A rotation in a process of its own, which says how far it is:
`python -m tests.adapters.personal_data.rotating FILE URL`.
"""

import sys
import time
from pathlib import Path

from adapters.personal_data.rotation import rotate


def slowly(done: int, total: int) -> None:
    sys.stdout.write(f"{done} of {total}\n")
    sys.stdout.flush()
    time.sleep(60)


if __name__ == "__main__":
    rotate(Path(sys.argv[1]), sys.argv[2], slowly)
