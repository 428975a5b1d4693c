"""Tells people what happened: one notice an event for ever, also after a rebuild or a crash."""
