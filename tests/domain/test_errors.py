"""Every refusal is a sentence for people, stands in the tree, and is one that a test expects."""

import re
from pathlib import Path

import pytest

from domain import errors
from domain.errors import Refused

REFUSALS = sorted(Refused.__subclasses__(), key=lambda refusal: refusal.__name__)
TESTS = "\n".join(
    path.read_text()
    for path in Path(__file__).parent.rglob("test_*.py")
    if path.name != Path(__file__).name
)


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusal_speaks_one_line_to_people(refusal: type[Refused]) -> None:
    assert re.fullmatch(r"[A-Z][^\n]{10,}\.", refusal.sentence())


def test_the_tree_on_top_names_every_refusal() -> None:
    drawn = set(re.findall(r"\b[A-Z]\w+", (errors.__doc__ or "").split("├", 1)[1]))
    assert drawn == {refusal.__name__ for refusal in REFUSALS}


# Where a payment begins, the edge asks `fee_due` and says no itself; notices are known only there.
AT_THE_EDGE = {errors.NoFeeDue, errors.NoticeUnknown}


@pytest.mark.parametrize("refusal", sorted(set(REFUSALS) - AT_THE_EDGE, key=str))
def test_some_test_expects_every_refusal(refusal: type[Refused]) -> None:
    assert re.search(rf"\b{refusal.__name__}\b", TESTS)
