"""What applicants are refused with, said in German too; see each class for the English sentence."""

from collections.abc import Mapping

from api.refusals import FormHasProblems
from domain.errors import (
    BranchNotOffered,
    ChoiceNotOffered,
    NotResponsible,
    ProofNotAskedFor,
    ProofsAreClosed,
)

GERMAN: Mapping[type[Exception], str] = {
    NotResponsible: "Für diesen Antrag ist eine andere Stelle zuständig; bitte dorthin senden.",
    ChoiceNotOffered: "Auf diesem Weg gibt es das Ergebnis dieser Leistung nicht; bitte einen der "
    "genannten Wege wählen.",
    BranchNotOffered: "Bitte eine der genannten Stellen dieser Kommune für die Abholung wählen.",
    ProofNotAskedFor: "Diesen Nachweis braucht der Antrag nicht, nur die in Klammern genannten.",
    ProofsAreClosed: "Dieser Nachweis fehlt nicht; bitte erst hochladen, wenn danach gefragt wird.",
    FormHasProblems: "Einige Angaben brauchen einen anderen Wert; bitte `errors` beachten und das "
    "Formular noch einmal senden.",
}


def told(error: Exception, language: str) -> str:
    """Return what is wrong, with whatever the refusal names."""
    sentence = GERMAN.get(type(error)) if language == "de" else None
    if sentence is None:
        return str(error)
    named = ", ".join(map(str, error.args))
    return f"{sentence} ({named})" if named else sentence
