"""Pooled pilots in words, on a terminal, and as a file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from rich.console import Group
from rich.table import Table
from rich.text import Text

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.inference.pool import LOGARITHMS, Pooled
from werkzorg.params import Catalogue
from werkzorg.reporting.numbers import number, significant_decimals
from werkzorg.wording import say

ENDINGS = (".csv", ".json")
EFFECT = "p_logrr_programme_nl"


def check_table_path(path: str | Path) -> Path:
    """Path of the table, with a mistake in it told before any work is done.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION when the name does not end in .csv or .json or its folder is not there.
    """
    target = Path(path).expanduser()
    if target.suffix.lower() not in ENDINGS:
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("pool.file_ending", "--out"))
    if not target.parent.is_dir():
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("pool.no_folder", "--out"))
    return target.resolve()


def sentences(pooled: Pooled, lang: str) -> list[str]:
    """What the pilots predict for a new site, one sentence per parameter, and how far that may be trusted."""
    n = len(pooled.pilots)
    said = [say("pool.one" if n == 1 else "pool.many", lang, n=n)]
    for row in pooled.table[pooled.table["what"] == "new"].itertuples():
        values = _as_ratio(row.parameter, np.array([row.value, row.low95, row.high95]))
        middle, low, high = (_number(value, lang) for value in values)
        kind = "ratio" if row.parameter in LOGARITHMS else "value"
        label = say(f"pool.label.{row.parameter}", lang)
        said.append(say(f"pool.new.{kind}", lang, label=label, value=middle, low=low, high=high))
    spread = pooled.table[(pooled.table["what"] == "spread") & (pooled.table["parameter"] == EFFECT)]
    if n > 1 and len(spread):
        said.append(say("pool.spread_of_effect", lang, ratio=_number(float(np.exp(spread["value"].iloc[0])), lang)))
    failed = sorted(name for name, check in pooled.checks.items() if not check["passed"])
    said.append(say("pool.checks_failed", lang, names=", ".join(failed)) if failed else say("pool.checks_fine", lang))
    unknown = sorted(name for name, check in pooled.checks.items() if check["value"] is None)
    said += [say("pool.checks_unknown", lang, names=", ".join(unknown))] if unknown else []
    return [*said, say("pool.limits", lang)]


def pool_terminal(pooled: Pooled, lang: str) -> Group:
    """A table per pilot and for a new site, and the sentences; the first of these is the answer."""
    table = Table(title=say("pool.title", lang), title_justify="left")
    for heading in ("parameter", "of", "value", "range", "weight"):
        table.add_column(say(f"pool.column.{heading}", lang))
    ends_at = {row.parameter: row.Index for row in pooled.table.itertuples()}
    for row in pooled.table.itertuples():
        kind = row.parameter in LOGARITHMS
        ends = np.array([row.value, row.low95, row.high95])
        middle, low, high = (_number(x, lang) for x in (np.exp(ends) if kind or row.what == "spread" else ends))
        of = say(f"pool.of.{row.what}", lang, pilot=row.pilot or "")
        first, last = row.what == "mean", row.Index == ends_at[row.parameter]
        label = say(f"pool.label.{row.parameter}", lang) if first else ""
        weight = "" if np.isnan(row.weight) else number(100 * row.weight, lang) + "%"
        table.add_row(label, of, middle, f"{low} - {high}", weight, end_section=last)
    return Group(table, *(Text(sentence) for sentence in sentences(pooled, lang)))


def write_pooled(pooled: Pooled, catalogue: Catalogue, target: Path) -> Path:
    """Write the table as csv, or with sentences and checks as json.

    Parameters
    ----------
    pooled : Pooled
    catalogue : Catalogue
        Labels of the parameters.
    target : Path
        From :func:`check_table_path`.
    """
    table = pooled.table.copy()
    for lang in ("nl", "en"):
        table[f"label_{lang}"] = [getattr(catalogue.get(name).label, lang) for name in table["parameter"]]
    table["unit"] = [
        "log sd" if row.what == "spread" else catalogue.get(row.parameter).unit for row in table.itertuples()
    ]
    if target.suffix.lower() == ".csv":
        table.to_csv(target, index=False)
        return target
    content = {
        "pilots": list(pooled.pilots),
        "method": "normal on the log scale, own priors divided out; spread integrated by importance resampling",
        "table": json.loads(table.to_json(orient="records", double_precision=12)),
        "checks": pooled.checks,
        "sentences": {lang: sentences(pooled, lang) for lang in ("nl", "en")},
    }
    target.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf8")
    return target


def _as_ratio(name: str, values: np.ndarray) -> np.ndarray:
    return np.exp(values) if name in LOGARITHMS else values


def _number(value: float, lang: str) -> str:
    return number(value, lang, significant_decimals(value))
