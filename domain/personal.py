"""Marks what is personal in an event, and what stays in the house.

Personal is stored sealed, and can be forgotten. Such a field can be empty in every history: `None`,
`""` or `{}` is what is left of a person who was erased.

Internal lies in the clear, for as long as the log is kept, and is not published: which of the staff
acted, by the pseudonym that the log knows them by, where a payer's page is, and what may name
somebody: what an operator wrote freely as a reason, and the address of a mailbox.
"""

from typing import Annotated, TypeVar

PERSONAL, INTERNAL = "personal", "internal"
Value = TypeVar("Value")
Personal = Annotated[Value, PERSONAL]
Internal = Annotated[Value, INTERNAL]
