"""What the portal says of a service that cannot be had online as it is, and of an empty search."""

from collections.abc import Mapping

from domain.processes.availability import Availability
from domain.service.definition import Text

STATES: Mapping[Availability, Text] = {
    Availability.LIVE: {"de": "Online verfügbar", "en": "Available online"},
    Availability.PILOT: {"de": "Online verfügbar (Pilotbetrieb)", "en": "Available online (pilot)"},
    Availability.FROM_A_DAY: {"de": "Online ab {since}", "en": "Online from {since}"},
    Availability.NOT_ONLINE: {
        "de": "Noch nicht online verfügbar",
        "en": "Not available online yet",
    },
    Availability.NEEDS_PAYMENT_PLATFORM: {
        "de": "Noch nicht online verfügbar: es kann eine Gebühr fällig werden, und die Kommune "
        "nimmt noch keine Zahlungen online an",
        "en": "Not available online yet: a fee can be due, and the municipality takes no payments "
        "online yet",
    },
    Availability.NOT_LIVE_YET: {
        "de": "Noch nicht online verfügbar: wird vorbereitet",
        "en": "Not available online yet: in preparation",
    },
    Availability.SUSPENDED: {
        "de": "Vorübergehend ausgesetzt",
        "en": "Suspended for the time being",
    },
    Availability.CLOSED: {
        "de": "Diese Kommune nimmt keine Anträge mehr an",
        "en": "This municipality takes no applications any more",
    },
    Availability.EXTERNAL: {
        "de": "Zuständig ist eine andere Stelle: {body}",
        "en": "Another body is responsible: {body}",
    },
}
NOTHING_FOUND: Text = {
    "de": "Nichts gefunden. Versuchen Sie ein anderes oder ein kürzeres Wort.",
    "en": "Nothing was found. Try another word, or a shorter one.",
}
NO_PORTALS: Text = {
    "de": "In dieser Region oder in diesem Kreis nimmt keine Kommune teil.",
    "en": "No municipality of this region or Kreis takes part.",
}
