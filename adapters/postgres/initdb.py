"""Makes a new PostgreSQL data folder, whole or not at all."""

import os
import secrets
import shutil
from pathlib import Path
from tempfile import mkdtemp

from adapters.postgres.embedded_errors import PostgresDidNotStart
from adapters.postgres.programs import Programs
from adapters.whole_files import through_to_disk

OWNER = "amtsweg"
DATA = "data"
PASSWORD = "password"  # noqa: S105 - the name of the file that holds it

INITDB = (
    f"--username={OWNER}",
    f"--pwfile=../{PASSWORD}",
    "--auth=scram-sha-256",
    "--data-checksums",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",  # the same order and the same upper case on every machine
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)
SINGLE_USER = ("-c", "exit_on_error=on", "-c", "log_checkpoints=off", "postgres")


def create_data_folder(folder: Path, programs: Programs, *, durable: bool) -> None:
    """Only the rename makes it count; what an earlier, killed attempt left behind goes first."""
    for leftover in folder.glob(f"{DATA}.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    _write_password(folder, programs)
    fresh = Path(mkdtemp(prefix=f"{DATA}.new-", dir=folder))
    try:
        _fill(fresh, programs, durable=durable)
        fresh.rename(folder / DATA)
        through_to_disk(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _fill(fresh: Path, programs: Programs, *, durable: bool) -> None:
    programs.give(fresh)
    named = programs.name_of(fresh)
    sync = () if durable else ("--no-sync",)
    _must(programs, "initdb", "-D", named, *INITDB, *sync, inside=fresh)
    create = f"CREATE DATABASE {OWNER};\n"
    _must(programs, "postgres", "--single", "-D", named, *SINGLE_USER, inside=fresh, stdin=create)


def _must(programs: Programs, program: str, *arguments: str, inside: Path, stdin: str = "") -> None:
    finished = programs.run(program, *arguments, inside=inside, stdin=stdin)
    if finished.returncode != 0:
        raise PostgresDidNotStart(f"\n{finished.stdout.strip()}")


def _write_password(folder: Path, programs: Programs) -> None:
    """Readable by the server's account while it sets the password, and by nobody else, ever."""
    unfinished = folder / f"{PASSWORD}.new"
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(24))
        file.flush()
        os.fsync(file.fileno())
    programs.give(unfinished)
    unfinished.rename(folder / PASSWORD)
    through_to_disk(folder)
