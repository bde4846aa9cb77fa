"""Compilation of inner loops with numba, in one way for the whole package."""

from __future__ import annotations

from collections.abc import Callable

import numba


def compiled(**options) -> Callable:
    """Compile with numba, with the result kept on disk where a place for it can be found.

    Parameters
    ----------
    **options
        Passed on to `numba.njit`.

    Returns
    -------
    callable
        Decorator. Where neither the package folder nor the user's cache folder can be written numba refuses to cache;
        the function is then compiled in each process, which is slower but right.
    """

    # Division by zero gives infinity, as in numpy: a sampler far out in its warm-up must be able to turn back.
    options = {"error_model": "numpy", **options}

    def decorate(function: Callable) -> Callable:
        try:
            return numba.njit(cache=True, **options)(function)
        except RuntimeError:
            return numba.njit(**options)(function)

    return decorate
