"""Scenarios on the same draws: only the steps that a change touches are made again.

A :class:`Bench` keeps what every step gave under the content that it was made of. Two scenarios with the same content
share the same object, so that one that equals its parent differs by exactly zero in every draw, and a change of price,
size or horizon neither fits nor projects.
"""

from __future__ import annotations

import json
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from werkzorg import constants
from werkzorg.appraisal.appraise import VIEWS, discount_rate
from werkzorg.appraisal.value import discount_factors
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.inference.fit import fit
from werkzorg.inference.redraw import likelihood_content, redraw, shift
from werkzorg.ledger.accounts import OUTSIDE, Account, chart
from werkzorg.ledger.quantities import BLOCKS, Entries, Quantities, gather, is_only_priced, price_block
from werkzorg.params import Catalogue, catalogue, parties
from werkzorg.params.pilots import catalogue_of
from werkzorg.params.scenarios import Variant
from werkzorg.params.variation import LOG_RATIO
from werkzorg.pilot import Pilot
from werkzorg.projection.care import cost_level
from werkzorg.projection.trajectory import project

STAGES = ("fit", "projection", "ledger", "appraisal")
"""Steps that a scenario may need again, in order."""

PROJECTIONS_KEPT, BLOCKS_KEPT = 12, 40
"""How many results stay in memory: one projection takes some 12 MB at 4,000 draws, one block some 6 MB."""

Fit = Callable[[Pilot], xr.Dataset]


@dataclass(frozen=True)
class Keys:
    """Content that each step of a scenario was made of, as text; equal text means equal numbers."""

    fit: str
    projection: str
    ledger: str
    appraisal: str

    def stages_since(self, other: Keys) -> tuple[str, ...]:
        """Steps that must be made again when the other ones are there."""
        return tuple(stage for stage in STAGES if getattr(self, stage) != getattr(other, stage))


@dataclass(frozen=True, eq=False)
class Valued:
    """What a scenario comes to.

    Attributes
    ----------
    variant : Variant
    keys : Keys
    net : DataArray (party, draw, horizon, view)
        EUR per participant, programme less without; party includes `society`.
    outcome : dict of ndarray (draw,)
        `months_worked` and `first_jobs` more per participant, up to the main horizon.
    balance_error : float
        Largest relative error of the identity of the ledger.
    """

    variant: Variant
    keys: Keys
    net: xr.DataArray
    outcome: dict[str, np.ndarray]
    balance_error: float

    def main(self, party: str) -> np.ndarray:
        """Present value of a party at the main horizon, EUR per participant, shape (draw,)."""
        return self.net.sel(party=party, horizon=self.variant.pilot.main_horizon_months, view="society").values


