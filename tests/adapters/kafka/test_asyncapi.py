"""The document says what is published, its own validator takes it, and it is the one in docs/."""

import json
import subprocess

import jsonschema_rs
import pytest

from adapters.event_names import EVENT_TYPES
from adapters.kafka.asyncapi import HEADERS, document
from adapters.kafka.cloud_events import KEPT_BACK
from tests.installation import ROOT
from tests.node_packages import node_with_packages

FILE = ROOT / "docs/asyncapi.json"
VALIDATOR = ROOT / "tests/asyncapi_parser"


@pytest.fixture(scope="module")
def made() -> dict:
    return document()


def test_the_document_in_docs_is_made_of_the_classes_as_they_are(amtsweg, made) -> None:
    assert json.loads(FILE.read_text()) == made, "run `amtsweg asyncapi > docs/asyncapi.json`"
    assert amtsweg("asyncapi").out == FILE.read_text()


def test_the_parser_of_asyncapi_takes_it(made) -> None:
    node = node_with_packages(VALIDATOR)
    said = subprocess.run(
        [node, "validate.mjs"],
        cwd=VALIDATOR, input=FILE.read_text(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(said.stdout) == {"channels": len(made["channels"]), "wrong": []}


def test_the_parser_of_asyncapi_finds_what_is_wrong(made) -> None:
    node = node_with_packages(VALIDATOR)
    broken = json.dumps({**made, "operations": {"publish": {"action": "shout"}}})
    said = subprocess.run(
        [node, "validate.mjs"], cwd=VALIDATOR, input=broken, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert json.loads(said.stdout)["wrong"]


def test_every_event_is_in_one_channel(made) -> None:
    named = [name for channel in made["channels"].values() for name in channel["messages"]]
    assert sorted(named) == sorted([*(e.__name__ for e in EVENT_TYPES), "Checkpoint"])


def test_nothing_personal_is_described(made) -> None:
    schemas = made["components"]["schemas"]
    assert KEPT_BACK["ApplicationSubmitted"] >= {"applicant", "answers"}
    assert all(not names & schemas[name]["properties"].keys() for name, names in KEPT_BACK.items())
    assert "Applicant" not in schemas


def test_who_of_the_staff_acted_and_where_somebody_pays_is_not_described(made) -> None:
    schemas = made["components"]["schemas"]
    told = {
        f"{event.__name__}.{name}"
        for event in EVENT_TYPES
        for name, what in schemas[event.__name__]["properties"].items()
        if (name.endswith("_by") and what.get("type") == "string") or name.endswith("_url")
    }
    assert told == {"ProofFoundClean.checked_by", "ProofRefused.checked_by"}, "by a program"
    assert not schemas["RoleGranted"]["properties"].keys() & {"subject", "granted_by"}
    assert not schemas["RoleRevoked"]["properties"].keys() & {"subject", "revoked_by", "reason"}


def test_whose_proof_a_file_is_cannot_be_found_by_its_content(made) -> None:
    described = made["components"]["schemas"]["ProofUploaded"]["properties"]
    assert "digest" in described, "which is keyed"
    assert not {"sha256", "clean_sha256"} & described.keys()


def test_every_schema_is_one(made) -> None:
    for name, schema in made["components"]["schemas"].items():
        whole = {**schema, "components": made["components"]}
        jsonschema_rs.meta.validate(whole)
        assert name == HEADERS or schema["title"] == name
