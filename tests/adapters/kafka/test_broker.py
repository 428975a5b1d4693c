"""A broker of one's own: one in a folder, on the port that was asked for. Java is played here."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from adapters.free_port import free_port
from adapters.kafka.broker import Broker, broker_in
from adapters.kafka.errors import BrokerRuns
from adapters.kafka.java import version

JAVA = """#!/bin/sh
case "$*" in *StorageTool*) exit 0;; esac
echo "Kafka Server started as $$"
exec sleep 600
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):

    (tmp_path / "amtsweg" / f"kafka-{version()}" / "libraries").mkdir(parents=True)
    java = tmp_path / "java"
    java.write_text(JAVA)
    java.chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return tmp_path / "kafka"


@pytest.fixture
def brokers() -> Iterator[ExitStack]:
    with ExitStack() as ended:
        yield ended


def started(broker: Broker, brokers: ExitStack) -> Broker:
    brokers.callback(broker.kill)
    broker.start()
    return broker


def test_a_second_one_in_the_folder_is_refused_and_touches_nothing(folder, brokers) -> None:
    first = started(broker_in(folder), brokers)
    before = {file: file.read_bytes() for file in folder.iterdir()}
    for asked in (None, free_port(0)):
        with pytest.raises(BrokerRuns) as refused:
            broker_in(folder, asked).start()
        assert f"{folder}, at {first.address}" in str(refused.value)
    assert first.runs
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


def test_one_whose_starter_was_killed_holds_the_folder_until_it_ends(folder, brokers) -> None:
    """Java lives on by itself then, and so does the lock."""
    first = started(broker_in(folder), brokers)
    first._let_go()
    with pytest.raises(BrokerRuns):
        broker_in(folder).start()
    first.kill()
    assert started(broker_in(folder), brokers).runs


def test_after_its_end_another_takes_the_folder(folder, brokers) -> None:
    first = started(broker_in(folder), brokers)
    first.stop()
    again = started(broker_in(folder), brokers)
    assert again.address == first.address


def test_one_that_died_by_itself_is_started_again(folder, brokers) -> None:
    broker = started(broker_in(folder), brokers)
    pid = int(broker.log.read_text().split()[-1])
    subprocess.run(["kill", "-9", str(pid)], check=True)
    assert broker._process is not None
    broker._process.wait(60)
    broker.start()
    assert broker.runs


def test_it_comes_back_on_its_port_unless_another_is_asked_for(folder, brokers) -> None:
    usual, other = free_port(0), free_port(0)
    started(broker_in(folder, None, usual), brokers).stop()
    assert broker_in(folder, None, 1).port == usual
    started(broker_in(folder, other), brokers).stop()
    properties = (folder / "server.properties").read_text()
    assert f"listeners=PLAINTEXT://127.0.0.1:{other}," in properties
    assert f"advertised.listeners=PLAINTEXT://127.0.0.1:{other}\n" in properties
    assert broker_in(folder).port == other
