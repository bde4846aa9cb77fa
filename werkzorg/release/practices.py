"""Rows about what is special to a practice: people reached, a survey, flows per target group."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from werkzorg.appraisal.draws import DRAW
from werkzorg.appraisal.reach import PARTIES, at_effect, follow_effects, rank_placed, tipping_points
from werkzorg.appraisal.switching import SUMMARY
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot
from werkzorg.release.flow_rows import flow_rows, manager_rows, read_flows
from werkzorg.release.rows import Row, join, party_name, row
from werkzorg.release.sources import WORK, support_sources
from werkzorg.release.survey_rows import answers_of, survey_rows

REACH_DRAWS = 400
"""Draws for which the result is worked out at a row of effects; the answer is a median and a share of them."""

PER_THOUSAND = 1000


def practice_rows(pilot: Pilot, posterior: xr.Dataset, appraisal: xr.Dataset, rests_on: str) -> Iterator[Row]:
    """All rows of the parts that a pilot has.

    Parameters
    ----------
    pilot : Pilot
    posterior : Dataset
        Dims (draw,).
    appraisal : Dataset
        From :func:`werkzorg.appraisal.appraise.appraise`.
    rests_on : str
        What the estimates rest on.
    """
    if pilot.reach is not None:
        yield from _reach_facts(pilot, posterior, appraisal, rests_on)
        yield from _tipping(pilot, posterior, appraisal, rests_on)
    if pilot.survey is not None:
        yield from survey_rows(pilot, posterior)
    if pilot.flows is not None:
        yield from flow_rows(pilot, posterior)
    if pilot.client_manager is not None:
        yield from manager_rows(pilot, posterior, rests_on)


def practice_facts(pilot: Pilot) -> dict[str, object]:
    """Facts about the parts that a pilot has, for the page."""
    facts: dict[str, object] = {}
    drivers = {part.driver for part in pilot.support.active()}
    if pilot.support.active() and "jobs.share_jobcoach" not in support_sources(pilot):
        # Without a job coach the page for participants may not promise one.
        facts["help"] = "experts" if "search_month" in drivers else "reach"
    if "integral" in pilot.support.packages:
        facts["approach"] = "integral"
    if pilot.survey is not None:
        source = pilot.survey.source
        facts["survey_inhabitants"] = pilot.survey.inhabitants
        facts["survey_source"] = {"publisher": source.publisher, "year": source.year, "title": source.title}
    if pilot.flows is not None:
        facts["flows_synthetic"] = pilot.flows.synthetic
        facts["flow_names"] = {group: {"nl": name.nl, "en": name.en} for group, name in pilot.flows.names.items()}
    return facts


def check_files(pilot: Pilot) -> None:
    """Read the files of these parts once, so that a mistake in them shows before the calculation and not after it.

    Raises
    ------
    WerkzorgError
        Code INPUT, with every mistake by row.
    """
    if pilot.survey is not None:
        answers_of(pilot)
    if pilot.flows is not None:
        groups = set(read_flows(pilot.beside(pilot.flows.file))["target_group"])
        if unknown := sorted(set(pilot.flows.names) - groups):
            values = {"names": ", ".join(unknown)}
            raise WerkzorgError(ExitCode.INPUT, Problem("flows.unknown_group", where="flows.names", values=values))


def _reach_facts(pilot: Pilot, posterior: xr.Dataset, appraisal: xr.Dataset, rests_on: str) -> Iterator[Row]:
    """Cost per person reached and per contact, contacts, and experts in paid work."""
    people = pilot.participants_planned
    cost = appraisal["support_cost"].sel(party="society").values
    contacts = draws_of(pilot, posterior, pilot.reach.contacts)
    paid = support_sources(pilot)
    facts = {
        "people": (np.full(1, float(people)), "persons", ()),
        "contacts": (contacts * people, "contacts", (pilot.reach.contacts,)),
        "cost_person": (cost, pilot.money_unit, paid),
        "cost_contact": (cost / contacts, pilot.money_unit, (*paid, pilot.reach.contacts)),
    }
    if pilot.employed is not None:
        number = draws_of(pilot, posterior, pilot.employed.number)
        facts["employed"] = (number, "persons", (pilot.employed.number,))
    # Cost over contacts, as a reader divides them: not the mean of what one contact costs in each calculation.
    expected = {"cost_contact": float(cost.mean() / contacts.mean())}
    for item, (values, unit, sources) in facts.items():
        made = row(f"reach.{item}", "reach", unit, rests_on, item=f"reach_{item}", draws=values, per="pilot",
                   parameters=join(sources))  # fmt: skip
        yield made | {name: expected.get(item, made[name]) for name in ("value", "mean")}


def draws_of(pilot: Pilot, posterior: xr.Dataset, name: str) -> np.ndarray:
    """Draws of a parameter, or its value on the valuation date as one draw."""
    if name in posterior:
        return posterior[name].values
    return np.array([catalogue_of(pilot).amount(name, pilot.valuation_date).value])


def _tipping(pilot: Pilot, posterior: xr.Dataset, appraisal: xr.Dataset, rests_on: str) -> Iterator[Row]:
    """From what effect per person reached on each party gains, and how likely that is; and the curve behind it."""
    chosen = np.linspace(0, posterior.sizes[DRAW] - 1, min(REACH_DRAWS, posterior.sizes[DRAW])).astype(int)
    few = posterior.isel(draw=chosen)
    actual = few[pilot.reach.effect]
    curve = follow_effects(pilot, few)
    found, summary, placed = tipping_points(curve, actual)
    ratio, people = summary["value"], rank_placed(placed, found)
    needed = {
        "tipping_ratio": ("ratio", np.exp(ratio.where(np.isfinite(ratio)))),
        "tipping_placed": ("persons", people.where(np.isfinite(people)) * PER_THOUSAND),
    }
    # All draws tell how likely a gain is: the same number as everywhere else in the report.
    gains = (appraisal["net"].sel(horizon=pilot.main_horizon_months, view="society") > 0).mean(DRAW)
    behind = join([pilot.reach.effect, *WORK, *support_sources(pilot)])
    common = {"per": "pilot", "parameters": behind, "horizon": pilot.main_horizon_months}
    expected = at_effect(curve["placed"], actual).values * PER_THOUSAND
    yield row("reach_placed.expected", "reach_placed", "persons", rests_on, draws=expected, **common)
    for party in PARTIES:
        names = {"party": party_name(party)}
        share = {"probability": float(gains.sel(party=party)), "party": party, "names": names}
        for quantity, (unit, values) in needed.items():
            here = values.sel(party=party)
            # Missing: no effect is large enough there, or none is needed.
            ends = {
                key: float(here.sel({SUMMARY: key}))
                for key in here[SUMMARY].values
                if here.notnull().sel({SUMMARY: key})
            }
            yield row(f"{quantity}.{party}", quantity, unit, rests_on, value=ends.get("median"), **ends, **share,
                      **common)  # fmt: skip
        for quantity in ("never", "always"):
            yield row(f"tipping_{quantity}.{party}", f"tipping_{quantity}", "fraction", rests_on, party=party,
                      value=float(summary[quantity].sel(party=party)), names=names, **common)  # fmt: skip
        for effect in curve["effect"].values:
            here = {"effect": float(effect)}
            yield row(f"reach_curve.{party}.{effect:g}", "reach_curve", pilot.money_unit, rests_on, party=party,
                      draws=curve["net"].sel(party=party, **here).values, names=names, **common,
                      count=round(float(curve["placed"].sel(here).mean()) * PER_THOUSAND))  # fmt: skip
