"""The release table of a comparison of scenarios: per party what each comes to, and how it differs from its parent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from werkzorg import constants
from werkzorg.appraisal.appraise import care_rates
from werkzorg.appraisal.contracts.negotiate import Negotiation
from werkzorg.appraisal.paired import difference, is_paired, probability_all_gain, probability_nobody_worse
from werkzorg.appraisal.scenarios import Valued
from werkzorg.inference import diagnostics
from werkzorg.params.pilots import catalogue_of
from werkzorg.params.scenarios import BASE
from werkzorg.pilot import Pilot
from werkzorg.release.contracts import agreed_rows, contract_rows
from werkzorg.release.knowledge import assumption_rows
from werkzorg.release.money import AT_THE_TABLE
from werkzorg.release.release import facts_of
from werkzorg.release.results import Results, make_results
from werkzorg.release.rows import Row, join, party_name, rests_on_of, row
from werkzorg.wording import LANGUAGES, say


def release_scenarios(
    valued: Sequence[Valued],
    posteriors: Mapping[str, xr.Dataset],
    facts: Mapping[str, Any] | None = None,
    negotiation: Negotiation | None = None,
) -> Results:
    """Make the release table of a comparison.

    Parameters
    ----------
    valued : sequence of Valued
        The pilot as it is first, parents before children; all of one bench.
    posteriors : mapping of str to Dataset
        Scenario -> its posterior, for the scenarios that have a fit of their own, the pilot itself among them.
    facts : mapping, optional
        What the run says about itself: `run_id`, `created`, `reused_fit`.
    negotiation : Negotiation, optional
        Of the pilot as it is.

    Returns
    -------
    Results
        Facts (with `scenarios`: what each is and which steps it needed), table, assumptions and gates.
    """
    known = {one.variant.id: one for one in valued}
    root, posterior = known[BASE].variant.pilot, posteriors[BASE]
    fits = {known[name].keys.fit: fitted for name, fitted in posteriors.items()}
    made: list[Row] = []
    for order, one in enumerate(valued):
        rests_on = rests_on_of(fits[one.keys.fit])
        made += _own_rows(one, rests_on, order)
        made += agreed_rows(one.variant.id, one.variant.contract)
        for other in _compared_with(one, known):
            made += _difference_rows(one, other, rests_on, order)
    if negotiation is not None:
        made += contract_rows(negotiation, root.money_unit, rests_on_of(posterior))
    gates = [gate for name, fitted in posteriors.items() for gate in _gate_rows(known[name], fitted)]
    worst = max(one.balance_error for one in valued)
    known_values = catalogue_of(root)
    rates = {"discount_rate": float(known_values.value("disc.mkba.standard")), "care_rates": care_rates(known_values)}
    attributes = xr.Dataset(attrs=rates | {"balance_error": worst})
    run = {"scenarios": {one.variant.id: _about(one, known) for one in valued}, **(facts or {})}
    meta = facts_of(root, posterior, attributes, gates, run)
    return make_results(meta, made, _assumptions(valued), gates)


def scenario_name(one: Valued) -> dict[str, str]:
    """Name of a scenario in both languages; that of the pilot as it is comes from the catalogue, unless others stand
    beside it."""
    variant = one.variant
    name = variant.name if variant.scenario is None else variant.scenario.name
    if name is None:
        return {lang: say("scenario.base", lang) for lang in LANGUAGES}
    return {lang: getattr(name, lang) for lang in LANGUAGES}


def _compared_with(one: Valued, known: Mapping[str, Valued]) -> list[Valued]:
    """The parent, and the pilot as it is when that is another."""
    parent = one.variant.parent
    return [] if parent is None else [known[name] for name in dict.fromkeys((parent, BASE))]


def _changed(one: Valued) -> list[str]:
    """Ids in the list of assumptions of the values that a scenario brings."""
    scenario = one.variant.scenario
    if scenario is None:
        return []
    return [
        f"{one.variant.id}:{name}" for name in (*scenario.changes.parameters, *scenario.changes.after_counts.values())
    ]


def _parties(one: Valued) -> list[str]:
    return [str(name) for name in one.net["party"].values]


def _own_rows(one: Valued, rests_on: str, order: int) -> Iterator[Row]:
    pilot, scenario, name = one.variant.pilot, one.variant.id, scenario_name(one)
    common: Row = {"scenario": scenario, "horizon": pilot.main_horizon_months, "order": order,
                   "parameters": join(_changed(one))}  # fmt: skip
    names = {"scenario": name, "months": pilot.main_horizon_months}
    for party in _parties(one):
        for per, size in (("participant", 1), ("pilot", pilot.participants_planned)):
            yield row(
                f"scenario_net.{scenario}.{party}.{per}", "scenario_net", pilot.money_unit, rests_on, party=party,
                per=per, view="society", draws=one.main(party) * size, names=names | {"party": party_name(party)},
                **common,
            )  # fmt: skip
    chance = probability_all_gain(one, AT_THE_TABLE)
    yield row(
        f"scenario_gain.{scenario}.all", "scenario_gain", "probability", rests_on, party="all", view="society",
        value=chance, probability=chance, names=names, **common,
    )  # fmt: skip
    yield row(
        f"scenario_months_worked.{scenario}", "scenario_months_worked", "months", rests_on, per="participant",
        draws=one.outcome["months_worked"], names=names, **common,
    )  # fmt: skip


def _difference_rows(one: Valued, other: Valued, rests_on: str, order: int) -> Iterator[Row]:
    """Paired differences; of draws that are no counterparts only the difference of the means is given.

    So too of another reading of the research: a chance that one reading is better than another means nothing.
    """
    pilot, scenario, against = one.variant.pilot, one.variant.id, other.variant.id
    read_otherwise = one.variant.scenario is not None and one.variant.scenario.kind == "evidence"
    paired = is_paired(one, other) and not read_otherwise
    common: Row = {"scenario": scenario, "against": against, "horizon": pilot.main_horizon_months, "order": order,
                   "view": "society", "parameters": join(_changed(one))}  # fmt: skip
    names = {"scenario": scenario_name(one), "against": scenario_name(other), "months": pilot.main_horizon_months}
    for party in _parties(one):
        for per in ("participant", "pilot"):
            draws = difference(one, other, party, per)
            shown: Row = {"draws": draws} if paired else {"value": float(draws.mean()), "mean": float(draws.mean())}
            yield row(
                f"scenario_difference.{scenario}.{against}.{party}.{per}", "scenario_difference", pilot.money_unit,
                rests_on, party=party, per=per, names=names | {"party": party_name(party)}, **shown, **common,
            )  # fmt: skip
    if paired:
        chance = probability_nobody_worse(one, other, AT_THE_TABLE)
        yield row(
            f"scenario_nobody_worse.{scenario}.{against}", "scenario_nobody_worse", "probability", rests_on,
            party="all", value=chance, probability=chance, names=names, **common,
        )  # fmt: skip


def _about(one: Valued, known: Mapping[str, Valued]) -> dict[str, object]:
    """What a reader must know of a scenario besides its numbers."""
    variant, name = one.variant, scenario_name(one)
    scenario, base = variant.scenario, known[BASE]
    note = scenario.note if scenario else None
    parent = known[variant.parent] if variant.parent else None
    return {
        "name_nl": name["nl"], "name_en": name["en"],
        "kind": scenario.kind if scenario else "base", "parent": variant.parent,
        "note_nl": note.nl if note else "", "note_en": note.en if note else "",
        "participants": variant.pilot.participants_planned, "main_horizon": variant.pilot.main_horizon_months,
        "steps_again": list(one.keys.stages_since(parent.keys)) if parent else [],
        "equals_base": one is not base and _same(one, base), "paired": is_paired(one, base),
        "counted": variant.pilot.last_snapshot is not None,
    }  # fmt: skip


def _same(one: Valued, other: Valued) -> bool:
    return one.keys == other.keys and all(np.array_equal(one.main(p), other.main(p)) for p in _parties(one))


def _gate_rows(one: Valued, posterior: xr.Dataset) -> list[Row]:
    """Verdicts on one fit and on the net results that come from it, named by their scenario."""
    gates = [diagnostics.Gate(**gate) for gate in json.loads(posterior.attrs["gates"])]
    if gates:
        shown = (*AT_THE_TABLE, "society")
        draws = np.stack([one.main(party) for party in shown], axis=1)
        gates += diagnostics.check_draws("net", draws.reshape(constants.CHAINS, -1, len(shown)))
    name = scenario_name(one)
    own = one.variant.id != BASE
    return [
        diagnostics.as_records([gate])[0]
        | {"id": f"{one.variant.id}:{gate.id}" if own else gate.id}
        | {f"label_{lang}": say(f"gate.{gate.id}", lang) + (f" ({name[lang]})" if own else "") for lang in LANGUAGES}
        for gate in gates
    ]


def _assumptions(valued: Sequence[Valued]) -> list[Row]:
    """The values that each scenario brings, with their source; the others stand in the results of the pilot itself."""
    rows = []
    for one in valued:
        pilot: Pilot = one.variant.pilot
        wanted = [name.split(":", 1)[1] for name in dict.fromkeys(_changed(one))]
        name = scenario_name(one)
        for entry in assumption_rows(pilot, wanted):
            labels = {f"label_{lang}": f"{entry[f'label_{lang}']} ({name[lang]})" for lang in LANGUAGES}
            rows.append(entry | labels | {"id": f"{one.variant.id}:{entry['id']}"})
    return rows