class Bench:
    """Works out scenarios of one pilot, and keeps what can be used again.

    Parameters
    ----------
    root : Pilot
        The pilot as it is.
    fit_of : callable
        ``fit_of(pilot) -> posterior``; default the fit with `seed`.
    months : int
        Months to project; at least the longest horizon that will be asked for, else that one is projected apart.
    seed : int
        Seed of the default fit.
    """

    def __init__(self, root: Pilot, fit_of: Fit | None = None, *, months: int | None = None, seed: int = 1) -> None:
        self.root = root
        self.months = max(months or 0, root.horizon_months)
        self.made: Counter[str] = Counter()
        self._fit_of = fit_of or (lambda pilot: fit(pilot, seed=seed))
        self._fits: dict[str, tuple[xr.Dataset, Catalogue]] = {}
        self._projections: _Kept[Quantities] = _Kept(PROJECTIONS_KEPT)
        self._blocks: _Kept[_Block] = _Kept(BLOCKS_KEPT)
        self._likelihoods: dict[str, str] = {}

    def value(self, variant: Variant) -> Valued:
        """Net result of every party in a scenario, per draw.

        Parameters
        ----------
        variant : Variant
            From :func:`werkzorg.params.scenarios.load_variants`, or made of one.
        """
        pilot, known = variant.pilot, catalogue_of(variant.pilot)
        keys = self.keys(variant)
        posterior = self.posterior(variant)
        quantities = self._quantities(variant, keys, known, posterior).up_to(pilot.horizon_months)
        rate = discount_rate(known)
        columns = _columns(pilot.horizons(), rate, quantities)
        accounts = chart(pilot)
        total, error, done = 0.0, 0.0, {}
        for name in BLOCKS:
            block = self._block(name, variant, keys, known, posterior, quantities, done, accounts, columns)
            done[name] = block.entries
            total, error = total + block.net, max(error, block.error)
        return Valued(variant, keys, _labelled(total, pilot, posterior), _outcome(quantities, pilot), error)

    def keys(self, variant: Variant) -> Keys:
        """Content of each step of a scenario."""
        pilot, known = variant.pilot, catalogue_of(variant.pilot)
        plain = repr((pilot.snapshots, pilot.start, pilot.enrolment_closes, pilot.evidence_set, pilot.parameters))
        if plain not in self._likelihoods:
            self._likelihoods[plain] = likelihood_content(pilot, known)
        own = _own_content(known)
        early = {name: text for name, text in own.items() if not is_only_priced(name)}
        late = {name: text for name, text in own.items() if is_only_priced(name)}
        shifted = [(*pair, own.get(pair[1])) for pair in variant.shifts]
        projected = [
            self._likelihoods[plain], pilot.evidence_set, early, shifted, max(self.months, pilot.horizon_months),
            pilot.start, pilot.enrolment_closes, pilot.valuation_date, pilot.households, pilot.support.instruments,
        ]  # fmt: skip
        settled = [late, pilot.support, pilot.scale, pilot.municipalities, pilot.participants_planned]
        appraised = [pilot.horizon_months, pilot.main_horizon_months, discount_rate(known)]
        return Keys(self._likelihoods[plain], repr(projected), repr(settled), repr(appraised))

    def posterior(self, variant: Variant) -> xr.Dataset:
        """Draws of all uncertain parameters of a scenario, on the random numbers of the pilot."""
        pilot, known = variant.pilot, catalogue_of(variant.pilot)
        key = self.keys(variant).fit
        if key not in self._fits:
            self.made["fit"] += 1
            self._fits[key] = (self._fit_of(pilot), known)
        posterior, fitted = self._fits[key]
        changed = _differ(known, fitted)
        posterior = redraw(posterior, pilot, known, changed) if changed else posterior
        for name, by in variant.shifts:
            posterior = shift(posterior, name, by, on_log_scale=known.get(name).unit == LOG_RATIO)
        return posterior

    def _quantities(self, variant: Variant, keys: Keys, known: Catalogue, posterior: xr.Dataset) -> Quantities:
        def make() -> Quantities:
            self.made["projection"] += 1
            # The size of the pilot as it is: another size only changes the cost level, by a factor.
            months = max(self.months, variant.pilot.horizon_months)
            update = {"participants_planned": self.root.participants_planned, "horizon_months": months}
            pilot = variant.pilot.model_copy(update=update)
            # What is only priced is left out, so that a projection that reads it after all fails.
            seen = posterior.drop_vars([name for name in posterior.data_vars if is_only_priced(name)])
            return gather(pilot, known, project(pilot, seen))

        return self._projections.get(keys.projection, make)

    def _block(
        self,
        name: str,
        variant: Variant,
        keys: Keys,
        known: Catalogue,
        posterior: xr.Dataset,
        quantities: Quantities,
        done: dict[str, Entries],
        accounts: Sequence[Account],
        columns: np.ndarray,
    ) -> _Block:
        pilot = variant.pilot

        def make() -> _Block:
            self.made[name] += 1
            level = self._level(pilot, posterior) if name == "care" else 1.0
            entries = price_block(name, pilot, known, posterior, quantities, done, level)
            return _Block(entries, *_by_party(entries, accounts, columns))

        return self._blocks.get(f"{name} {_block_content(name, pilot, known)} {keys.projection} {keys.appraisal}", make)

    def _level(self, pilot: Pilot, posterior: xr.Dataset) -> np.ndarray | float:
        """Cost level of a group of this size over that of the pilot as it is."""
        if pilot.participants_planned == self.root.participants_planned:
            return 1.0
        draws = {"p_cost_sigma": posterior["p_cost_sigma"].values}
        labels, seed = posterior["draw"].values, int(posterior.attrs["seed"])
        sizes = (pilot.participants_planned, self.root.participants_planned)
        own, base = (cost_level(draws, labels, size, seed) for size in sizes)
        return own / base


@dataclass(frozen=True, eq=False)
class _Block:
    entries: Entries
    net: np.ndarray = field(repr=False)
    error: float


