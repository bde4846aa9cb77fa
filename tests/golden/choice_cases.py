"""Published answers of decision analysis and of Dutch law: by the package, and by integration, loops or by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import xarray as xr
from scipy.integrate import quad
from scipy.stats import norm

from werkzorg.appraisal.decision import incremental_benefit, net_benefit
from werkzorg.appraisal.icer import compare_arms, efficiency_frontier
from werkzorg.appraisal.information import normal_value
from werkzorg.appraisal.population import population_value
from werkzorg.appraisal.sampling import normal_evsi, study_worth
from werkzorg.params import catalogue
from werkzorg.rules import law_on
from werkzorg.rules.bijstand import net_norm
from werkzorg.rules.wage import work_credit

# Value of knowing, when all is normal


def value_by_integral(mean, sd):
    """scipy: the mean of the larger of nothing and a normal gain, less the larger of nothing and its mean."""
    better = quad(lambda x: x * norm.pdf(x, mean, sd), 0, mean + 12 * sd, epsabs=1e-13, epsrel=1e-13, limit=200)[0]
    return better - max(mean, 0.0)


def study_by_integral(mean, prior_sd, data_sd, size):
    """Variance before less variance after the data is that of what one will think; the rest by integration."""
    after = 1 / (1 / prior_sd**2 + size / data_sd**2)
    return value_by_integral(mean, np.sqrt(prior_sd**2 - after))


def knowing(given, value, study):
    """Perfect and partial information, and studies, of a gain with one certain mean and two uncertain parts."""
    found = {}
    for label, case in given["cases"].items():
        parts = case["sd"]
        found.setdefault("evpi", {})[label] = value(case["mean"], np.hypot(*parts.values()))
        for name, sd in parts.items():
            found.setdefault(f"evppi of {name}", {})[label] = value(case["mean"], sd)
        for size in case.get("sizes", []):
            spread = parts[case["seen"]]
            found.setdefault("evsi", {})[f"{label}, n = {size}"] = study(case["mean"], spread, case["data_sd"], size)
    return found


def knowing_by_package(given):
    return knowing(given, normal_value, normal_evsi)


def knowing_by_integral(given):
    return knowing(given, value_by_integral, study_by_integral)


# Choosing between arms, from printed means


def arms_of(given):
    """Two equal draws: the package takes draws, the source prints means."""
    return [
        xr.DataArray([list(given[name].values())] * 2, dims=("draw", "arm"), coords={"arm": list(given[name])})
        for name in ("effect", "cost")
    ]


def choosing_by_package(given):
    effect, cost = arms_of(given)
    found = {"icer": {}, "gain": {}}
    for pair in given["ratios"]:
        arm, reference = pair.split(" v ")
        found["icer"][pair] = compare_arms(effect, cost, reference, arm)["icer"]
    for k, pairs in given["gains"].items():
        benefit = net_benefit(effect, cost, float(k)).mean("draw")
        for pair in pairs:
            arm, reference = pair.split(" v ")
            gain = incremental_benefit(benefit.expand_dims(draw=2), reference).sel(arm=arm).isel(draw=0)
            found["gain"][f"{pair}, k = {k}"] = float(gain)
        if given.get("levels"):
            for arm in benefit["arm"].values.tolist():
                found.setdefault("net benefit", {})[f"{arm}, k = {k}"] = float(benefit.sel(arm=arm))
    if given.get("frontier"):
        on = efficiency_frontier(effect, cost)
        on = on.where(on["icer"].notnull(), drop=True)
        # The best arm of a whole number k changes at the first whole number above the ratio.
        found["best from k"] = {str(arm): int(np.ceil(on["icer"].sel(arm=arm))) for arm in on["arm"].values}
    return found


def choosing_by_hand(given):
    effect, cost = given["effect"], given["cost"]
    found = {"icer": {}, "gain": {}}
    for pair in given["ratios"]:
        arm, reference = pair.split(" v ")
        found["icer"][pair] = (cost[arm] - cost[reference]) / (effect[arm] - effect[reference])
    for k, pairs in given["gains"].items():
        worth = {arm: k * effect[arm] - cost[arm] for arm in effect}
        for pair in pairs:
            arm, reference = pair.split(" v ")
            found["gain"][f"{pair}, k = {k}"] = worth[arm] - worth[reference]
        if given.get("levels"):
            found.setdefault("net benefit", {}).update({f"{arm}, k = {k}": worth[arm] for arm in worth})
    if given.get("frontier"):
        found["best from k"], last = {}, None
        for k in range(1000):
            best = max(effect, key=lambda arm, k=k: k * effect[arm] - cost[arm])
            if last is not None and best != last:
                found["best from k"][best] = k
            last = best
    return found


# Worth of a study to a population


def sampling(given, people_years):
    sizes, value = given["sizes"], given["value"]
    found = {}
    for rate in given["rates"]:
        cost = {n: given["setup"] + given["per_client"] * n for n in sizes}
        found |= {f"n = {n}, rate {rate}": people_years(v, rate) - cost[n] for n, v in zip(sizes, value, strict=True)}
    return {"net worth": found}


def sampling_by_package(given):
    """All rates and sizes in one call, as a user would."""
    coords = {"clients": given["sizes"]}
    value = xr.DataArray(given["value"], dims="clients", coords=coords)
    rates = xr.DataArray(given["rates"], dims="rate", coords={"rate": given["rates"]})
    total = population_value(value, given["people"], given["years"], rates, discounting="continuous")
    cost = given["setup"] + given["per_client"] * xr.DataArray(given["sizes"], dims="clients", coords=coords)
    net = study_worth(total, cost)["net"]
    return {
        "net worth": {
            f"n = {n}, rate {rate}": float(net.sel(clients=n, rate=rate))
            for rate in given["rates"]
            for n in given["sizes"]
        }
    }


def sampling_by_integral(given):
    def people_years(value, rate):
        return value * given["people"] * quad(lambda t: np.exp(-rate * t), 0, given["years"])[0]

    return sampling(given, people_years)


# Dutch law


def credit_by_rules(given):
    """The work credit at the third corner, where it is largest."""
    found = {}
    for year in given["years"]:
        law = law_on(catalogue(), date(year, 1, 1), date(year, 1, 1))
        found[str(year)] = float(work_credit(law.tax.work_limits[2], law))
    return {"largest work credit": found}


def credit_by_loop(given):
    """Euro by euro: what each next euro adds or takes away, and the largest sum on the way."""
    found = {}
    for year in given["years"]:
        tax = law_on(catalogue(), date(year, 1, 1), date(year, 1, 1)).tax
        steps = [*zip(tax.work_limits, tax.work_rates, strict=True), (float("inf"), -tax.work_down)]
        total = largest = 0.0
        for euro in range(60_000):
            for (limit, rate), below in zip(steps, (0.0, *tax.work_limits), strict=True):
                total += rate * max(min(euro + 1, limit) - max(euro, below), 0.0)
            largest = max(largest, total)
        found[str(year)] = largest
    return {"largest work credit": found}


def sharers_by_rules(given):
    law = law_on(catalogue(), date(given["year"], 1, 1), date(given["year"], 1, 1))
    found = {}
    for people in given["people"]:
        other = replace(law, bijstand=replace(law.bijstand, sharers=people))
        found[f"{people} people"] = 100 * net_norm("cost_sharer", other) / net_norm("couple", law)
    return {"norm of one, % of a couple's": found}


def sharers_by_table(given):
    """The household has 100% with two people and 30% more with each next one; everybody has an equal part."""
    return {"norm of one, % of a couple's": {f"{n} people": (100 + 30 * (n - 2)) / n for n in given["people"]}}
