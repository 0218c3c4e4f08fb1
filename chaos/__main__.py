"""``python -m chaos``: what ``manage.py chaos`` runs in a process of its own."""

import argparse
import json
import sys

from chaos.play import Options, play
from chaos.stage import say
from config.serve.places import CannotServe


def main() -> int:
    """Run, print, and say by the exit code whether everything was kept."""
    parser = argparse.ArgumentParser(prog="manage.py chaos")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--visits", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    try:
        figures = play(Options(given.minutes, given.visits, given.seed))
    except CannotServe as reason:
        print(f"manage.py chaos: {reason}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    for name, figure in figures.items():
        say(f"{name:>14}  {figure}")
    kept = not any(figures[sort] for sort in ("lost", "doubled", "stuck", "wrong"))
    say("Nothing was lost, doubled or stuck." if kept else "It did not hold; see the lines with !")
    if given.json:
        say(json.dumps(figures))
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
