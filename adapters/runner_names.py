"""Who has to be at work for the system to be ready."""

from projections.catalogue import PROJECTIONS

READ_MODELS = "read-models"
PAYMENT_PROCESS = "payment-process"
PAYMENT_LEDGER = "payment-ledger"
PROOF_INSPECTION = "proof-inspection"
UPLOAD_SWEEPER = "upload-sweeper"
NOTIFIER = "notifier"
MAIL_SENDER = "mail-sender"
DIGEST = "digest"
PAYMENT_POLLER = "payment-poller"
FORGETTING = "forgetting"
CHECKPOINTS = "checkpoints"
FIRST_USE = "first-use"
GOING_ON = "going-on"
DEADLINES = "deadlines"
RELAY = "relay"
RETENTION = "retention"
HAND_OVER = "hand-over"
HAND_OVER_SENDER = "hand-over-sender"
BOUNCES = "bounces"
ACCOUNT_STATES = "account-states"
ACCOUNT_SENDER = "account-sender"
ACCOUNT_DELIVERIES = "account-deliveries"

RUNNER_NAMES: tuple[str, ...] = (
    READ_MODELS,
    *(projection.name for projection in PROJECTIONS),
    PAYMENT_PROCESS,
    PAYMENT_LEDGER,
    PROOF_INSPECTION,
    UPLOAD_SWEEPER,
    NOTIFIER,
    MAIL_SENDER,
    DIGEST,
    PAYMENT_POLLER,
    FORGETTING,
    CHECKPOINTS,
    FIRST_USE,
    GOING_ON,
    DEADLINES,
    RELAY,
    RETENTION,
    HAND_OVER,
    HAND_OVER_SENDER,
    BOUNCES,
    ACCOUNT_STATES,
    ACCOUNT_SENDER,
    ACCOUNT_DELIVERIES,
)
