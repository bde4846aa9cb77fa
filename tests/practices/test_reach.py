"""From what effect per person reached a programme is worth its money."""

import re

import numpy as np
import pytest
import xarray as xr

import werkzorg
from werkzorg.appraisal.reach import EFFECTS, at_effect, follow_effects, rank_placed, tipping_points
from werkzorg.inference.fit import draw_prior


def straight(slope, intercept, effects=EFFECTS):
    """A curve that is a straight line in every draw: its tipping point is known."""
    effect = xr.DataArray(list(effects), dims="effect", coords={"effect": list(effects)})
    slope, intercept = (xr.DataArray(np.asarray(values, dtype=float), dims="draw") for values in (slope, intercept))
    net = (intercept + slope * effect).expand_dims(party=["society"])
    return xr.Dataset({"net": net.transpose("effect", "draw", "party"), "placed": (0.1 * effect * slope / slope)})


def test_on_a_straight_line_the_tipping_point_is_that_of_algebra():
    slope, intercept = np.array([100.0, 200.0, 50.0, 80.0]), np.array([-50.0, -30.0, 10.0, -400.0])
    actual = xr.DataArray([0.6, 0.1, 0.0, 2.0], dims="draw")
    found, summary, placed = tipping_points(straight(slope, intercept), actual)
    # The last needs an effect of 5, beyond what is worked out: it has none.
    expected = np.append((-intercept / slope)[:3], np.nan)
    np.testing.assert_allclose(found["value"].sel(party="society"), expected, atol=1e-8)
    assert float(summary["exists"].sel(party="society")) == 0.75
    assert float(summary["never"].sel(party="society")) == 0.25
    # The effect lies beyond the tipping point in the first and the third draw.
    assert float(summary["probability"].sel(party="society")) == 0.5
    np.testing.assert_allclose(placed.sel(party="society"), 0.1 * expected, atol=1e-9)
    # Over all four draws -0.2, 0.15, 0.5 and none: half lie at or below 0.15, and the upper end is open.
    ranks = rank_placed(placed, found).sel(party="society")
    assert ranks.sel(summary=["low50", "median"]).values == pytest.approx([-0.02, 0.015])
    assert np.isinf(ranks.sel(summary="high80"))


def test_at_the_middle_of_the_tipping_points_half_of_the_calculations_gain(limburg):
    """Also where some have none: leaving those out would put the middle too low."""
    _, posterior, curve = limburg
    dearer = curve.assign(net=curve["net"] - 150.0)
    _, summary, _ = tipping_points(dearer, posterior["p_logrr_programme_nl"])
    for party in ("society", "municipality"):
        middle = float(summary["value"].sel(party=party, summary="median"))
        if np.isinf(middle):
            assert float(summary["never"].sel(party=party)) >= 0.5
            continue
        gains = float((at_effect(dearer["net"].sel(party=party), middle) > 0).mean())
        # Sixty draws: the middle one itself breaks even.
        assert gains == pytest.approx(0.5, abs=1.01 / 60)
    assert float(summary["never"].sel(party="municipality")) > 0.05


def test_between_two_effects_the_line_is_straight_and_outside_the_nearest_holds():
    curve = straight([1.0, 2.0], [0.0, 1.0])["net"].sel(party="society", drop=True)
    assert at_effect(curve, xr.DataArray([0.1, 0.3], dims="draw")).values == pytest.approx([0.1, 1.6])
    assert at_effect(curve, 99.0).values == pytest.approx([EFFECTS[-1], 1 + 2 * EFFECTS[-1]])
    assert at_effect(curve, EFFECTS[2]).values == pytest.approx([EFFECTS[2], 1 + 2 * EFFECTS[2]])


@pytest.fixture(scope="module")
def limburg():
    pilot = werkzorg.load_pilot("limburg")
    posterior = draw_prior(pilot, seed=11).isel(draw=slice(60))
    return pilot, posterior, follow_effects(pilot, posterior)


def test_more_effect_is_more_people_at_work_and_a_better_result_for_society(limburg):
    _, _, curve = limburg
    assert (curve["placed"].diff("effect") > 0).all()
    assert (curve["net"].sel(party="society").diff("effect").mean("draw") > 0).all()
    assert float(abs(curve["placed"].sel(effect=0.0)).max()) == 0.0


