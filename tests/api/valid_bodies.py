"""Bodies that nothing is wrong with: who is refused is refused for who they are, not for a form.

They are of Gelsenkirchen. Whoever may send them is told that more has happened since (412).
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from adapters.catalogue.loading import BUILT_IN
from tests.api.library_card import form, photo
from tests.api.visitors import GELSENKIRCHEN, GLADBECK

SERVICE = "library-card"
WHY = {"reason": "Ein Grund."}
NOBODY = "acct-of-nobody"
APPLICATION = form({"email": "kim.bauer@example.org"})
AT_COUNTER = {**APPLICATION, "channel": "counter"}
ATTRIBUTES = {
    "name": "Gelsenkirchen",
    "kind": "kreisfrei",
    "region": "ruhrgebiet",
    "sender": "noreply@gelsenkirchen.example",
}
REGISTRATION = {**ATTRIBUTES, "ags": GELSENKIRCHEN}
ISSUER = "https://servicekonto.example"
# By the name of the command, as in api/onboarding_bodies/commands.py.
TOWN_COMMANDS: Mapping[str, Any] = {
    "attributes": ATTRIBUTES,
    "phase": {"phase": "live"},
    "steps": {"step": "contract"},
    "offices": {"office": "Ordnungsamt"},
    "closed-offices": {"office": "Ordnungsamt"},
    "branches": {"key": "nord", "name": "Nord", "address": "Nordring 1, 45894 Gelsenkirchen"},
    "closed-branches": {"key": "buer"},
    "mailbox": {"address": "amt@gelsenkirchen.example"},
    "clerk-mail": {"mode": "digest", "digest_at": "07:30"},
    "pilot-quiet": {"quiet": ["applicants"]},
    "payment-account": {"originator": "gelsenkirchen", "endpoint": "stadtkasse"},
    "e-payment": {"since": "2021-01-01"},
    "identity-providers": {"issuer": ISSUER},
    "ended-identity-providers": {"issuer": ISSUER, "until": "2021-12-31"},
    "closing-days": {"rules": [{"name": "Rosenmontag", "days_from_easter_sunday": -48}]},
    "annual-accounts": {"year": 2020, "adopted_on": "2021-06-16"},
    "closure": {"closed_on": "2021-12-31", **WHY},
    "merger": {"into": GLADBECK, "merged_on": "2021-12-31"},
}
OFFER_COMMANDS: Mapping[str, Any] = {
    "adoption": {"version": 1, "office": "Stadtbibliothek"},
    "going-live": {"since": "2021-01-01"},
    "suspension": WHY,
}
DEFINITION = {"file": (BUILT_IN / "services" / f"{SERVICE}.toml").read_text()}
PUBLICATION = {"sha256": sha256(DEFINITION["file"].encode()).hexdigest()}
GRANT = {"subject": NOBODY, "role": "clerk", "municipality": GELSENKIRCHEN}
REVOCATION = {"subject": NOBODY, "municipality": GELSENKIRCHEN, **WHY}
PHOTO = photo()
ERASURE = {"subject": NOBODY, "municipality": GELSENKIRCHEN}
TREASURY_LIST = "reference;amount;booked_on\nR-1;1.00;2001-01-02\n"
