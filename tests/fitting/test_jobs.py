"""Fits are the same however they are done: by how many workers, in pieces, interrupted, killed, on a cluster."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

import memlab
from memlab.core.errors import DataError, MissingExtra, OutputExists, UsageError
from memlab.core.recall import Conditions, RecallData, StudyLists
from memlab.core.sequences import sequences_of
from memlab.core.table import read_conditions, write_table
from memlab.fitting.jobs import Workers
from memlab.fitting.likelihood import cross_validate, fit_likelihood
from memlab.fitting.result import Fit
from memlab.models import get_model
from memlab.run_folder import read_run, verify
from memlab.runs.gather import gather

QUICK = {"free": ["beta_enc", "tau"], "restarts": 2, "per": "subject"}


def people(path, n_subjects=4, n_lists=6, n_items=6):
    """Some who are CMRs, in two conditions."""
    study = StudyLists.simple(n_subjects * n_lists, n_items, subject=np.repeat(np.arange(1, n_subjects + 1), n_lists))
    rng, made = np.random.default_rng(5), []
    for first, name in ((1, "fast"), (101, "slow")):
        own = replace(study, list=np.tile(np.arange(n_lists), n_subjects) + first)
        made.append(RecallData(own, get_model("cmr").simulate(own, None, rng), name))
    return write_table(Conditions(made), path)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return people(tmp_path_factory.mktemp("people") / "people.csv")


@pytest.fixture(scope="module")
def whole(file, tmp_path_factory):
    """The folder of an uninterrupted run."""
    out = tmp_path_factory.mktemp("whole") / "out"
    memlab.fit("cmr", data=file, out=out, **QUICK)
    return out


def test_a_run_leaves_a_json_a_fit_and_one_table(whole, file):
    assert {path.name for path in whole.iterdir()} == {"fits", "fits.csv", "jobs.csv", "run.json"}
    assert sorted(path.name for path in (whole / "fits").iterdir()) == ["1.json", "2.json", "3.json", "4.json"]
    fit = Fit.read(whole / "fits" / "2.json")
    assert (fit.unit, fit.who, fit.conditions, fit.n_lists) == ("subject", "2", ["fast", "slow"], 12)
    assert fit.data["id"] == "people.csv"
    assert len(fit.restarts) == 2
    assert verify(whole)["data"][0]["sha256"] == fit.data["sha256"]


def test_a_units_fit_is_that_of_its_lists_alone(whole, file):
    own = [sequences_of(d.select(d.study.subject == 3)) for d in read_conditions(file).values()]
    alone = fit_likelihood(get_model("cmr"), own, free=QUICK["free"], restarts=2)
    assert Fit.read(whole / "fits" / "3.json").values == alone.values


def test_the_table_is_the_same_for_any_number_of_workers(whole, file, tmp_path):
    memlab.fit("cmr", data=file, out=tmp_path / "two", jobs=2, **QUICK)
    assert (tmp_path / "two" / "fits.csv").read_bytes() == (whole / "fits.csv").read_bytes()


def interrupted(file, out, after):
    def stop(what, done, total):
        if done == after:
            raise KeyboardInterrupt

    return memlab.fit("cmr", data=file, out=out, progress=stop, **QUICK)


def test_an_interrupted_run_is_resumed_and_comes_out_the_same(whole, file, tmp_path):
    out = tmp_path / "out"
    found = interrupted(file, out, 5)
    assert found.interrupted
    assert [fit.who for fit in found.fits] == ["1", "2"]
    assert found.units == ["1", "2", "3", "4"]
    before = (out / "fits" / "1.json").stat().st_mtime_ns
    resumed = memlab.fit("cmr", data=file, out=out, resume=True, **QUICK)
    assert not resumed.interrupted
    assert (out / "fits" / "1.json").stat().st_mtime_ns == before
    assert (out / "fits.csv").read_bytes() == (whole / "fits.csv").read_bytes()
    verify(out)


def test_a_run_is_not_resumed_with_other_options_or_data(file, tmp_path):
    out = tmp_path / "out"
    interrupted(file, out, 2)
    with pytest.raises(DataError, match="had another seed"):
        memlab.fit("cmr", data=file, out=out, resume=True, seed=2, **QUICK)
    other = people(tmp_path / "people.csv", n_lists=5)
    with pytest.raises(DataError, match="is not the file of the run"):
        memlab.fit("cmr", data=other, out=out, resume=True, **QUICK)
    with pytest.raises(DataError, match="holds no run to resume"):
        memlab.fit("cmr", data=file, out=tmp_path / "none", resume=True, **QUICK)
    with pytest.raises(OutputExists):
        memlab.fit("cmr", data=file, out=out, **QUICK)


def test_force_leaves_nothing_of_the_earlier_run(file, tmp_path):
    out = tmp_path / "out"
    memlab.fit("chance", data=file, out=out, per="condition", restarts=1)
    assert (out / "parameters.toml").is_file()
    memlab.fit("chance", data=file, out=out, per="subject", only="1,2", restarts=1, force=True)
    assert sorted(path.name for path in (out / "fits").iterdir()) == ["1.json", "2.json"]
    assert not (out / "parameters.toml").exists()
    verify(out)


def array(file, out, index, size, **more):
    from memlab.configuration import FitConfig
    from memlab.runs.fit import fit_configured

    config = FitConfig.load(given={"model": "cmr", "data": str(file), **QUICK, **more})
    return fit_configured(config, out=out, array=(index, size))


def test_the_shares_of_an_array_are_gathered_to_the_table_of_one_run(whole, file, tmp_path):
    out = tmp_path / "out"
    assert [fit.who for fit in array(file, out, 0, 3).fits] == ["1", "4"]
    array(file, out, 2, 3)
    found = gather([out])
    assert found.missing == ["2"]
    array(file, out, 1, 3)
    found = gather([out])
    assert found.missing == []
    assert (out / "fits.csv").read_bytes() == (whole / "fits.csv").read_bytes()
    assert read_run(out)["config"]["missing"] == []
    verify(out)


def test_what_does_not_belong_together_is_not_gathered(whole, file, tmp_path):
    array(file, tmp_path / "a", 0, 2)
    array(file, tmp_path / "b", 1, 2, seed=2)
    with pytest.raises(DataError, match="was fitted with other options"):
        gather([tmp_path / "a", tmp_path / "b"])
    with pytest.raises(UsageError, match="is a run itself"):
        gather([whole])
    with pytest.raises(DataError, match="holds no run of memlab fit"):
        gather([tmp_path])
    with pytest.raises(UsageError, match="must be from 0 to 1"):
        array(file, tmp_path / "c", 2, 2)


def test_the_folds_of_a_unit_give_its_held_out_score(file, tmp_path):
    found = memlab.fit("cmr", data=file, only="2", folds=3, jobs=2, **QUICK)
    own = [sequences_of(d.select(d.study.subject == 2)) for d in read_conditions(file).values()]
    alone = cross_validate(get_model("cmr"), own, folds=3, free=QUICK["free"], restarts=2)
    assert found.fits[0].held_out == alone
    assert found.columns()["held_out"] == [alone.log_likelihood]


def test_a_backend_without_its_scheduler_or_package_is_refused(file, monkeypatch):
    with pytest.raises(UsageError, match="go together"):
        Workers(1, "dask")
    with pytest.raises(UsageError, match="local or dask"):
        Workers(1, "spark")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtra, match=r'pip install "memlab\[cluster\]"'):
        memlab.fit("cmr", data=file, backend="dask", scheduler="tcp://127.0.0.1:1", **QUICK)


def wait_for(condition, seconds=120):
    end = time.time() + seconds
    while not condition():
        assert time.time() < end, "it took too long"
        time.sleep(0.02)


def command(file, out, *more):
    words = ["fit", "cmr", "--data", file, "--per", "subject", "--jobs", "1", "--restarts", "1", "--out", out, *more]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-m", "memlab", *map(str, words)], env=environment)


@pytest.mark.slow
def test_a_killed_run_is_resumed_and_its_table_is_that_of_an_uninterrupted_one(tmp_path):
    file = people(tmp_path / "people.csv", n_subjects=8, n_lists=10, n_items=12)
    assert command(file, tmp_path / "whole").wait() == 0
    out = tmp_path / "killed"
    process = command(file, out)
    wait_for(lambda: len(list((out / "fits").glob("[0-9]*.json"))) >= 2)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    done = len(list((out / "fits").glob("[0-9]*.json")))
    assert 2 <= done < 8
    assert not (out / "fits.csv").exists()
    assert command(file, out, "--resume").wait() == 0
    assert (out / "fits.csv").read_bytes() == (tmp_path / "whole" / "fits.csv").read_bytes()
    verify(out)


@pytest.mark.slow
def test_a_dask_cluster_that_loses_a_worker_loses_nothing(tmp_path):
    pytest.importorskip("distributed")
    file = people(tmp_path / "people.csv", n_subjects=8, n_lists=10, n_items=12)
    options = {"data": file, "per": "subject", "restarts": 1}
    memlab.fit("cmr", out=tmp_path / "here", **options)
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    place = tmp_path / "scheduler.json"
    start = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard"]
    processes = [subprocess.Popen([*start, "--host", "127.0.0.1", "--scheduler-file", place], env=environment)]
    try:
        wait_for(place.is_file)
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", place, "--no-nanny"]
        processes += [
            subprocess.Popen([*worker, "--nthreads", "1", "--no-dashboard"], env=environment) for _ in range(2)
        ]
        import json

        address = json.loads(place.read_text())["address"]
        killed = []

        def kill_one(what, done, total):
            if done == 2 and not killed:
                processes[1].kill()
                killed.append(done)

        memlab.fit("cmr", out=tmp_path / "there", backend="dask", scheduler=address, progress=kill_one, **options)
        assert killed
        assert processes[1].wait() == -signal.SIGKILL
    finally:
        for process in processes:
            process.kill()
    assert (tmp_path / "there" / "fits.csv").read_bytes() == (tmp_path / "here" / "fits.csv").read_bytes()
