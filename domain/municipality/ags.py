"""The official key (Amtlicher Gemeindeschlüssel) of North Rhine-Westphalia, as text.

8 digits name a town, 5 a Kreis. This is the only place that knows how a key is written.
"""

import re

AGS_PATTERN = r"^05[0-9]{3}([0-9]{3})?$"
KREIS_PATTERN = r"^05[0-9]{3}$"
KREIS_DIGITS = 5

_AGS = re.compile(AGS_PATTERN)


def is_ags(text: str) -> bool:
    return _AGS.fullmatch(text) is not None


def names_kreis(ags: str) -> bool:
    return len(ags) == KREIS_DIGITS
