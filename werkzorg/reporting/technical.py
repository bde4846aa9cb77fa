"""Tables of the technical report from posterior and ledger files, summarised over the draws."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from werkzorg.params import catalogue
from werkzorg.reporting.numbers import euro, number, sensible_step, significant_decimals
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.results import Results
from werkzorg.reporting.tables import Table
from werkzorg.wording import say

_PARTS = 12
"""Largest array of which every part has its own line; a larger one is shown by its shape only."""


def posterior_table(path: str, lang: str, results: Results) -> Table | None:
    """Variables of a posterior file: shape, mean, spread and 80% interval over the draws.

    Parameters that the results do not rest on, those of other kinds of programme, stay in the file.

    Parameters
    ----------
    path : str
        NetCDF file; empty or absent gives None.
    lang : {"nl", "en"}
    results : Results
        Its list of assumptions says which parameters play a part.
    """
    if not path or not Path(path).is_file():
        return None
    import xarray as xr

    lines, known = [], catalogue()
    used = {row.id for row in results.assumption_rows()}
    with xr.open_dataset(path, engine="h5netcdf") as data:
        for name, variable in data.data_vars.items():
            if variable.dtype.kind in "fiu" and (name in used or name not in known):
                lines += _variable_lines(str(name), variable, lang)
    notes = (say("table.posterior.note", lang),)
    return Table("posterior", say("table.posterior.caption", lang), pd.DataFrame(lines), notes=notes)


def _variable_lines(name: str, variable: Any, lang: str) -> list[dict[str, str]]:
    draws = [dim for dim in variable.dims if dim in ("chain", "draw", "sample")]
    others = [dim for dim in variable.dims if dim not in draws]
    shape = " × ".join(_size(str(dim), variable.sizes[dim], lang) for dim in variable.dims)
    count = 1
    for dim in others:
        count *= variable.sizes[dim]
    if count > _PARTS:
        return [_line(name, shape, None, lang)]
    if not others:
        return [_line(name, shape, variable.to_numpy(), lang)]
    stacked = variable.stack(part=others)
    return [
        _line(f"{name}[{_index(stacked['part'].values[k])}]", shape, stacked.isel(part=k).to_numpy(), lang)
        for k in range(stacked.sizes["part"])
    ]


def _size(dim: str, size: int, lang: str) -> str:
    """One side of the shape of an array: draws in words, other dimensions by their own name."""
    if dim in ("draw", "sample"):
        # On one line: else every row of a long table takes two.
        return say("posterior.draws", lang, n=number(size, lang)).replace(" ", "\u00a0")
    return f"{dim} {size}"


def _index(key: object) -> str:
    return ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _line(name: str, shape: str, values: Any, lang: str) -> dict[str, str]:
    import numpy as np

    missing = say("number.missing", lang)
    texts = [missing] * 4
    if values is not None:
        low, high = np.nanquantile(values, [0.1, 0.9])
        found = (np.nanmean(values), np.nanstd(values), low, high)
        texts = [number(float(value), lang, significant_decimals(float(value))) for value in found]
    keys = ("column.variable", "column.dimensions", "column.mean", "column.sd", "column.low80", "column.high80")
    return dict(zip((say(key, lang) for key in keys), (name, shape, *texts), strict=True))


def ledger_table(path: str, lang: str, results: Results) -> Table | None:
    """Yearly entries of a ledger file: mean difference between the arms, whole pilot, undiscounted.

    Parameters
    ----------
    path : str
        NetCDF file with a variable over arm, draw, entry and year, and coordinates payer, payee, item and kind on
        entry; empty or absent gives None.
    lang : {"nl", "en"}
    results : Results
        Gives the number of participants, by which amounts per participant are multiplied, and the names of items.
    """
    if not path or not Path(path).is_file():
        return None
    import xarray as xr

    with xr.open_dataset(path, engine="h5netcdf") as data:
        found = [v for v in data.data_vars.values() if {"arm", "draw", "entry", "year"} <= set(v.dims)]
        if not found:
            return None
        means = found[0].mean("draw").load()
    gap = (means.sel(arm="programme") - means.sel(arm="without")) * results.meta["participants_planned"]
    names = {row.item: getattr(row, f"item_label_{lang}") for row in results.rows(quantity="flow")}
    lines = [_entry_line(str(name), amounts, names, lang) for name, amounts in _by_item(gap)]
    return Table("ledger", say("table.ledger.caption", lang), pd.DataFrame(lines))


def _by_item(gap: Any) -> Iterator[tuple[str, Any]]:
    """Entries; those with the same name, payer and payee (two benefits for employers) as one line."""
    facts = [name for name in ("item", "payer", "payee", "kind") if name in gap.coords]
    groups: dict[tuple[str, ...], list[str]] = {}
    for entry in gap["entry"].values:
        one = gap.sel(entry=entry)
        key = tuple(str(one.coords[name].values) for name in facts) if "item" in facts else (str(entry),)
        groups.setdefault(key, []).append(str(entry))
    for entries in groups.values():
        first = gap.sel(entry=entries[0])
        yield entries[0], first.copy(data=gap.sel(entry=entries).sum("entry").to_numpy())


def _entry_line(entry: str, amounts: Any, names: dict[str, str], lang: str) -> dict[str, str]:
    def fact(name: str) -> str:
        return str(amounts.coords[name].values) if name in amounts.coords else say("number.missing", lang)

    values, kind = amounts.to_numpy(), fact("kind")
    step = sensible_step(float(values.min()), float(values.max()))
    line = {
        say("column.entry", lang): names.get(fact("item")) or entry,
        say("column.from_to", lang): f"{party_name(fact('payer'), lang)} → {party_name(fact('payee'), lang)}",
        say("column.kind", lang): say(f"ledger.{kind}", lang) if kind in ("resource", "transfer") else kind,
    }
    for position, value in enumerate(values[:5]):
        line[say("column.year_n", lang, n=position + 1)] = euro(float(value), lang, step)
    return line
