"""Run pytest with as many processes as this machine has processors (``bin/test``)."""

import os
import sys

import pytest

MOST_PROCESSES = 4


def arguments(given: list[str]) -> list[str]:
    """The given arguments, with as many processes as there are processors unless they say."""
    alone = any(word.startswith(("-n", "--numprocesses", "--pdb", "-s")) for word in given)
    one_test = any("::" in word for word in given)
    if alone or one_test:
        return given
    # Fewer than the machine has when we are held to some of them; only Linux can say.
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    processes = min(ours or 1, MOST_PROCESSES)
    return ["-n", str(processes), "--dist", "loadgroup", *given]


if __name__ == "__main__":
    raise SystemExit(pytest.main(arguments(sys.argv[1:])))
