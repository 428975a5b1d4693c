"""What a test needs of the machine and does not find: skipped by a person, a failure in CI."""

import os
from typing import NoReturn

import pytest


def missing(advice: str) -> NoReturn:
    """What nobody looks at would be skipped for ever, so CI has to have it."""
    if os.environ.get("CI"):
        pytest.fail(advice)
    pytest.skip(advice)
