"""Errors that tell a person what to do: the docstring of each kind is its message."""


class SaysWhatToDo(Exception):
    """Something is not done."""

    def __str__(self) -> str:
        """In one line; what it was raised with is named at the end."""
        return " ".join([self.sentence(), *map(str, self.args)])

    @classmethod
    def sentence(cls) -> str:
        return " ".join((cls.__doc__ or "").split())


class SaysWhyInBrackets(SaysWhatToDo):
    """Something is not done."""

    def __str__(self) -> str:
        """What it was raised with is named in brackets."""
        named = ", ".join(map(str, self.args))
        return f"{self.sentence()} ({named})" if named else self.sentence()


class SaysItsCause(Exception):
    """Something is not done."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause

    def __str__(self) -> str:
        return f"{self.__doc__} ({self.cause})"
