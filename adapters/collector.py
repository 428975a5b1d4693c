"""The garbage collector, once all that stays has been loaded."""

import gc

# How many more objects than were freed there may be before it looks, and how often it looks at
# those that it has seen before. Nearly all that a request makes goes by itself.
YOUNG, MIDDLE, OLD = 10_000, 20, 50


def settle() -> None:
    """What is there now is never looked through again, and the rest less often."""
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
