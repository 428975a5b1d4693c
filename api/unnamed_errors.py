"""What is said of errors that no rule of ours raised, in German and English."""

from collections.abc import Mapping
from http import HTTPStatus

from api.refusals_in_german import title
from domain.service.definition import Text, said

OF_THE_FRAMEWORK: Mapping[HTTPStatus, Text] = {
    HTTPStatus.NOT_FOUND: {
        "de": "Diese Adresse gibt es nicht; welche es gibt, zeigt /docs.",
        "en": "There is no such address; see /docs for those there are.",
    },
    HTTPStatus.METHOD_NOT_ALLOWED: {
        "de": "Diese Adresse wird anders aufgerufen; siehe `Allow` in der Antwort.",
        "en": "This address takes another method; see the Allow header.",
    },
    HTTPStatus.REQUEST_TIMEOUT: {
        "de": "Der Inhalt kam zu langsam, und nichts davon wurde behalten; bitte mit einer "
        "besseren Verbindung noch einmal versuchen oder eine kleinere Datei senden.",
        "en": "The body came too slowly and nothing of it was kept; try again over a better "
        "connection, or send a smaller file.",
    },
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: {
        "de": "Das ist größer als jedes Formular hier; bitte weniger senden.",
        "en": "This is larger than any form here; send less.",
    },
}
DOES_NOT_ANSWER: Text = {
    "de": "Die Datenbank antwortet nicht; es ist nichts verloren, bitte mit demselben Schlüssel "
    "noch einmal versuchen.",
    "en": "The database does not answer; nothing is lost, try again with the same key.",
}
TAKES_NO_WRITES: Text = {
    "de": "Die Datenbank nimmt nichts an; es ist nichts verloren, bitte mit demselben Schlüssel "
    "noch einmal versuchen.",
    "en": "The database takes no writes; nothing is lost, try again with the same key.",
}
UNEXPECTED: Text = {
    "de": "Bei uns ist etwas schiefgegangen; bitte mit der Nummer in `trace_id` melden.",
    "en": "Something went wrong on our side; quote the trace id when you report it.",
}


def advice(status: HTTPStatus, language: str) -> str:
    if status in OF_THE_FRAMEWORK:
        return said(OF_THE_FRAMEWORK[status], language)
    return title(status, language) if language == "de" else status.description or status.phrase
