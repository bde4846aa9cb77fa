"""Scenarios on the same draws: only the steps that a change touches are made again.

A :class:`Bench` keeps what every step gave under the content that it was made of. Two scenarios with the same content
share the same object, so that one that equals its parent differs by exactly zero in every draw, and a change of price,
size or horizon neither fits nor projects.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import xarray as xr

from werkzorg.appraisal.appraise import VIEWS, discount_rate
from werkzorg.appraisal.totals import add_by_party, label_net, step_weights
from werkzorg.inference.fit import fit
from werkzorg.inference.redraw import likelihood_content, redraw, shift
from werkzorg.inference.updates import OWN_LEVEL
from werkzorg.ledger.accounts import Account, chart
from werkzorg.ledger.quantities import BLOCKS, IN_RECORDS, Entries, Quantities, gather, is_only_priced, price_block
from werkzorg.params import Catalogue, catalogue
from werkzorg.params.pilots import catalogue_of
from werkzorg.params.scenarios import Variant
from werkzorg.params.variation import LOG_RATIO
from werkzorg.pilot import Payment, Pilot
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
        horizon = self.net["horizon"].values.tolist().index(self.variant.pilot.main_horizon_months)
        place = self.net["party"].values.tolist().index(party)
        return self.net.values[place, :, horizon, VIEWS.index("society")]


@dataclass(frozen=True, eq=False)
class Parts:
    """What a scenario is made of, before prices are put on it.

    Attributes
    ----------
    variant : Variant
    known : Catalogue
        Its parameters.
    posterior : Dataset
        Draws of all uncertain parameters.
    quantities : Quantities
        As far as the horizon of its pilot.
    """

    variant: Variant
    known: Catalogue
    posterior: xr.Dataset
    quantities: Quantities


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
    all_horizons : bool
        Whether :class:`Valued` holds every horizon that is reported, or the main one alone.
    seed : int
        Seed of the default fit.

    Attributes
    ----------
    made : Counter
        How often each step was really carried out.
    """

    def __init__(
        self,
        root: Pilot,
        fit_of: Fit | None = None,
        *,
        months: int = 0,
        all_horizons: bool = False,
        seed: int = 1,
    ) -> None:
        self.root, self.all_horizons = root, all_horizons
        self.months = max(months, root.horizon_months)
        self.made: Counter[str] = Counter()
        self._fit_of = fit_of or (lambda pilot: fit(pilot, seed=seed))
        self._fits: dict[str, tuple[xr.Dataset, Catalogue]] = {}
        self._projections: _Kept[Quantities] = _Kept(PROJECTIONS_KEPT)
        self._blocks: _Kept[_Block] = _Kept(BLOCKS_KEPT)
        self._likelihoods: dict[str, str] = {}
        self._texts: dict[int, tuple[object, str]] = {}

    def value(self, variant: Variant) -> Valued:
        """Net result of every party in a scenario, per draw.

        Parameters
        ----------
        variant : Variant
            From :func:`werkzorg.params.scenarios.load_variants`, or made of one.
        """
        pilot, case = variant.pilot, self._case(variant)
        posterior = self._posterior(case)
        quantities = self._quantities(case, posterior).up_to(pilot.horizon_months)
        horizons = pilot.horizons() if self.all_horizons else (pilot.main_horizon_months,)
        columns = step_weights(horizons, discount_rate(case.known), quantities)
        accounts = chart(pilot)
        blocks: dict[str, _Block] = {}
        for name in BLOCKS:
            make = partial(self._price, name, case, posterior, quantities, blocks, accounts, columns)
            blocks[name] = self._blocks.get(self._block_key(name, case), make)
        blocks["contract"] = _Block({}, *add_by_party(*_agreed(variant.contract, quantities), columns))
        net = label_net([block.net for block in blocks.values()], horizons, posterior)
        error = max(block.error for block in blocks.values())
        return Valued(variant, case.keys, net, _outcome(quantities, pilot), error)

    def parts(self, variant: Variant) -> Parts:
        """What a scenario is made of: its draws and the quantities that prices are put on."""
        case = self._case(variant)
        posterior = self._posterior(case)
        quantities = self._quantities(case, posterior).up_to(variant.pilot.horizon_months)
        return Parts(variant, case.known, posterior, quantities)

    def keys(self, variant: Variant) -> Keys:
        """Content of each step of a scenario."""
        return self._case(variant).keys

    def posterior(self, variant: Variant) -> xr.Dataset:
        """Draws of all uncertain parameters of a scenario, on the random numbers of the pilot."""
        return self._posterior(self._case(variant))

    def _case(self, variant: Variant) -> _Case:
        pilot, known = variant.pilot, catalogue_of(variant.pilot)
        own = _own_content(known)
        early = {name: text for name, text in own.items() if not is_only_priced(name)}
        late = {name: text for name, text in own.items() if is_only_priced(name)}
        prior = early if pilot.data is None else early | {name: late[name] for name in late if name in IN_RECORDS}
        counted = repr((self._text(pilot.snapshots), pilot.start, pilot.enrolment_closes, pilot.evidence_set, prior))
        if counted not in self._likelihoods:
            self._likelihoods[counted] = likelihood_content(pilot, known, prior)
        fitted = self._likelihoods[counted]
        shifted = [(*pair, own.get(pair[1])) for pair in variant.shifts]
        projected = [
            fitted, pilot.evidence_set, early, shifted, max(self.months, pilot.horizon_months), pilot.start,
            pilot.enrolment_closes, pilot.valuation_date, self._text(pilot.households), pilot.support.instruments,
            pilot.employed, self._size(pilot),
        ]  # fmt: skip
        facts = [self._text(pilot.support), pilot.scale, self._text(pilot.municipalities), pilot.participants_planned]
        facts.append(variant.contract)
        appraised = [pilot.horizon_months, pilot.main_horizon_months, discount_rate(known)]
        keys = Keys(fitted, *map(repr, (projected, [late, facts], appraised)))
        return _Case(variant, known, own, late, keys)

    def _text(self, part: object) -> str:
        """Content of a part of a pilot; scenarios mostly share their parts, and writing one out takes time."""
        if id(part) not in self._texts:
            # The part is kept as well, so that no other one gets its number.
            self._texts[id(part)] = (part, repr(part))
        return self._texts[id(part)][1]

    def _posterior(self, case: _Case) -> xr.Dataset:
        variant, key = case.variant, case.keys.fit
        if key not in self._fits:
            self.made["fit"] += 1
            self._fits[key] = (self._fit_of(variant.pilot), case.known)
        posterior, fitted = self._fits[key]
        changed = _differ(case.known, fitted)
        posterior = redraw(posterior, variant.pilot, case.known, changed) if changed else posterior
        for name, by in variant.shifts:
            posterior = shift(posterior, name, by, on_log_scale=case.known.get(name).unit == LOG_RATIO)
        return posterior

    def _quantities(self, case: _Case, posterior: xr.Dataset) -> Quantities:
        def make() -> Quantities:
            self.made["projection"] += 1
            months = max(self.months, case.variant.pilot.horizon_months)
            update = {"participants_planned": self._size(case.variant.pilot), "horizon_months": months}
            pilot = case.variant.pilot.model_copy(update=update)
            # What is only priced is left out, so that a projection that reads it after all fails.
            seen = posterior.drop_vars([name for name in posterior.data_vars if is_only_priced(name)])
            return gather(pilot, case.known, project(pilot, seen))

        return self._projections.get(case.keys.projection, make)

    def _price(
        self,
        name: str,
        case: _Case,
        posterior: xr.Dataset,
        quantities: Quantities,
        blocks: dict[str, _Block],
        accounts: Sequence[Account],
        columns: np.ndarray,
    ) -> _Block:
        self.made[name] += 1
        pilot, done = case.variant.pilot, {block: found.entries for block, found in blocks.items()}
        level = self.level(pilot, posterior) if name == "care" else 1.0
        entries = price_block(name, pilot, case.known, posterior, quantities, done, level)
        return _Block(entries, *add_by_party(entries, accounts, columns))

    def _size(self, pilot: Pilot) -> int:
        """Participants of a projection: those of the pilot as it is, as another size only changes the cost level, by a
        factor; but people whom the programme employs are another share of another number."""
        return self.root.participants_planned if pilot.employed is None else pilot.participants_planned

    def level(self, pilot: Pilot, posterior: xr.Dataset) -> np.ndarray | float:
        """Cost level of a group of this size over that of the projection, shape (draw,), or one."""
        if pilot.participants_planned == self._size(pilot):
            return 1.0
        draws = {name: posterior[name].values for name in ("p_cost_sigma", OWN_LEVEL) if name in posterior}
        labels, seed = posterior["draw"].values, int(posterior.attrs["seed"])
        sizes = (pilot.participants_planned, self._size(pilot))
        own, base = (cost_level(draws, labels, size, seed) for size in sizes)
        return own / base

    def _block_key(self, name: str, case: _Case) -> str:
        """What a block depends on; the kept shares of bijstand and the price of care leave each other alone.

        Freed places follow the support package too where that prevents care.
        """
        pilot, late = case.variant.pilot, case.late
        content: tuple[object, ...] = ()
        if name == "budget":
            kept = [late[key] for key in sorted(late) if key.startswith(("buig.", "p_buig"))]
            content = (kept, pilot.scale, self._text(pilot.municipalities))
        elif name == "support" or (name == "freed" and any(part.saves_ggz_care for part in pilot.support.active())):
            content = (late, self._text(pilot.support), pilot.participants_planned)
        elif name != "work":
            kept = [late[key] for key in sorted(late) if key.startswith(("ggz.", "wmo.", "care.", "p_insurer"))]
            content = (kept, pilot.participants_planned)
        return repr((name, content, case.keys.projection, case.keys.appraisal))


