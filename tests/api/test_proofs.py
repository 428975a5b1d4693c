"""What becomes of a proof: kept clean and sealed, judged, handed out and noted, and forgotten."""

import io
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
import pytest
from anyio.from_thread import BlockingPortal
from PIL import Image

from adapters.bootstrap import open_parts
from adapters.ids import derived_id
from domain.application.proofs import MOST_PROOFS
from tests.api.forgetting import files_of, operator, withdrawn
from tests.api.house import House
from tests.api.library_card import REDUCED, Case, Counter, done, form, photo, until
from tests.api.problems import Database, require_problem
from tests.api.visitors import GLADBECK, Visitors
from tests.files import SECRET, chatty, noisy, pdf

KIND = "reduction-proof"
BEGUN = "SELECT count(*) FROM uploads_begun WHERE application_id = %s"
NOTED = "SELECT role, reader FROM proof_accesses WHERE application_id = %s ORDER BY accessed_at"


def submitted(counter: Counter, **changes: Any) -> Case:
    return counter.submit(form(None, REDUCED, **changes))


def proofs_of(case: Case) -> list[dict[str, Any]]:
    return list(case.see()["proofs"])


def proven(case: Case, content: bytes) -> dict[str, Any]:
    """As it is shown once it was found clean."""
    case.prove(content)
    digest = sha256(content).hexdigest()
    found = lambda: [p for p in proofs_of(case) if (p["sha256"], p["state"]) == (digest, "clean")]  # noqa: E731
    return until(found)[0]


def in_hands(counter: Counter, content: bytes) -> tuple[Case, str]:
    """A complete case that a clerk has claimed, and its proof."""
    case = submitted(counter)
    proof = proven(case, content)["proof_id"]
    case.pay()
    case.becomes("received")
    case.decide("claim")
    return case, proof


def kept(house: House, case: Case) -> list[bytes]:
    return [f.read_bytes() for f in house.settings.files.glob(f"{case.id}/*")]


def test_what_is_handed_out_is_the_cleaned_file_and_both_are_known_by_their_hashes(
    counter: Counter,
) -> None:
    case, sent = submitted(counter), chatty("JPEG")
    proof = proven(case, sent)
    answer = case.clerk.get(f"{case.path}/proofs/{proof['proof_id']}")
    assert SECRET in sent
    assert SECRET not in answer.content
    assert proof["sha256"] == sha256(sent).hexdigest()
    assert proof["clean_sha256"] == sha256(answer.content).hexdigest()
    assert proof["clean_size"] == len(answer.content)
    assert Image.open(io.BytesIO(answer.content)).size == (20, 30)


def test_who_has_a_file_cannot_find_out_whose_proof_it_is(counter: Counter) -> None:
    """The id of a proof is published, and its hash is not."""
    case, sent = submitted(counter), pdf()
    proof = proven(case, sent)
    tried = derived_id(UUID(case.id), KIND, sha256(sent).hexdigest(), 0)
    assert proof["proof_id"] != str(tried)


def test_a_download_can_do_nothing_in_a_browser(counter: Counter) -> None:
    case = submitted(counter)
    proof = proven(case, pdf())
    headers = case.citizen.get(f"{case.path}/proofs/{proof['proof_id']}").headers
    assert headers["content-disposition"] == f'attachment; filename="{KIND}.pdf"'
    assert headers["content-type"] == "application/pdf"
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\tb.pdf", '"; x="', "NUL", "%00.exe", ""])
def test_a_hostile_name_is_a_label_and_no_more(counter: Counter, house: House, name: str) -> None:
    case = submitted(counter)
    path = f"{case.path}/proofs/{KIND}"
    done(case.citizen.upload(path, photo(), {"X-File-Name": name}))
    proof = until(lambda: [p for p in proofs_of(case) if p["state"] == "clean"])[0]
    answer = case.citizen.get(f"{case.path}/proofs/{proof['proof_id']}")
    assert answer.headers["content-disposition"] == f'attachment; filename="{KIND}.png"'
    (file,) = files_of(house, case)
    assert file.startswith(f"{proof['proof_id']}.")


def test_nothing_is_on_the_disk_that_could_be_read(counter: Counter, house: House) -> None:
    case, sent = submitted(counter), noisy("PNG", (64, 64))
    proof = proven(case, sent)
    clear = case.citizen.get(f"{case.path}/proofs/{proof['proof_id']}").content
    (sealed,) = kept(house, case)
    assert len(sealed) > len(clear) > 4096
    assert not [at for at in range(0, len(clear) - 16, 16) if clear[at : at + 16] in sealed]


