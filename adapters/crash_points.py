"""Places where a test lets the process die, as if the power went: AMTSWEG_CRASH_AT names one."""

import os
import signal
from enum import StrEnum


class CrashPoint(StrEnum):
    RELAY_AFTER_CLAIM = "relay.after-claim"
    RELAY_AFTER_SEND = "relay.after-send"
    RELAY_AFTER_ACKNOWLEDGEMENT = "relay.after-acknowledgement"
    RELAY_AFTER_MOVE = "relay.after-move"
    RELAY_AFTER_COMMIT = "relay.after-commit"
    CONSUMER_AFTER_POLL = "consumer.after-poll"
    CONSUMER_BEFORE_EFFECT = "consumer.before-effect"
    CONSUMER_AFTER_EFFECT = "consumer.after-effect"
    CONSUMER_BEFORE_OFFSETS = "consumer.before-offsets"
    CONSUMER_AFTER_OFFSETS = "consumer.after-offsets"
    NOTICE_AFTER_QUEUEING = "notice.after-queueing"
    NOTICE_AFTER_CLAIM = "notice.after-claim"
    NOTICE_AFTER_SEND = "notice.after-send"
    NOTICE_AFTER_EVENT = "notice.after-event"
    NOTICE_AFTER_NOTE = "notice.after-note"
    DIGEST_AFTER_ROW = "digest.after-row"
    DIGEST_AFTER_BEGIN = "digest.after-begin"
    DIGEST_AFTER_SEND = "digest.after-send"
    HAND_OVER_AFTER_QUEUEING = "hand-over.after-queueing"
    BOUNCE_AFTER_NOTE = "bounce.after-note"
    HAND_OVER_AFTER_CLAIM = "hand-over.after-claim"
    HAND_OVER_AFTER_SEND = "hand-over.after-send"
    HAND_OVER_AFTER_EVENT = "hand-over.after-event"
    HAND_OVER_AFTER_NOTE = "hand-over.after-note"
    ACKNOWLEDGEMENT_AFTER_EVENT = "acknowledgement.after-event"


def reach(point: CrashPoint, crash_at: CrashPoint | None) -> None:
    """Nothing happens here unless the settings say so."""
    if point is crash_at:
        os.kill(os.getpid(), signal.SIGKILL)
