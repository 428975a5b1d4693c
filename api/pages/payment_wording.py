"""How a payment stands, for whoever comes back from paying: a heading, and what comes next."""

from collections.abc import Mapping

from domain.payment.state import PaymentStatus

Told = Mapping[str, tuple[str, str]]
IN_VAIN: Told = {
    "de": (
        "Es wurde nicht bezahlt",
        "Der Antrag bleibt bestehen. Die Zahlung kann im Portal neu begonnen werden.",
    ),
    "en": (
        "Nothing was paid",
        "The application stays as it is. Paying can be begun anew in the portal.",
    ),
}
NOT_KNOWN: Told = {
    "de": (
        "Das Ergebnis der Zahlung ist noch nicht bekannt",
        (
            "Wir fragen weiter nach. Bitte nicht noch einmal bezahlen, "
            "sondern später im Portal nachsehen."
        ),
    ),
    "en": (
        "It is not known yet how the payment went",
        "We keep asking. Please do not pay again, but look into the portal later.",
    ),
}
WHATEVER_ELSE: Told = {
    "de": (
        "Die Zahlung ist noch offen",
        "Sobald sie eingegangen ist, geht es mit dem Antrag weiter.",
    ),
    "en": (
        "The payment is still open",
        "As soon as it has come in, the application goes on.",
    ),
}
STATES: Mapping[PaymentStatus, Told] = {
    PaymentStatus.SUCCEEDED: {
        "de": (
            "Die Zahlung ist eingegangen",
            "Sie wird dem Antrag zugeordnet. Wie es damit weitergeht, steht im Portal.",
        ),
        "en": (
            "The payment has come in",
            "It is matched with the application. The portal shows how that goes on.",
        ),
    },
    PaymentStatus.CANCELLED: IN_VAIN,
    PaymentStatus.FAILED: IN_VAIN,
    PaymentStatus.EXPIRED: IN_VAIN,
}
