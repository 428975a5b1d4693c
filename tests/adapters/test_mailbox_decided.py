"""Real people are written to in the mailbox of their own accounts, or not at all."""

import json
from typing import Any

import pytest

from adapters.account_mailbox.decided import MailboxIsTheSandboxs, require_real_mailboxes
from adapters.settings import Settings
from api.sandbox.loopback import require_real_parties
from workers.account_deliveries import RUNNER as DELIVERIES
from workers.notifying.sending import TO_ACCOUNTS

SANDBOXS = [
    "http://127.0.0.1:8001/account",
    "http://localhost:8001/account",
    "https://localhost:4711/account",
    "http://[::1]:8001/account",
    "https://127.1.2.3/account",
]
REAL, NAMED = "https://id.example.org/realm", "https://mailbox.example.org"
HERE = "http://127.0.0.1:8001/issuer"


def settings(mailbox: str, *, issuer: str = REAL, **how: Any) -> Settings:
    entry = {"issuer": issuer, "roles": ["citizen"], "mailbox": {"url": mailbox, "bearer": "x"}}
    return Settings(issuers=(entry,), payment_url="https://pay.example.org", **how)


@pytest.mark.parametrize("mailbox", SANDBOXS)
@pytest.mark.parametrize("how", [{}, {"issuer": HERE, "host": "amt.example"}], ids=["real", "host"])
def test_real_people_are_not_written_to_in_the_sandbox(mailbox: str, how: dict[str, Any]) -> None:
    wrong = settings(mailbox, **how)
    for runner in (TO_ACCOUNTS, DELIVERIES):
        with pytest.raises(MailboxIsTheSandboxs, match=r"mailbox\.url"):
            runner.require(wrong, "")
    with pytest.raises(MailboxIsTheSandboxs):
        require_real_mailboxes(wrong, wrong.host)


@pytest.mark.parametrize(
    "how",
    [settings(NAMED), settings(NAMED, host="amt.example"), settings(SANDBOXS[0], issuer=HERE)],
)
def test_others_are(how: Settings) -> None:
    for runner in (TO_ACCOUNTS, DELIVERIES):
        runner.require(how, "")
    require_real_mailboxes(how, how.host)


def test_the_api_refuses_it_as_well() -> None:
    with pytest.raises(MailboxIsTheSandboxs):
        require_real_parties(settings(SANDBOXS[1]), "127.0.0.1")


@pytest.mark.parametrize("names", [(), ("account-sender",), ("account-deliveries",)])
def test_workers_that_write_to_accounts_do_not_start(amtsweg, service_url, names) -> None:
    mailbox = {"url": SANDBOXS[1], "bearer": "x"}
    issuers = [{"issuer": REAL, "roles": ["citizen"], "mailbox": mailbox}]
    known = {
        "AMTSWEG_ISSUERS": json.dumps(issuers),
        "AMTSWEG_PAYMENT_URL": "https://pay.example.org",
        "AMTSWEG_CLAMD": "off",
    }
    said = amtsweg.at(service_url)("work", *names, **known)
    assert "`mailbox.url` in AMTSWEG_ISSUERS" in said.sentence
