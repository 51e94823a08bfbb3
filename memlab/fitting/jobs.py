"""The fits of a run, one a unit, and doing them: in this process, in workers on this machine, or on a Dask cluster."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from memlab.core.errors import MissingExtra, UsageError
from memlab.core.sequences import Sequences
from memlab.fitting.curves import spread
from memlab.fitting.likelihood import held_out
from memlab.fitting.optimise import INTERRUPTED, Run
from memlab.fitting.problem import Problem
from memlab.fitting.result import Fit

__all__ = ["Backend", "Job", "Workers", "do_jobs", "share"]

Backend = Literal["local", "dask"]

Progress = Callable[[str, int, int], None]
"""Called with what was done, how many runs are done, and how many there are."""


@dataclass(frozen=True, eq=False)
class Job:
    """One unit's fit, with those of its cross-validation.

    Attributes
    ----------
    problem : Problem
        The fit to all lists of the unit.
    folds : tuple of Problem
        The fits that each leave out a fold; empty without cross-validation.
    data : tuple of Sequences
        The unit's lists, which the folds are scored on.
    """

    problem: Problem
    folds: tuple[Problem, ...] = ()
    data: tuple[Sequences, ...] = ()

    @property
    def who(self) -> str:
        """The subject, the condition, or ``"all"``."""
        return self.problem.who

    def fit(self, runs: Sequence[Sequence[Run]], seconds: float) -> Fit:
        """Return the unit's fit from the runs of each of its problems."""
        found = self.problem.fit(runs[0], seconds)
        if not self.folds:
            return found
        best = [fold.fit(own, 0.0, with_intervals=False) for fold, own in zip(self.folds, runs[1:], strict=True)]
        score = held_out(self.problem.model, self.data, [fit.values for fit in best], self.problem.seed)
        return replace(found, held_out=score)


@dataclass(frozen=True)
class Workers:
    """Where fits are done; the answer does not depend on it.

    Attributes
    ----------
    jobs : int
        Processes on this machine.
    backend : {"local", "dask"}
    scheduler : str or None
        Address of the Dask scheduler: ``"tcp://host:8786"``.
    """

    jobs: int = 1
    backend: Backend = "local"
    scheduler: str | None = None

    def __post_init__(self) -> None:
        if self.backend not in ("local", "dask"):
            raise UsageError(f"backend must be local or dask. Got {self.backend!r} instead.")
        if (self.backend == "dask") != (self.scheduler is not None):
            raise UsageError(
                "the backend dask and the address of its scheduler go together: --scheduler tcp://HOST:8786"
            )


@dataclass(frozen=True)
class _Task:
    """One run of the optimiser: what a worker does at a time."""

    job: int
    part: int  # 0: the fit to all lists; from 1: the folds
    number: int


@dataclass(eq=False)
class _Done:
    """What came back of a job so far."""

    runs: dict[_Task, Run] = field(default_factory=dict)
    seconds: float = 0.0


def share(jobs: Sequence[Job], index: int, size: int) -> list[Job]:
    """Return the jobs of one element of an array of ``size``: those whose place is ``index`` modulo ``size``.

    Raises
    ------
    UsageError
        An index outside 0 .. size - 1.
    """
    if not 0 <= index < size:
        raise UsageError(f"the array index must be from 0 to {size - 1}, one less than the array size. Got {index}.")
    return list(jobs[index::size])


def do_jobs(jobs: Sequence[Job], workers: Workers, progress: Progress | None = None) -> Iterator[Fit]:
    """Do every job and yield each unit's fit as soon as it is finished, in whatever order.

    The runs of all units, folds and restarts are spread over the workers.

    Raises
    ------
    KeyboardInterrupt
        Ctrl-C; a single unit's fit is yielded first, with the best so far.
    MissingExtra, UsageError
        Dask without its packages, or without a scheduler that answers.
    """
    tasks = [task for i, job in enumerate(jobs) for task in _tasks(i, job)]
    waiting = {i: _Done() for i in range(len(jobs))}
    for n, (task, run, seconds) in enumerate(_results(jobs, tasks, workers, progress), start=1):
        done, job = waiting[task.job], jobs[task.job]
        done.runs[task] = run
        done.seconds += seconds
        if run.message == INTERRUPTED:
            if len(jobs) == 1 and task.part == 0:
                yield job.problem.fit(list(done.runs.values()), done.seconds)
            raise KeyboardInterrupt
        if progress:
            progress(job.who, n, len(tasks))
        expected = _tasks(task.job, job)
        if len(done.runs) == len(expected):
            parts = [[done.runs[t] for t in expected if t.part == part] for part in range(len(job.folds) + 1)]
            yield job.fit(parts, done.seconds)
            del waiting[task.job]


