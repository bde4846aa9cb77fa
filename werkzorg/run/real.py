"""The real steps of a run: thin adapters around the public steps of the package, imported when they are called."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from werkzorg.cases.small_cells import THRESHOLD
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params import shipped
from werkzorg.params.pilots import of_size
from werkzorg.params.scenarios import load_checked
from werkzorg.pilot import Pilot
from werkzorg.run.record import digest_of_file, digests_of_folder, package_versions
from werkzorg.run.records import CaseRecords, read_records, reduced
from werkzorg.run.steps import Made, RunFacts, Steps
from werkzorg.wording import language, say

PACKAGE = Path(__file__).resolve().parent.parent

FIT_CODE = ("inference", "cases", "params", "pilot.py", "pilot_parts.py", "constants.py", "compiled.py")
"""Code that a fit depends on; a change in it makes every saved fit out of date."""

FIT_PACKAGES = ("pymc", "pytensor", "nutpie", "numba", "llvmlite", "numpy", "scipy", "xarray", "arviz")


def real_steps(*, confirmed: bool = False, inhabitants: int | None = None) -> Steps:
    """Steps that do the work.

    Parameters
    ----------
    confirmed : bool
        The user confirmed that the place of the records is right.
    inhabitants : int, optional
        Of the municipality, in place of those in the pilot file.
    """
    return Steps(
        load=partial(_load, inhabitants=inhabitants),
        read_records=partial(read_records, confirmed=confirmed),
        prepare=_prepare,
        prepare_fit=_prepare_fit,
        fit_ingredients=fit_ingredients,
        inputs=inputs,
        first_answer=_first_answer,
        tell_first_answer=tell_first_answer,
        fit=_fit,
        fit_parts=lambda posterior: json.loads(posterior.attrs.get("seconds", "{}")),
        save_posterior=save_dataset,
        read_posterior=read_dataset,
        project=_project,
        settle=_settle,
        appraise=_appraise,
        release=_release,
        verdict=lambda results: results.meta["gates_verdict"],
        write_results=_write_results,
        save_technical=_save_technical,
        make_reports=_make_reports,
        case_sums=_case_sums,
        seed=_seed,
        changed_notebooks=_changed_notebooks,
    )


def _load(name_or_path: str | Path, inhabitants: int | None = None) -> Pilot:
    """The pilot, with the files that stand beside it read once: a mistake in them must show first, not last."""
    from werkzorg.release.practices import check_files

    pilot = load_checked(name_or_path)
    if inhabitants is not None:
        pilot = of_size(pilot, inhabitants)
    check_files(pilot)
    return pilot


def fit_ingredients(pilot: Pilot, seed: int, records: CaseRecords | None = None) -> dict[str, Any]:
    """Everything that a fit depends on: pilot, records, parameter files, code, package versions and seed."""
    code = {}
    for name in FIT_CODE:
        path = PACKAGE / name
        code[name] = digests_of_folder(path, ("*.py",)) if path.is_dir() else digest_of_file(path)
    return {
        # What-ifs that stand in the pilot file say nothing about the pilot as it is.
        "pilot": pilot.model_dump(mode="json", exclude={"scenarios"}),
        "records": {} if records is None else records.digests,
        "parameters": _parameter_digests(),
        "code": code,
        "packages": package_versions(FIT_PACKAGES),
        "seed": seed,
    }


def inputs(pilot: Pilot, records: CaseRecords | None = None) -> dict[str, Any]:
    """What a run read: pilot and rules of the suppliers, and the digest of every file with records or parameters."""
    digests, rules = ({}, {}) if records is None else (records.digests, records.rules)
    files = {"records": digests, "parameters": _parameter_digests()}
    return {"pilot": pilot.model_dump(mode="json"), "rules": rules, **files}


def _parameter_digests() -> dict[str, str]:
    digests = digests_of_folder(shipped("params"), ("*.yaml",))
    # A pilot counts by what it says, not by its file: a comment in another pilot must not undo a fit.
    return {name: digest for name, digest in digests.items() if not name.startswith(("pilots/", "scenarios/"))}


def tell_first_answer(pilot: Pilot, answer: Any) -> str:
    """The first answer in one sentence: how many will be placed, and the chance of the pilot's own criterion."""
    from werkzorg.appraisal.dropout import is_precise
    from werkzorg.constants import HEADLINE_WIDTH
    from werkzorg.inference.forecast import forecast
    from werkzorg.reporting.numbers import percent

    lang = language()
    if pilot.last_snapshot is None:
        return say("run.first_answer_none", lang)
    counts = forecast(pilot, answer)
    measure = pilot.criterion.measure if pilot.criterion else "placed"
    number = counts[measure].values
    tail = (1 - HEADLINE_WIDTH) / 2
    low, middle, high = (int(count) for count in counts[measure].quantile([tail, 0.5, 1 - tail], method="nearest"))
    values = {"middle": middle, "low": low, "high": high, "planned": pilot.participants_planned}
    values["width"] = percent(HEADLINE_WIDTH, lang)
    text = say(f"run.first_answer.{measure}", lang, **values)
    if pilot.criterion:
        chance = float((number >= pilot.criterion.at_least).mean())
        least = pilot.criterion.at_least
        text += " " + say("run.first_answer_criterion", lang, chance=percent(chance, lang), least=least)
    return text if is_precise(answer) else f"{text} {say('run.first_answer_rough', lang)}"


