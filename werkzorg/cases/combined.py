"""One table from all its files, with the way back from a row to the file it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from werkzorg.cases.datafile import Source
from werkzorg.cases.problems import ROWS_SHOWN, CaseProblem
from werkzorg.cases.schema import Table


@dataclass(frozen=True)
class Loaded:
    """One file as read.

    Parameters
    ----------
    table : Table
        Its table.
    source : Source
        The file.
    sheet : str
        Sheet of a workbook, else empty.
    frame : DataFrame, (n_rows, n_columns)
        All columns of the schema, typed.
    rows : ndarray of int64, (n_rows,)
        Row of the file of each row.
    encoding : str
        Encoding that was used, else empty.
    """

    table: Table
    source: Source
    sheet: str
    frame: pd.DataFrame
    rows: np.ndarray
    encoding: str = ""


@dataclass(frozen=True)
class Combined:
    """All files of one table below each other."""

    table: Table
    frame: pd.DataFrame
    parts: tuple[Loaded, ...]

    def problems(self, end: str, mask: np.ndarray | pd.Series, column: str = "", **more: object) -> list[CaseProblem]:
        """One problem per file in which the mask marks rows.

        Parameters
        ----------
        end : str
            Message identifier without `cases.reading.`, or a whole one.
        mask : bool, (n_rows,)
            Rows of the combined table.
        column : str
            Column to name.
        **more
            Further fields of :class:`CaseProblem`.
        """
        marked = np.asarray(mask, dtype=bool)
        found, start = [], 0
        for part in self.parts:
            rows = part.rows[marked[start : start + len(part.rows)]]
            start += len(part.rows)
            if len(rows):
                found.append(
                    CaseProblem(
                        end if end.startswith("cases.") else f"cases.reading.{end}",
                        file=part.source.name,
                        sheet=part.sheet,
                        column=column,
                        rows=tuple(rows[:ROWS_SHOWN].tolist()),
                        count=len(rows),
                        **more,
                    )
                )
        return found


def combine(parts: Sequence[Loaded]) -> dict[str, Combined]:
    """Files of one table below each other, by name of the table."""
    by_table: dict[str, list[Loaded]] = {}
    for part in parts:
        by_table.setdefault(part.table.name, []).append(part)
    return {
        name: Combined(
            files[0].table,
            files[0].frame if len(files) == 1 else pd.concat([file.frame for file in files], ignore_index=True),
            tuple(files),
        )
        for name, files in by_table.items()
    }
