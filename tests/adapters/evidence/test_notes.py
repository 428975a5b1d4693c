"""A checkpoint is a signed note as transparency logs write it, and no byte of it can be changed."""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from string import ascii_letters, digits

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from adapters.evidence.notes import (
    Checkpoint,
    KeyMistyped,
    NotAPublicKey,
    NoteIsInvalid,
    Signer,
    Verifier,
)
from adapters.evidence.signing_key import new_signer

# The key of test 1 in RFC 8032, section 7.1.
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
SIGNER = Signer("amtsweg-1a2b3c4d", Ed25519PrivateKey.from_private_bytes(SEED))
VERIFIER = SIGNER.verifier
CHECKPOINT = Checkpoint(
    origin="amtsweg-1a2b3c4d",
    size=8,
    root=bytes.fromhex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    position=9,
    at=datetime(2026, 3, 2, 12, 30, tzinfo=UTC),
)
NOTE = SIGNER.sign(CHECKPOINT)
LINE = NOTE.partition("\n\n")[2]
ALPHABET = f"{ascii_letters}{digits}+/"
OTHERS_LINE = "— witness.example.org AAAAAG90aGVy\n"
# The example of Go's sumdb/note, which the format comes from.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpR"
    "Zb6KE6RyyBwJnAM=\n"
)
COUNTS = st.integers(min_value=0, max_value=2**62)
CHECKPOINTS = st.builds(
    Checkpoint,
    origin=st.just(SIGNER.origin),
    size=COUNTS,
    root=st.binary(min_size=32, max_size=32),
    position=COUNTS,
    at=st.datetimes(timezones=st.just(UTC)),
)


@given(CHECKPOINTS)
def test_what_was_signed_is_read_again(checkpoint) -> None:
    assert VERIFIER.open(SIGNER.sign(checkpoint)) == checkpoint


def test_a_note_looks_as_it_is_documented() -> None:
    text, signature = NOTE.split("\n\n")
    assert text.split("\n") == [
        "amtsweg-1a2b3c4d",
        "8",
        "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=",
        "position 9",
        "at 2026-03-02T12:30:00+00:00",
    ]
    raw = VERIFIER.key_id + SIGNER.key.sign(f"{text}\n".encode())
    assert signature == f"\N{EM DASH} amtsweg-1a2b3c4d {b64encode(raw).decode()}\n"


def test_a_published_note_is_believed_under_its_published_key() -> None:
    text = Verifier.parse(PUBLISHED_KEY).signed_text(PUBLISHED)
    assert text == PUBLISHED.partition("\n\n")[0] + "\n"


def test_every_single_changed_byte_is_refused() -> None:
    content = NOTE.encode()
    for place, byte in enumerate(content):
        for other in {byte ^ 1, byte ^ 32, byte ^ 128, ord("\n"), ord(" "), ord("A")} - {byte}:
            changed = content[:place] + bytes([other]) + content[place + 1 :]
            with pytest.raises(NoteIsInvalid):
                VERIFIER.open(changed.decode(errors="surrogateescape"))


def test_a_signature_is_believed_in_its_usual_spelling_alone() -> None:
    *start, last, equals, newline = NOTE
    assert (equals, newline) == ("=", "\n")
    for other in set(ALPHABET) - {last}:
        with pytest.raises(NoteIsInvalid):
            VERIFIER.open("".join([*start, other, equals, newline]))


def test_every_beginning_of_a_note_is_refused() -> None:
    for length in range(len(NOTE)):
        with pytest.raises(NoteIsInvalid):
            VERIFIER.open(NOTE[:length])


@pytest.mark.parametrize("more", ["\n", " ", "x", f"\n{LINE}", "— nobody\n"])
def test_more_than_a_note_is_refused(more) -> None:
    with pytest.raises(NoteIsInvalid):
        VERIFIER.open(NOTE + more)


@pytest.mark.parametrize(
    "signer",
    [
        new_signer(),
        Signer(SIGNER.origin, new_signer().key),
        Signer("amtsweg-00000000", SIGNER.key),
    ],
    ids=["another log", "another key", "another name"],
)
def test_another_key_is_refused(signer) -> None:
    with pytest.raises(NoteIsInvalid):
        VERIFIER.open(signer.sign(replace(CHECKPOINT, origin=signer.origin)))


def test_a_log_does_not_speak_for_another() -> None:
    with pytest.raises(NoteIsInvalid):
        VERIFIER.open(SIGNER.sign(replace(CHECKPOINT, origin="amtsweg-00000000")))


@pytest.mark.parametrize("note", [NOTE + OTHERS_LINE, NOTE.replace(LINE, OTHERS_LINE + LINE)])
def test_what_others_sign_besides_is_passed_over(note) -> None:
    assert VERIFIER.open(note) == CHECKPOINT


def test_what_only_others_signed_is_refused() -> None:
    with pytest.raises(NoteIsInvalid):
        VERIFIER.open(NOTE.replace(LINE, OTHERS_LINE))


def test_one_wrong_signature_of_ours_spoils_the_note() -> None:
    wrong = SIGNER.sign(replace(CHECKPOINT, size=7)).partition("\n\n")[2]
    with pytest.raises(NoteIsInvalid):
        VERIFIER.open(NOTE + wrong)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("\n8\n", "\n08\n"),
        ("\n8\n", "\n-8\n"),
        ("Qyg=\n", "Qyg\n"),
        ("XcnaeacG", ""),
        ("at 2026-03-02", "at 2026-03-99"),
        ("position", "after"),
    ],
)
def test_what_is_signed_but_is_no_checkpoint_is_refused(right, wrong) -> None:
    text = CHECKPOINT.text.replace(right, wrong)
    signature = b64encode(VERIFIER.key_id + SIGNER.key.sign(text.encode())).decode()
    with pytest.raises(NoteIsInvalid):
        VERIFIER.open(f"{text}\n— {SIGNER.origin} {signature}\n")


def test_the_public_key_is_told_in_one_line_and_read_again() -> None:
    assert str(VERIFIER).startswith("amtsweg-1a2b3c4d+")
    assert Verifier.parse(f"{VERIFIER}\n") == VERIFIER
    assert Verifier.parse(PUBLISHED_KEY).origin == "PeterNeumann"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "amtsweg",
        str(VERIFIER).replace("1a2b3c4d", "1a2b3c4e"),
        str(VERIFIER)[:-1] + "B",
        str(VERIFIER)[:-4],
        str(VERIFIER).replace("+Adda", "+Atda"),
        "+".join([*str(VERIFIER).split("+")[:2], "ä"]),
    ],
)
def test_what_is_no_public_key_is_refused(text) -> None:
    with pytest.raises(NotAPublicKey, match=r"NAME\+1a2b3c4d\+BASE64") as refused:
        Verifier.parse(text)
    assert isinstance(refused.value, KeyMistyped) == (text.count("+") > 1)
