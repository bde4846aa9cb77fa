"""Arrays of draws as small as they go: each column said in columns before it, and what is left in whole numbers."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, field

import numpy as np

LEVELS = 65_535
"""Steps between the smallest and the largest value of a column, at most."""

NEAR = 0.25
"""Step of money, in euros a year per participant: a stored amount is at most half of it from that of the model."""

COARSE_LEVELS = 1_000
"""Steps for pilots with case records: every value is rounded to a thousandth of the spread of its column."""

COARSE_DIGITS = 3
"""Significant digits of the ends of a column for pilots with case records: no extreme draw stands in the file."""

MOST_TERMS = 4
"""Earlier columns from which a column is foretold."""

LEAST_GAIN = 0.1
"""A further term must have at least this correlation with what is left."""

DIGITS = 6
"""Significant digits of a coefficient: more would take more room than they save."""

SAMPLE = 250
"""Draws from which the terms are chosen; their coefficients come from all."""


@dataclass
class Pool:
    """Arrays of draws, each kept once however often it is used.

    A column is `low + sum of coefficient x earlier column + step x code`. The earlier columns are as the page will
    decode them, so that roundings do not add up.

    Parameters
    ----------
    order : ndarray (kept draw,)
        Which draws are kept, in which order; the same for all arrays, so that draws stay paired.
    coarse : bool
        Round as case records ask for; then nothing is foretold.
    """

    order: np.ndarray
    coarse: bool = False
    arrays: list[dict[str, list]] = field(default_factory=list)
    _codes: list[np.ndarray] = field(default_factory=list)
    _columns: list[np.ndarray] = field(default_factory=list)
    _at_step: dict[int, list[int]] = field(default_factory=dict)
    _seen: dict[bytes, int] = field(default_factory=dict)

    def add(self, array: np.ndarray, worth: float | None = None) -> int:
        """Keep an array, and give its number.

        Parameters
        ----------
        array : ndarray (draw, step) or (draw,)
            One draw stands for all draws alike.
        worth : float, optional
            Euros a year per participant that one unit of it stands for: decides how finely it is kept. None keeps it
            as finely as sixteen bits allow.
        """
        values = np.asarray(array, float)
        values = values.reshape(len(values), -1)
        values = np.broadcast_to(values, (self.order.max() + 1, values.shape[1])) if len(values) == 1 else values
        values = np.ascontiguousarray(values[self.order])
        key = repr(values.shape).encode() + values.tobytes()
        if key not in self._seen:
            self._seen[key] = len(self.arrays)
            self.arrays.append({"low": [], "step": [], "from": []})
            for place in range(values.shape[1]):
                self._pack(values[:, place], place if values.shape[1] > 1 else None, worth)
        return self._seen[key]

    def _pack(self, values: np.ndarray, place: int | None, worth: float | None) -> None:
        """Add one column to the last array; `place` is its step in time, None for what has no steps."""
        found = self.arrays[-1]
        spread = float(np.ptp(values))
        if spread == 0:
            self._note(found, _rounded(values[0], COARSE_DIGITS) if self.coarse else float(values[0]), 0.0, {})
            return
        terms = {} if self.coarse or place is None else self._terms(values, place)
        rest = values - sum(part * self._columns[number] for number, part in terms.items())
        low, step = float(rest.min()), self._step(spread, float(np.ptp(rest)), worth)
        if self.coarse:
            low, step = _rounded(low, COARSE_DIGITS), _rounded(step, COARSE_DIGITS)
        codes = np.rint((rest - low) / step).clip(0, LEVELS)
        if place is not None:
            self._at_step.setdefault(place, []).append(len(self._columns))
        self._columns.append(values - rest + low + step * codes)
        self._codes.append(codes.astype("<u2"))
        self._note(found, low, step, terms)

    def _step(self, spread: float, left: float, worth: float | None) -> float:
        if self.coarse:
            return spread / COARSE_LEVELS
        if worth is None or worth <= 0:
            return spread / LEVELS
        return max(_rounded(NEAR / worth, DIGITS), left / LEVELS)

    def _terms(self, values: np.ndarray, place: int) -> dict[int, float]:
        """Earlier columns and their coefficients: one by one, each time what goes with what is left."""
        near = [number for step in (place, place - 1, place - 2) for number in self._at_step.get(step, ())]
        few = slice(None, None, max(len(values) // SAMPLE, 1))
        if not near:
            return {}
        known = np.array([self._columns[number][few] for number in near])
        known -= known.mean(axis=1, keepdims=True)
        wanted = values[few] - values[few].mean()
        size = np.maximum(np.linalg.norm(known, axis=1), np.finfo(float).tiny)
        chosen: list[int] = []
        left = wanted
        while len(chosen) < MOST_TERMS:
            alike = np.abs(known @ left) / size
            alike[chosen] = 0.0
            best = int(alike.argmax())
            if alike[best] <= LEAST_GAIN * np.linalg.norm(left):
                break
            chosen.append(best)
            left = wanted - np.linalg.lstsq(known[chosen].T, wanted)[0] @ known[chosen]
        numbers = [near[place] for place in chosen]
        columns = np.array([self._columns[number] for number in numbers] + [np.ones(len(values))])
        parts = np.linalg.lstsq(columns.T, values)[0]
        return {number: _rounded(float(part), DIGITS) for number, part in zip(numbers, parts, strict=False)}

    @staticmethod
    def _note(found: dict[str, list], low: float, step: float, terms: dict[int, float]) -> None:
        found["low"].append(low)
        found["step"].append(step)
        found["from"].append([value for term in terms.items() for value in term])

    def packed(self) -> str:
        """All codes: high bytes before low bytes, compressed, as base64 text; columns without spread are left out."""
        codes = np.array(self._codes, dtype="<u2")
        planes = np.stack([codes >> 8, codes & 255]).astype(np.uint8)
        return base64.b64encode(zlib.compress(planes.tobytes(), 9)).decode("ascii")


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")
