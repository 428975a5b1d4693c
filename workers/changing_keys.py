"""Changes the keys that personal data are sealed under, by hand."""

from adapters.personal_data.rotation import Version, key_versions, retire, rotate
from adapters.settings import Settings
from workers.erasing import counted, say
from workers.progress import progress

PASSED_OVER = (
    "Passed over: {keys} that no version of the key file opens; damaged, or never made with it. "
    "Bring them back from a backup and run this again. `verify` names them. Streams: {streams}"
)


def show_keys(settings: Settings, url: str) -> None:
    for one in key_versions(settings.key_file, url):
        notes = [
            *(["current"] if one.current else []),
            *(["retired in the database"] if one.retired else []),
            *([] if one.in_file else ["not in the key file"]),
            *([_in_backups(one)] if one.destroyed else []),
        ]
        say(f"{one.version:>4}  {counted(one.data_keys, 'data key')}  {', '.join(notes)}".rstrip())


def _in_backups(version: Version) -> str:
    erased = f"{version.destroyed} erased"
    return f"{erased}, beyond recall" if version.retired else f"{erased}, in backups until retired"


def rotate_keys(settings: Settings, url: str) -> bool:
    """Return whether every data key is under the new version."""
    with progress("Wrapping keys anew") as report:
        ring, damaged = rotate(settings.key_file, url, report)
    old = ", ".join(str(version) for version in ring.keys if version != ring.current)
    say(f"Version {ring.current} is in use; copy {settings.key_file} to its backups.")
    if old:
        say(f"Old: {old}. `keys retire` takes one out, for ever: what was erased is then beyond")
        say("recall, and so is every backup from before now. Have a newer one first, tried.")
    if damaged.count:
        say(PASSED_OVER.format(keys=counted(damaged.count, "data key"), streams=damaged))
    return not damaged.count


def retire_key(settings: Settings, url: str, version: int, *, give_up: bool) -> None:
    ring = retire(settings.key_file, url, version, give_up=give_up)
    left = ", ".join(map(str, ring.keys))
    say(f"Version {version} is gone from {settings.key_file}; there is left: {left}.")
