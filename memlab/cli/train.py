"""``memlab train``: a network trained on lists; its weights, their card and a log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from memlab.cli.options import ConfigFile, Force, Out, Seed, assignments, names

if TYPE_CHECKING:
    from memlab.configuration import TrainConfig

__all__ = ["train"]


def train(
    network: Annotated[str | None, typer.Argument(help="dnc, lstm, gru, rnn, transformer, … [dnc]")] = None,
    paradigm: Annotated[str | None, typer.Option(help="free_recall, serial_recall, copy, repeat_copy, chain.")] = None,
    objective: Annotated[
        str | None, typer.Option(help="Of free recall: set, forward, blog or human. [the paradigm's first]")
    ] = None,
    recipe: Annotated[str | None, typer.Option(help="How a shipped network was trained: dnc.set, …")] = None,
    config: ConfigFile = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="An option of the network, slots=24; may be repeated.")
    ] = None,
    task: Annotated[
        list[str] | None, typer.Option("--task", help="An option of the task, lengths=[1,20]; may be repeated.")
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Training steps. [3000]")] = None,
    batch: Annotated[int | None, typer.Option(help="Lists a step. [64]")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="At its highest. [0.002]")] = None,
    decay: Annotated[str | None, typer.Option(help="Of the learning rate: none or cosine. [none]")] = None,
    warmup: Annotated[int | None, typer.Option(help="Steps over which the learning rate rises. [0]")] = None,
    clip: Annotated[float | None, typer.Option(help="Longest gradient; 0: any. [10]")] = None,
    weight_decay: Annotated[float | None, typer.Option(help="How far weights are pulled towards 0. [0]")] = None,
    optimiser: Annotated[str | None, typer.Option(help="adam or rmsprop. [adam]")] = None,
    evaluate_every: Annotated[int | None, typer.Option(help="Steps from one row of the log to the next. [100]")] = None,
    checkpoint_every: Annotated[int | None, typer.Option(help="Steps. [500]")] = None,
    patience: Annotated[
        int | None, typer.Option(help="Evaluations without improvement that end training; 0: none do. [0]")
    ] = None,
    init: Annotated[
        str | None, typer.Option(help="Weights to start from: a file, or the name of shipped ones.")
    ] = None,
    data: Annotated[str | None, typer.Option(help="Long table of people's recalls, for the objective human.")] = None,
    conditions: Annotated[str | None, typer.Option(help="Of the data, comma-separated. [all]")] = None,
    citation: Annotated[str | None, typer.Option(help="Of the data, for the card.")] = None,
    name: Annotated[str | None, typer.Option(help="Of the weights. [NETWORK.OBJECTIVE]")] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, or one of several GPUs: cuda:1. [cpu]")] = None,
    compile_: Annotated[
        bool, typer.Option("--compile", help="Compile the DNC's step; on a GPU, worth it in long runs alone.")
    ] = False,
    seed: Seed = None,
    resume: Annotated[
        Path | None, typer.Option("--resume", help="Folder of an interrupted run to go on with; --device moves it.")
    ] = None,
    smoke: Annotated[bool, typer.Option("--smoke", help="Train tiny networks to see that training works.")] = False,
    out: Out = None,
    force: Force = False,
) -> int:
    """Train a network: memlab train dnc --paradigm free_recall --out runs/dnc, or memlab train --recipe dnc.set."""
    given: dict[str, Any] = {
        "network": network,
        "paradigm": paradigm,
        "objective": objective,
        "name": name,
        "options": _values(settings),
        "task": _values(task),
        "steps": steps,
        "batch": batch,
        "learning_rate": learning_rate,
        "decay": decay,
        "warmup": warmup,
        "clip": clip,
        "weight_decay": weight_decay,
        "optimiser": optimiser,
        "evaluate_every": evaluate_every,
        "checkpoint_every": checkpoint_every,
        "patience": patience,
        "init": init,
        "data": data,
        "conditions": names(conditions),
        "citation": citation,
        "device": device,
        "compile": compile_ or None,
        "seed": seed,
    }
    if smoke:
        return _smoke(out)
    if resume is not None:
        others = [name for name, value in given.items() if value and name != "device"]
        return _resume(resume, [*others, *(["out"] if out else [])], device)
    from memlab.run_folder import free_folder
    from memlab.runs.train import train_config, weights_name

    resolved = train_config(given, recipe=recipe, file=config)
    return run(resolved, out or free_folder(f"memlab-train-{weights_name(resolved)}.seed{resolved.seed}"), force=force)


def _values(texts: list[str] | None) -> dict[str, Any]:
    """Return ``NAME=VALUE`` texts as a dict; what is no TOML value is a word."""
    import tomllib

    found: dict[str, Any] = {}
    for name, text in assignments(texts).items():
        try:
            found[name] = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            found[name] = text
    return found


def _resume(folder: Path, given: list[str], device: str | None) -> int:
    from memlab.cli.console import say
    from memlab.core.errors import UsageError
    from memlab.run_folder import read_run
    from memlab.runs.train import resumed_config

    if given:
        options = ", ".join(name.replace("_", "-") for name in given)
        raise UsageError(f"a run is resumed as it was configured; leave out: {options}.")
    config = resumed_config(folder, device)
    if read_run(folder)["complete"]:
        say(f"the run in {folder} is complete")
        return 0
    return run(config, folder, resume=True)


def run(config: TrainConfig, out: Path, *, force: bool = False, resume: bool = False) -> int:
    """Train as configured and show the scores."""
    import time

    from memlab.cli.console import progress_bar, say, show_table
    from memlab.runs.train import train_configured, weights_name

    stem = f"{weights_name(config)}.seed{config.seed}"
    with progress_bar(stem) as bar:
        clock = {"started": time.perf_counter(), "first": -1.0}

        def show(now: Any) -> None:
            if clock["first"] < 0:
                clock.update(first=now.step - 1, started=time.perf_counter() - 1e-3)
            rate = (now.step - clock["first"]) / (time.perf_counter() - clock["started"])
            if bar:
                bar(f"{_state(now)}  {rate:.1f} steps/s", now.step, now.steps)

        trained = train_configured(config, out=out, force=force, resume=resume, progress=show)
    if trained.interrupted:
        say(f"stopped after step {trained.steps} of {config.steps}; go on with: memlab train --resume {out}")
        return 130
    by_length = trained.card["scores"]["by_length"]
    columns: dict[str, list[Any]] = {"list_length": list(map(int, by_length))}
    columns |= {name: [row[name] for row in by_length.values()] for name in next(iter(by_length.values()))}
    show_table(columns, None, "scores")
    if trained.card["restored"]:
        say(f"the loss was not finite {trained.card['restored']} times; the last good weights were restored each time")
    say(f"{stem} is in {out}: {trained.card['steps']} steps, {trained.card['seconds']:.0f} s", out=out)
    return 0


def _state(now: Any) -> str:
    """Return loss and scores in a line."""
    scores = [(name, now.latest.get(name)) for name in ("recalled", "repeats", "intrusions")]
    shown = "  ".join(f"{name} {value:.2f}" for name, value in scores if value is not None)
    restored = f"  restored {now.restored}" if now.restored else ""
    return f"loss {now.loss:.3f}  {shown}{restored}"


def _smoke(out: object) -> int:
    from memlab.cli.console import say, show_table
    from memlab.core.errors import UsageError
    from memlab.runs.smoke import smoke

    if out is not None:
        raise UsageError("--smoke keeps nothing that it trains; leave out --out.")
    show_table(smoke(), None, "smoke")
    say("training works: every loss fell, and every network's weights load again")
    return 0
