"""The contract between the steps: which labelled arrays each step gives, checked where they are made.

The five contracts (`TRAJECTORY`, `LEDGER`, ...) stand with the step that makes them; here is what they share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

ARMS = ("programme", "without")
"""With the programme, and the counterfactual without it. Always by name."""

STATES = ("searching", "work_supplement", "work_off", "off_no_work", "left")
"""Reported states of a participant; see `docs/model.md`."""

GROUPS = ("severe", "common")
"""Diagnosis groups."""

TENURE = (0, 3, 6, 12, 18, 24, 36)
"""First completed month of each band of time in the job: crisis (3), forfait and first disregard (6), first year (12),
disregard at loonkostensubsidie (18), second year of coaching (24), wage-cost benefit and third year (36)."""


@dataclass(frozen=True)
class Contract:
    """Dimensions, coordinates and units of the variables that a step promises.

    Parameters
    ----------
    name : str
        Name of the step, for messages.
    variables : mapping
        Variable -> (dims, unit).
    coordinates : mapping
        Dimension -> labels it must have; dimensions that are left out are free.
    """

    name: str
    variables: Mapping[str, tuple[tuple[str, ...], str]]
    coordinates: Mapping[str, tuple] = field(default_factory=dict)

    def check(self, dataset: xr.Dataset) -> xr.Dataset:
        """Return the dataset with its units written on; raise ValueError at the first thing that is not as promised."""
        missing = set(self.variables) - set(dataset.data_vars)
        if missing:
            raise ValueError(f"{self.name}: variables missing: {', '.join(sorted(missing))}")
        for name, (dims, unit) in self.variables.items():
            array = dataset[name]
            if array.dims != dims:
                raise ValueError(f"{self.name}: {name} has dims {array.dims}, promised {dims}")
            if np.issubdtype(array.dtype, np.floating) and not np.isfinite(array.values).all():
                raise ValueError(f"{self.name}: {name} is not finite everywhere")
            array.attrs["unit"] = unit
        for dim, labels in self.coordinates.items():
            if tuple(dataset[dim].values.tolist()) != tuple(labels):
                raise ValueError(f"{self.name}: {dim} has labels {dataset[dim].values.tolist()}, promised {labels}")
        return dataset
