"""``python -m planning``: solve or check the public HHCRSP files.

Exit status: 0 done (``check``: valid), 1 not valid or not all served, 2 wrong use or wrong file.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TextIO

from planning.check import check_files
from planning.errors import PlanningError

LINE = "{seconds:6.1f} s  best {cost:12.4f}"


def main(argv: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m planning", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    solve = commands.add_parser("solve", help="plan an instance and write the solution")
    solve.add_argument("instance", type=Path)
    solve.add_argument("--seconds", type=float, default=10.0, help="wall clock (default 10)")
    solve.add_argument("--steps", type=int, help="moves per worker instead: repeatable")
    solve.add_argument("--seed", type=int, default=1)
    solve.add_argument("--workers", type=int, default=1, help="threads (default 1)")
    solve.add_argument("--out", type=Path, help="where to write the solution")
    check = commands.add_parser("check", help="check a solution against its instance")
    check.add_argument("instance", type=Path)
    check.add_argument("solution", type=Path)
    args = parser.parse_args(argv)
    try:
        if args.command == "check":
            report = check_files(args.instance, args.solution)
            print(report)
            return 1 if report.faults else 0
        return _solve(args)
    except (PlanningError, OSError) as error:
        print(f"planning: {error}", file=sys.stderr)
        return 2


def _solve(args: argparse.Namespace) -> int:
    """Plan an instance; the search is imported here, as only it needs the compiler."""
    from planning.hhcrsp import read_instance, write_solution
    from planning.search import solve
    from planning.stop import MaxSeconds, MaxSteps

    instance = read_instance(args.instance)
    stop = MaxSeconds(args.seconds) if args.steps is None else MaxSteps(args.steps)
    ticker = Ticker(sys.stderr)
    result = solve(instance.problem, stop, args.seed, workers=args.workers, tell=ticker)
    ticker.end()
    if args.out:
        write_solution(args.out, instance, result)
    cost = result.cost
    print(
        f"cost {cost.total:.4f}  travel {cost.travel:.3f}  tardiness {cost.lateness:.3f}  "
        f"greatest {cost.worst:.3f}  steps {result.steps}  seconds {result.seconds:.2f}"
    )
    for left in result.left_out:
        print(f"{instance.patients[left.visit]} is left out: {left.words}")
    return 0 if result.complete else 1


class Ticker:
    """One line on a terminal that follows the best cost; elsewhere, silence."""

    def __init__(self, out: TextIO) -> None:
        self.out = out if out.isatty() else None
        self.next = 0.0

    def __call__(self, seconds: float, cost: float) -> None:
        if self.out and seconds >= self.next:
            self.next = seconds + 0.2
            self.out.write("\r" + LINE.format(seconds=seconds, cost=cost))
            self.out.flush()

    def end(self) -> None:
        """Leave the line."""
        if self.out:
            self.out.write("\n")


if __name__ == "__main__":
    sys.exit(main())
