"""Dual numbers: a value and its derivatives in one array, so that a likelihood gives its exact gradient.

The sum of dual numbers is the sum of their arrays; the rest is here.
"""

from __future__ import annotations

import numpy as np

from werkzorg.compiled import compiled


@compiled()
def variables(values: np.ndarray) -> np.ndarray:
    """Independent variables, (variable, 1 + variable): value, and one for the own derivative."""
    duals = np.zeros((values.size, 1 + values.size))
    for i in range(values.size):
        duals[i, 0] = values[i]
        duals[i, 1 + i] = 1.0
    return duals


@compiled()
def multiply(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Product of two dual numbers."""
    product = first[0] * second + second[0] * first
    product[0] = first[0] * second[0]
    return product


@compiled()
def chain(dual: np.ndarray, value: float, slope: float) -> np.ndarray:
    """A function of a dual number, from its value and its derivative there."""
    result = dual * slope
    result[0] = value
    return result


@compiled()
def exponential(dual: np.ndarray) -> np.ndarray:
    """Exponential of a dual number."""
    value = np.exp(dual[0])
    return chain(dual, value, value)


@compiled()
def logarithm(dual: np.ndarray) -> np.ndarray:
    """Logarithm of a dual number."""
    return chain(dual, np.log(dual[0]), 1.0 / dual[0])


@compiled()
def power(dual: np.ndarray, exponent: float) -> np.ndarray:
    """Power of a dual number."""
    return chain(dual, dual[0] ** exponent, exponent * dual[0] ** (exponent - 1.0))


@compiled()
def divide(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Quotient of two dual numbers."""
    return multiply(first, chain(second, 1.0 / second[0], -1.0 / second[0] ** 2))


@compiled()
def plus(dual: np.ndarray, number: float) -> np.ndarray:
    """A dual number plus a number."""
    result = dual.copy()
    result[0] += number
    return result


@compiled()
def complement(dual: np.ndarray) -> np.ndarray:
    """One minus a dual number."""
    return plus(-dual, 1.0)
