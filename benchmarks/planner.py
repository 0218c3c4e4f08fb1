"""Planner: gap to the best published costs, against first come first served, and a whole region.

Three parts: the public HHCRSP instances (gap to the best published cost per family, seconds and
workers; every solution is written to a file and passes the independent checker), first-come
insertion on the same instances, and a region of 80 branches, 320 people and 200 visits for two,
against two ways of booking: windows promised and everything else free, or minute and people named.
With ``--cpu`` budgets are processor seconds per worker, for a machine that has other work.
The full table: ``bin/bench planner --seconds 1 10 60 --workers 1 2 --seeds 1 2 3`` (hours).
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import mean, median
from time import perf_counter, process_time
from typing import Any

from benchmarks.planner_cases import Case, booked, first_come, public_cases, region
from planning.check import check_files
from planning.hhcrsp import read_instance, write_solution
from planning.search import ready, solve
from planning.stop import MaxCpuSeconds, MaxSeconds, Stop
from planning.verify import faults

NEEDS_ROWS = False

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "hhcrsp"

Figures = dict[str, Any]
Gaps = dict[int, list[float]]


def main() -> Figures:
    """Print the tables; the figures."""
    parser = argparse.ArgumentParser(prog="bin/bench planner", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, help="instances and best_published.csv"
    )
    parser.add_argument("--seconds", type=float, nargs="+", default=[1.0, 10.0])
    parser.add_argument("--workers", type=int, nargs="+", default=[2])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--patients", type=int, nargs="+", help="only these families")
    parser.add_argument("--cpu", action="store_true", help="budgets in processor seconds")
    args = parser.parse_args()
    began, worked = perf_counter(), process_time()
    ready()
    figures: Figures = {
        "compile_or_load_seconds": perf_counter() - began,
        "compile_or_load_cpu_seconds": process_time() - worked,
        "public": [],
    }
    print(
        f"kernels compiled or loaded in {figures['compile_or_load_seconds']:.1f} s "
        f"({figures['compile_or_load_cpu_seconds']:.1f} s of processor time)"
    )
    cases = public_cases(args.folder) if args.folder.is_dir() else []
    if args.patients:
        cases = [case for case in cases if case.patients in args.patients]
    if not cases:
        print(f"no public instances in {args.folder}")
    else:
        figures["first_come"] = _table("first come, first served", _first_come(cases))
    for seconds in args.seconds if cases else ():
        for workers in args.workers:
            unit = "processor seconds a worker" if args.cpu else "s"
            title = f"search, {seconds:g} {unit}, {workers} workers, seeds {args.seeds}"
            gaps = _search(cases, partial(_budget, seconds, workers, args.cpu), workers, args.seeds)
            figures["public"].append(
                {"seconds": seconds, "workers": workers, **_table(title, gaps)}
            )
    figures["region"] = _region(max(args.seconds), max(args.workers), args.cpu)
    figures["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {figures['peak_megabytes']:.0f} MB")
    return figures


def _budget(seconds: float, workers: int, cpu: bool) -> Stop:
    """A fresh stop criterion."""
    return MaxCpuSeconds(seconds * workers) if cpu else MaxSeconds(seconds)


def _search(cases: list[Case], stop: Callable[[], Stop], workers: int, seeds: list[int]) -> Gaps:
    """Gap in percent per family; every solution passes the checker of files."""
    gaps: Gaps = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            instance = read_instance(case.path)
            for seed in seeds:
                result = solve(instance.problem, stop(), seed, workers=workers)
                out = Path(folder) / f"{case.name}.json"
                write_solution(out, instance, result)
                report = check_files(case.path, out)
                wrong = [*report.faults, *faults(instance.problem, result)]
                if wrong:
                    raise SystemExit(f"{case.name}, seed {seed}: {'; '.join(wrong)}")
                gaps[case.patients].append(100 * (report.cost / case.best - 1))
    return gaps


def _first_come(cases: list[Case]) -> Gaps:
    gaps: Gaps = defaultdict(list)
    for case in cases:
        cost = first_come(read_instance(case.path).problem).cost.total
        gaps[case.patients].append(100 * (cost / case.best - 1))
    return gaps


def _table(title: str, gaps: Gaps) -> Figures:
    """Print gaps per family and together; the figures."""
    print(f"\n{title}: gap to the best published, %")
    print(f"{'patients':>9}{'runs':>6}{'mean':>9}{'median':>9}{'worst':>9}{'new bests':>11}")
    rows = {str(family): found for family, found in sorted(gaps.items())}
    rows["all"] = [gap for found in gaps.values() for gap in found]
    figures: Figures = {}
    for name, found in rows.items():
        new = sum(gap < -1e-3 for gap in found)
        print(
            f"{name:>9}{len(found):>6}{mean(found):>+9.2f}{median(found):>+9.2f}"
            f"{max(found):>+9.2f}{new:>11}",
            flush=True,
        )
        figures[name] = {
            "mean": mean(found),
            "median": median(found),
            "worst": max(found),
            "new_bests": new,
            "runs": len(found),
        }
    return figures


def _region(seconds: float, workers: int, cpu: bool) -> Figures:
    """The product's own case: a whole region, promises of an hour, two people at each door."""
    problem = region(1)
    began = perf_counter()
    first = solve(problem, MaxSeconds(0))
    valid = perf_counter() - began
    plain = first_come(problem)
    named, refused = booked(problem)
    best = solve(problem, _budget(seconds, workers, cpu), 1, workers=workers)
    wrong = [*faults(problem, first), *faults(problem, plain), *faults(problem, best)]
    if wrong:
        raise SystemExit(f"region: {'; '.join(wrong)}")
    less = 100 * (best.cost.travel / plain.cost.travel - 1)
    print(
        f"\nregion: 80 branches, {len(problem.people)} people, {len(problem.visits)} visits for two"
    )
    print(f"first plan after {valid:.2f} s, {len(first.left_out)} visits left out")
    print(
        f"travel: first come {plain.cost.travel:.0f} min ({len(plain.left_out)} left out), "
        f"after {seconds:g} s {best.cost.travel:.0f} min ({len(best.left_out)} left out): "
        f"{less:+.1f} %"
    )
    against = 100 * (best.cost.travel / named - 1)
    print(f"booked with minute and people: {named} min ({refused} refused): {against:+.1f} %")
    return {
        "first_plan_seconds": valid,
        "first_come_travel": plain.cost.travel,
        "travel": best.cost.travel,
        "booked_travel": named,
        "booked_refused": refused,
        "travel_change_against_booked_percent": against,
        "travel_change_percent": less,
        "left_out": len(best.left_out),
        "first_come_left_out": len(plain.left_out),
    }
