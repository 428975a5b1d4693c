"""The PostgreSQL programs of the installed wheel, run under an account that PostgreSQL accepts."""

import os
import pwd
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from adapters.postgres.binaries import copied_within_reach, installed_binaries
from adapters.postgres.embedded_errors import (
    NoAccountForPostgres,
    StateFolderOutOfReach,
)

ACCOUNTS = ("amtsweg", "postgres", "nobody")
WORKING_FOLDER = Path("/proc/self/cwd")
# Not the caller's environment: it may hold PG* settings and other people's secrets.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


class Account(NamedTuple):
    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """`account` is None where the caller's own account is good enough, i.e. is not root."""

    binaries: Path
    account: Account | None

    def run(
        self,
        program: str,
        *arguments: str,
        inside: Path,
        stdin: str = "",
        output: IO[str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run to the end in its own session, so that Ctrl-C reaches the caller alone."""
        return _run(
            [str(self.binaries / program), *arguments],
            account=self.account,
            inside=inside,
            stdin=stdin,
            output=output,
        )

    def give(self, path: Path) -> None:
        if self.account is not None:
            os.chown(path, *self.account)

    def name_of(self, folder: Path) -> str:
        """How a program that works inside the folder names it: parents may be closed to it."""
        if self.account is None or _may_enter(self.account, folder):
            return str(folder)
        if WORKING_FOLDER.exists():
            return str(WORKING_FOLDER)
        raise StateFolderOutOfReach(folder)


def programs_for(data: Path) -> Programs:
    account = _account_for(data)
    binaries = installed_binaries()
    if account is not None and not _may_enter(account, binaries):
        binaries = copied_within_reach(binaries)
    return Programs(binaries=binaries, account=account)


def _run(
    command: list[str],
    *,
    account: Account | None,
    inside: Path,
    stdin: str = "",
    output: IO[str] | None = None,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - a list of own arguments, no shell
        command,
        cwd=inside,
        env=ENVIRONMENT,
        input=stdin,
        stdout=output or subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        start_new_session=True,
        user=account and account.uid,
        group=account and account.gid,
        extra_groups=account and (),
    )


def _account_for(data: Path) -> Account | None:
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    for name in ACCOUNTS:
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise NoAccountForPostgres


def _may_enter(account: Account, folder: Path) -> bool:
    trial = _run(["/bin/sh", "-c", 'cd -- "$0"', str(folder)], account=account, inside=Path("/"))
    return trial.returncode == 0
