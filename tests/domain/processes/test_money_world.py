"""Money is never lost, doubled or unseen, whatever gets lost, comes twice, late, or dies."""

import random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.domain.processes.visible import require_visible
from tests.domain.processes.world import ACTIONS, World, require_sound

NUMBERS = st.integers(0, 1_000_000)
RARER = (
    "PaymentUnclear",
    "PaymentGivenUp",
    "PaymentGoneTwice",
    "PaymentClaimSettled",
    "MoneyFound",
    "FoundMoneyAssigned",
    "FoundMoneyGone",
    "FoundMoneyDismissed",
    "FoundMoneyBack",
)
RUNS, STEPS = 3_000, 60


class MoneyWorld(RuleBasedStateMachine):
    """Found and shrunk by Hypothesis."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @initialize(n=NUMBERS)
    def begin(self, n: int) -> None:
        self.world.submit(n)

    @rule(action=st.sampled_from(ACTIONS), n=NUMBERS)
    def act(self, action: object, n: int) -> None:
        assert callable(action)
        action(self.world, n)

    @invariant()
    def money_is_visible(self) -> None:
        require_visible(self.world)

    def teardown(self) -> None:
        self.world.heal()
        require_sound(self.world)


MoneyWorld.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestMoneyWorld = MoneyWorld.TestCase


def test_money_is_sound_after_thousands_of_lives() -> None:
    """The same world, driven by dice: many more lives in the same time."""
    seen = dict.fromkeys(("paid", "gone", "assigned", *RARER), 0)
    for seed in range(RUNS):
        dice, world = random.Random(seed), World()  # noqa: S311 -- to play, not to keep secrets
        world.submit(dice.randrange(4))
        try:
            for step in range(1, STEPS + 1):
                dice.choice(ACTIONS)(world, dice.randrange(1_000_000))
                if step % (STEPS // 3) == 0:
                    require_visible(world)
            world.heal()
            require_sound(world)
        except AssertionError as error:
            message = f"seed {seed}"
            raise AssertionError(message) from error
        names = {type(event).__name__ for _, _, event in world.log}
        seen["paid"] += "ApplicationPaid" in names
        seen["gone"] += bool({"RefundDone", "MoneyChargedBack"} & names)
        seen["assigned"] += "MoneyAssigned" in names
        for name in RARER:
            seen[name] += name in names
    # Lives in which nothing happens would prove nothing.
    assert min(seen[name] for name in ("paid", "gone", "assigned")) > RUNS // 50, seen
    assert min(seen.values()) > RUNS // 300, seen
