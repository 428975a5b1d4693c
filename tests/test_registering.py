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
    assert "Nobody was granted a role" in amtsweg("staff", "list").out
    assert amtsweg("seed").code == 0
    granted = amtsweg(
        "staff", "grant", CLERK, "clerk", "--municipality", "05513000", "--branch", "buer"
    )
    assert granted.code == 0
    assert granted.out.startswith(f"{CLERK} is clerk for 05513000, buer.\n")
    assert "only what both allow" in granted.out
    log = Log(database_url)
    await log.project(STAFF_LIST)
    assert f"{CLERK}  clerk  05513000  buer" in amtsweg("staff", "list").out
    revoked = amtsweg("staff", "revoke", CLERK, "--reason", "left")
    assert revoked.out == f"{CLERK} has no role from its next request on.\n"
    await log.project(STAFF_LIST)
    lines = amtsweg("staff", "list").out.splitlines()
    assert all(line.endswith((" CET", " CEST")) for line in lines)
    assert len(lines) == 2
    assert all(line.startswith(f"{CLERK}  revoked") for line in lines)
    told = amtsweg("staff", "history", CLERK).out
    assert told.startswith(f"Account {CLERK}\n")
    assert all(word in told for word in ("RoleGranted", "RoleRevoked", "command-line:", "left"))
    assert told.rstrip().endswith("As of version 2: barred from *")


def test_who_was_never_granted_a_role_is_barred_only_when_that_was_meant(
    amtsweg: CommandLine,
) -> None:
    mistyped = amtsweg("staff", "revoke", "hall/4712", "--reason", "left")
    assert (mistyped.code, mistyped.out) == (1, "")
    assert "hall/4712 was never granted a role here" in mistyped.err
    barred = amtsweg("staff", "revoke", "hall/4712", "--reason", "left", "--bar")
    assert (barred.code, barred.out) == (0, "hall/4712 has no role from its next request on.\n")


def test_the_first_operator_is_made_at_the_machine(amtsweg: CommandLine) -> None:
    assert amtsweg("staff", "grant", "hall/1", "operator").out.startswith(
        "hall/1 is operator for every municipality.\n"
    )


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


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (("clerk", "--municipality", "05513000", "--branch", "waterworks"), "buer"),
        (("clerk", "--municipality", "05513000", "--office", "Wasserwerk"), "Stadtbibliothek"),
        (("auditor", "--municipality", "05513000", "--branch", "buer"), "Only a clerk"),
        (("operator", "--office", "Stadtbibliothek"), "Name the --municipality"),
    ],
)
def test_a_place_that_is_not_there_is_answered_with_those_there_are(
    amtsweg: CommandLine, wanted: tuple[str, ...], said: str
) -> None:
    amtsweg("seed")
    assert said in amtsweg("staff", "grant", CLERK, *wanted).sentence
    assert amtsweg("staff", "history", CLERK).code == 2


def test_another_role_waits_until_the_first_is_revoked(amtsweg: CommandLine) -> None:
    amtsweg("staff", "grant", CLERK, "analyst")
    assert "revoke that first" in amtsweg("staff", "grant", CLERK, "operator").sentence
