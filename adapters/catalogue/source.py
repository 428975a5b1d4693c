"""One file of the catalogue as it was read, and how a problem names its file, line and field."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from adapters.catalogue.toml_lines import Where, line_of


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    file: str
    line: int
    field: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.what}"


@dataclass(frozen=True, slots=True)
class Source:
    """`sha256` over the bytes, so that a pinned digest proves the whole file."""

    file: str
    text: str
    sha256: str

    def problem(self, where: Where, what: str) -> Problem:
        return Problem(self.file, line_of(self.text, where), spelled(where), what)


def sources(folder: Path) -> Iterator[Source | Problem]:
    for path in sorted(folder.glob("*.toml")):
        content = path.read_bytes()
        file = f"{folder.name}/{path.name}"
        try:
            yield Source(file, content.decode(), sha256(content).hexdigest())
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            yield Problem(file, line, "text", "is not UTF-8; save the file as UTF-8")


def spelled(where: Where) -> str:
    """`("tariff", 1, "cents")` as a person counts: `tariff[2].cents`."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in where)
    return "".join(parts).removeprefix(".")
