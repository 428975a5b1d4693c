"""What a description of a service says of its rules, in plain words."""

from collections.abc import Mapping

from domain.rules import Fulfilment, PaymentTiming, TrustLevel
from domain.service.definition import DecidedBy, Text

MINIMUM_AGE: Text = {
    "de": "Personen ab {age} Jahren",
    "en": "People of {age} years and over",
}
ANY_AGE: Text = {"de": "Es gibt keine Altersgrenze", "en": "There is no age limit"}
WHERE_IT_IS_DECIDED: Mapping[DecidedBy, Text] = {
    DecidedBy.RESIDENCE: {
        "de": "Wer in der Kommune wohnt ({body})",
        "en": "Whoever lives in this municipality ({body})",
    },
    DecidedBy.EVENT_PLACE: {
        "de": "Für das, was hier geschehen ist ({body}), gleich wo man wohnt",
        "en": "For what happened here ({body}), wherever one lives",
    },
    DecidedBy.PROPERTY: {
        "de": "Für Grundstücke, die hier liegen ({body})",
        "en": "For property that lies here ({body})",
    },
    DecidedBy.INSTITUTION: {
        "de": "Für Einrichtungen, die hier liegen ({body})",
        "en": "For institutions that are here ({body})",
    },
    DecidedBy.NATIONWIDE: {"de": "Für ganz Deutschland", "en": "For all of Germany"},
}
ANYWHERE: Text = {
    "de": "Auf den Wohnort kommt es nicht an",
    "en": "It does not matter where one lives",
}
TRUST_LEVELS: Mapping[TrustLevel, Text] = {
    TrustLevel.BASIC: {
        "de": "Ein Bürgerkonto mit Benutzername und Passwort genügt",
        "en": "A citizen account with user name and password is enough",
    },
    TrustLevel.NORMAL: {
        "de": "Ein Bürgerkonto, dessen Angaben einmal geprüft wurden (Vertrauensniveau niedrig)",
        "en": "A citizen account whose data were checked once (level of assurance low)",
    },
    TrustLevel.SUBSTANTIAL: {
        "de": "Ein Bürgerkonto mit ELSTER-Zertifikat (Vertrauensniveau substanziell) oder mit "
        "Online-Ausweis",
        "en": "A citizen account with an ELSTER certificate (level of assurance substantial) or "
        "with an electronic identity card",
    },
    TrustLevel.HIGH: {
        "de": "Ein Bürgerkonto mit Online-Ausweis (eID; Vertrauensniveau hoch)",
        "en": "A citizen account with an electronic identity card (eID; level of assurance high)",
    },
}
PAYMENT_TIMINGS: Mapping[PaymentTiming, Text] = {
    PaymentTiming.NONE: {"de": "Es ist nichts zu zahlen", "en": "Nothing is to be paid"},
    PaymentTiming.BEFORE_HANDOVER: {
        "de": "Gezahlt wird online, bevor der Antrag bearbeitet wird",
        "en": "It is paid online, before the application is worked on",
    },
    PaymentTiming.AFTER_APPROVAL: {
        "de": "Gezahlt wird online, wenn der Antrag bewilligt ist",
        "en": "It is paid online, once the application is approved",
    },
}
FULFILMENTS: Mapping[Fulfilment, Text] = {
    Fulfilment.PICKUP: {
        "de": "Zur Abholung an einer der genannten Stellen",
        "en": "For pick-up at one of the places named",
    },
    Fulfilment.ONLINE_ONLY: {
        "de": "Nur online, sofort mit der Bewilligung",
        "en": "Online only, at once on approval",
    },
    Fulfilment.MAIL: {"de": "Mit der Post", "en": "By mail"},
    Fulfilment.ACKNOWLEDGEMENT: {
        "de": "Mit einer Bestätigung des Eingangs",
        "en": "With an acknowledgement of receipt",
    },
}
WORKING_DAYS: Text = {
    "de": "In der Regel {days} Arbeitstage nach dem Tag des vollständigen Eingangs",
    "en": "As a rule {days} working days after the day on which everything was received",
}
WITH_SATURDAYS: Text = {
    "de": "In der Regel {days} Werktage (auch samstags) nach dem Tag des vollständigen Eingangs",
    "en": "As a rule {days} working days (Saturdays too) after the day on which everything was "
    "received",
}
CALENDAR_DAYS: Text = {
    "de": "In der Regel {days} Tage nach dem Tag des vollständigen Eingangs",
    "en": "As a rule {days} days after the day on which everything was received",
}
AT_ONCE: Text = {
    "de": "Der Eingang wird sofort bestätigt; entschieden wird nichts",
    "en": "The receipt is acknowledged at once; nothing is decided",
}
YEARLY: Text = {
    "de": "Diese Erklärung ist jedes Jahr fällig",
    "en": "This declaration is due every year",
}
