"""The commands of whoever decides which roles people have."""

import pytest

from projections.staff import STAFF_LIST
from tests.commands import CommandLine
from tests.projections.log import Log

CLERK = "hall/4711"


@pytest.fixture
def amtsweg(amtsweg: CommandLine, database_url: str) -> CommandLine:
    return amtsweg.at(database_url)


async def test_a_role_is_granted_listed_and_revoked(
    amtsweg: CommandLine, database_url: str
) -> None:
    assert amtsweg("seed").code == 0
    granted = amtsweg(
        "staff", "grant", CLERK, "clerk", "--municipality", "05513000", "--branch", "buer"
    )
    assert (granted.code, granted.out) == (0, f"{CLERK} is clerk for 05513000.\n")
    log = Log(database_url)
    await log.project(STAFF_LIST)
    assert f"{CLERK}  clerk  05513000  buer" in amtsweg("staff", "list").out
    revoked = amtsweg("staff", "revoke", CLERK, "--reason", "left")
    assert revoked.out == f"{CLERK} has no role from its next request on.\n"
    await log.project(STAFF_LIST)
    lines = amtsweg("staff", "list").out.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"{CLERK}  revoked") for line in lines)


def test_the_first_operator_is_made_at_the_machine(amtsweg: CommandLine) -> None:
    assert amtsweg("staff", "grant", "hall/1", "operator").out.endswith("every municipality.\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("grant", CLERK, "clerk"), "name it"),
        (("grant", CLERK, "clerk", "--municipality", "05999999"), "05999999"),
        (("revoke", CLERK, "--reason", " "), "reason"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(
    amtsweg: CommandLine, arguments: tuple[str, ...], said: str
) -> None:
    assert said in amtsweg("staff", *arguments).sentence


def test_another_role_waits_until_the_first_is_revoked(amtsweg: CommandLine) -> None:
    amtsweg("staff", "grant", CLERK, "analyst")
    assert "revoke that first" in amtsweg("staff", "grant", CLERK, "operator").sentence
