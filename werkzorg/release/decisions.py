"""Rows about deciding: what it is worth to know more, to whom, who should pay for it, and on what each result turns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import xarray as xr

from werkzorg.appraisal.agreement import all_win
from werkzorg.appraisal.certainty import certainty_equivalent
from werkzorg.appraisal.decision import benefit_of_increment
from werkzorg.appraisal.draws import DRAW
from werkzorg.appraisal.information import GROUP, PARAMETER, evpi, evppi
from werkzorg.appraisal.regression import FEWEST
from werkzorg.appraisal.sensitivity import explained_share, tornado
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot
from werkzorg.release.knowledge import labels
from werkzorg.release.money import AT_THE_TABLE
from werkzorg.release.rows import PRIOR, Row, join, party_name, row
from werkzorg.release.studies import Population, study_rows
from werkzorg.wording import LANGUAGES, say

DECIDERS = (*AT_THE_TABLE, "society")
"""Who decides: each party by its own result, and all together by that of society."""

SHOWN = 8
"""Bars of a tornado; single values of which the worth of knowing is worked out are those of all tornados together."""

TOLERANCE = "decision.risk_tolerance"
LEAST = 0.5
"""Euros per participant from which knowing is worth anything to a party: less is nothing, and so are its parts."""

METHOD = "spline"
"""Curves for single values and sums of curves for groups: twenty times faster than a Gaussian process over the same
draws, and within the standard error of it for these results, which are nearly additive."""


def decision_rows(
    pilot: Pilot,
    posterior: xr.Dataset,
    appraisal: xr.Dataset,
    used: Sequence[str],
    sources: Mapping[str, str],
    rests_on: str,
) -> Iterator[Row]:
    """All rows about deciding; none from fewer draws than a curve can be fitted to.

    Parameters
    ----------
    pilot : Pilot
    posterior, appraisal : Dataset
        Uncertain values and net results of the same draws.
    used : sequence of str
        Parameters behind the results of this pilot.
    sources : mapping
        Parameter ids behind the net result of each party, in one cell.
    rests_on : str
        What the estimates rest on.
    """
    if posterior.sizes[DRAW] < FEWEST:
        return
    yield from _Decisions(pilot, posterior, appraisal, used, sources, rests_on).rows()


class _Decisions:
    """Maker of the rows about deciding of one run; arguments as of :func:`decision_rows`."""

    def __init__(
        self,
        pilot: Pilot,
        posterior: xr.Dataset,
        appraisal: xr.Dataset,
        used: Sequence[str],
        sources: Mapping[str, str],
        rests_on: str,
    ) -> None:
        self.pilot, self.posterior, self.rests_on, self.sources = pilot, posterior, rests_on, sources
        self.unit, self.persons = pilot.money_unit, pilot.participants_planned
        self.net = _net(appraisal, pilot)
        names = [name for name in used if name in posterior and np.ptp(posterior[name].values) > 0]
        self.parameters = xr.DataArray(
            np.column_stack([posterior[name].values for name in names]),
            dims=(DRAW, PARAMETER),
            coords={PARAMETER: names},
        )
        self.population = Population.of(pilot, float(appraisal.attrs["discount_rate"]))
        self.common = {"horizon": pilot.main_horizon_months, "view": "society"}

    def rows(self) -> Iterator[Row]:
        """All rows."""
        known = evpi(benefit_of_increment(self.net))
        yield from self._perfect(known)
        swings = tornado(self.net, self.parameters)
        yield from self._partial(known, swings)
        open_ = _undecided(known)
        if open_:
            common = {"unit": self.unit, "rests_on": self.rests_on, "sources": self.sources, **self.common}
            yield from study_rows(self.pilot, self.posterior, self.net.sel(party=open_), self.population, common)
        yield from self._tornado(swings)
        yield from self._prior_shares()
        yield from self._together()
        yield self._certainty()

    def _perfect(self, known: xr.Dataset) -> Iterator[Row]:
        for party in DECIDERS:
            value, error = (float(known[name].sel(party=party)) for name in ("value", "standard_error"))
            number = self.population.now
            common = {"party": party, "names": {"party": party_name(party)}, **self.common}
            yield row(
                f"evpi.{party}", "evpi", self.unit, self.rests_on, per="participant", value=value,
                standard_error=error, parameters=self.sources[party], **common,
            )  # fmt: skip
            yield row(
                f"evpi_worth.{party}", "evpi_worth", self.unit, self.rests_on, value=value * number,
                standard_error=error * number,
                parameters=join([*Population.PARAMETERS, *self.sources[party].split("; ")]), **common,
            )  # fmt: skip

    def _partial(self, known: xr.Dataset, swings: xr.Dataset) -> Iterator[Row]:
        """Worth of knowing each subject, and each of the values that move a result most."""
        parties = _undecided(known)
        if not parties:
            return
        catalogue = catalogue_of(self.pilot)
        subjects: dict[str, list[str]] = {}
        for name in self.parameters[PARAMETER].values.tolist():
            subjects.setdefault(catalogue.get(name).group, []).append(name)
        single = {name: [name] for party in parties for name in _largest(swings, party)}
        benefit = benefit_of_increment(self.net.sel(party=parties))
        found = evppi(benefit, self.parameters, subjects | single, METHOD)
        leader = found["value"].sel(party="society") if "society" in parties else found["value"].isel(party=0)
        order = {str(name): place for place, name in enumerate(leader.sortby(leader, ascending=False)[GROUP].values)}
        for group, ids in (subjects | single).items():
            if group in single:
                what = {"parameter": group, **labels(self.pilot, group)}
            else:
                what = {"item": group, **{f"item_label_{lang}": say(f"subject.{group}", lang) for lang in LANGUAGES}}
            for party in parties:
                one = found.sel(group=group, party=party)
                yield row(
                    f"evppi.{party}.{group}", "evppi", self.unit, self.rests_on, per="participant", party=party,
                    value=float(one["value"]), standard_error=float(one["standard_error"]), order=order[group],
                    parameters=join(ids), names={"party": party_name(party)}, **what, **self.common,
                )  # fmt: skip

    def _tornado(self, swings: xr.Dataset) -> Iterator[Row]:
        with_data = json.loads(self.posterior.attrs["with_data"])
        catalogue = catalogue_of(self.pilot)
        for party in DECIDERS:
            for order, name in enumerate(_largest(swings, party)):
                rests_on = self.rests_on if name in with_data else PRIOR
                common = {"party": party, "parameter": name, "parameters": name, "order": order,
                          "names": {"party": party_name(party)}, **labels(self.pilot, name)}  # fmt: skip
                one = swings.sel(parameter=name)
                for end in ("low", "high"):
                    value = float(one[f"at_{end}"].sel(party=party)) * self.persons
                    yield row(f"tornado.{party}.{name}.{end}", "tornado", self.unit, rests_on, item=f"at_{end}",
                              per="pilot", value=value, **common, **self.common)  # fmt: skip
                    yield row(f"tornado_input.{party}.{name}.{end}", "tornado_input", catalogue.get(name).unit,
                              rests_on, item=f"at_{end}", value=float(one[end]), **common)  # fmt: skip

    def _prior_shares(self) -> Iterator[Row]:
        """Part of the spread of each result that would go if all that no data speak of were known."""
        with_data = set(json.loads(self.posterior.attrs["with_data"]))
        alone = [name for name in self.parameters[PARAMETER].values.tolist() if name not in with_data]
        if not alone:
            return
        found = explained_share(self.net, self.parameters, {"prior": alone}, METHOD).isel(group=0)
        for party in DECIDERS:
            yield row(
                f"prior_share.{party}", "prior_share", "fraction", self.rests_on, party=party, parameters=join(alone),
                value=float(found["share"].sel(party=party)), names={"party": party_name(party)},
                standard_error=float(found["standard_error"].sel(party=party)), **self.common,
            )  # fmt: skip

    def _together(self) -> Iterator[Row]:
        found = all_win(self.net.sel(party=list(AT_THE_TABLE)))
        for party in AT_THE_TABLE:
            value = float(found["blocks"].sel(party=party))
            yield row(
                f"blocks.{party}", "blocks", "probability", self.rests_on, party=party, value=value, probability=value,
                parameters=self.sources[party], names={"party": party_name(party)}, **self.common,
            )  # fmt: skip

    def _certainty(self) -> Row:
        """What the pilot is worth to a small municipality that cannot shrug off a loss."""
        amount = catalogue_of(self.pilot).amount(TOLERANCE, self.pilot.valuation_date).value
        net = self.net.sel(party="municipality") * self.persons
        return row(
            "certainty.municipality", "certainty", self.unit, self.rests_on, party="municipality", per="pilot",
            value=float(certainty_equivalent(net, amount)), mean=float(net.mean()),
            parameters=join([TOLERANCE, *self.sources["municipality"].split("; ")]),
            names={"party": party_name("municipality")}, **self.common,
        )  # fmt: skip


def _net(appraisal: xr.Dataset, pilot: Pilot) -> xr.DataArray:
    net = appraisal["net"].sel(party=list(DECIDERS), horizon=pilot.main_horizon_months, view="society", drop=True)
    return net.transpose(DRAW, "party")


def _undecided(known: xr.Dataset) -> list[str]:
    """Parties whose decision could change by what is not known."""
    return [name for name in DECIDERS if known["value"].sel(party=name) >= LEAST]


def _largest(swings: xr.Dataset, party: str) -> list[str]:
    """Parameters with the largest bars for a party, largest first; none without any effect."""
    swing = swings["swing"].sel(party=party)
    ordered = swing.sortby(swing, ascending=False)[:SHOWN]
    return [str(name) for name, width in zip(ordered[PARAMETER].values, ordered.values, strict=True) if width > 0]
