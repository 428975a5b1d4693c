"""The command line as processes of their own, forked from one that has imported it all."""

import multiprocessing
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import mkdtemp
from typing import Self

import amtsweg

FORKS = multiprocessing.get_context("forkserver")
# It only ends a test that hangs: a worker that joins a group of a new broker is not quick.
WITHIN_SECONDS = 120
SILENT = "postgresql://amtsweg:secret@127.0.0.1:1/amtsweg"


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What a person is told who made a mistake: one sentence, and nothing besides."""
        assert self.code == 2, self
        assert self.err.startswith("amtsweg: "), self
        assert self.err.count("\n") == 1, self
        return self.err.removeprefix("amtsweg: ").strip()


@dataclass(frozen=True, slots=True)
class Running:
    process: BaseProcess
    folder: Path

    @property
    def told(self) -> str:
        """Its log, as far as it has come."""
        file = self.folder / "err"
        return file.read_text() if file.exists() else ""

    def end(self) -> Said:
        self.process.join(WITHIN_SECONDS)
        if self.process.exitcode is None:
            self.process.kill()
            raise AssertionError(self.told)
        out, err = ((self.folder / name).read_text() for name in ("out", "err"))
        return Said(self.process.exitcode, out, err)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`environment`: the settings that are made, and none besides."""

    environment: Mapping[str, str]

    def at(self, url: str) -> Self:
        return replace(self, environment={**self.environment, "DATABASE_URL": url})

    def __call__(self, *arguments: str, **settings: str) -> Said:
        return self.begin(*arguments, **settings).end()

    def begin(self, *arguments: str, **settings: str) -> Running:
        folder = Path(mkdtemp(dir=self.environment["AMTSWEG_HOME"]))
        FORKS.set_forkserver_preload(["api.app", "api.sandbox.serving", "workers.explaining"])
        process = FORKS.Process(
            target=live, args=(arguments, {**self.environment, **settings}, folder)
        )
        process.start()
        return Running(process, folder)


def live(arguments: tuple[str, ...], environment: Mapping[str, str], folder: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT), number)
    with suppress(BrokenPipeError):
        amtsweg.app(arguments, prog_name="amtsweg")
