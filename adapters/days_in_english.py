"""Why a day did not count, in English: the log has the words in German."""

from collections.abc import Mapping

# What a town calls a closing day of its own, and is not here, stays as it calls it.
IN_ENGLISH: Mapping[str, str] = {
    "Tag des Eingangs": "day of receipt",
    "überfällig, daher rückwärts gezählt": "overdue, so counted backwards",
    "Samstag": "Saturday",
    "Sonntag": "Sunday",
    "Neujahr": "New Year's Day",
    "Rosenmontag": "Carnival Monday",
    "Karfreitag": "Good Friday",
    "Ostermontag": "Easter Monday",
    "Erster Mai": "Labour Day",
    "Christi Himmelfahrt": "Ascension Day",
    "Pfingstmontag": "Whit Monday",
    "Fronleichnam": "Corpus Christi",
    "Tag der Deutschen Einheit": "Day of German Unity",
    "Reformationstag": "Reformation Day",
    "Allerheiligen": "All Saints' Day",
    "Heiligabend": "Christmas Eve",
    "Erster Weihnachtstag": "Christmas Day",
    "Zweiter Weihnachtstag": "Boxing Day",
    "Silvester": "New Year's Eve",
}


def in_english(why_not: str) -> str:
    return IN_ENGLISH.get(why_not, why_not)
