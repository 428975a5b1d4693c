"""What to do about what the validator refuses, in German and English: its own words are for
programmers. Braces stand for what it tells besides, e.g. the least value.
"""

from collections.abc import Mapping

from adapters.catalogue.municipality_document import MONTH_AND_DAY, WEB_ADDRESS
from api.bodies import CARD_NUMBER, CURRENCY, EMAIL, KEY, LINE, LINES, PORTAL, REFERENCE
from api.return_address import ADDRESS
from domain.municipality.ags import AGS_PATTERN, KREIS_PATTERN
from domain.municipality.clerk_mail import CLOCK
from domain.municipality.paying import PLATFORM_NAME
from domain.service.definition import Text

OTHER: Text = {
    "de": "bitte so schreiben, wie es /docs beschreibt",
    "en": "write it in the form that /docs describes",
}
CHOOSE: Text = {
    "de": "bitte einen dieser Werte wählen: {expected}",
    "en": "choose one of: {expected}",
}
TEXT: Text = {"de": 'bitte als Text in "..." schreiben', "en": 'write it as text, in "..."'}
NUMBER: Text = {
    "de": "bitte als ganze Zahl schreiben, ohne Anführungszeichen",
    "en": "write it as a whole number, without quotes",
}
YES_OR_NO: Text = {"de": "bitte true oder false schreiben", "en": "write true or false"}
LIST: Text = {"de": "bitte eine Liste [...] senden", "en": "send a list [...]"}
OBJECT: Text = {"de": "bitte ein JSON-Objekt {{...}} senden", "en": "send a JSON object {{...}}"}
BODY: Text = {
    "de": "bitte ein JSON-Objekt senden, mit `Content-Type: application/json`",
    "en": "send a JSON object, with `Content-Type: application/json`",
}
ID: Text = {
    "de": "bitte die Kennung so schreiben, wie sie gezeigt wird, "
    "z. B. 018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e",
    "en": "write the id as it is shown, e.g. 018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e",
}
DAY: Text = {
    "de": "bitte einen Tag, den es gibt, als Jahr-Monat-Tag schreiben, z. B. 2021-06-16",
    "en": "write a day that exists as year-month-day, e.g. 2021-06-16",
}
MOMENT: Text = {
    "de": "bitte Tag, Uhrzeit und Zeitzone schreiben, z. B. 2021-06-16T09:30:00+02:00",
    "en": "write day, time and time zone, e.g. 2021-06-16T09:30:00+02:00",
}
PLUS: Text = {
    "de": "bitte das + der Zeitzone in einer Adresse als %2B schreiben, "
    "z. B. 2021-06-16T09:30:00%2B02:00",
    "en": "write the + of the time zone as %2B in an address, e.g. 2021-06-16T09:30:00%2B02:00",
}
LEAST: Text = {"de": "bitte mindestens {ge} angeben", "en": "write at least {ge}"}
MOST: Text = {"de": "bitte höchstens {le} angeben", "en": "write at most {le}"}
EMPTY: Text = {"de": "bitte ausfüllen", "en": "fill this in"}
SHORT: Text = {
    "de": "bitte mindestens {min_length} Zeichen schreiben",
    "en": "write at least {min_length} characters",
}
LONG: Text = {
    "de": "bitte auf höchstens {max_length} Zeichen kürzen",
    "en": "shorten it to at most {max_length} characters",
}
BY_TYPE: Mapping[str, Text] = {
    "missing": {"de": "bitte angeben", "en": "add this"},
    "extra_forbidden": {
        "de": "bitte weglassen: etwas dieses Namens ist hier nicht bekannt",
        "en": "leave this out: nothing of this name is known here",
    },
    "without_digest": {
        "de": "bitte weglassen: eine Uhrzeit hat nur `digest`",
        "en": "leave this out: only `digest` has a time",
    },
    "written_as_day": {
        "de": "bitte als Text schreiben, Jahr-Monat-Tag, z. B. {example}",
        "en": "write it as text, year-month-day, e.g. {example}",
    },
    "written_as_month": {
        "de": "bitte als Text schreiben, Jahr-Monat, z. B. {example}",
        "en": "write it as text, year-month, e.g. {example}",
    },
    "written_as_moment": {
        "de": "bitte als Text schreiben, Jahr-Monat-Tag, T, Uhrzeit und Zeitzone, z. B. {example}",
        "en": "write it as text, year-month-day, T, time and time zone, e.g. {example}",
    },
    "enum": CHOOSE,
    "literal_error": CHOOSE,
    "string_type": TEXT,
    "string_unicode": TEXT,
    "string_too_short": SHORT,
    "string_too_long": LONG,
    "int_type": NUMBER,
    "int_parsing": NUMBER,
    "int_parsing_size": NUMBER,
    "int_from_float": NUMBER,
    "bool_type": YES_OR_NO,
    "bool_parsing": YES_OR_NO,
    "list_type": LIST,
    "dict_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": BODY,
    "uuid_type": ID,
    "uuid_parsing": ID,
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "datetime_object_invalid": MOMENT,
    "timezone_aware": MOMENT,
    "greater_than": {"de": "bitte mehr als {gt} angeben", "en": "write more than {gt}"},
    "greater_than_equal": LEAST,
    "less_than": {"de": "bitte weniger als {lt} angeben", "en": "write less than {lt}"},
    "less_than_equal": MOST,
    "too_short": {
        "de": "bitte mindestens {min_length} Einträge angeben",
        "en": "give at least {min_length} entries",
    },
    "too_long": {
        "de": "bitte höchstens {max_length} Einträge angeben",
        "en": "give at most {max_length} entries",
    },
}
BY_PATTERN: Mapping[str, Text] = {
    AGS_PATTERN: {
        "de": "bitte den amtlichen Schlüssel einer Gemeinde in Nordrhein-Westfalen schreiben, "
        "8 Ziffern, die mit 05 beginnen (Kreis: 5), z. B. 05513000",
        "en": "write the official key of a town of North Rhine-Westphalia, 8 digits that begin "
        "with 05 (a Kreis: 5), e.g. 05513000",
    },
    KREIS_PATTERN: {
        "de": "bitte den Schlüssel des Kreises schreiben, 5 Ziffern, die mit 05 beginnen, "
        "z. B. 05562",
        "en": "write the key of the Kreis, 5 digits that begin with 05, e.g. 05562",
    },
    KEY: {
        "de": "bitte nur Kleinbuchstaben a-z, Ziffern und Bindestriche, z. B. library-card",
        "en": "use lower-case letters a-z, digits and hyphens only, e.g. library-card",
    },
    PORTAL: {
        "de": "bitte nur Kleinbuchstaben a-z, Ziffern, Punkte und Bindestriche, z. B. gladbeck.de",
        "en": "use lower-case letters a-z, digits, dots and hyphens only, e.g. gladbeck.de",
    },
    LINE: {
        "de": "bitte in einer Zeile schreiben, ohne Steuerzeichen",
        "en": "write it in one line, without control characters",
    },
    LINES: {"de": "bitte ohne Steuerzeichen schreiben", "en": "leave control characters out"},
    EMAIL: {
        "de": "bitte eine E-Mail-Adresse angeben, z. B. name@example.org",
        "en": "write an e-mail address, e.g. name@example.org",
    },
    REFERENCE: {
        "de": "bitte 1 bis 60 Buchstaben, Ziffern oder . / - _ schreiben, z. B. 2021/0042",
        "en": "write 1 to 60 letters, digits or . / - _, e.g. 2021/0042",
    },
    CURRENCY: {
        "de": "bitte drei Großbuchstaben schreiben, z. B. EUR",
        "en": "write three capital letters, e.g. EUR",
    },
    CARD_NUMBER: {
        "de": "bitte 4 bis 40 Großbuchstaben A-Z, Ziffern oder Bindestriche schreiben",
        "en": "write 4 to 40 capital letters A-Z, digits or hyphens",
    },
    PLATFORM_NAME: {
        "de": "bitte den Namen schreiben, den die Bezahlplattform vergeben hat, z. B. stadtkasse",
        "en": "write the name that the payment platform gave, e.g. stadtkasse",
    },
    WEB_ADDRESS: {
        "de": "bitte eine Adresse schreiben, z. B. https://www.example.org",
        "en": "write an address, e.g. https://www.example.org",
    },
    ADDRESS: {
        "de": "bitte eine Adresse schreiben, die mit https:// beginnt, ohne Leerzeichen",
        "en": "write an address that begins with https://, without blanks or umlauts",
    },
    CLOCK: {
        "de": "bitte als Stunde:Minute schreiben, z. B. 07:30",
        "en": "write it as hour:minute, e.g. 07:30",
    },
    MONTH_AND_DAY: {
        "de": "bitte als Monat-Tag schreiben, z. B. 12-24",
        "en": "write it as month-day, e.g. 12-24",
    },
    r"^[0-9a-f]{64}$": {
        "de": "bitte 64 Zeichen von 0-9 und a-f schreiben, wie `sha256sum` sie zeigt",
        "en": "write 64 characters of 0-9 and a-f, as `sha256sum` shows them",
    },
}
