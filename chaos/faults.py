"""What breaks when: a schedule from a seed; the same seed gives the same one."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

# One bag holds each fault as often as it shall come; it is shuffled and emptied, then filled anew.
BAG = (
    "kill_worker",
    "freeze_worker",
    "wipe_broker",
    "stop_broker",
    "restart_rows",
    "silence_gateway",
    "jump",
    "kill_worker",
    "kill_beat",
    "jump",
    "kill_worker",
)
LONGEST_GAP = 4.0  # seconds between two faults, on average, in a long run
JUMP_MINUTES = (3, 20, 60, 150, 360)


@dataclass(frozen=True)
class Fault:
    """``amount`` is seconds for what lasts, minutes for a jump; ``target`` chooses among many."""

    at: float
    kind: str
    amount: float
    target: int


def schedule(seed: int, seconds: float) -> Iterator[Fault]:
    """Faults without end, in order of time; within ``seconds`` each kind comes at least once."""
    chance = random.Random(seed)  # noqa: S311  # repeatable on purpose
    short = min(LONGEST_GAP, seconds / (len(BAG) + 1))
    at = 0.0
    while True:
        bag = list(BAG)
        chance.shuffle(bag)
        for kind in bag:
            # Who has had no answer by then is on a slow machine: let it breathe.
            gap = short if at < seconds else LONGEST_GAP
            at += gap * chance.uniform(0.6, 1.2)
            jumps = kind == "jump"
            amount = chance.choice(JUMP_MINUTES) if jumps else chance.uniform(0.5, 1.5) * gap
            yield Fault(at, kind, amount, chance.randrange(1000))
