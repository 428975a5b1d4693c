"""What an operator, or an auditor, does to see that the log is the one that was written."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from rich.console import Console

from adapters.collector import settle
from adapters.event_store.mapping import event_mapper
from adapters.evidence.anchors import anchor_at
from adapters.evidence.data_keys import damaged_keys
from adapters.evidence.due import first_waits
from adapters.evidence.errors import KeyMistypedInFile, KeyUnreadable, NoKeyGiven, NoSuchKeyFile
from adapters.evidence.export import export
from adapters.evidence.findings import Findings
from adapters.evidence.keepers import Asked
from adapters.evidence.new_file import require_writable
from adapters.evidence.notes import Checkpoint, KeyMistyped, NotAPublicKey, Verifier
from adapters.evidence.offline import verify_file
from adapters.evidence.online import Verdict, verify
from adapters.kafka.access import KafkaAccess, kafka_access
from adapters.personal_data.key_file import KeyFile
from adapters.personal_data.key_ring import KeyRingRefused
from adapters.personal_data.preparing import right_ring
from adapters.settings import Settings
from workers.progress import progress

UNPROVEN = "nothing of it is proven"
NO_KEYS = "The key file of personal data cannot be used here, so data keys were not looked at"


def verify_database(settings: Settings, url: str, key: str | None, places: Iterable[str]) -> bool:
    """Print what is wrong, if anything; return whether all is sound."""
    verifier, kafka = _verifier(settings, key), kafka_access(settings)
    asked = (
        _asked(places, kafka) if places else _asked(settings.anchor_places, kafka, by_name=False)
    )
    settle()
    with progress("Reading the log") as report:
        verdict = verify(url, event_mapper(), verifier, asked, report, _public(settings))
    if keys := _usable_keys(settings, url, verdict.remarks):
        with progress("Opening data keys") as report:
            verdict.findings.extend(damaged_keys(url, event_mapper(keys), keys, report))
    return _said(verdict, _unsigned(settings, url, verdict.events))


def verify_export(
    file: Path,
    key: str | None,
    places: Iterable[str],
    made_at: datetime | None,
    kafka: KafkaAccess | None = None,
) -> bool:
    """The same of an exported log, with nothing but this file, the key and the anchors given."""
    if key is None:
        raise NoKeyGiven
    verifier, asked = _parsed(key), _asked(places, kafka)
    with progress("Reading the file") as report:
        verdict = verify_file(file, event_mapper(), verifier, asked, report, made_at)
    return _said(verdict)


def export_log(settings: Settings, url: str, file: Path, *, force: bool) -> None:
    require_writable(file, force=force)
    with progress("Exporting the log") as report:
        done = export(url, file, _verifier(settings, None), report)
    _print(
        f"{done.events} events, up to position {done.position}, "
        f"and {_checkpoints(done.checkpoints)} in {file}."
    )
    if not done.checkpoints:
        _print(f"{_unsigned(settings, url).capitalize()}; it proves nothing to whoever gets it.")


def _usable_keys(settings: Settings, url: str, remarks: Findings) -> KeyFile | None:
    """Without it nobody in the log can be read, which says nothing against the log."""
    try:
        right_ring(settings.key_file, url)
        return KeyFile(settings.key_file)
    except KeyRingRefused as refused:
        remarks.add(NO_KEYS, str(refused))
        return None


def _checkpoints(number: int) -> str:
    return "1 checkpoint is" if number == 1 else f"{number} checkpoints are"


def _unsigned(settings: Settings, url: str, events: int = 0) -> str:
    """Say when the first checkpoint is due, of a log that has none."""
    waiting = first_waits(url)
    if waiting is None:
        return UNPROVEN if events else "nothing of it is signed"
    due = settings.checkpoint_seconds - waiting
    if due > 0:
        return f"nothing of it is signed yet, the first checkpoint is due in {due:.0f} s"
    return (
        f"nothing of it is signed, though the first checkpoint was due {-due:.0f} s ago: "
        "see whether `work` runs, with its runner checkpoints"
    )


def _public(settings: Settings) -> Path:
    return settings.signing_key_file.with_suffix(".pub")


def _verifier(settings: Settings, key: str | None) -> Verifier | None:
    """Return the one that is given, or else the one beside the signing key, if it is there."""
    public = _public(settings)
    if key is not None:
        return _parsed(key)
    return _parsed(str(public)) if public.exists() else None


def _parsed(key: str) -> Verifier:
    """Raise NotAPublicKey, or KeyUnreadable for a file without one."""
    if "\n" in key or not Path(key).is_file():
        return _parsed_as_it_is(key)
    try:
        return Verifier.parse(Path(key).read_text())
    except KeyMistyped:
        raise KeyMistypedInFile(key) from None
    except (OSError, ValueError, NotAPublicKey):
        raise KeyUnreadable(key) from None


def _parsed_as_it_is(key: str) -> Verifier:
    try:
        return Verifier.parse(key)
    except NotAPublicKey:
        if "+" not in key and ("/" in key or Path(key).suffix):
            raise NoSuchKeyFile(key) from None
        raise


def _asked(places: Iterable[str], kafka: KafkaAccess | None, *, by_name: bool = True) -> Asked:
    """Raise KafkaIsOff."""
    return Asked([anchor_at(place, kafka) for place in places], by_name)


def _said(verdict: Verdict, unsigned: str = UNPROVEN) -> bool:
    findings = verdict.findings
    _list(findings, style="red")
    _list(verdict.remarks)
    _print(
        f"{verdict.events} events, up to position {verdict.position}; {_proof(verdict, unsigned)}."
    )
    _print("Something is wrong." if findings.count else "All is sound.")
    return not findings.count


def _list(findings: Findings, style: str | None = None) -> None:
    for fault in findings.faults:
        _print(f"{fault.what}: {fault.where}", style)
    if findings.unnamed:
        _print(f"... and {findings.unnamed} more", style)


def _proof(verdict: Verdict, unsigned: str) -> str:
    signed, anchored, fault = verdict.signed, verdict.anchored, verdict.first_fault
    if signed is None:
        return unsigned
    if fault == 1:
        return UNPROVEN
    if anchored == signed:
        return f"signed and anchored {_upto(signed, fault)}"
    if anchored is None:
        return f"signed {_upto(signed, fault)}, not anchored"
    return f"signed {_upto(signed, fault)}, anchored {_upto(anchored, fault)}"


def _upto(said: Checkpoint, fault: int | None) -> str:
    """A checkpoint proves what is before the first fault, though it reaches further."""
    when = f"{said.at:%Y-%m-%d %H:%M:%S %Z}"
    if fault is None or said.position < fault:
        return f"up to position {said.position} ({when})"
    return f"up to position {fault - 1}, before the first fault ({when})"


def _print(text: str, style: str | None = None) -> None:
    """What comes from the log is shown as it is, on one line."""
    Console(soft_wrap=True).print(text, style=style, markup=False, highlight=False)
