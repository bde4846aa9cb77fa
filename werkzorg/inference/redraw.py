"""The posterior of another pilot with the same counts: only what the counts say nothing about is drawn again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

import numpy as np
import xarray as xr

from werkzorg.inference.counts import count_data
from werkzorg.inference.fit import SHARE_APPLYING, draw_parameter, uncertain
from werkzorg.inference.priors import prior_on_log_scale
from werkzorg.params import Catalogue
from werkzorg.pilot import Pilot


def likelihood_content(pilot: Pilot, catalogue: Catalogue, local: Mapping[str, str]) -> str:
    """Digest of everything that the counts are weighed with: pilots with the same content have the same posterior of
    the chain.

    Parameters
    ----------
    pilot : Pilot
        Counts, dates and declared records.
    catalogue : Catalogue
        Priors, with the pilot's local values and evidence set.
    local : mapping of str to str
        Content of the values that are not as shipped and that records may speak of.
    """
    data = count_data(pilot)
    share = catalogue.distribution(SHARE_APPLYING)
    parts: list[object] = [data.weights, data.mask, data.counts, *prior_on_log_scale(catalogue)]
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        array = np.ascontiguousarray(part, dtype=float)
        digest.update(repr(array.shape).encode() + array.tobytes())
    plain = [data.applying, data.observed, sorted(share.params.items()), pilot.data]
    digest.update(json.dumps(plain, default=str).encode())
    if pilot.data is not None:
        # Records speak of more parameters than counts do: any local value may be a prior in their likelihood.
        digest.update(json.dumps([pilot.evidence_set, sorted(local.items())]).encode())
    return digest.hexdigest()


def redraw(posterior: xr.Dataset, pilot: Pilot, catalogue: Catalogue, names: Iterable[str]) -> xr.Dataset:
    """A posterior in which some parameters have other values; all else keeps its draws.

    Gives exactly what :func:`werkzorg.inference.fit.fit` of the pilot would give: each parameter has a random stream of
    its own.

    Parameters
    ----------
    posterior : Dataset
        Of a pilot with the same :func:`likelihood_content`.
    pilot : Pilot
        The other pilot.
    catalogue : Catalogue
        Its parameters.
    names : iterable of str
        Parameters that differ; those that the data speak of keep their draws.
    """
    with_data, seed = set(json.loads(posterior.attrs["with_data"])), int(posterior.attrs["seed"])
    labels, drawn = posterior["draw"].values, set(uncertain(catalogue))
    changed = [name for name in names if name not in with_data]
    fresh = {name: ("draw", draw_parameter(catalogue, name, pilot, seed)[labels]) for name in changed if name in drawn}
    gone = [name for name in changed if name in posterior and name not in fresh]
    return (posterior.drop_vars(gone) if gone else posterior).assign(fresh)


def shift(posterior: xr.Dataset, name: str, by: str, on_log_scale: bool) -> xr.Dataset:
    """A posterior in which the logarithm of one parameter is shifted by the draws of another.

    Parameters
    ----------
    posterior : Dataset
    name : str
        Parameter that is shifted.
    by : str
        Parameter with the log ratio.
    on_log_scale : bool
        Whether the first one is a logarithm itself.
    """
    values, ratio = posterior[name], posterior[by]
    return posterior.assign({name: values + ratio if on_log_scale else values * np.exp(ratio)})
