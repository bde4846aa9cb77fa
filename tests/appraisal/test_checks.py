"""Checks of the model: they pass on data from the model, fail on other data, and show nothing of few people."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import xarray as xr

from werkzorg.appraisal.checks import Check, prior_sanity
from werkzorg.appraisal.predictive import care_lines, cost_lines, snapshot_lines, work_lines
from werkzorg.appraisal.prior_knowledge import prior_knowledge_shares
from werkzorg.cases.reading import check_records
from werkzorg.inference.fit import draw_prior, first_answer
from werkzorg.inference.record_priors import record_priors
from werkzorg.inference.reduction import reduce_records
from werkzorg.params.pilots import load_pilot, pilot_file
from werkzorg.wording import LANGUAGES


@pytest.fixture(scope="module")
def fitted():
    pilot = load_pilot("voorbeeld")
    records = reduce_records(pilot, check_records(pilot_file("voorbeeld")).tables)
    return pilot, records, first_answer(pilot, records=records).isel(draw=slice(0, 500))


def test_the_made_up_pilot_fits_its_model(fitted):
    pilot, records, posterior = fitted
    for lines in (
        work_lines(posterior, records, "programme", 1),
        work_lines(posterior, records, "comparison", 1),
        care_lines(posterior, records, 1),
        cost_lines(pilot, posterior, records, 1),
        snapshot_lines(pilot, posterior, 1),
    ):
        # Bands of 99% over dozens of numbers: one outside is no surprise.
        assert lines and sum(not line.inside for line in lines) <= 1


def test_another_course_of_work_is_seen(fitted):
    _, records, posterior = fitted
    other = records.working | {"programme": np.where(np.arange(len(records.working["programme"])) > 0, 0.95, 0.0)}
    lines = work_lines(posterior, dataclasses.replace(records, working=other), "programme", 1)
    assert sum(not line.inside for line in lines) > len(lines) / 2


def test_other_costs_are_seen(fitted):
    pilot, records, posterior = fitted
    # Costs ten times as high: log 10 on every outcome; column 1 is one in every row.
    shift = np.log(10.0)
    move = np.eye(len(records.cost.within))
    move[1, 0] = shift
    cost = dataclasses.replace(
        records.cost, within=move.T @ records.cost.within @ move, between=move.T @ records.cost.between @ move
    )
    plain = {line.name: line for line in cost_lines(pilot, posterior, records, 1)}
    moved = {line.name: line for line in cost_lines(pilot, posterior, dataclasses.replace(records, cost=cost), 1)}
    assert plain["cost.mean"].inside and not moved["cost.mean"].inside
    # The spread is about the mean, so it does not move.
    assert moved["cost.sd"].inside and moved["cost.sd"].observed == plain["cost.sd"].observed


def test_replicated_costs_have_mean_and_spread_of_simulated_ones(fitted):
    """Against a plain simulation with the same parameters in every draw: one person per half year, no covariates."""
    pilot, records, posterior = fitted
    rng = np.random.default_rng(6)
    people, rows, width = 30, 3, len(records.cost.within)
    ones = np.zeros((rows, width))
    ones[:, 1] = 1.0
    cost = dataclasses.replace(
        records.cost, within=people * ones.T @ ones, rows=np.array([3.0]), persons=np.array([float(people)]),
        between=people * np.outer(ones.sum(0), ones.sum(0))[None],
    )  # fmt: skip
    fixed = posterior.map(lambda values: values * 0 + values.mean())
    lines = {line.name: line for line in cost_lines(pilot, fixed, dataclasses.replace(records, cost=cost), 1)}
    total = float(fixed["p_cost_sigma"][0]) ** 2
    case = float(fixed["p_cost_autocorr"][0]) * total
    y = np.sqrt(case) * rng.standard_normal((4000, people, 1))
    y = (y + np.sqrt(2 * (total - case)) * rng.standard_normal((4000, people, rows))).reshape(4000, -1)
    wanted = np.quantile(y.std(axis=1), [0.005, 0.995])
    # 500 replicates: ends of a 99% band are known to about a sixth of its width.
    near = np.ptp(wanted) / 6
    assert lines["cost.sd"].low == pytest.approx(wanted[0], abs=near)
    assert lines["cost.sd"].high == pytest.approx(wanted[1], abs=near)


def test_few_people_are_not_shown_but_checked(fitted):
    _, records, posterior = fitted
    lines = {line.name: line for line in care_lines(posterior, records, 1)}
    assert records.care.crisis_events < 10
    assert lines["care.crisis"].observed is None and lines["care.crisis"].inside
    for group in ("programme", "comparison"):
        for line in work_lines(posterior, records, group, 1):
            people, share = records.seen[group][line.month], records.working[group][line.month]
            assert people >= 10
            may_show = min(people * share, people * (1 - share)) > 9.5
            assert (line.observed is not None) == may_show
            if line.observed is not None:
                assert line.observed * 20 == pytest.approx(round(line.observed * 20))


def test_prior_that_allows_nonsense_fails(fitted):
    pilot, _, _ = fitted
    prior = {name: values.values for name, values in draw_prior(pilot).data_vars.items()}
    assert prior_sanity(pilot, prior).passed
    wild = prior | {"p_cost_sigma": prior["p_cost_sigma"] * 4}
    assert not prior_sanity(pilot, wild).passed


def test_share_of_prior_knowledge_has_its_closed_form():
    rng = np.random.default_rng(8)
    size = 50_000
    known, unknown = rng.standard_normal((2, size))
    posterior = xr.Dataset({"known": ("draw", 0.5 * known), "unknown": ("draw", unknown)})
    posterior.attrs["with_data"] = '["known"]'
    prior = {"known": known, "unknown": unknown}
    results = {"a": 2 * posterior["known"].values + unknown, "b": unknown, "c": posterior["known"].values}
    shares = prior_knowledge_shares(posterior, prior, results)
    # Variance one of each part in `a`; the prior gives a quarter of the precision of `known`. Noise of 1/sqrt(50,000).
    assert shares["a"] == pytest.approx(0.5 + 0.5 * 0.25, abs=0.01)
    assert shares["b"] == pytest.approx(1.0, abs=1e-6)
    assert shares["c"] == pytest.approx(0.25, abs=0.01)


def test_priors_of_records_have_every_name_and_the_right_centre(fitted):
    pilot, _, posterior = fitted
    names = posterior.attrs["with_data"].split('"')[1::2]
    prior = record_priors(pilot, names)
    assert list(prior) == [name for name in names if name != "care.own_level"]
    assert np.mean(prior["effect.entry.severe"]) == pytest.approx(0, abs=0.02)
    assert np.mean(prior["household.single"]) == pytest.approx(0.75, abs=0.02)
    assert sum(prior[f"household.{name}"].mean() for name in ("single", "single_parent", "couple", "cost_sharer")) == (
        pytest.approx(1.0)
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_check_speaks_and_has_a_table(lang, fitted):
    _, records, posterior = fitted
    lines = care_lines(posterior, records, 1)
    check = Check("care", True, lines, {"inside": len(lines), "of": len(lines)})
    assert str(len(lines)) in check.sentence(lang)
    assert list(check.table(lang).columns) == ["name", "observed", "expected", "low", "high", "inside"]
    assert Check("loo", None).sentence(lang)
