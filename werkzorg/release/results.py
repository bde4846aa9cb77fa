"""The results table: the one thing a reader's document reads.

`results.json` holds facts about the run (`meta`), every number that may be shown (`table`), every parameter behind
them (`assumptions`) and the verdicts on the fit (`gates`). Columns are defined in `data_schema/results.schema.json`.
"""

from __future__ import annotations

import difflib
import functools
import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.files import shipped

SCHEMA_NAME = "results.schema.json"
JOIN = "; "
_NUMBERS = {"number", "integer"}
_DIGITS = 10

ORDER_OF_THE_REST = 100
"""Place (`order`) in the list of parameters from which on only the technical report shows them."""


@functools.cache
def schema() -> dict[str, Any]:
    """The JSON schema of `results.json`."""
    return json.loads((shipped("data_schema") / SCHEMA_NAME).read_text(encoding="utf8"))


def columns(kind: str) -> dict[str, dict[str, Any]]:
    """Columns of one kind of rows with their schema, in the fixed order.

    Parameters
    ----------
    kind : {"table", "assumptions", "gates"}
    """
    return schema()["$defs"][kind]["properties"]


@functools.cache
def _row_type(kind: str) -> Any:
    return NamedTuple(kind, [(name, Any) for name in columns(kind)])


@dataclass(frozen=True, eq=False)
class Results:
    """Everything a reader's document may show.

    Parameters
    ----------
    meta : dict
        Facts about pilot and run.
    table, assumptions, gates : pandas.DataFrame
        Rows with the columns of the schema; missing values are None (text) or NaN (numbers).
    """

    meta: dict[str, Any]
    table: pd.DataFrame
    assumptions: pd.DataFrame
    gates: pd.DataFrame

    def rows(self, **where: object) -> list[Any]:
        """Rows of the table that meet all conditions, by `order` and then as written.

        Parameters
        ----------
        **where
            Column = value; a list or tuple means any of its values, None means missing.

        Returns
        -------
        list of namedtuple
            One per row, with the columns as attributes; missing values are None.
        """
        chosen = pd.Series(True, index=self.table.index)
        for column, wanted in where.items():
            _known_column(column)
            values = self.table[column]
            if wanted is None:
                chosen &= values.isna()
            else:
                options = list(wanted) if isinstance(wanted, list | tuple | set | frozenset) else [wanted]
                chosen &= values.isin(options)
        found = self.table[chosen].sort_values("order", kind="stable", na_position="last")
        return _as_rows(found, "table")

    def maybe(self, **where: object) -> Any | None:
        """The one row that meets all conditions, None when there is none.

        Raises
        ------
        WerkzorgError
            When more than one row meets them.
        """
        found = self.rows(**where)
        if len(found) > 1:
            raise _selection_error("reporting.rows_many", where, len(found))
        return found[0] if found else None

    def one(self, **where: object) -> Any:
        """The one row that meets all conditions.

        Raises
        ------
        WerkzorgError
            When there is no such row, or more than one.
        """
        found = self.maybe(**where)
        if found is None:
            raise _selection_error("reporting.rows_none", where, 0)
        return found

    def visible_to(self, party: str) -> Results:
        """The same results with only the rows that a party may see (`parties` is `all` or names it)."""
        allowed = [
            not isinstance(names, str) or bool({"all", party} & set(names.split(JOIN)))
            for names in self.table["parties"]
        ]
        chosen = self.table[np.array(allowed, dtype=bool)]
        return Results(self.meta, chosen, self.assumptions, self.gates)

    def assumption_rows(self) -> list[Any]:
        """All assumptions as named tuples, in the order of the file."""
        return _as_rows(self.assumptions, "assumptions")

    def gate_rows(self) -> list[Any]:
        """All gates as named tuples, in the order of the file."""
        return _as_rows(self.gates, "gates")


def _known_column(column: str) -> None:
    if column not in columns("table"):
        near = difflib.get_close_matches(column, columns("table"), n=1)
        values = {"column": column, "near": near[0] if near else "-"}
        raise WerkzorgError(ExitCode.RUN, Problem("reporting.column_unknown", values=values))


def _selection_error(identifier: str, where: Mapping[str, object], count: int) -> WerkzorgError:
    text = ", ".join(f"{name}={value}" for name, value in where.items())
    return WerkzorgError(ExitCode.RUN, Problem(identifier, where=SCHEMA_NAME, values={"where": text, "n": count}))


def _plain(value: object) -> object:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value


def _as_rows(frame: pd.DataFrame, kind: str) -> list[Any]:
    make = _row_type(kind)
    names = list(columns(kind))
    return [make(*map(_plain, values)) for values in frame[names].itertuples(index=False, name=None)]