@dataclass(frozen=True, eq=False)
class _Case:
    """A scenario with its parameters, those that are not as shipped, and those of them that are only priced."""

    variant: Variant
    known: Catalogue
    own: dict[str, str]
    late: dict[str, str]
    keys: Keys


@dataclass(frozen=True, eq=False)
class _Block:
    entries: Entries
    net: np.ndarray
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


def _agreed(contract: Sequence[Payment], quantities: Quantities) -> tuple[Entries, list[Account]]:
    """What parties agreed to pay each other, EUR per participant and step, and between whom."""
    start = np.zeros_like(quantities.episodes)
    start[:, 0] = 1.0
    counted = {
        "upfront": start, "placement": quantities.counted["first_jobs"], "month": quantities.counted["months_worked"]
    }  # fmt: skip
    entries = {f"contract_{place}": payment.amount * counted[payment.kind] for place, payment in enumerate(contract)}
    accounts = [Account(name, one.payer, one.payee, "contract") for name, one in zip(entries, contract, strict=True)]
    return entries, accounts


def _outcome(quantities: Quantities, pilot: Pilot) -> dict[str, np.ndarray]:
    last = pilot.main_horizon_months // quantities.step
    return {name: amount[:, :last].sum(axis=1) for name, amount in quantities.outcome.items()}
