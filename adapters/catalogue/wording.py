"""What to do about a field, in German and English, without a word of what was answered."""

from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema_rs import ValidationErrorKind

from domain.service.definition import Text

FieldPath = tuple[str | int, ...]

HINTED = {"const", "format", "pattern"}

SENTENCES: Mapping[str, Text] = {
    "required": {"de": "Bitte angeben: {title}.", "en": "Fill in: {title}."},
    "additionalProperties": {
        "de": "Bitte weglassen; das Formular fragt nicht danach.",
        "en": "Leave this out; the form does not ask for it.",
    },
    "enum": {
        "de": "Bitte einen der folgenden Werte wählen: {value}.",
        "en": "Choose one of these values: {value}.",
    },
    "const": {"de": "Bitte auf {value} setzen.", "en": "Set this to {value}."},
    "format": {"de": "Bitte im Format {value} angeben.", "en": "Write this in the format {value}."},
    "minLength": {
        "de": "Bitte mindestens {value} Zeichen angeben.",
        "en": "Write at least {value} characters.",
    },
    "maxLength": {
        "de": "Bitte auf höchstens {value} Zeichen kürzen.",
        "en": "Shorten this to at most {value} characters.",
    },
    "minimum": {
        "de": "Bitte mindestens {value} angeben.",
        "en": "Write a number of at least {value}.",
    },
    "maximum": {
        "de": "Bitte höchstens {value} angeben.",
        "en": "Write a number of at most {value}.",
    },
    "minItems": {
        "de": "Bitte mindestens {value} Einträge angeben.",
        "en": "Give at least {value} entries.",
    },
    "maxItems": {
        "de": "Bitte höchstens {value} Einträge angeben.",
        "en": "Give at most {value} entries.",
    },
    "string": {"de": "Bitte als Text angeben.", "en": "Give this as text."},
    "integer": {"de": "Bitte als ganze Zahl angeben.", "en": "Give this as a whole number."},
    "number": {"de": "Bitte als Zahl angeben.", "en": "Give this as a number."},
    "boolean": {"de": "Bitte mit true oder false angeben.", "en": "Give this as true or false."},
    "object": {
        "de": "Bitte als Objekt mit benannten Feldern angeben.",
        "en": "Give this as an object with named fields.",
    },
    "array": {"de": "Bitte als Liste angeben.", "en": "Give this as a list."},
}
FORMATS: Mapping[str, Text] = {
    "date": {
        "de": "Bitte ein Datum angeben, das es gibt, zum Beispiel 2021-06-16.",
        "en": "Write a date that exists, for example 2021-06-16.",
    },
    "iban": {
        "de": "Bitte die IBAN prüfen; Länge oder Prüfziffer stimmen nicht.",
        "en": "Check the IBAN; its length or its check digits are wrong.",
    },
    "ags": {
        "de": "Bitte eine Gemeinde in Nordrhein-Westfalen wählen (Schlüssel mit acht Ziffern).",
        "en": "Choose a municipality of North Rhine-Westphalia (its key has eight digits).",
    },
    "email": {
        "de": "Bitte eine E-Mail-Adresse angeben, zum Beispiel name@example.org.",
        "en": "Write an e-mail address, for example name@example.org.",
    },
}
TOO_YOUNG: Text = {
    "de": "Diese Leistung können Personen ab {age} Jahren beantragen.",
    "en": "This service can be applied for at the age of {age} and over.",
}
BIRTH_DATE: Text = {
    "de": "Bitte das Geburtsdatum prüfen, vor allem das Jahr.",
    "en": "Check the date of birth, above all its year.",
}
NOT_AN_ANSWER: Mapping[str, Text] = {
    "age": {
        "de": "Bitte weglassen: Das Alter wird aus `applicant.birth_date` berechnet.",
        "en": "Leave this out: the age is computed from `applicant.birth_date`.",
    },
    "variant": {
        "de": "Bitte weglassen: Die Art des Antrags ist `variant`, neben den Antworten.",
        "en": "Leave this out: the kind of application is `variant`, beside the answers.",
    },
}
BOUND: Text = {
    "de": "Diese Angabe entscheidet über Gebühr oder Nachweise und bleibt daher, wie sie ist; "
    "sonst bitte den Antrag zurückziehen und neu stellen.",
    "en": "This answer decides about the fee or the proofs, so it stays as it is; otherwise "
    "withdraw the application and submit a new one.",
}
OTHER: Text = {
    "de": "Bitte diese Angabe prüfen; sie passt nicht zum Formular.",
    "en": "Check this field; it does not fit the form.",
}
NOT_JSON: Text = {
    "de": "Bitte nur gültige Unicode-Texte, Zahlen, true/false und flache Objekte senden.",
    "en": "Send only valid Unicode text, numbers, true/false and objects nested a few levels deep.",
}


def not_json(language: str) -> str:
    return _in(NOT_JSON, language)


def too_young(least: int, language: str) -> str:
    return _in(TOO_YOUNG, language).format(age=least)


def wrong_birth_date(language: str) -> str:
    return _in(BIRTH_DATE, language)


def not_an_answer(fact: str, language: str) -> str:
    return _in(NOT_AN_ANSWER[fact], language)


def choose(values: Iterable[str], language: str) -> str:
    return _in(SENTENCES["enum"], language).format(value=", ".join(values))


def no_such_place(language: str) -> str:
    return _in(FORMATS["ags"], language)


def bound(language: str) -> str:
    return _in(BOUND, language)


def advice(
    form: Mapping[str, Any], path: FieldPath, kind: ValidationErrorKind, language: str
) -> str:
    field = _field(form, path)
    if kind.name in HINTED and "x-hint" in field:
        return _in(field["x-hint"], language)
    if kind.name == "format" and kind.value in FORMATS:
        return _in(FORMATS[kind.value], language)
    keyword = kind.value[0] if kind.name == "type" else kind.name
    sentence = _in(SENTENCES.get(keyword, OTHER), language)
    told = sentence.format(title=_title(field, path, language), value=_spelled(kind.value))
    return told.replace("?.", "?")  # where the title is a question


def _field(form: Mapping[str, Any], path: FieldPath) -> Mapping[str, Any]:
    """The part of the form that describes this field; nothing if it does not."""
    node = form
    for part in path:
        inner = node.get("items") if isinstance(part, int) else _property(node, part)
        if not isinstance(inner, Mapping):
            return {}
        node = inner
    return node


def _property(node: Mapping[str, Any], name: str) -> Any:
    return node.get("properties", {}).get(name)


def _title(field: Mapping[str, Any], path: FieldPath, language: str) -> str:
    return _in(field["x-title"], language) if "x-title" in field else "/".join(map(str, path))


def _spelled(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _in(text: Text, language: str) -> str:
    return text.get(language, text["en"])
