"""What every reader of files hands over: a first row, and blocks of columns as distinct cells with codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

SUSPECTS_KEPT, DISTINCT_KEPT = 50_000, 500_000
"""Cells that could not be read and are looked at for identifiers; above the first only cells of another content."""


@dataclass(frozen=True)
class Cells:
    """One column of a block.

    Parameters
    ----------
    distinct : pa.Array or list
        Different cells; text, or what a typed file holds.
    codes : ndarray of int32, (n_rows,)
        Place in `distinct` of each row; -1 for an empty cell.
    """

    distinct: pa.Array | list
    codes: np.ndarray


@dataclass(frozen=True)
class Block:
    """Some rows of a file.

    Parameters
    ----------
    columns : list of Cells
        In the order of the positions that were asked for.
    rows : ndarray of int64, (n_rows,)
        Row of the file of each row; the header is row 1.
    """

    columns: list[Cells]
    rows: np.ndarray


@dataclass(frozen=True)
class Opened:
    """A file whose first row was read.

    Parameters
    ----------
    names : list of str
        First row.
    blocks : callable
        Gives the blocks of the columns at the positions asked for; may raise FileError.
    sheet : str
        Sheet of a workbook, else empty.
    encoding : str
        Encoding that was used, else empty.
    epoch_1904 : bool
        Workbook that counts days from 1904.
    """

    names: list[str]
    blocks: Callable[[Sequence[int]], Iterator[Block]]
    sheet: str = ""
    encoding: str = ""
    epoch_1904: bool = field(default=False)


def without_empty_rows(block: Block) -> Block:
    """The block without rows in which every cell is empty: they are what spreadsheets leave behind."""
    if not block.columns or not len(block.rows):
        return block
    empty = np.ones(len(block.rows), dtype=bool)
    for cells in block.columns:
        blank = np.append(_blank(cells.distinct), True)
        empty &= blank[cells.codes]
        if not empty.any():
            return block
    keep = ~empty
    return Block([Cells(cells.distinct, cells.codes[keep]) for cells in block.columns], block.rows[keep])


def _blank(distinct: pa.Array | list) -> np.ndarray:
    if isinstance(distinct, pa.Array) and not pa.types.is_string(distinct.type):
        return np.zeros(len(distinct), dtype=bool)
    values = distinct.to_pylist() if isinstance(distinct, pa.Array) else distinct
    return np.array([isinstance(value, str) and not value.strip() for value in values], dtype=bool)


def cell_text(distinct: pa.Array | list, code: int) -> str:
    """A cell as text, to look at for identifiers."""
    value = distinct[int(code)]
    value = value.as_py() if isinstance(value, pa.Scalar) else value
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def keep_suspects(suspects: list[tuple[str, int]], cells: Cells, at: np.ndarray, rows: np.ndarray) -> None:
    """Put aside cells with their rows of the file, to look at for identifiers after the last block.

    Parameters
    ----------
    suspects : list of (str, int)
        What was put aside so far; grows.
    cells : Cells
        One column of a block.
    at : ndarray of int, (n,)
        Places in the block.
    rows : ndarray, (n_rows,)
        Rows of the file.
    """
    chosen = at[: max(SUSPECTS_KEPT - len(suspects), 0)]
    if len(chosen) < len(at) and len(suspects) < DISTINCT_KEPT:
        # One mistake in every row may not hide a national number far below.
        _, first = np.unique(cells.codes[at], return_index=True)
        chosen = np.union1d(chosen, at[first])
    suspects += [(cell_text(cells.distinct, cells.codes[place]), int(rows[place])) for place in chosen]


def python_values(distinct: pa.Array | list) -> Iterable[object]:
    """Distinct cells as Python objects."""
    return distinct.to_pylist() if isinstance(distinct, pa.Array) else distinct
