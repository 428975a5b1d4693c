"""A wrong setting is named in one sentence that says what to do; nothing is started."""

import socket
from collections.abc import Iterator

import pytest

from adapters.evidence.anchor_places import PLACE
from adapters.settings import Settings, SettingsAreWrong, read_settings

TWICE = '["https://a:b@example.org/notes", "https://c:d@example.org/notes"]'
NAMED_BADLY = '[{"name": "The Library", "municipality": "5513", "services": ["library-card"]}]'
SERVING_OTHERS = "http://192.0.2.1:8001"


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])


@pytest.mark.parametrize(
    ("command", "name", "value", "said"),
    [
        ("serve", "AMTSWEG_PORT", "abc", "AMTSWEG_PORT: should be a whole number"),
        ("work", "AMTSWEG_RETENTION", "maybe", "AMTSWEG_RETENTION: should be true or false"),
        ("topics", "AMTSWEG_KAFKA_PARTITIONS", "x", "PARTITIONS: should be a whole number"),
        ("work", "AMTSWEG_SMTP_TLS", "often", "AMTSWEG_SMTP_TLS: should be "),
        ("run", "AMTSWEG_SMTP_PORT", "70000", "AMTSWEG_SMTP_PORT: should be at most 65535"),
        ("work", "AMTSWEG_ISSUERS", "nobody", "AMTSWEG_ISSUERS: should be JSON"),
        ("serve", "AMTSWEG_ISSUERS", '[{"roles": []}]', "AMTSWEG_ISSUERS.0.issuer: "),
        ("verify", "AMTSWEG_PUBLIC_URL", "here", "AMTSWEG_PUBLIC_URL: should be an address"),
        ("run", "AMTSWEG_CATALOGUE", "/nowhere", "AMTSWEG_CATALOGUE: "),
        ("serve", "AMTSWEG_CATALOGUE", "/nowhere", "AMTSWEG_CATALOGUE: "),
        ("work", "AMTSWEG_ANCHORS", '["notes.txt"]', "AMTSWEG_ANCHORS.0: should be the whole path"),
        ("work", "AMTSWEG_ANCHORS", '["ftp://x/y"]', f"AMTSWEG_ANCHORS.0: {PLACE}"),
        ("work", "AMTSWEG_ANCHORS", '["https://x:99999/y"]', f"AMTSWEG_ANCHORS.0: {PLACE}"),
        ("work", "AMTSWEG_ANCHORS", TWICE, "AMTSWEG_ANCHORS: should name each anchor once"),
        ("work", "AMTSWEG_CHECKPOINT_SECONDS", "0", "AMTSWEG_CHECKPOINT_SECONDS: "),
        ("work", "KAFKA_BOOTSTRAP_SERVERS", "here", "KAFKA_BOOTSTRAP_SERVERS: should be addresses"),
        ("topics", "AMTSWEG_KAFKA_TOPIC_PREFIX", "A b", "AMTSWEG_KAFKA_TOPIC_PREFIX: "),
        ("serve", "AMTSWEG_BACK_OFFICES", "[{}]", "AMTSWEG_BACK_OFFICES.0.name: is missing"),
        ("work", "AMTSWEG_BACK_OFFICES", NAMED_BADLY, "0.name: should be lower-case letters"),
        ("work", "AMTSWEG_BACK_OFFICES", NAMED_BADLY, "0.municipality: should be an official key"),
        ("work", "AMTSWEG_BACK_OFFICES", "{}", "AMTSWEG_BACK_OFFICES: should be a list"),
        ("work", "AMTSWEG_BACK_OFFICES", "[1]", "AMTSWEG_BACK_OFFICES.0: should be an object, {"),
        ("serve", "AMTSWEG_METRICS_TOKEN", "short", "METRICS_TOKEN: should be at least 32 random"),
        ("serve", "AMTSWEG_METRICS_TOKEN", "", "METRICS_TOKEN: should be at least 32 random"),
        ("migrate", "DATABASE_URL", "nonsense", "DATABASE_URL: should be an address"),
        ("run", "POSTGRES_ENABLE_DB_FUNCTIONS", "yes", "POSTGRES_ENABLE_DB_FUNCTIONS"),
        ("verify", "POSTGRES_ENABLE_DB_FUNCTIONS", "yes", "POSTGRES_ENABLE_DB_FUNCTIONS"),
        ("sandbox", "AMTSWEG_SANDBOX_URL", SERVING_OTHERS, "Bind to 127.0.0.1"),
    ],
)
def test_a_wrong_setting_is_named(amtsweg, command, name, value, said) -> None:
    assert said in amtsweg(command, **{name: value}).sentence


