"""Checkpoints lie on a topic of their own, whole and in order, and `verify` asks for them there."""

from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from adapters.evidence.anchors import AnchorUnavailable, anchor_at, kind_of
from adapters.free_port import free_port
from adapters.kafka.access import KafkaAccess
from adapters.kafka.anchor import KafkaAnchor
from adapters.kafka.errors import KafkaIsOff
from adapters.kafka.topic_names import CHECKPOINTS, topic_name
from adapters.settings import Settings
from tests.domain.application import happened as h
from tests.keys import SIGNER
from tests.projections.log import Log
from tests.working import work_until

NOTES = [f"amtsweg\n{size}\nroot\n\n— amtsweg {'A' * size}\n" for size in (1, 2, 3)]
HANDED_OVER = "SELECT anchor FROM anchored WHERE number > 0"


@pytest.fixture
def anchor(topics) -> KafkaAnchor:
    return KafkaAnchor(topics.access, topic_name(topics.access.prefix, CHECKPOINTS))


async def test_notes_are_kept_whole_and_in_order(anchor) -> None:
    for note in NOTES:
        await anchor.keep(note)
    assert await anchor.notes() == NOTES


async def test_the_same_note_twice_is_one(anchor, topics) -> None:
    for note in (NOTES[0], NOTES[1], NOTES[0]):
        await anchor.keep(note)
    assert await anchor.notes() == NOTES[:2]
    keys = [message.key for message in topics.read(anchor.topic)]
    assert keys[0] == keys[2] != keys[1]


async def test_one_that_has_kept_nothing_is_empty(anchor) -> None:
    assert await anchor.content() == ""


async def test_without_the_topic_it_is_said_how_to_make_it(anchor) -> None:
    elsewhere = replace(anchor, topic=f"{anchor.topic}-not-made")
    with pytest.raises(AnchorUnavailable, match="run `topics`"):
        await elsewhere.notes()


async def test_a_kafka_that_does_not_answer_is_no_anchor(anchor) -> None:
    nowhere = replace(anchor, access=KafkaAccess(f"127.0.0.1:{free_port(0)}", "x"))
    for asked in (nowhere.notes(), nowhere.keep(NOTES[0])):
        with pytest.raises(AnchorUnavailable):
            await asked


def test_a_topic_is_an_anchor_where_a_kafka_is_named(topics) -> None:
    place = "kafka:amtsweg.checkpoints.v1"
    assert anchor_at(place, topics.access).name == place
    assert kind_of(place) == "kafka"
    with pytest.raises(KafkaIsOff):
        anchor_at(place)


def test_where_a_kafka_is_named_its_topic_is_one_of_the_anchors(tmp_path) -> None:
    given = Settings(home=tmp_path, kafka_bootstrap_servers="127.0.0.1:9092")
    assert given.anchor_places[1:] == ("kafka:amtsweg.checkpoints.v1",)
    assert Settings(home=tmp_path, anchors=("/a",)).anchor_places == ("/a",)


async def test_the_log_is_verified_by_what_lies_in_kafka(amtsweg, service_url, topics) -> None:
    place = f"kafka:{topic_name(topics.access.prefix, CHECKPOINTS)}"
    settings = {
        "KAFKA_BOOTSTRAP_SERVERS": topics.access.servers,
        "AMTSWEG_KAFKA_TOPIC_PREFIX": topics.access.prefix,
        "AMTSWEG_CHECKPOINT_SECONDS": "0.1",
    }
    await Log(service_url).record(uuid4(), h.claimed)
    here = amtsweg.at(service_url)
    work_until(here, "checkpoints", settings, lambda: place in _anchored(service_url))
    verified = here("verify", "--anchor", place, "--key", str(SIGNER.verifier), **settings)
    assert verified.code == 0, verified
    assert "set KAFKA_BOOTSTRAP_SERVERS" in here("verify", "--anchor", place).sentence


def _anchored(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(HANDED_OVER).fetchall()]
