"""A complete, made-up pilot in a folder: records, pilot file, accountability and the truth behind them."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.csv
import pyarrow.parquet
from ruamel.yaml import YAML

from werkzorg.cases.new import NAME
from werkzorg.cases.privacy import MADE_UP
from werkzorg.cases.synthetic import EXIT_OTHER, LEFT, OFF, Lives, draw_people, live, observe
from werkzorg.cases.synthetic_tables import table_makers
from werkzorg.cases.synthetic_world import PRICES, Calendar, World, draw_pseudonyms
from werkzorg.cases.truth import Truth, default_truth, described
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.files import shipped
from werkzorg.params.reader import read_yaml
from werkzorg.wording import LANGUAGES, language, say

FORMS = ("csv", "parquet")
CASES = (20, 100_000)
MONTHS = (18, 120)
MARK = "VERZONNEN"
DEFAULT_MAX_ROWS = 5000
"""Above this many people a pilot must say in its declaration that the file is that long."""

ROWS_AT_ONCE = 200_000
"""Rows that are turned into text together, to bound the memory."""

SAID_OF_MADE_UP = ("decision", "comparison", "perspectives")
"""What the list of accountability cannot do without; the texts stand in the catalogue."""

SUPPLIERS = {"intake_ggz": "ggz_institution", "quality_of_life": "ggz_institution", "insurer": "insurer"}
PILOT_START_MONTH = 12
"""A year of records before the pilot starts, so that there is a before."""


@dataclass(frozen=True)
class Simulated:
    """What `simulate` wrote: folder, files in it, rows per table, and the true effects."""

    folder: Path
    files: tuple[str, ...]
    rows: Mapping[str, int]
    effects: Mapping[str, float]

    def render(self, lang: str | None = None) -> str:
        """The tables, where the truth is, and what to do next."""
        lang = lang or language()
        lines = [say("cases.simulate.done", lang, folder=self.folder)]
        lines += [say("cases.simulate.rows", lang, table=table, rows=rows) for table, rows in self.rows.items()]
        return "\n".join(
            [*lines, say("cases.simulate.truth", lang), say("cases.simulate.next", lang, folder=self.folder)]
        )


def simulate(
    folder: Path | str,
    *,
    cases: int = 40,
    comparison: int = 0,
    months: int = 36,
    seed: int = 1,
    truth: Truth | None = None,
    first_month: date = date(2017, 1, 1),
    form: Literal["csv", "parquet"] = "csv",
    name: str = "verzonnen",
) -> Simulated:
    """Write a synthetic pilot with known truth.

    Parameters
    ----------
    folder : Path or str
        New or empty folder, or one that an earlier `simulate` wrote.
    cases, comparison : int
        People in the programme (20 to 100,000) and in the comparison group (0, or 20 to 100,000).
    months : int
        Length of the window in months (18 to 120), the year before the pilot included.
    seed : int
        Same arguments, same bytes.
    truth : Truth, optional
        True parameters; default the shipped ones.
    first_month : date
        First month of the window.
    form : {"csv", "parquet"}
        Csv with semicolons and decimal commas, or parquet.
    name : str
        Name of the pilot (`id` in its file).

    Returns
    -------
    Simulated
        Folder, files, rows and true effects.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION for sizes outside the range, another form, a name that cannot be, or a folder that holds
        something else.
    """
    root, truth = Path(folder), truth or default_truth()
    _check(root, cases, comparison, months, seed)
    _check_words(name, form)
    calendar = Calendar(first_month.replace(day=1), months)
    enrolling = max(1, min(9, months - PILOT_START_MONTH - 3))
    people = draw_people(cases, comparison, PILOT_START_MONTH, enrolling, first_month.year, truth, seed)
    lives = live(people, months, truth, seed)
    seen = observe(people, months, truth, seed)
    world = World(people, lives, seen, calendar, truth, seed, draw_pseudonyms(len(people), seed))
    effects, makers = true_effects(world), table_makers(world)
    if root.is_dir():
        for path in root.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    root.chmod(0o700)
    rows = {name: _write_table(root / f"{name}.{form}", make()) for name, make in makers.items()}
    largest = max(len(people), DEFAULT_MAX_ROWS)
    _write_yaml(root / "pilot.yaml", _pilot(world, name, list(rows), form, enrolling, largest))
    _write_yaml(root / "verantwoording.yml", _accountability(list(rows)))
    stated = {
        "mark": MARK,
        "arguments": {"cases": cases, "comparison": comparison, "months": months, "seed": seed},
        "first_month": f"{first_month:%Y-%m}",
        "parameters": described(truth),
        "effects": effects,
    }
    (root / "truth.json").write_text(json.dumps(stated, indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    for path in root.iterdir():
        path.chmod(0o600)
    files = tuple(sorted(path.name for path in root.iterdir()))
    return Simulated(root, files, rows, effects)


def _check(root: Path, cases: int, comparison: int, months: int, seed: int) -> None:
    problems = []
    ranges = (("cases", cases, CASES), ("months", months, MONTHS), ("seed", seed, (0, 2**32 - 1)))
    if comparison:
        ranges += (("comparison", comparison, CASES),)
    for name, value, (low, high) in ranges:
        if not low <= value <= high:
            values = {"name": name, "low": low, "high": high}
            problems.append(Problem("cases.simulate.out_of_range", where=f"--{name}", values=values))
    if root.is_file() or (root.is_dir() and any(root.iterdir()) and not _is_ours(root)):
        problems.append(Problem("cases.simulate.folder_in_use", where=str(root)))
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)


def _check_words(name: str, form: str) -> None:
    problems = []
    if not NAME.fullmatch(name):
        problems.append(Problem("cases.new.name", where="--name", values={"name": name}))
    if form not in FORMS:
        problems.append(Problem("cases.simulate.form", where="--form", values={"forms": ", ".join(FORMS)}))
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)


def _is_ours(root: Path) -> bool:
    """Whether everything in a folder was written by an earlier simulation."""
    try:
        stated = json.loads((root / "truth.json").read_text(encoding="utf8"))
    except (OSError, ValueError):
        return False
    known = {"pilot.yaml", "verantwoording.yml", "truth.json"}
    names = {path.name for path in root.iterdir()} - known
    return stated.get("mark") == MARK and all(name.endswith((".csv", ".parquet")) for name in names)


def true_effects(world: World) -> dict[str, float]:
    """What the programme really did for its participants, per person: lived with and without it, same luck.

    Returns
    -------
    dict
        Differences with - without from enrolment to the end of the window (`months_worked`, `months_off_benefit`,
        `ggz_cost`, EUR), and the yearly mental-health cost before enrolment and after it with and without the
        programme (`ggz_cost_year_before`, `_after`, `_after_without`). Over everybody, also people that the records
        lose sight of.
    """
    people, truth = world.people, world.truth
    without = live(people, world.calendar.months, truth, world.seed, programme=False)
    month = np.arange(world.calendar.months)
    since = (month - people.enrolment[:, None])[people.programme]
    lived = {"with": _outcomes(world, world.lives), "without": _outcomes(world, without)}
    effects = {"months_followed": float((since >= 1).sum() / len(since))}
    for name in ("months_worked", "months_off_benefit", "ggz_cost"):
        total = {arm: (outcome[name] * (since >= 1)).sum() for arm, outcome in lived.items()}
        effects[name] = float((total["with"] - total["without"]) / len(since))
    cost = {arm: outcome["ggz_cost"] for arm, outcome in lived.items()}
    effects["ggz_cost_year_before"] = float((cost["with"] * ((since < 0) & (since >= -12))).sum() / len(since))
    for arm, name in (("with", "ggz_cost_year_after"), ("without", "ggz_cost_year_after_without")):
        effects[name] = float((cost[arm] * ((since >= 1) & (since <= 12))).sum() / len(since))
    return {name: round(value, 4) for name, value in effects.items()}


def _outcomes(world: World, lives: Lives) -> dict[str, np.ndarray]:
    day, crisis = (world.calendar.price(PRICES[name]) for name in ("admission_day", "crisis"))
    cost = lives.outpatient + lives.admission_days * day + lives.crisis * crisis
    outcomes = {
        "months_worked": lives.working,
        "months_off_benefit": (lives.state == OFF) | (lives.state == EXIT_OTHER),
        "ggz_cost": cost,
    }
    return {name: values[world.people.programme] for name, values in outcomes.items()}


def _write_table(path: Path, content: pa.Table) -> int:
    """Write one table; returns its number of rows."""
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(content, path)
        return content.num_rows
    options = pyarrow.csv.WriteOptions(include_header=False, delimiter=";", quoting_style="none")
    with path.open("wb") as file:
        file.write((";".join(content.column_names) + "\n").encode())
        for start in range(0, content.num_rows, ROWS_AT_ONCE):
            part = content.slice(start, ROWS_AT_ONCE).combine_chunks()
            text = [_as_text(column.combine_chunks()) for column in part.columns]
            pyarrow.csv.write_csv(pa.table(text, names=content.column_names), file, options)
    return content.num_rows


def _as_text(column: pa.Array) -> pa.Array:
    """A column as Dutch people write it: decimal comma, ja and nee."""
    if pa.types.is_boolean(column.type):
        return compute.if_else(column, "ja", "nee")
    if pa.types.is_floating(column.type):
        cents = compute.cast(compute.round(compute.multiply(column, 100.0)), pa.int64())
        size = compute.abs(cents)
        whole = compute.divide(size, 100)
        rest = compute.utf8_lpad(
            compute.cast(compute.subtract(size, compute.multiply(whole, 100)), pa.string()), 2, "0"
        )
        sign = compute.if_else(compute.less(cents, 0), "-", "")
        return compute.binary_join_element_wise(sign, compute.cast(whole, pa.string()), ",", rest, "")
    return column


def _write_yaml(path: Path, data: object) -> None:
    yaml, text = YAML(), io.StringIO()
    yaml.default_flow_style = False
    # The strict reader of pilot files refuses references.
    yaml.representer.ignore_aliases = lambda _: True
    yaml.width = 110
    yaml.dump(data, text)
    path.write_text(
        f"# {MARK}: nobody in this folder exists. Made with `werkzorg simulate`.\n{text.getvalue()}", encoding="utf8"
    )


def _pilot(world: World, name: str, names: list[str], form: str, enrolling: int, largest: int) -> dict[str, object]:
    """The pilot file: as the shipped pilot, with a made-up town and the records of this folder."""
    shape, _ = read_yaml(shipped("params") / "pilots" / "drechtsteden.yaml")
    people, calendar = world.people, world.calendar
    cases = int(people.programme.sum())
    start, closes = calendar.month(PILOT_START_MONTH), calendar.month(PILOT_START_MONTH + enrolling)
    source = {"title": "Verzonnen gegevens (werkzorg simulate)", "year": 2026, "status": "assumption"}
    last = calendar.months - 1
    snapshot = min(PILOT_START_MONTH + 6, last)
    state = world.lives.state[people.programme, snapshot]
    enrolled = people.enrolment[people.programme] <= snapshot
    working = int((world.lives.working[people.programme, snapshot] & enrolled).sum())
    left = int(((state == LEFT) | (state == EXIT_OTHER))[enrolled].sum())
    counts = {
        "date": calendar.month(snapshot),
        "enrolled": int(enrolled.sum()),
        "working": working,
        "left": left,
        "in_mediation": int(enrolled.sum()) - working - left,
        "source": source,
    }
    first, final = f"{calendar.month(0):%Y-%m}", f"{calendar.month(last):%Y-%m}"
    return {
        "id": name,
        "name": {"nl": f"Verzonnen pilot met {cases} deelnemers", "en": f"Made-up pilot with {cases} participants"},
        "region": {"nl": "Verzonnen", "en": "Made up"},
        "start": start,
        "enrolment_closes": closes,
        "end": calendar.month(calendar.months - 1),
        "valuation_date": date(start.year, 1, 1),
        "participants_planned": cases,
        "horizon_months": 120,
        "main_horizon_months": 60,
        "snapshots": [counts] if counts["enrolled"] else [],
        "municipalities": [{"name": "Verzonnen", "inhabitants": 100_000, "source": source}],
        "households": shape["households"],
        "support": shape["support"],
        "accountability": {key: {lang: say(f"simulated.{key}", lang) for lang in LANGUAGES} for key in SAID_OF_MADE_UP},
        "source": source,
        "data": {
            "folder": ".",
            "files": [_file(name, form) for name in names],
            "pseudonym": {"prefix": MADE_UP, "method": "random"},
            "window": {"first": first, "last": final},
            "max_rows": largest,
        },
    }


def _file(name: str, form: str) -> dict[str, object]:
    entry: dict[str, object] = {"table": name, "path": f"{name}.{form}", "format": form}
    if form == "csv":
        entry |= {"delimiter": ";", "decimal": ",", "thousands": "none", "encoding": "utf-8", "date_order": "ymd"}
    return entry | {"money_unit": "euro", "supplier": SUPPLIERS.get(name, "municipality")}


def _accountability(names: list[str]) -> dict[str, object]:
    """A filled-in account that says of everything that it is made up."""
    suppliers = {}
    for name in names:
        suppliers.setdefault(SUPPLIERS.get(name, "municipality"), []).append(name)
    basis = "geen: verzonnen gegevens, geen personen"
    return {
        "purpose": "Verzonnen gegevens om mee te oefenen en te toetsen",
        "controllers": [{"name": "Verzonnen gemeente", "role": "verzonnen"}],
        "suppliers": [
            {"name": f"Verzonnen {name}", "tables": tables, "legal_basis": basis, "special_category_exception": basis}
            for name, tables in suppliers.items()
        ],
        "dpia": {"date": date(2017, 1, 1), "outcome": "verzonnen"},
        "data_protection_officer": "verzonnen",
        "consent": {"text_version": "verzonnen"},
        "key_holder": "niemand: verzonnen pseudoniemen",
        "retention_until": date(2099, 12, 31),
        "views": dict.fromkeys(("municipality", "ggz_institution", "insurer"), "alles, want verzonnen"),
        "synthetic": True,
    }
