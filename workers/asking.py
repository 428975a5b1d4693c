"""What a payment platform is asked about while a treasury's list is compared."""

from enum import StrEnum


class Asking(StrEnum):
    NOTHING = "nothing"
    DIFFERENCES = "differences"
    ALL = "all"
