"""A Kafka broker of one's own on this machine, for development and tests: one node, on loopback.

Java runs it, out of files that Maven fetches once. For real, a Kafka runs elsewhere.
"""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from pathlib import Path

from adapters.free_port import free_port
from adapters.kafka.errors import BrokerDidNotStart, BrokerNeedsJava

POM = Path(__file__).parent / "pom.xml"
FETCH_SECONDS, FORMAT_SECONDS, START_SECONDS, STOP_SECONDS = 400, 60, 90, 20
STARTED = "Kafka Server started"
MEMORY = ("-Xms64m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
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

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "broker.log"

    def start(self) -> None:
        """Return when it answers. Raise BrokerNeedsJava or BrokerDidNotStart."""
        java = [_program("java"), *MEMORY, *self._logging(), "-cp", f"{_libraries()}/*"]
        properties = self._properties()
        if not (self.folder / "data" / "meta.properties").exists():
            self._format(java, properties)
        with self.log.open("wb") as said:
            command = [*java, "kafka.Kafka", str(properties)]
            self._process = subprocess.Popen(  # noqa: S603 -- a list of own arguments, no shell
                command, cwd=self.folder, stdout=said, stderr=said, start_new_session=True
            )
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
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _logging(self) -> list[str]:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "log4j2.properties"
        file.write_text(LOGGING)
        return [f"-Dlog4j2.configurationFile={file}", f"-Dlog4j.configurationFile={file}"]

    def _properties(self) -> Path:
        file = self.folder / "server.properties"
        if not file.exists():
            template = PROPERTIES + self.more
            file.write_text(
                template.format(folder=self.folder, port=self.port, controller=free_port(0))
            )
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
                self.kill()
                raise BrokerDidNotStart(self.log)
            time.sleep(0.05)


def broker_in(folder: Path, port: int = 0) -> Broker:
    """Return one that is not started yet, on the port that it had before, or on this one."""
    file = folder / "server.properties"
    if file.exists():
        lines = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
        return Broker(folder, int(lines["advertised.listeners"].rpartition(":")[2]))
    return Broker(folder, free_port(port))


def _libraries() -> Path:
    """Fetch them, once for all, however many ask. Raise BrokerNeedsJava."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "amtsweg" / f"kafka-{_version()}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        libraries = folder / "libraries"
        if not libraries.exists():
            _fetch(folder / "part")
            (folder / "part").rename(libraries)
    return libraries


def _version() -> str:
    return POM.read_text().partition("kafka_2.13")[2].partition("<version>")[2].partition("<")[0]


def _fetch(into: Path) -> None:
    shutil.rmtree(into, ignore_errors=True)
    done = subprocess.run(  # noqa: S603 -- a list of own arguments, no shell
        [
            _program("mvn"), "-q", "-B", "-f", str(POM), "dependency:copy-dependencies",
            "-DincludeScope=runtime", f"-DoutputDirectory={into}",
        ],
        capture_output=True, check=False, timeout=FETCH_SECONDS,
    )  # fmt: skip
    if done.returncode or not into.exists():
        raise BrokerDidNotStart(done.stdout.decode(errors="replace")[-400:])


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BrokerNeedsJava(name)
    return found
