"""A claim of one line, explained: what part of a change of care cost is due to work, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xarray as xr
from scipy import special

from werkzorg.constants import ESS_STOP, INTERVAL_WIDTHS, MONTHS_PER_YEAR
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.inference.claim_condition import condition, tail_probability
from werkzorg.inference.claim_flags import Flag, find_flags
from werkzorg.inference.claim_input import Claim
from werkzorg.inference.claim_model import WORK_CAUSES, Expected, expect, straight_part
from werkzorg.inference.claim_noise import MOST_SIMULATED
from werkzorg.inference.claim_summary import Estimate, normalised, share_below, summarise
from werkzorg.inference.priors import prior_on_log_scale
from werkzorg.inference.split import split_factors
from werkzorg.params import Catalogue, catalogue

SPLIT = (*WORK_CAUSES, "regression_to_mean", "planned_end", "selection_time", "chance")
"""Causes that an observed change is split into."""

CAUSES = ("work", "regression_to_mean", "planned_end", "selection_time", "chance")
"""Causes as they are shown: the two of work together."""

BY_ITSELF = ("planned_end", "regression_to_mean")

DEFAULT_SEED = 20180629
PERSONS = 8_000_000
"""Persons per group simulated at first: few draws of many people, or many of few."""
FEWEST_DRAWS, FIRST_DRAWS, MOST_DRAWS = 8_000, 24_000, 192_000
TARGET_ESS = 1_000
"""Effective draws aimed at: the Monte Carlo error of a mean is then about 3% of its standard deviation."""
GROWTH = 2
GROWN = 4
"""Simulated persons may grow by this factor in the search of effective draws."""
INCOMPATIBLE = 0.001
"""A change at least as far out happens less often than this in the model: claim and model do not go together."""

TERMS_STREAM = 22
"""Random stream of the normal terms."""


@dataclass(frozen=True)
class Tipping:
    """How large a cause would have to be for the effect of work to vanish.

    Attributes
    ----------
    cause : {"selection", "natural"}
        More selection of who finds work; a larger fall that comes by itself.
    needed, assumed : Estimate
        Change of cost by that cause (-0.2 is a fall of 20%) at which nothing is left for work, and as estimated.
    chance : float
        How likely a cause at least that large was thought before the claim was seen.
    """

    cause: str
    needed: Estimate
    assumed: Estimate
    chance: float


@dataclass(frozen=True)
class Quality:
    """How good the calculation is.

    Attributes
    ----------
    draws : int
    effective : float
        Draws of equal weight that they are worth.
    tail : float
        Two-sided chance of a change at least as far out, before the claim was seen.
    seed : int
    """

    draws: int
    effective: float
    tail: float
    seed: int


@dataclass(frozen=True, eq=False)
class Explanation:
    """Answer to a claim.

    Attributes
    ----------
    claim : Claim
    parts : dict of str to Estimate
        By cause in `CAUSES`, as a share of the cost before; their means add up to the observed change.
    work_parts : dict of str to Estimate
        The part of work, by `WORK_CAUSES`.
    work_effect, work_before : Estimate
        Change of cost by being placed, all else equal: given the claim, and as thought beforehand.
    work_visible : bool
        Whether the 95% interval of the part of work leaves out nil.
    tipping : tuple of Tipping
    flags : tuple of Flag
    quality : Quality
    draws : Dataset
        `part` (draw, cause), `weight` (draw): the parts add up to the observed change in every draw.
    """

    claim: Claim
    parts: dict[str, Estimate]
    work_parts: dict[str, Estimate]
    work_effect: Estimate
    work_before: Estimate
    work_visible: bool
    tipping: tuple[Tipping, ...]
    flags: tuple[Flag, ...]
    quality: Quality
    draws: xr.Dataset = field(repr=False)


@dataclass(frozen=True, eq=False)
class _Weighted:
    """Draws before the claim with their weights, and the normal terms and weights after it."""

    expected: Expected
    before: np.ndarray
    terms: np.ndarray
    weight: np.ndarray
    quality: Quality


def explain_claim(claim: Claim, parameters: Catalogue | None = None, seed: int = DEFAULT_SEED) -> Explanation:
    """Split the change of care cost that somebody claims into its causes.

    Draws of all causes from the shipped parameters are weighted by how well they give the claimed change; what is left
    in each draw is chance. The parts are Shapley values of the factors (`inference.split`).

    Parameters
    ----------
    claim : Claim
    parameters : Catalogue, optional
        Own parameters; default the shipped ones.
    seed : int

    Returns
    -------
    Explanation

    Raises
    ------
    WerkzorgError
        Code STATISTICS when the change or the number still in work hardly ever happens in the model, or when too few
        draws come near the claim.
    """
    known = parameters or catalogue()
    simulated = max(n for n in (1, claim.placed, claim.comparison or 1) if n <= MOST_SIMULATED)
    size = int(np.clip(PERSONS // simulated, FEWEST_DRAWS, FIRST_DRAWS))
    most = max(size, min(MOST_DRAWS, GROWN * PERSONS // simulated))
    found = _weigh(claim, known, size, seed)
    while found.quality.effective < TARGET_ESS and size * GROWTH <= most:
        size *= GROWTH
        found = _weigh(claim, known, size, seed)
    if 1 / (found.before @ found.before) < ESS_STOP:
        raise _stop("claim.few_still_working", claim)
    if found.quality.effective < ESS_STOP:
        raise _stop("claim.too_few_draws", claim)
    return _explanation(claim, found, known)


def _weigh(claim: Claim, known: Catalogue, size: int, seed: int) -> _Weighted:
    changes = [claim.observed, *([] if claim.comparison_change is None else [claim.comparison_change])]
    observed = np.log1p(np.array(changes))
    expected = expect(claim, known, size, seed)
    straight = straight_part(claim, expected, known)
    before = normalised(expected.log_likelihood)
    tail = tail_probability(straight, observed, before)
    if tail < INCOMPATIBLE:
        raise _stop("claim.incompatible", claim)
    log_weight, terms = condition(straight, observed, np.random.default_rng([seed, TERMS_STREAM]))
    weight = normalised(log_weight + expected.log_likelihood)
    effective = float(1 / (weight @ weight)) if weight.any() else 0.0
    return _Weighted(expected, before, terms, weight, Quality(size, effective, tail, seed))


def _stop(identifier: str, claim: Claim) -> WerkzorgError:
    # Whole percentages: these values have no language.
    values = {"change": f"{100 * claim.observed:+.0f}%", "placed": claim.placed, "months": claim.months}
    values["working"] = claim.still_working
    return WerkzorgError(ExitCode.STATISTICS, Problem(identifier, values=values))


def _explanation(claim: Claim, found: _Weighted, known: Catalogue) -> Explanation:
    kept = found.weight > 0
    weight = found.weight[kept]
    factors = {name: values[kept] for name, values in found.expected.factors.items()}
    selection = found.terms[kept, 0] * claim.selected
    factors["selection_time"] = np.exp(selection + found.terms[kept, 1] * claim.months / MONTHS_PER_YEAR)
    # What is left is chance: exactly so, because the normal terms were drawn given the claim.
    factors["chance"] = (1 + claim.observed) / np.prod([factors[name] for name in SPLIT[:-1]], axis=0)
    part = dict(zip(SPLIT, split_factors(1.0, {name: factors[name] for name in SPLIT}), strict=True))
    shown = {"work": sum(part[name] for name in WORK_CAUSES)} | part
    draws = xr.Dataset(
        {"part": (("draw", "cause"), np.stack([shown[name] for name in CAUSES], axis=1)), "weight": ("draw", weight)},
        coords={"cause": list(CAUSES), "draw": np.flatnonzero(kept)},
    )
    parts = {name: summarise(shown[name], weight) for name in CAUSES}
    low, high = parts["work"].intervals[INTERVAL_WIDTHS[-1]]
    tipping = [_natural(found, factors, weight)]
    if claim.selected:
        tipping.insert(0, _selection(selection, factors, weight, known))
    return Explanation(
        claim=claim,
        parts=parts,
        work_parts={name: summarise(part[name], weight) for name in WORK_CAUSES},
        work_effect=summarise(together(factors, WORK_CAUSES) - 1, weight),
        work_before=summarise(together(found.expected.factors, WORK_CAUSES) - 1, found.before),
        work_visible=not low <= 0 <= high,
        tipping=tuple(tipping),
        flags=find_flags(claim, known),
        quality=found.quality,
        draws=draws,
    )


def together(factors: dict[str, np.ndarray], names: tuple[str, ...]) -> np.ndarray:
    """Product of the factors of some causes, (draw,)."""
    return np.prod([factors[name] for name in names], axis=0)


def _selection(selection: np.ndarray, factors: dict, weight: np.ndarray, known: Catalogue) -> Tipping:
    """In each draw: the selection at which the same change is seen while work does nothing."""
    needed = selection + np.log(together(factors, WORK_CAUSES))
    mu, sigma = (each[0] for each in prior_on_log_scale(known, ["care.work_selection"]))
    chance = float(weight @ special.ndtr((needed - mu) / sigma))
    return Tipping("selection", summarise(np.expm1(needed), weight), summarise(np.expm1(selection), weight), chance)


def _natural(found: _Weighted, factors: dict, weight: np.ndarray) -> Tipping:
    """In each draw: the change that comes by itself at which the same change is seen while work does nothing."""
    natural, before = together(factors, BY_ITSELF), together(found.expected.factors, BY_ITSELF)
    needed = natural * together(factors, WORK_CAUSES)
    chance = float(weight @ share_below(needed, before, found.before))
    return Tipping("natural", summarise(needed - 1, weight), summarise(natural - 1, weight), chance)