def _numeric(definition: Mapping[str, Any]) -> bool:
    kinds = definition.get("type", [])
    return bool(_NUMBERS & set([kinds] if isinstance(kinds, str) else kinds))


def as_frame(rows: Iterable[Mapping[str, object]], kind: str) -> pd.DataFrame:
    """Rows as a table with exactly the columns of the schema, numbers as float and text as object.

    Parameters
    ----------
    rows : iterable of mappings
        Columns that are left out become missing.
    kind : {"table", "assumptions", "gates"}

    Raises
    ------
    WerkzorgError
        When a row has a column that the schema does not know.
    """
    wanted = columns(kind)
    rows = list(rows)
    for extra in sorted({name for row in rows for name in row} - set(wanted)):
        near = difflib.get_close_matches(extra, wanted, n=1)
        values = {"column": extra, "near": near[0] if near else "-"}
        raise WerkzorgError(ExitCode.RUN, Problem("reporting.column_unknown", values=values))
    data = {
        name: pd.Series([row.get(name) for row in rows], dtype=float if _numeric(definition) else object)
        for name, definition in wanted.items()
    }
    return pd.DataFrame(data)


def make_results(
    meta: Mapping[str, object],
    table: Iterable[Mapping[str, object]],
    assumptions: Iterable[Mapping[str, object]],
    gates: Iterable[Mapping[str, object]],
) -> Results:
    """Results from plain rows, checked against the schema.

    Parameters
    ----------
    meta : mapping
        Facts about pilot and run.
    table, assumptions, gates : iterables of mappings
        Rows; columns that are left out become missing.

    Raises
    ------
    WerkzorgError
        When something does not fit the schema, or an identifier stands twice.
    """
    made = Results(dict(meta), as_frame(table, "table"), as_frame(assumptions, "assumptions"), as_frame(gates, "gates"))
    check(as_json(made))
    return made


def as_json(results: Results) -> dict[str, Any]:
    """Results as plain data for JSON: missing values None, numbers with ten significant digits."""
    return {
        "meta": results.meta,
        "table": _records(results.table, "table"),
        "assumptions": _records(results.assumptions, "assumptions"),
        "gates": _records(results.gates, "gates"),
    }


def _records(frame: pd.DataFrame, kind: str) -> list[dict[str, object]]:
    names = list(columns(kind))
    whole = {name for name, definition in columns(kind).items() if "integer" in definition.get("type", [])}
    rows = []
    for values in frame[names].itertuples(index=False, name=None):
        plain = dict(zip(names, map(_plain, values), strict=True))
        rows.append({name: _tidy(value, name in whole) for name, value in plain.items()})
    return rows


def _tidy(value: object, whole: bool) -> object:
    if whole and isinstance(value, float) and value == int(value):
        return int(value)
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}")
    return value


@functools.cache
def _validator() -> Callable[[object], object]:
    import fastjsonschema

    return fastjsonschema.compile(schema())


def check(content: Mapping[str, Any], where: str = "results.json") -> None:
    """Check plain content against the schema and the rules a schema cannot say.

    Parameters
    ----------
    content : mapping
        Content of a results file.
    where : str
        Name for the message.

    Raises
    ------
    WerkzorgError
        With the first place that does not fit.
    """
    import fastjsonschema

    try:
        _validator()(content)
    except fastjsonschema.JsonSchemaValueException as fault:
        place = fault.name.replace("data", where, 1)
        rule = fault.message.replace(fault.name, "", 1).strip()
        raise WerkzorgError(ExitCode.RUN, Problem("reporting.schema", where=place, values={"rule": rule})) from None
    for kind in ("table", "assumptions", "gates"):
        seen: set[str] = set()
        for row in content[kind]:
            if row["id"] in seen:
                values = {"id": row["id"]}
                raise WerkzorgError(ExitCode.RUN, Problem("reporting.double_id", f"{where} {kind}", values))
            seen.add(row["id"])


def read_results(path: str | Path) -> Results:
    """Read and check a `results.json`.

    Parameters
    ----------
    path : str or pathlib.Path
        The file, or the folder that holds it.

    Raises
    ------
    WerkzorgError
        When the file is absent, is not JSON, or does not fit the schema.
    """
    path = Path(path)
    file = path / "results.json" if path.is_dir() else path
    try:
        content = json.loads(file.read_text(encoding="utf8"))
    except OSError:
        raise WerkzorgError(ExitCode.INPUT, Problem("reporting.results_missing", where=str(path))) from None
    except ValueError:
        raise WerkzorgError(ExitCode.INPUT, Problem("reporting.results_broken", where=file.name)) from None
    check(content, file.name)
    frames = {kind: as_frame(content[kind], kind) for kind in ("table", "assumptions", "gates")}
    return Results(meta=content["meta"], **frames)
