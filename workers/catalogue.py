"""Every runner there is, by name."""

from collections.abc import Iterable

from adapters.runner_names import READ_MODELS, RUNNER_NAMES
from projections.catalogue import PROJECTIONS
from workers import (
    account_deliveries,
    account_states,
    bounces,
    checkpoints,
    deadlines,
    first_users,
    forget,
    going_on,
    hand_over,
    inspect_proofs,
    payment_ledger,
    payments,
    relay,
    remove_cut_off,
    retention,
    together,
)
from workers.consume import consuming
from workers.notifying import digests, queueing, sending
from workers.project import projecting
from workers.react import reacting
from workers.supervision import Runner


class RunnerUnknown(Exception):
    """There is no such runner."""

    def __str__(self) -> str:
        return f"There is no runner {self.args[0]}; there are: {', '.join(RUNNER_NAMES)}."


RUNNERS: tuple[Runner, ...] = (
    together.RUNNER,
    *(projecting(projection) for projection in PROJECTIONS),
    reacting(payments.PROCESS),
    reacting(payment_ledger.LEDGER),
    inspect_proofs.RUNNER,
    remove_cut_off.RUNNER,
    consuming(queueing.QUEUEING),
    sending.SENDER,
    digests.RUNNER,
    payments.POLLER,
    reacting(forget.REACTION),
    checkpoints.RUNNER,
    reacting(first_users.REACTION),
    reacting(going_on.REACTION),
    deadlines.RUNNER,
    relay.RUNNER,
    retention.RUNNER,
    reacting(hand_over.QUEUEING),
    hand_over.SENDER,
    bounces.RUNNER,
    reacting(account_states.STATES),
    sending.TO_ACCOUNTS,
    account_deliveries.RUNNER,
)


def named(names: Iterable[str]) -> list[Runner]:
    """Return these runners, or all where none is named; with the rounds of the read models, each
    of them. Raise RunnerUnknown.
    """
    wanted = list(names)
    if READ_MODELS in wanted:
        wanted = list(dict.fromkeys([*wanted, *(projection.name for projection in PROJECTIONS)]))
    known = {runner.name: runner for runner in RUNNERS}
    for name in wanted:
        if name not in known:
            raise RunnerUnknown(name)
    return [known[name] for name in wanted] or list(RUNNERS)
