"""How many accounts used a city's portal for the first time, per legal day, for ever."""

from domain.first_use.events import PortalFirstUsed
from projections.counted import counting

FIRST_USERS_COUNTED = counting(
    "first_users_counted_v1",
    PortalFirstUsed,
    [("municipality", "text"), ("pilot", "boolean")],
)