def test_what_was_changed_in_the_store_is_handed_to_nobody(counter: Counter, house: House) -> None:
    case, other = submitted(counter), submitted(counter)
    proof, elsewhere = proven(case, photo()), proven(other, photo("red"))
    path = f"{case.path}/proofs/{proof['proof_id']}"
    (file,) = house.settings.files.glob(f"{case.id}/*")
    whole = file.read_bytes()
    (foreign,) = kept(house, other)
    for damaged in (whole[:-1], whole[:-1] + b"?", photo(), b"", foreign):
        file.write_bytes(damaged)
        require_problem(case.clerk.get(path), 503, "proof-file-damaged")
    file.unlink()
    require_problem(case.clerk.get(path), 503, "proof-file-missing")
    file.write_bytes(whole)
    assert case.clerk.get(path).is_success
    assert elsewhere["state"] == "clean"


def test_each_download_is_noted_and_the_auditor_sees_whose_it_was(
    counter: Counter, database: Database, visitors: Visitors
) -> None:
    case = submitted(counter)
    proof = proven(case, photo())
    path = f"{case.path}/proofs/{proof['proof_id']}"
    for visitor in (case.citizen, case.clerk, visitors.clerk(GLADBECK), case.auditor):
        visitor.get(path)
    noted = database.execute(NOTED, (case.id,)).fetchall()
    assert noted == [
        ("citizen", ""),
        ("clerk", case.clerk.subject),
        ("auditor", case.auditor.subject),
    ]
    shown = done(case.auditor.get(f"{case.path}/accesses"))["accesses"]
    assert [(one["role"], one["reader"]) for one in shown] == noted
    assert {one["proof_id"] for one in shown} == {proof["proof_id"]}


def test_what_was_noted_is_not_edited(counter: Counter, database: Database) -> None:
    case = submitted(counter)
    case.citizen.get(f"{case.path}/proofs/{proven(case, photo())['proof_id']}")
    for change in ("UPDATE proof_accesses SET role = ''", "TRUNCATE proof_accesses"):
        with pytest.raises(psycopg.errors.RaiseException):
            database.execute(change)


def test_a_clerk_accepts_a_proof(counter: Counter) -> None:
    case, proof = in_hands(counter, photo())
    case.decide(f"proofs/{proof}/acceptance")
    assert [p["state"] for p in proofs_of(case)] == ["accepted"]
    assert case.decide("approval")["status"] in ("approved", "issued-online")


def test_a_clerk_refuses_a_proof_and_the_applicant_is_asked_for_another(counter: Counter) -> None:
    case, proof = in_hands(counter, photo())
    reason = "Die Bescheinigung ist vom letzten Semester."
    answer = case.decide(f"proofs/{proof}/refusal", {"reason": reason})
    assert answer["missing_proofs"] == [KIND]
    case.gets_mail("Wir brauchen noch etwas von Ihnen")
    (shown,) = done(case.citizen.get(case.path))["proofs"]
    assert (shown["state"], shown["reason"]) == ("refused-by-clerk", reason)
    case.ask(f"corrections/{answer['open_correction']}/answer", {"message": "Kommt."})
    version = case.see()["version"]
    refused = case.clerk.post(f"{case.path}/approval", version=version)
    assert KIND in require_problem(refused, 409, "not-received-yet")["detail"]
    proven(case, photo("red"))  # unasked: what is missing can always be brought
    assert case.decide("approval")["missing_proofs"] == []


def test_judging_can_be_retried_and_stands_on_what_was_seen(counter: Counter) -> None:
    case, proof = in_hands(counter, photo())
    path, version = f"{case.path}/proofs/{proof}/refusal", case.see()["version"]
    body = {"reason": "Unleserlich."}
    first, again = (case.clerk.post(path, body, version=version, key="k") for _ in range(2))
    assert done(again) == done(first)
    late = case.clerk.post(f"{case.path}/proofs/{proof}/acceptance", version=version)
    require_problem(late, 412, "stale-version")


def test_a_proof_that_there_is_not_cannot_be_judged(counter: Counter) -> None:
    case, _ = in_hands(counter, photo())
    version = case.see()["version"]
    path = f"{case.path}/proofs/{UUID(int=1)}/acceptance"
    require_problem(case.clerk.post(path, version=version), 404, "proof-unknown")


