"""What the functions of decision analysis ask of the arrays they are given, checked before anything is calculated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from werkzorg.errors import ExitCode, Problem, WerkzorgError

DRAW, ARM = "draw", "arm"
"""Names of the dimensions that every function of decision analysis knows."""


def refuse(identifier: str, where: str, exit_code: ExitCode = ExitCode.INPUT, **values: object) -> WerkzorgError:
    """The error of one thing that is wrong with an argument.

    Parameters
    ----------
    identifier : str
        Last part of the key in the catalogue, after `decision.`.
    where : str
        Name of the argument.
    exit_code : ExitCode
        Kind of mistake.
    **values
        For the named places of the text.
    """
    return WerkzorgError(exit_code, Problem(f"decision.{identifier}", where=where, values=values))


def check_draws(array: xr.DataArray, where: str, dims: Sequence[str] = (), fewest: int = 2) -> xr.DataArray:
    """Draws with the dimensions that are needed, finite everywhere; dimension `draw` first.

    Parameters
    ----------
    array : DataArray (draw, ...)
        What the user gives.
    where : str
        Name of the argument, for messages.
    dims : sequence of str
        Dimensions that are needed besides `draw`; others may be there.
    fewest : int
        Draws that are needed.

    Returns
    -------
    DataArray (draw, *dims, ...)
        In floating point; the first dimensions in this order, the others after them as given.

    Raises
    ------
    WerkzorgError
        No labelled array, a dimension missing, a label twice, too few draws, or a value missing or infinite.
    """
    checked = check_finite(array, where, (DRAW, *dims))
    if checked.sizes[DRAW] < fewest:
        raise refuse("few_draws", where, ExitCode.STATISTICS, draws=checked.sizes[DRAW], fewest=fewest)
    return checked


def check_finite(array: xr.DataArray, where: str, dims: Sequence[str] = ()) -> xr.DataArray:
    """As :func:`check_draws`, for an array that need not have draws."""
    if not isinstance(array, xr.DataArray):
        raise refuse("not_labelled", where, kind=type(array).__name__)
    for dim in dims:
        if dim not in array.dims:
            raise refuse("dim_missing", where, dim=dim, dims=", ".join(map(str, array.dims)) or "-")
    for dim in array.dims:
        if dim != DRAW and dim in array.indexes and not array.indexes[dim].is_unique:
            raise refuse("label_twice", where, dim=dim)
    if array.dtype.kind not in "fiub":
        raise refuse("not_finite", where)
    values = array.astype(float)
    if values.size == 0 or not np.isfinite(values.values).all():
        raise refuse("not_finite", where)
    return values.transpose(*dims, ...)


def check_arms(array: xr.DataArray, where: str) -> xr.DataArray:
    """At least two arms, by name; draws as in :func:`check_draws`, dims (draw, arm, ...)."""
    checked = check_draws(array, where, (ARM,))
    if ARM not in checked.coords:
        raise refuse("arms_unnamed", where)
    if checked.sizes[ARM] < 2:
        raise refuse("one_arm", where)
    return checked


def check_label(array: xr.DataArray, where: str, dim: str, label: str) -> None:
    """Refuse a label that a dimension does not have, and say which it has."""
    known = [str(name) for name in array[dim].values.tolist()]
    if str(label) not in known:
        raise refuse("label_unknown", where, dim=dim, label=label, known=", ".join(known))


def check_same_draws(first: xr.DataArray, second: xr.DataArray, where: str) -> None:
    """Refuse two arrays whose draws are not the same ones in the same order.

    Rows of parameters that do not belong to the rows of results give a plausible and wrong answer. Labels are
    compared where both arrays have them, else the numbers of draws.
    """
    same = first.sizes[DRAW] == second.sizes[DRAW]
    if same and DRAW in first.coords and DRAW in second.coords:
        same = np.array_equal(first[DRAW].values, second[DRAW].values)
    if not same:
        raise refuse("other_draws", where, first=first.sizes[DRAW], second=second.sizes[DRAW])


def match_arms(first: xr.DataArray, second: xr.DataArray, where: str) -> xr.DataArray:
    """The second array with the arms of the first, by name and in its order; other arms are refused."""
    known, given = first[ARM].values.tolist(), second[ARM].values.tolist()
    for name in set(known) ^ set(given):
        raise refuse("label_unknown", where, dim=ARM, label=name, known=", ".join(map(str, known)))
    return second.sel(arm=known)


def check_share(array: xr.DataArray, where: str) -> None:
    """Refuse shares outside 0 to 1."""
    if ((array < 0) | (array > 1)).any():
        raise refuse("not_share", where)


def check_positive(array: xr.DataArray, where: str, zero: bool = True) -> None:
    """Refuse values below zero, and zero itself when `zero` is false."""
    if (array < 0).any() or (not zero and (array == 0).any()):
        raise refuse("not_positive", where)
