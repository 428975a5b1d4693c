"""An error says its docstring, in one line, and names what it is about."""

from domain.saying import SaysWhatToDo, SaysWhyInBrackets


class NotHere(SaysWhatToDo):
    """It is not here; look
    elsewhere:
    """


class NotAllowed(SaysWhyInBrackets):
    """Choose another."""


def test_the_docstring_is_the_sentence_in_one_line() -> None:
    assert str(NotHere()) == "It is not here; look elsewhere:"


def test_what_it_is_about_is_named_at_its_end() -> None:
    assert str(NotHere("north", 7)) == "It is not here; look elsewhere: north 7"


def test_what_it_means_is_named_in_brackets() -> None:
    assert str(NotAllowed()) == "Choose another."
    assert str(NotAllowed("north", 7)) == "Choose another. (north, 7)"
