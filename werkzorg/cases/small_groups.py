"""Counts of groups beside each other: small ones are hidden, and enough others that no sum gives them away."""

from __future__ import annotations

import numpy as np

from werkzorg.cases.small_cells import THRESHOLD


def hidden_groups(counts: np.ndarray, threshold: int = THRESHOLD) -> np.ndarray:
    """Which counts of groups stay hidden when their total is known.

    Parameters
    ----------
    counts : ndarray (group,)
        Numbers of people; empty groups are small as well.
    threshold : int
        Fewest people in a shown group.

    Returns
    -------
    ndarray of bool (group,)
        Every group below the threshold. Hidden groups that people are in are then at least two, and hold at least
        `threshold` people together: the smallest of the others join them until that is so.
    """
    return hidden_cells(np.asarray(counts)[None, :], threshold, columns=False)[0]


def hidden_cells(
    counts: np.ndarray, threshold: int = THRESHOLD, *, columns: bool = True, also: np.ndarray | None = None
) -> np.ndarray:
    """Which cells of a cross table stay hidden when the totals of its rows, and of its columns, are known.

    Parameters
    ----------
    counts : ndarray (row, column)
        Numbers of people.
    threshold : int
        Fewest people in a shown cell.
    columns : bool
        Whether the totals of the columns are known too.
    also : ndarray of bool (row, column), optional
        Cells that must stay hidden for another reason.

    Returns
    -------
    ndarray of bool (row, column)
        As :func:`hidden_groups` in every row, and in every column.
    """
    counts = np.asarray(counts, dtype=int)
    hidden = (counts < threshold) | (False if also is None else also)
    while True:
        before = hidden.sum()
        for line in range(counts.shape[0]):
            _protect(counts[line], hidden[line], threshold)
        for line in range(counts.shape[1]) if columns else ():
            _protect(counts[:, line], hidden[:, line], threshold)
        if hidden.sum() == before:
            return hidden


def _protect(counts: np.ndarray, hidden: np.ndarray, threshold: int) -> None:
    """Hide the smallest shown cells of one line until what is hidden cannot be worked out; changes `hidden`."""
    while hidden.any() and (counts[hidden].sum() < threshold or hidden.sum() < 2) and counts[hidden].sum() > 0:
        shown = np.flatnonzero(~hidden)
        if shown.size == 0:
            return
        hidden[shown[np.argmin(counts[shown])]] = True