def _tasks(i: int, job: Job) -> list[_Task]:
    problems = (job.problem, *job.folds)
    return [_Task(i, part, number) for part, problem in enumerate(problems) for number in range(problem.restarts)]


Result = tuple[_Task, Run, float]


def _results(
    jobs: Sequence[Job], tasks: Sequence[_Task], workers: Workers, progress: Progress | None
) -> Iterator[Result]:
    problems = [(jobs[t.job].problem, *jobs[t.job].folds)[t.part] for t in tasks]
    few = len(tasks) < workers.jobs and any(not problem.search.polish for problem in problems)
    if workers.backend == "local" and (workers.jobs == 1 or few or len(tasks) == 1):
        return _here(tasks, problems, workers.jobs, progress)
    return _elsewhere(tasks, problems, workers)


def _here(
    tasks: Sequence[_Task], problems: Sequence[Problem], jobs: int, progress: Progress | None
) -> Iterator[Result]:
    """Do one run after the other; the populations of slow objectives are spread over the workers."""
    for n, (task, problem) in enumerate(zip(tasks, problems, strict=True)):

        def tell(generation: int, best: float, n: int = n, problem: Problem = problem) -> None:
            if progress:
                progress(f"{problem.who}, generation {generation}, {best:.5g}", n, len(tasks))

        slow = jobs > 1 and not problem.search.polish
        begun = time.perf_counter()
        run = problem.run(task.number, tell, spread(problem.objective, jobs) if slow else None)
        yield task, run, time.perf_counter() - begun


def _elsewhere(tasks: Sequence[_Task], problems: Sequence[Problem], workers: Workers) -> Iterator[Result]:
    """Yield results as workers finish them."""
    from joblib import Parallel, delayed

    with _cluster(workers):
        calls = (delayed(_work)(task, problem) for task, problem in zip(tasks, problems, strict=True))
        n_jobs = workers.jobs if workers.backend == "local" else -1
        yield from Parallel(n_jobs=n_jobs, return_as="generator_unordered", batch_size=1)(calls)


def _work(task: _Task, problem: Problem) -> Result:
    begun = time.perf_counter()
    run = problem.run(task.number)
    return task, run, time.perf_counter() - begun


def _cluster(workers: Workers) -> AbstractContextManager[Any]:
    """Return the context in which joblib sends work to the Dask scheduler; nothing where work stays here."""
    if workers.backend == "local":
        return nullcontext()
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtra("the backend dask", "distributed", "cluster") from None
    import joblib

    try:
        client = Client(workers.scheduler, timeout=CONNECT_SECONDS)  # type: ignore[no-untyped-call]
    except (OSError, ValueError):
        raise UsageError(
            f"no Dask scheduler answers at {workers.scheduler}. Start one with: dask scheduler; and workers with: "
            "dask worker ADDRESS"
        ) from None
    return _Connected(client, joblib.parallel_config(backend="dask", wait_for_workers_timeout=CONNECT_SECONDS))


CONNECT_SECONDS = 30
"""So long a scheduler and its workers may take to answer."""


@dataclass(frozen=True)
class _Connected:
    """A connection to a Dask cluster and joblib's use of it, closed together."""

    client: Any
    config: Any

    def __enter__(self) -> None:
        self.config.__enter__()

    def __exit__(self, *error: Any) -> None:
        self.config.__exit__(*error)
        self.client.close()