class _Kept[Made]:
    """Results by content; the one that was not used for longest goes first."""

    def __init__(self, most: int) -> None:
        self._most, self._found = most, OrderedDict()

    def get(self, key: str, make: Callable[[], Made]) -> Made:
        if key not in self._found:
            self._found[key] = make()
        self._found.move_to_end(key)
        while len(self._found) > self._most:
            self._found.popitem(last=False)
        return self._found[key]


def _own_content(known: Catalogue) -> dict[str, str]:
    """Content of every parameter that is not as shipped."""
    shipped = catalogue()
    return {entry.id: entry.model_dump_json() for entry in known if entry is not shipped.get(entry.id)}


def _differ(one: Catalogue, other: Catalogue) -> list[str]:
    """Ids of the parameters that are not the same in two catalogues."""
    if one.evidence_set != other.evidence_set:
        return [entry.id for entry in one if entry != other.get(entry.id) or entry.sets.model_dump(exclude_none=True)]
    first, second = _own_content(one), _own_content(other)
    return [name for name in first | second if first.get(name) != second.get(name)]


def _block_content(name: str, pilot: Pilot, known: Catalogue) -> str:
    """What a block depends on besides the projection and the horizon."""
    if name == "work":
        return ""
    if name == "budget":
        starts, facts = ("buig.", "p_buig"), (pilot.scale, pilot.municipalities)
    elif name == "support":
        starts, facts = (), (pilot.support, pilot.participants_planned)
    else:
        starts, facts = ("ggz.", "wmo.", "care.", "p_insurer"), (pilot.participants_planned,)
    late = {key: text for key, text in _own_content(known).items() if is_only_priced(key)}
    chosen = {key: text for key, text in late.items() if not starts or key.startswith(starts)}
    return json.dumps([chosen, repr(facts)])


def _columns(horizons: Sequence[int], rate: float, quantities: Quantities) -> np.ndarray:
    """Weight of each step in each horizon and view, shape (step, horizon x view)."""
    steps = quantities.episodes.shape[1]
    ends = (np.arange(steps) + 1) * quantities.step
    year = (ends - 1) // constants.MONTHS_PER_YEAR
    inside = ends[:, None] <= np.asarray(horizons)[None, :]
    society = discount_factors(int(year[-1]) + 1, rate).values[year]
    return np.stack([inside * society[:, None], inside * 1.0], axis=2).reshape(steps, -1)


def _by_party(entries: Entries, accounts: Sequence[Account], columns: np.ndarray) -> tuple[np.ndarray, float]:
    """Net per party (party, draw, horizon x view), and the relative error of its identity."""
    names = [party.id for party in parties()]
    used = [account for account in accounts if account.id in entries]
    values = {account.id: entries[account.id] @ columns for account in used}
    first = next(iter(values.values()))
    net, size = np.zeros((len(names), *first.shape)), np.full(first.shape, 1e-300)
    resources = np.zeros(first.shape)
    for account in used:
        amount = values[account.id]
        net[names.index(account.payer)] -= amount
        net[names.index(account.payee)] += amount
        size += np.abs(amount)
        resources += amount * ((account.payer == OUTSIDE) * 1.0 - (account.payee == OUTSIDE))
    inside = [position for position, party in enumerate(parties()) if party.inside]
    error = float((np.abs(net[inside].sum(axis=0) - resources) / size).max())
    if not error <= constants.BALANCE_TOLERANCE:
        raise WerkzorgError(ExitCode.RUN, Problem("ledger.unbalanced", values={"error": f"{error:.1e}"}))
    return net, error


def _labelled(net: np.ndarray, pilot: Pilot, posterior: xr.Dataset) -> xr.DataArray:
    horizons = list(pilot.horizons())
    inside = [position for position, party in enumerate(parties()) if party.inside]
    own = net[inside]
    values = np.concatenate([own, own.sum(axis=0, keepdims=True)]).reshape(
        len(inside) + 1, -1, len(horizons), len(VIEWS)
    )
    names = [*(parties()[position].id for position in inside), "society"]
    coords = {"party": names, "draw": posterior["draw"].values, "horizon": horizons, "view": list(VIEWS)}
    return xr.DataArray(values, dims=tuple(coords), coords=coords, attrs={"unit": "EUR per participant"})


def _outcome(quantities: Quantities, pilot: Pilot) -> dict[str, np.ndarray]:
    last = pilot.main_horizon_months // quantities.step
    return {name: amount[:, :last].sum(axis=1) for name, amount in quantities.outcome.items()}