def test_all_wrong_settings_are_named_at_once(amtsweg) -> None:
    sentence = amtsweg("serve", AMTSWEG_PORT="abc", AMTSWEG_POOL_SIZE="0").sentence
    assert "AMTSWEG_PORT" in sentence
    assert "AMTSWEG_POOL_SIZE" in sentence


def test_a_catalogue_with_mistakes_is_refused_line_by_line(amtsweg, tmp_path) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "card.toml").write_text("key = ")
    said = amtsweg("run", AMTSWEG_CATALOGUE=str(tmp_path))
    assert said.code == 2
    assert "services/card.toml:1: TOML: cannot be read" in said.err


@pytest.mark.parametrize("command", [["run"], ["migrate"], ["verify"], ["rebuild", "worklist_v2"]])
def test_a_silent_database_is_said_and_its_password_is_not(amtsweg, command) -> None:
    sentence = amtsweg(*command, AMTSWEG_SANDBOX="true").sentence
    assert "check DATABASE_URL" in sentence
    assert "secret" not in sentence


def test_the_sandbox_does_not_run_on_a_database_that_may_be_real(amtsweg) -> None:
    assert "set AMTSWEG_SANDBOX=true, if nothing" in amtsweg("run").sentence


REAL = '[{"issuer": "https://id.example.org/realm", "roles": ["citizen"]}]'


@pytest.mark.parametrize(
    ("command", "name", "value"),
    [
        ("serve", "AMTSWEG_HOST", "192.0.2.1"),
        ("serve", "AMTSWEG_ISSUERS", REAL),
    ],
)
def test_nobody_real_pays_on_the_platform_of_the_sandbox(amtsweg, command, name, value) -> None:
    said = amtsweg(command, **{name: value})
    assert "Set AMTSWEG_PAYMENT_URL to your payment platform" in said.sentence


AT_THE_SANDBOX = """[{"issuer": "https://id.example.org/realm", "roles": ["citizen"], "mailbox":
    {"url": "http://127.0.0.1:8001/account", "bearer": "x"}}]"""


def test_no_letter_to_somebody_real_ends_in_the_sandbox(amtsweg) -> None:
    real = {"AMTSWEG_PAYMENT_URL": "https://pay.example.org", "AMTSWEG_ISSUERS": AT_THE_SANDBOX}
    assert "Set `mailbox.url` in AMTSWEG_ISSUERS to the" in amtsweg("serve", **real).sentence


def test_a_folder_that_cannot_be_made_is_said(amtsweg) -> None:
    sentence = amtsweg("migrate", DATABASE_URL="", AMTSWEG_HOME="/dev/null").sentence
    assert "choose another folder" in sentence


def test_a_port_in_use_is_said_at_once(amtsweg, taken) -> None:
    """Before the database is looked at, which may take its time: there is none here."""
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    sentence = amtsweg("serve", "--port", taken, DATABASE_URL=nowhere).sentence
    assert sentence.startswith("Another program listens on this address")
    assert taken in sentence


def test_words_of_the_validator_are_for_no_operator() -> None:
    """Whatever a setting is that has a default of its own to be wrong about."""
    wrong = {f"AMTSWEG_{name.upper()}": "\u00e4 b" for name in Settings.model_fields}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in wrong.items():
            patch.setenv(name, value if "BACK" not in name else "[1]")
        with pytest.raises(SettingsAreWrong) as refused:
            read_settings()
    assert "Input" not in str(refused.value)
    assert "String" not in str(refused.value)
