"""Convergence checks; the only module that touches ArviZ objects.

Gates and their limits: `constants`, after Vehtari et al. (2021) for R-hat and ESS and Betancourt (2016) for E-BFMI.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import arviz as az
import numpy as np
import xarray as xr

from werkzorg import constants


@dataclass(frozen=True)
class Gate:
    """One check with its limits and verdict (`ok`, `warn` or `stop`)."""

    id: str
    value: float
    warn: float
    stop: float
    verdict: str


def judge(identifier: str, value: float, warn: float, stop: float, *, low_is_bad: bool = False) -> Gate:
    """A gate from a value and its limits."""
    sign = -1 if low_is_bad else 1
    verdict = "stop" if not sign * value <= sign * stop else "warn" if sign * value > sign * warn else "ok"
    return Gate(identifier, float(value), float(warn), float(stop), verdict)


def posterior_array(trace, variable: str) -> np.ndarray:
    """Draws of one variable, shape (chain, draw, ...)."""
    return np.asarray(trace["posterior"][variable].values)


def check_sampling(trace, variable: str) -> list[Gate]:
    """Gates on a sampled vector: R-hat, bulk and tail ESS (worst parameter), divergences, E-BFMI (worst chain)."""
    draws = trace["posterior"][variable]
    statistics = trace["sample_stats"]
    divergences = float(np.mean(statistics["diverging"].values))
    energy = np.asarray(statistics["energy"].values)
    return [
        *check_draws("sampling", draws.values.reshape(draws.shape[0], draws.shape[1], -1)),
        judge("sampling.divergences", divergences, constants.DIVERGENCE_WARN, constants.DIVERGENCE_STOP),
        judge("sampling.e_bfmi", float(_bfmi(energy).min()), constants.BFMI_WARN, constants.BFMI_STOP, low_is_bad=True),
    ]


def check_draws(identifier: str, draws: np.ndarray) -> list[Gate]:
    """R-hat, bulk and tail ESS of one or more quantities.

    Parameters
    ----------
    identifier : str
        Start of the gate ids.
    draws : ndarray (chain, draw) or (chain, draw, quantity)
        Draws; constant quantities are left out.

    Returns
    -------
    list of Gate
        Worst value over the quantities.
    """
    draws = draws[..., None] if draws.ndim == 2 else draws
    varies = draws.std(axis=(0, 1)) > 0
    dataset = xr.Dataset({"x": (("chain", "draw", "quantity"), draws[..., varies])})
    rhat = float(az.rhat(dataset)["x"].max())
    bulk = float(az.ess(dataset, method="bulk")["x"].min())
    tail = float(az.ess(dataset, method="tail")["x"].min())
    return [
        judge(f"{identifier}.rhat", rhat, constants.RHAT_WARN, constants.RHAT_STOP),
        judge(f"{identifier}.ess_bulk", bulk, constants.ESS_WARN, constants.ESS_STOP, low_is_bad=True),
        judge(f"{identifier}.ess_tail", tail, constants.ESS_WARN, constants.ESS_STOP, low_is_bad=True),
    ]


def _bfmi(energy: np.ndarray) -> np.ndarray:
    """Energy fraction of missing information per chain."""
    return np.square(np.diff(energy, axis=1)).mean(axis=1) / energy.var(axis=1)


def verdict(gates: list[Gate]) -> str:
    """Worst verdict of a list of gates."""
    found = {gate.verdict for gate in gates}
    return "stop" if "stop" in found else "warn" if "warn" in found else "ok"


def verdict_of(stored: str) -> str:
    """Worst verdict of the gates as a posterior keeps them (JSON)."""
    found = {gate["verdict"] for gate in json.loads(stored)}
    return "stop" if "stop" in found else "warn" if "warn" in found else "ok"


def as_records(gates: list[Gate]) -> list[dict]:
    """Gates as plain dictionaries."""
    return [asdict(gate) for gate in gates]
