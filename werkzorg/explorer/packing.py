"""Arrays of draws as small as they go: whole numbers of sixteen bits, each array once, packed together."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, field

import numpy as np

LEVELS = 65_535
"""Steps between the smallest and the largest value of a column."""

COARSE_LEVELS = 1_000
"""The same for pilots with case records: every value is rounded to a thousandth of the spread of its column."""

COARSE_DIGITS = 3
"""Significant digits of the ends of a column for pilots with case records: no extreme draw stands in the file."""


@dataclass
class Pool:
    """Arrays of draws, each kept once however often it is used.

    Parameters
    ----------
    order : ndarray (kept draw,)
        Which draws are kept, in which order; the same for all arrays, so that draws stay paired.
    coarse : bool
        Round as case records ask for.
    """

    order: np.ndarray
    coarse: bool = False
    arrays: list[dict[str, object]] = field(default_factory=list)
    _codes: list[np.ndarray] = field(default_factory=list)
    _seen: dict[bytes, int] = field(default_factory=dict)

    def add(self, array: np.ndarray) -> int:
        """Keep an array, and give its number.

        Parameters
        ----------
        array : ndarray (draw, step) or (draw,)
            One draw stands for all draws alike.
        """
        values = np.asarray(array, float)
        values = values.reshape(len(values), -1)
        values = np.broadcast_to(values, (self.order.max() + 1, values.shape[1])) if len(values) == 1 else values
        values = np.ascontiguousarray(values[self.order])
        key = repr(values.shape).encode() + values.tobytes()
        if key not in self._seen:
            self._seen[key] = len(self.arrays)
            self.arrays.append(self._pack(values))
        return self._seen[key]

    def _pack(self, values: np.ndarray) -> dict[str, object]:
        low, high = values.min(axis=0), values.max(axis=0)
        levels = COARSE_LEVELS if self.coarse else LEVELS
        step = (high - low) / levels
        if self.coarse:
            low, step = _rounded(low), _rounded(step)
        codes = np.rint((values - low) / np.where(step > 0, step, 1.0)).clip(0, LEVELS).astype("<u2")
        varying = step > 0
        self._codes += [codes[:, column] for column in np.flatnonzero(varying)]
        return {"low": low.tolist(), "step": step.tolist()}

    def packed(self) -> str:
        """All codes: high bytes before low bytes, compressed, as base64 text; columns without spread are left out."""
        codes = np.array(self._codes, dtype="<u2")
        planes = np.stack([codes >> 8, codes & 255]).astype(np.uint8)
        return base64.b64encode(zlib.compress(planes.tobytes(), 9)).decode("ascii")

    def error(self, number: int) -> np.ndarray:
        """Largest rounding error of each column of an array, in its own unit."""
        return np.asarray(self.arrays[number]["step"]) / 2


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.array([float(f"{value:.{COARSE_DIGITS}g}") for value in values])