def test_the_same_file_elsewhere_is_shown_to_the_office_and_to_nobody_else(
    counter: Counter,
) -> None:
    content = noisy("PNG", (20, 20))
    one, other, there = submitted(counter), submitted(counter), submitted(counter, **IN_GLADBECK)
    for case in (one, other, there):
        proven(case, content)
    flagged = lambda: done(one.clerk.get(one.path))["proofs"][0]["duplicates"]  # noqa: E731
    assert until(flagged) == [{"application_id": other.id, "kind": KIND}]
    assert done(one.citizen.get(one.path))["proofs"][0]["duplicates"] == []
    assert done(there.clerk.get(there.path))["proofs"][0]["duplicates"] == []
    withdrawn(other)
    assert operator(counter.visitors).fates(other.citizen.subject) == {other.id: "erased"}
    until(lambda: not flagged())


def test_a_byte_behind_its_end_makes_no_other_file_of_it(counter: Counter) -> None:
    content = noisy("PNG", (20, 20))
    one, other = submitted(counter), submitted(counter)
    proven(one, content)
    proven(other, content + b"!")
    flagged = lambda: done(one.clerk.get(one.path))["proofs"][0]["duplicates"]  # noqa: E731
    assert until(flagged) == [{"application_id": other.id, "kind": KIND}]


IN_GLADBECK = {"municipality": GLADBECK}


def test_an_application_takes_only_so_many_files(counter: Counter) -> None:
    case = submitted(counter)
    for number in range(MOST_PROOFS):
        case.prove(photo(f"#{number:06x}"))
    one_more = case.citizen.upload(f"{case.path}/proofs/{KIND}", photo("white"))
    require_problem(one_more, 409, "too-many-proofs")


def test_an_upload_that_breaks_off_leaves_nothing_and_can_be_repeated(
    counter: Counter, house: House, database: Database
) -> None:
    case, content = submitted(counter), noisy("PNG", (300, 300))

    def cut_off() -> Iterator[bytes]:
        yield content[: len(content) // 2]
        raise ConnectionAbortedError

    key = {"Idempotency-Key": "broken-off"}
    with pytest.raises(ConnectionAbortedError):
        case.citizen.upload(f"{case.path}/proofs/{KIND}", cut_off(), key)
    assert (files_of(house, case), proofs_of(case)) == ([], [])
    assert database.execute(BEGUN, (case.id,)).fetchone() == (0,)
    done(case.citizen.upload(f"{case.path}/proofs/{KIND}", content, key))
    until(lambda: [p["state"] for p in proofs_of(case)] == ["clean"])
    assert len(files_of(house, case)) == 1


def test_what_was_cut_off_between_the_file_and_its_event_is_removed_later_on(
    counter: Counter, house: House, portal: BlockingPortal, database: Database
) -> None:
    case = submitted(counter)
    kept_proof = proven(case, photo())

    async def cut_off_and_sweep() -> list[int]:
        async with open_parts(house.settings, house.database) as parts:
            loaded, vault = await parts.log.load(UUID(case.id)), parts.proofs.vault
            assert loaded.key
            await vault.keep(loaded.key, f"{case.id}/cut-off", photo())
            (house.settings.files / case.id / "half#1").write_bytes(b"half")
            await parts.log.rows(
                "INSERT INTO uploads_begun VALUES (%b, %b) RETURNING file",
                (f"{case.id}/half", UUID(case.id)),
            )
            early = await vault.remove_cut_off()
            database.execute("UPDATE uploads_begun SET begun_at = begun_at - interval '2 hours'")
            return [early, await vault.remove_cut_off(), await vault.remove_cut_off()]

    assert portal.call(cut_off_and_sweep) == [0, 2, 0]
    (left,) = files_of(house, case)
    assert left.startswith(kept_proof["proof_id"])


def test_who_is_erased_leaves_no_file(counter: Counter, house: House, visitors: Visitors) -> None:
    case = submitted(counter)
    proof = proven(case, photo())
    withdrawn(case)
    assert operator(visitors).fates(case.citizen.subject) == {case.id: "erased"}
    assert files_of(house, case) == []
    answer = case.clerk.get(f"{case.path}/proofs/{proof['proof_id']}")
    require_problem(answer, 404, "not-found")
