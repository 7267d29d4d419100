"""A sweep and a lock-step beside the same runs one after the other: seconds of each, printed as JSON.

    python benchmarks/sweep_jobs.py {sweep,lockstep} [--lesson L] [--batches N] [--repeat R]

``sweep`` trains 8 rates x 3 seeds in as many processes as there are processors, their start included; ``lockstep``
two rates on the same batches. Both are to take no longer than ``alone``, the same runs one after the other in this
process, each by a Trainer that has nothing else to do. Measurements alternate, and the least of each counts: whatever
else the machine does can only add.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from engine.lesson import Lesson

Job = Callable[[], object]


def sweep(lesson: Lesson, batches: int) -> tuple[Job, Job]:
    """(the sweep, its runs one after the other)."""
    from engine.sweep import Sweep, parse_vary, run_sweep, train

    axes = [parse_vary("optimizer.learning_rate=0.001:1:8"), parse_vary("init.seed=1,2,3")]
    wanted = Sweep.of(lesson, axes, batches)
    return (
        lambda: list(run_sweep(wanted)),
        lambda: [train(run.lesson, batches) for run in wanted.runs],
    )


def lockstep(lesson: Lesson, batches: int) -> tuple[Job, Job]:
    """(two runs in lock-step, the same one after the other)."""
    from engine.compare import LockStep
    from engine.trainer import Trainer

    rate = lesson.optimizer.learning_rate
    lessons = [lesson, lesson.with_value("optimizer.learning_rate", rate / 2)]

    def together() -> None:
        pair = LockStep(lessons)
        while pair.batches < batches:
            pair.advance(min(100, batches - pair.batches))

    return together, lambda: [Trainer(one).run(batches) for one in lessons]


def seconds(job: Job) -> float:
    """How long it takes."""
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", choices=("sweep", "lockstep"))
    parser.add_argument("--lesson", default="digits-sigmoid")
    parser.add_argument("--batches", type=int, default=2000)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    from engine import threads

    threads.decide(alone=False)  # before NumPy is imported, as main.py does
    from engine.lesson import Lesson
    from engine.trainer import Trainer

    lesson = Lesson.load(args.lesson, {"run.executor": "numpy"})
    job, alone = (sweep if args.job == "sweep" else lockstep)(lesson, args.batches)
    Trainer(lesson).run(10)  # what a first run imports and reads is nobody's
    pairs = [(seconds(job), seconds(alone)) for _ in range(args.repeat)]
    ours, theirs = (min(times) for times in zip(*pairs, strict=True))
    print(json.dumps({args.job: ours, "alone": theirs, "ratio": ours / theirs}))


if __name__ == "__main__":
    main()
