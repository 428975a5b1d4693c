"""How a mail server is named: what is missing or unsafe is told before anything is sent."""

import json

import pytest

from adapters.settings import SettingsAreWrong, read_settings

BOX = {"domain": "bounces.example.org", "host": "imap.example.org", "username": "b"}


def bounces(**changes: object) -> str:
    return json.dumps({**BOX, "password": "hunter2", **changes})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SMTP_STARTTLS": "true", "SMTP_TLS": "true"}, "SMTP_TLS: should be false where"),
        (
            {"SMTP_HOST": "mail.example.org", "SMTP_USERNAME": "b", "SMTP_PASSWORD": "hunter2"},
            "SMTP_PASSWORD: should travel encrypted: set AMTSWEG_SMTP_STARTTLS or",
        ),
        ({"SMTP_CA_FILE": __file__}, "SMTP_CA_FILE: should name authorities in PEM"),
        ({"SMTP_CA_FILE": "/nowhere"}, "SMTP_CA_FILE: should be a file that is there"),
        ({"BOUNCES": "here"}, "BOUNCES: should be JSON"),
        ({"BOUNCES": bounces(domain="x y")}, "BOUNCES.domain: should be a domain such as"),
        ({"BOUNCES": bounces(tls="none")}, "BOUNCES.tls: should be implicit or starttls; none on"),
        ({"BOUNCES": bounces(folder='a"b')}, "BOUNCES.folder: "),
        ({"BOUNCES": json.dumps(BOX)}, "BOUNCES.password: is missing"),
        ({"BOUNCES": bounces(ca_file=__file__)}, "BOUNCES.ca_file: should name authorities"),
    ],
)
def test_what_is_wrong_is_told_and_no_secret(monkeypatch, given, said) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"AMTSWEG_{name}", value)
    with pytest.raises(SettingsAreWrong) as refused:
        read_settings()
    assert f"AMTSWEG_{said}" in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("safe", [{"SMTP_TLS": "true"}, {"SMTP_STARTTLS": "true"}])
def test_a_password_travels_encrypted(monkeypatch, safe) -> None:
    for name, value in {"SMTP_HOST": "mail.example.org", "SMTP_PASSWORD": "x", **safe}.items():
        monkeypatch.setenv(f"AMTSWEG_{name}", value)
    assert read_settings().smtp_password == "x"


def test_a_mailbox_for_bounces_is_read(monkeypatch) -> None:
    monkeypatch.setenv("AMTSWEG_BOUNCES", bounces(domain="Bounces.Example.ORG"))
    box = read_settings().bounces
    assert box is not None
    assert (box.domain, box.port, box.tls, box.folder) == (
        "bounces.example.org", 993, "implicit", "INBOX",
    )  # fmt: skip
    assert "hunter2" not in repr(box)