def test_the_line_between_effects_is_close_to_the_sum_itself(limburg):
    pilot, posterior, curve = limburg
    actual = posterior["p_logrr_programme_nl"]
    net = werkzorg.appraise(pilot, werkzorg.settle(pilot, werkzorg.project(pilot, posterior)))["net"]
    exact = net.sel(party="society", horizon=60, view="society").values
    line = at_effect(curve["net"].sel(party="society", drop=True), actual).values
    spread = np.ptp(curve["net"].sel(party="society").mean("draw").values)
    # The curve bends between the points; a hundredth of its range is far below any difference that is reported.
    assert np.abs(line - exact).max() < 0.01 * spread


def test_a_dearer_programme_needs_a_larger_effect(limburg):
    _, posterior, curve = limburg
    dearer = curve.assign(net=curve["net"] - 100.0)
    actual = posterior["p_logrr_programme_nl"]
    first, second = (tipping_points(one, actual)[1] for one in (curve, dearer))
    assert (second["value"].sel(summary="median") > first["value"].sel(summary="median")).all()
    assert (second["never"] >= first["never"]).all()
    assert (second["probability"] <= first["probability"]).all()


def test_rows_say_what_is_reached_and_what_it_must_do(practice):
    pilot, posterior, rows = practice("limburg")
    found = {row["id"]: row for row in rows}
    assert found["reach.people"]["value"] == 1000
    contacts, cost = found["reach.contacts"], found["reach.cost_person"]
    # As a reader divides them; the mean of the ratio of each draw is a tenth higher.
    per_contact = cost["value"] * found["reach.people"]["value"] / contacts["value"]
    assert found["reach.cost_contact"]["value"] == pytest.approx(per_contact, rel=1e-12)
    assert contacts["value"] == pytest.approx(1000 * float(posterior["reach.contacts_person"].mean()))
    # By hand: pay of the experts, the largest part, is below the whole cost, and more than half of it.
    pay = posterior["reach.experts"] * posterior["reach.expert_hours"] / 36 * 12
    pay = pay * posterior["peerworker.loading"] * posterior["peerworker.fwg40.low"] / pilot.participants_planned
    assert 0.4 * cost["value"] < float(pay.mean()) < cost["value"]
    net = werkzorg.appraise(pilot, werkzorg.settle(pilot, werkzorg.project(pilot, posterior)))["net"]
    for party in ("society", "municipality"):
        ratio, placed = found[f"tipping_ratio.{party}"], found[f"tipping_placed.{party}"]
        assert 0 <= ratio["probability"] == placed["probability"] <= 1
        assert ratio["low80"] < ratio["value"] < ratio.get("high80", np.inf)
        # The chance is that of a gain, so the same as everywhere else in the report.
        gains = net.sel(party=party, horizon=pilot.main_horizon_months, view="society") > 0
        assert ratio["probability"] == pytest.approx(float(gains.mean()), abs=1e-12)
        assert found[f"tipping_never.{party}"]["value"] + found[f"tipping_always.{party}"]["value"] <= 1
    # A municipality keeps only a part of what society gains.
    assert found["tipping_ratio.municipality"]["value"] > found["tipping_ratio.society"]["value"]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_page_tables_and_figure_show_the_tipping_point(table, lang):
    from werkzorg.reporting.figures import reach_curve
    from werkzorg.reporting.practices import practice_verdicts
    from werkzorg.reporting.reach import reach_table, tipping_table

    results = table("limburg")
    first, second, price = practice_verdicts(results, lang)
    # A hurried reader sees the tipping point and how likely it is before any amount.
    assert "€" not in first and "€" in price
    needed = [round(results.one(quantity="tipping_placed", party=party).value) for party in ("society", "municipality")]
    assert f" {needed[0]} " in first and f" {needed[1]} " in second and "%" in first
    assert len(tipping_table(results, lang).data) == 2
    reached = reach_table(results, lang)
    assert len(reached.data) == 5
    contacts = next(i for i, row in enumerate(reached.rows) if row.item == "reach_contacts")
    # Contacts are a guess of thousands: no more than two figures may be told.
    told = [int(n) for n in re.findall(r"\d+", re.sub(r"[.,]", "", " ".join(reached.data.iloc[contacts, 1:])))]
    assert len(told) == 3 and all(n % 100 == 0 for n in told)
    figure = reach_curve(results, "society", lang)
    assert figure.svg.startswith("<svg") and figure.svg_narrow.startswith("<svg")
    assert figure.alt.startswith(first) and len(figure.data) >= 3


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_pilot_without_these_parts_has_no_word_of_them(table, lang):
    from werkzorg.reporting.practices import practice_verdicts
    from werkzorg.reporting.reach import reach_table, tipping_table

    results = table("haaglanden")
    assert practice_verdicts(results, lang) == []
    assert reach_table(results, lang) is None and tipping_table(results, lang) is None
