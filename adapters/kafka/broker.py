"""A Kafka broker of one's own on this machine, for development and tests: one node, on loopback.

Java runs it, out of files that Maven fetches once. For real, a Kafka runs elsewhere.
"""

import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from adapters.free_port import free_port
from adapters.kafka.errors import BrokerDidNotStart, BrokerRuns
from adapters.kafka.java import libraries, program

FORMAT_SECONDS, START_SECONDS, STOP_SECONDS = 60, 90, 20
STARTED = "Kafka Server started"
MEMORY = ("-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
HOST = "127.0.0.1"
PROPERTIES = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
"""
LOGGING = """rootLogger.level=INFO
rootLogger.appenderRef.said.ref=said
appender.said.type=Console
appender.said.name=said
appender.said.layout.type=PatternLayout
appender.said.layout.pattern=%d{ISO8601} %p %m (%c)%n
"""


@dataclass(slots=True)
class Broker:
    """`folder`: its data and its log stay there, so that it can be ended and started again.

    `more`: properties beside the usual ones, or instead of them; `{port}` is its own.
    """

    folder: Path
    port: int
    more: str = ""
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    _held: int | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "broker.log"

    def start(self) -> None:
        """Return when it answers. Raise BrokerRuns, BrokerNeedsJava or BrokerDidNotStart."""
        if not self.runs:
            self._let_go()
        self._held = self._hold()
        try:
            self._run(self._held)
        except BaseException:
            self.kill()
            raise

    def _hold(self) -> int:
        """Before anything of the folder is touched, and for as long as Java lives."""
        self.folder.mkdir(parents=True, exist_ok=True)
        held = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            flock(held, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            os.close(held)
            port = _port_before(self.folder)
            raise BrokerRuns(f"{self.folder}, at {HOST}:{port or self.port}") from None
        return held

    def _run(self, held: int) -> None:
        java = [program("java"), *MEMORY, *self._logging(), "-cp", f"{libraries()}/*"]
        properties = self._properties()
        if not (self.folder / "data" / "meta.properties").exists():
            self._format(java, properties)
        with self.log.open("wb") as said:
            command = [*java, "kafka.Kafka", str(properties)]
            self._process = subprocess.Popen(  # noqa: S603 -- a list of own arguments, no shell
                command, cwd=self.folder, stdout=said, stderr=said, start_new_session=True,
                pass_fds=[held],
            )  # fmt: skip
        self._wait()

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _end(self, number: int) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.send_signal(number)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._let_go()

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            os.close(held)

    def _logging(self) -> list[str]:
        file = self.folder / "log4j2.properties"
        file.write_text(LOGGING)
        return [f"-Dlog4j2.configurationFile={file}", f"-Dlog4j.configurationFile={file}"]

    def _properties(self) -> Path:
        file, before = self.folder / "server.properties", _port_before(self.folder)
        if before is None:
            template = PROPERTIES + self.more
            file.write_text(
                template.format(folder=self.folder, port=self.port, controller=free_port(0))
            )
        elif before != self.port:
            there = re.compile(rf"{re.escape(HOST)}:{before}\b")
            file.write_text(there.sub(self.address, file.read_text()))
        return file

    def _format(self, java: list[str], properties: Path) -> None:
        given = ["format", "--cluster-id", "YW10c3dlZy1rYWZrYQAAAA", "--config", str(properties)]
        done = subprocess.run(  # noqa: S603 -- a list of own arguments, no shell
            [*java, "kafka.tools.StorageTool", *given],
            capture_output=True, check=False, timeout=FORMAT_SECONDS,
        )  # fmt: skip
        if done.returncode:
            raise BrokerDidNotStart(done.stderr.decode(errors="replace")[-400:])

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while STARTED not in self.log.read_text(errors="replace"):
            if not self.runs or time.monotonic() > deadline:
                raise BrokerDidNotStart(self.log)
            time.sleep(0.05)


def broker_in(folder: Path, port: int | None = None, usual: int = 0) -> Broker:
    """Return one that is not started yet, on this port; where none is named, on that which it had
    before, or on the usual one. Where this or the usual one is taken, on another.
    """
    before = _port_before(folder)
    if port is None and before is not None:
        return Broker(folder, before)
    return Broker(folder, free_port(usual if port is None else port))


def _port_before(folder: Path) -> int | None:
    try:
        lines = (folder / "server.properties").read_text().splitlines()
    except FileNotFoundError:
        return None
    named = dict(line.split("=", 1) for line in lines if "=" in line)
    return int(named["advertised.listeners"].rpartition(":")[2])
