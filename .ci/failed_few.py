# noqa: INP001 -- a script beside .ci/run, not a package
"""Tells which tests failed; exits with 1 where they are too many to be put down to chance."""

import json
import sys
from pathlib import Path

BY_CHANCE_AT_MOST = 5

failed = json.loads(Path(".pytest_cache/v/cache/lastfailed").read_text(encoding="utf-8"))
sys.stdout.write("".join(f"{test}\n" for test in failed))
if len(failed) > BY_CHANCE_AT_MOST:
    sys.exit(f"{len(failed)} tests failed; no more than {BY_CHANCE_AT_MOST} are run again.")
