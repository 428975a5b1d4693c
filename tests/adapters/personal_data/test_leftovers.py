"""What lies outside the database is found by its name, whatever has become of the rest."""

import os
import time
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.mail.mail_folder import caught, keep
from adapters.personal_data.leftovers import remove_files, remove_mails
from adapters.proofs.files import local_files

MINE, OTHER = uuid4(), uuid4()


def mail(notification_id: object, domain: str = "stadt.example") -> bytes:
    return f"Message-ID: <{notification_id}@{domain}>\r\nTo: kim@example.org\r\n\r\nHallo".encode()


def files_in(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("domain", ["stadt.example", "a-former-address.example"])
def test_a_mail_goes_whatever_address_it_came_from(tmp_path: Path, domain: str) -> None:
    for one in (
        mail(MINE, domain),
        mail(OTHER),
        b"no header\r\n\r\nat all",
        b"Message-ID: <>\r\n\r\n",
    ):
        keep(tmp_path, one)
    remove_mails(tmp_path, {str(MINE)})
    left = [str(one["Message-ID"]).strip() for one in caught(tmp_path)]
    assert left == [f"<{OTHER}@stadt.example>", "None", "<>"]


def test_where_no_mail_was_sent_none_goes(tmp_path: Path) -> None:
    keep(tmp_path, b"Message-ID: <>\r\n\r\nnobody's")
    remove_mails(tmp_path, set())
    remove_mails(tmp_path / "not-there", {str(MINE)})
    assert len(caught(tmp_path)) == 1


async def test_all_files_of_an_application_go_and_no_others(tmp_path: Path) -> None:
    files = local_files(tmp_path / "files")
    for name in (f"{MINE}/a", f"{MINE}/b", f"{OTHER}/a", f"{MINE}-not-mine/a"):
        await files.keep(name, b"content")
    for _ in range(2):
        await remove_files(files, MINE)
    assert files_in(tmp_path / "files") == {f"{OTHER}/a", f"{MINE}-not-mine/a"}


@pytest.mark.parametrize(("seconds", "left"), [(0, 1), (120, 0)])
def test_what_a_catcher_that_died_has_half_kept_goes_as_well(
    tmp_path: Path, seconds: int, left: int
) -> None:
    """Unless it is so new that it may just be arriving."""
    keep(tmp_path, mail(MINE))
    half = tmp_path / ".arriving-x"
    half.write_bytes(mail(MINE))
    then = time.time() - seconds
    os.utime(half, (then, then))
    remove_mails(tmp_path, {str(MINE)})
    assert len(list(tmp_path.glob(half.name))) == left