def save_dataset(dataset: Any, path: Path) -> None:
    """Write labelled arrays as netCDF 4, packed without loss."""
    packed = {name: {"zlib": True, "complevel": 1} for name, array in dataset.data_vars.items() if array.ndim}
    dataset.to_netcdf(path, engine="h5netcdf", encoding=packed)


def read_dataset(path: Path) -> Any:
    """Read labelled arrays; the file is closed again."""
    import xarray as xr

    return xr.load_dataset(path, engine="h5netcdf")


def _prepare() -> None:
    import werkzorg.inference.fit
    import werkzorg.inference.forecast  # noqa: F401


def _prepare_fit() -> None:
    import nutpie  # noqa: F401
    import pymc  # noqa: F401


def _first_answer(pilot: Pilot, records: CaseRecords | None) -> Any:
    import werkzorg

    return werkzorg.first_answer(pilot, records=reduced(records, pilot))


def _fit(pilot: Pilot, seed: int, records: CaseRecords | None) -> Any:
    import werkzorg

    try:
        return werkzorg.fit(pilot, records=reduced(records, pilot), seed=seed)
    except (RuntimeError, ArithmeticError) as error:
        # What the sampler says may hold a number of the data; the values of the pilot itself are the first to look at.
        names = ", ".join(str(each["id"]) for each in pilot.parameters) or say("run.sampler.none", language())
        values = {"pilot": pilot.id, "names": names, "kind": type(error).__name__}
        raise WerkzorgError(ExitCode.STATISTICS, Problem("run.sampler", values=values)) from error


def _project(pilot: Pilot, posterior: Any) -> Any:
    import werkzorg

    return werkzorg.project(pilot, posterior)


def _settle(pilot: Pilot, trajectory: Any) -> Any:
    import werkzorg

    return werkzorg.settle(pilot, trajectory)


def _appraise(pilot: Pilot, ledger: Any) -> Any:
    import werkzorg

    return werkzorg.appraise(pilot, ledger)


def _release(pilot: Pilot, made: Made, facts: RunFacts) -> Any:
    import werkzorg

    return werkzorg.release(
        pilot,
        made.appraisal,
        posterior=made.posterior,
        trajectory=made.trajectory,
        ledger=made.ledger,
        first=made.first_answer,
        facts=asdict(facts),
        records=reduced(made.records, pilot),
        threshold=THRESHOLD if made.records is None else made.records.threshold,
        cost_readers=() if made.records is None else made.records.cost_readers,
        doubts=() if made.records is None else made.records.doubts,
        dropout=None if made.records is None else made.records.dropout(pilot, made.first_answer, made.posterior),
        extremes=None if made.records is None else made.records.extremes(pilot, made.first_answer, made.posterior),
    )


def _seed(name: str, pilot: Pilot, records: CaseRecords | None, given: int) -> int:
    from werkzorg.run.releasing import own_seed

    return own_seed(name, pilot, records, given)


def _write_results(results: Any, folder: Path) -> None:
    from werkzorg.reporting import write_results

    write_results(results, folder)


def _save_technical(made: Made, folder: Path) -> None:
    save_dataset(made.posterior, folder / "posterior.nc")
    # The net per month follows from the entries and is by far the largest part.
    save_dataset(made.ledger.drop_vars("net"), folder / "ledger.nc")


def _case_sums(pilot: Pilot, made: Made, facts: RunFacts, folder: Path, lang: str) -> None:
    from werkzorg.appraisal.case_sums import case_sums
    from werkzorg.reporting.case_sums import write_case_sums

    records: CaseRecords = made.records
    if not records.participants or "months" not in records.tables:
        return
    sums = case_sums(pilot, records.tables, made.trajectory)
    today, name = datetime.fromisoformat(facts.created).date(), getattr(pilot.name, lang)
    write_case_sums(sums, folder, lang=lang, pilot=name, today=today, until=records.keep_until)


def _make_reports(folder: Path, readers: Sequence[str], langs: Sequence[str]) -> Mapping[str, float] | None:
    from werkzorg.reporting import make_reports

    return make_reports(folder, folder, readers, langs)


def _changed_notebooks(readers: Sequence[str]) -> Sequence[str]:
    from werkzorg.reporting.shipped_notebooks import changed_notebooks

    return changed_notebooks(readers)
