"""The release table: schema, ids, units, sources, and numbers that are those of the appraisal."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest

from werkzorg.appraisal.summary import ratio, summarise
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.inference.fit import draw_prior, first_answer, fit
from werkzorg.inference.forecast import forecast
from werkzorg.params.catalogue import Catalogue
from werkzorg.params.pilots import load_pilot
from werkzorg.pilot import Text
from werkzorg.release.knowledge import assumption_rows
from werkzorg.release.money import AT_THE_TABLE, SAVED, WATERFALL, Money
from werkzorg.release.release import release
from werkzorg.release.results import as_json, check
from werkzorg.release.rows import COUNTS
from werkzorg.release.sources import item_sources, used
from werkzorg.release.work import placement_rows
from werkzorg.rules import law_on
from werkzorg.rules.client import net_income

CENT = 1e-6
"""EUR for a pilot of forty; amounts up to 1e6, rounding 1e-10."""

MAY_BE_EMPTY = ("tipping.", "payback_month.", "check")
"""A tipping point may be missing (none within the draws), a month of payback (never in any draw), and in a check what
was seen (a prior check has nothing seen; what cannot be checked has no verdict)."""

INTERVALS = ("low95", "low80", "low50", "median", "high50", "high80", "high95")

MONEY = (
    *("net", "net_cumulative", "flow", "waterfall", "programme_cost", "cost_per_placement", "cost_per_month_worked"),
    "cost_per_extra_placement",
    *("client_income", "client_gain", "care_change", "care_before"),
    *("evpi", "evpi_worth", "evppi", "evsi", "evsi_worth", "enbs", "study_cost", "study_pays", "payers_worth"),
    *("tornado", "certainty", "budget_year", "net_care"),
)


def make(pilot, posterior, steps, **more):
    made = steps(pilot, posterior)
    return release(pilot, made.appraisal, posterior=posterior, trajectory=made.trajectory, ledger=made.ledger, **more)


@pytest.fixture(scope="module")
def run(drechtsteden, posterior, steps):
    return steps(drechtsteden, posterior)


@pytest.fixture(scope="module")
def results(drechtsteden, posterior, run):
    return release(
        drechtsteden, run.appraisal, posterior=posterior, trajectory=run.trajectory, ledger=run.ledger, first=posterior
    )


def number(results, identifier):
    found = results.table[results.table["id"] == identifier]
    assert len(found) == 1, identifier
    return found.iloc[0]


# What the table is


def test_results_fit_the_schema_also_for_another_validator(results):
    jsonschema = pytest.importorskip("jsonschema", reason="second validator, in the test extra")
    from werkzorg.release.results import schema

    content = as_json(results)
    check(content)
    jsonschema.validate(json.loads(json.dumps(content)), schema())


def test_every_id_is_unique_and_every_number_finite(results):
    assert results.table["id"].is_unique
    assert results.assumptions["id"].is_unique
    must = results.table[~results.table["id"].str.startswith(MAY_BE_EMPTY)]
    never = results.table[results.table["id"].str.startswith("payback_month.") & results.table["value"].isna()]
    assert (never["probability"] == 0).all()
    assert np.isfinite(must["value"]).all(), must[~np.isfinite(must["value"])]["id"].tolist()


def test_intervals_lie_within_each_other(results):
    bounds = results.table.dropna(subset=list(INTERVALS))[list(INTERVALS)].to_numpy()
    assert len(bounds) > 1000
    # Equal draws give equal bounds up to the interpolation of quantiles.
    assert (np.diff(bounds, axis=1) >= -1e-9 * (1 + np.abs(bounds[:, 1:]))).all()
    probability = results.table["probability"].dropna()
    assert ((probability >= 0) & (probability <= 1)).all()


def test_money_is_in_euros_of_the_price_year(results, drechtsteden):
    money = results.table[results.table["quantity"].isin(MONEY)]
    assert set(MONEY) - {"cost_per_month_worked", "cost_per_placement", "cost_per_extra_placement"} <= set(
        money["quantity"]
    )
    assert money["unit"].str.startswith(drechtsteden.money_unit).all()
    monthly = money["quantity"].isin(["client_income", "client_gain"])
    assert (money.loc[monthly, "unit"] == "EUR_2018/month").all()
    assert (money.loc[~monthly, "unit"] == "EUR_2018").all()
    other = results.table[
        ~results.table["quantity"].isin([*MONEY, "finding", "parameter", "first_answer", "tornado_input"])
    ]
    assert not other["unit"].str.contains("EUR").any()


def test_labels_are_there_in_both_languages(results):
    for column in ("label_nl", "label_en"):
        assert results.table[column].notna().all()
        assert not results.table[column].str.contains(r"\{|\}").any()
    with_item = results.table[results.table["item"].notna()]
    assert with_item["item_label_nl"].notna().all()


def test_nothing_per_draw_leaves(results, drechtsteden, posterior):
    """No column and no row counts draws: the table of 200 draws has the rows of a table of 12."""
    assert "draw" not in results.table.columns
    longest = max(len(str(value)) for value in results.table.drop(columns=["parameters"]).to_numpy().ravel())
    assert longest < 400
    assert len(json.dumps(results.meta)) < 5000


def test_number_of_rows_does_not_depend_on_draws(drechtsteden, few, results, posterior, steps):
    small = make(drechtsteden, few, steps, first=few)
    drivers = ("driver.", "tipping.")
    ratios = ("cost_per", "benefit_per")
    # Curves need a hundred draws, and which values move a result most depends on the draws, as do grids.
    curves = ("ev", "enbs", "study_", "payers_worth", "tornado", "prior_share", "blocks", "certainty")
    curves += ("check.power", "check_line.power", "acceptability")
    keep = [~table["id"].str.startswith((*drivers, *ratios, *curves)) for table in (small.table, results.table)]
    assert set(small.table[keep[0]]["id"]) == set(results.table[keep[1]]["id"])


# Sources


def named(results):
    return {name for cell in results.table["parameters"].dropna() for name in cell.split("; ")}


def test_every_parameter_that_is_named_stands_in_the_assumptions_with_its_source(results):
    assert named(results) <= set(results.assumptions["id"])
    assert results.assumptions["source_title"].notna().all()
    assert results.assumptions["status"].isin(["verified", "recalled", "assumption", "derived"]).all()
    assert results.assumptions["value"].notna().all()


def test_a_law_that_ended_before_the_pilot_is_no_assumption_and_stops_nothing(drechtsteden):
    """LIV ended on 1 January 2025: a pilot of 2026 has no value of it to list."""
    later = drechtsteden.model_copy(update={"valuation_date": date(2026, 1, 1)})
    then, now = (item_sources(pilot, "employer_benefits") for pilot in (drechtsteden, later))
    assert {name for name in then if name not in now} == {name for name in then if name.startswith("liv.")}
    listed = assumption_rows(later, used(later, set(now)))
    assert [row["id"] for row in listed] and all(np.isfinite(row["value"]) for row in listed)
    with pytest.raises(WerkzorgError):
        assumption_rows(later, ["liv.hours_min"])


def test_every_parameter_that_the_model_reads_stands_in_the_assumptions(drechtsteden, few, results, steps, monkeypatch):
    """Listen to the catalogue while the model runs, and move every drawn value: what moves a result must be listed."""
    read = set()
    for name in ("value", "amount", "distribution"):
        original = getattr(Catalogue, name)

        def listen(self, identifier, *args, original=original, **kwargs):
            read.add(identifier)
            return original(self, identifier, *args, **kwargs)

        monkeypatch.setattr(Catalogue, name, listen)
    steps(drechtsteden, few)
    monkeypatch.undo()
    # Read into the law and then replaced by draws of another parameter (`settlement`).
    replaced = {"buig.retention.objective.year2plus", "zvw.risk_equalisation.loss_share"}
    indices = {name for name in read if name.startswith("index.")}
    assert read - indices - replaced - set(results.assumptions["id"]) == set()
    # Moving every drawn value that is not listed moves nothing.
    silent = [name for name in few.data_vars if name not in set(results.assumptions["id"])]
    assert len(silent) > 20 and len(few.data_vars) - len(silent) > 40
    moved = steps(drechtsteden, few.assign({name: few[name] * 1.02 + 1e-6 for name in silent})).appraisal
    base = steps(drechtsteden, few).appraisal
    for name in ("net", "outcome", "support_cost"):
        np.testing.assert_array_equal(moved[name], base[name])


# Numbers


@pytest.mark.parametrize("party", ["client", "municipality", "insurer", "ggz_institution", "state", "society"])
@pytest.mark.parametrize("view", ["society", "budget"])
def test_net_is_that_of_the_appraisal(results, run, party, view):
    for horizon in (12, 60, 120):
        draws = run.appraisal["net"].sel(party=party, horizon=horizon, view=view).values
        each = number(results, f"net.{party}.{horizon}.participant.{view}")
        expected = summarise(draws)
        assert each["value"] == each["mean"]
        assert {key: each[key] for key in expected} == pytest.approx(expected, rel=1e-12)
        assert each["low80"] == pytest.approx(np.quantile(draws, 0.1), rel=1e-12)
        whole = number(results, f"net.{party}.{horizon}.pilot.{view}")
        for column in ("value", *INTERVALS):
            assert whole[column] == pytest.approx(40 * each[column], rel=1e-12)
        assert whole["probability"] == each["probability"]


def test_probability_of_gain_is_the_share_of_draws(results, run):
    net = run.appraisal["net"].sel(view="society", horizon=60)
    for party in ("client", "municipality", "society"):
        row = number(results, f"probability_gain.{party}.60")
        assert row["value"] == row["probability"] == float((net.sel(party=party) > 0).mean())
    together = (net.sel(party=list(AT_THE_TABLE)) > 0).all("party").mean()
    assert number(results, "probability_gain.all.60")["value"] == float(together)


def test_running_sum_and_payback_are_those_of_the_appraisal(results, run):
    for party in ("municipality", "society", "insurer"):
        running = run.appraisal["net_cumulative"].sel(party=party).values * 40
        for month in (0, 1, 37, 120):
            assert number(results, f"net_cumulative.{party}.{month}")["median"] == pytest.approx(
                np.median(running[:, month]), rel=1e-12, abs=CENT
            )
        months = run.appraisal["payback"].sel(party=party).values
        row = number(results, f"payback_month.{party}")
        assert row["probability"] == np.isfinite(months).mean()
        if np.isfinite(months).any():
            assert row["value"] == np.nanmedian(months)


def test_flows_add_up_to_the_net_of_each_party(results, run):
    flows = results.table[results.table["quantity"] == "flow"]
    assert not flows.duplicated(["payer", "payee", "item"]).any()
    for party in run.ledger["party"].values.tolist():
        received = flows.loc[flows["payee"] == party, "value"].sum()
        paid = flows.loc[flows["payer"] == party, "value"].sum()
        if party == "outside":
            expected = -number(results, "net.society.60.pilot.society")["value"]
        else:
            expected = number(results, f"net.{party}.60.pilot.society")["value"]
        assert received - paid == pytest.approx(expected, rel=1e-9, abs=CENT), party


@pytest.mark.parametrize("party", list(WATERFALL))
def test_waterfall_adds_up_to_net(results, party):
    rows = results.rows(quantity="waterfall", party=party)
    # The insurer pays nothing of the package here, and nothing is prevented: a step without entries is left out.
    steps = [step for step, _ in WATERFALL[party] if step != SAVED and (party, step) != ("insurer", "support")]
    assert [row.item for row in rows] == [*steps, "kept"]
    assert sum(row.value for row in rows[:-1]) == pytest.approx(rows[-1].value, rel=1e-9, abs=CENT)
    assert rows[-1].value == pytest.approx(
        number(results, f"net.{party}.60.pilot.society")["value"], rel=1e-9, abs=CENT
    )


def test_waterfall_of_an_insurer_that_pays_part_of_the_package(drechtsteden, few, steps):
    components = tuple(
        part.model_copy(update={"payer": "insurer"}) if part.id == "employers_lunch" else part
        for part in drechtsteden.support.components
    )
    support = drechtsteden.support.model_copy(update={"components": components})
    found = make(drechtsteden.model_copy(update={"support": support}), few, steps)
    rows = found.rows(quantity="waterfall", party="insurer")
    assert [row.item for row in rows][3:] == ["support", "risk_equalisation", "kept"]
    assert rows[3].value == pytest.approx(-few["employers_lunch.event"].values.mean(), rel=1e-12)
    assert sum(row.value for row in rows[:-1]) == pytest.approx(rows[-1].value, rel=1e-9, abs=CENT)


def test_what_the_programme_prevents_is_a_step_of_its_own_and_no_cost(drechtsteden, few, steps):
    """A negative number among the factors: yield under its own label; the cost stays what is spent."""
    label = {"nl": "Minder wisselingen", "en": "Fewer changes"}
    lunch = next(part for part in drechtsteden.support.components if part.id == "employers_lunch")
    saved = lunch.model_copy(update={"id": "fewer", "times": (-0.25,), "label": Text(**label)})
    support = drechtsteden.support.model_copy(update={"components": (*drechtsteden.support.components, saved)})
    plain = make(drechtsteden, few, steps)
    found = make(drechtsteden.model_copy(update={"support": support}), few, steps)
    rows = {row.item: row for row in found.rows(quantity="waterfall", party="municipality")}
    step, freed = rows["saved_fewer"], few["employers_lunch.event"].values.mean() / 4
    assert step.value == pytest.approx(freed, rel=1e-12)
    assert (step.item_label_nl, step.item_label_en) == (label["nl"], label["en"])
    same = plain.one(quantity="waterfall", party="municipality", item="support")
    assert rows["support"].value == pytest.approx(same.value, rel=1e-12)
    assert found.one(quantity="programme_cost").value == plain.one(quantity="programme_cost").value
    # Spending is the same, so that all that is freed is yield: over the cost of the municipality per participant.
    spent = steps(drechtsteden, few).appraisal["support_cost"].sel(party="municipality").values.mean()
    more, less = (one.one(quantity="benefit_per_euro", party="municipality").value for one in (found, plain))
    assert more - less == pytest.approx(freed / drechtsteden.participants_planned / spent, rel=1e-9)
    flow = found.one(quantity="flow", item="saved_fewer")
    assert flow.value == pytest.approx(-freed, rel=1e-12) and flow.item_label_nl == label["nl"]


def test_waterfall_that_leaves_out_an_entry_stops(drechtsteden, few, made, monkeypatch):
    without_wmo = tuple(step for step in WATERFALL["municipality"] if step[0] != "wmo")
    monkeypatch.setitem(WATERFALL, "municipality", without_wmo)
    with pytest.raises(ValueError, match="leaves out"):
        list(Money(drechtsteden, made.appraisal, made.ledger, COUNTS).rows())


def test_states_are_those_of_the_trajectory(results, run):
    shares = results.table[results.table["quantity"] == "state_share"]
    total = shares.groupby(["arm", "month"])["value"].sum()
    assert total.to_numpy() == pytest.approx(1.0, abs=1e-9)
    row = number(results, "state_share.programme.work_off.24")
    draws = run.trajectory["occupancy"].sel(arm="programme", state="work_off", month=24).values
    assert row["value"] == pytest.approx(draws.mean(), rel=1e-12)
    assert row["unit"] == "fraction"


def test_outcomes_and_care_are_those_of_their_steps(results, run):
    for memo in ("months_worked", "qaly", "months_off_benefit"):
        draws = run.appraisal["outcome"].sel(memo=memo, horizon=60).values
        assert number(results, f"{memo}.60")["value"] == pytest.approx(draws.mean(), rel=1e-12)
    causes = results.table[results.table["quantity"] == "care_change"].set_index("item")["value"]
    assert causes.drop("total").sum() == pytest.approx(causes["total"], rel=1e-9)
    assert set(causes.index) == {"planned_end", "regression_to_mean", "crisis_at_start", "work", "total"}


def test_ratios_are_those_of_their_parts(results, run):
    cost = run.appraisal["support_cost"].sel(party="society").values
    assert number(results, "programme_cost.60")["value"] == pytest.approx(cost.mean(), rel=1e-12)
    placed = run.appraisal["outcome_programme"].sel(memo="first_jobs", horizon=60).values
    row = number(results, "cost_per_placement.60")
    assert row["value"] == pytest.approx(cost.mean() / placed.mean(), rel=1e-12)
    assert row["median"] == pytest.approx(ratio(cost, placed)["median"], rel=1e-12)
    more = run.appraisal["outcome"].sel(memo="first_jobs", horizon=60).values
    dearer = number(results, "cost_per_extra_placement.60")["value"]
    # Who would have found work without the pilot as well is not what was paid for.
    assert dearer == pytest.approx(cost.mean() / more.mean(), rel=1e-12)
    assert dearer > row["value"]
    own = run.appraisal["support_cost"].sel(party="municipality").values
    net = run.appraisal["net"].sel(party="municipality", horizon=60, view="society").values
    assert number(results, "benefit_per_euro.municipality.60")["value"] == pytest.approx(
        1 + net.mean() / own.mean(), rel=1e-12
    )


def test_a_ratio_to_nothing_is_left_out(drechtsteden, few, steps):
    """Without extra months worked a cost per month worked has no meaning; the cost itself is still shown."""
    worse = few.assign({"p_logrr_programme_nl": few["p_logrr_programme_nl"] * 0 - 0.5})
    found = make(drechtsteden, worse, steps)
    assert found.maybe(quantity="cost_per_month_worked") is None
    assert found.one(quantity="programme_cost").value > 0


def test_expected_number_placed_is_the_mean_of_its_distribution(results):
    """As every other value that a report calls expected; the middle stands in a column of its own."""
    for item, quantity in (("ever", "placed_pmf"), ("working", "working_pmf")):
        shares = results.table[results.table["quantity"] == quantity]
        made = results.one(quantity="placed", item=item)
        assert made.value == pytest.approx(float((shares["count"] * shares["value"]).sum()), rel=1e-12)
        # A number of people in the middle is whole or half; the mean of these draws is neither.
        assert made.median == round(2 * made.median) / 2 != made.value


def test_discount_rates_that_are_listed_are_those_of_the_sum(results, drechtsteden):
    """Rates follow the rules of now, prices the valuation date (2018, when 3% and 4% held)."""
    listed = {row.id: row for row in results.assumption_rows()}
    rates = results.meta["care_rates"]
    assert listed["disc.mkba.standard"].value == results.meta["discount_rate"] != 0.03
    assert (listed["disc.zin.costs"].value, listed["disc.zin.effects"].value) == (rates["costs"], rates["effects"])
    assert rates["costs"] != 0.04
    assert listed["disc.mkba.standard"].date > drechtsteden.valuation_date.isoformat()
    for name, rows in {"disc.zin.costs": "net_care", "disc.zin.effects": "qaly_care"}.items():
        assert all(name in row.parameters.split("; ") for row in results.rows(quantity=rows)), rows


def test_distribution_of_the_number_placed_adds_up_and_gives_the_criterion(results, drechtsteden):
    own = {"placed": "placed_pmf", "working": "working_pmf"}[drechtsteden.criterion.measure]
    for quantity in ("placed_pmf", "working_pmf"):
        shares = results.table[results.table["quantity"] == quantity].set_index("count")["value"]
        assert shares.sum() == pytest.approx(1, abs=1e-12)
        assert shares.index.tolist() == list(range(41))
        if quantity == own:
            chance = results.one(quantity="probability_criterion").value
            assert shares[shares.index >= 20].sum() == pytest.approx(chance, abs=1e-12)
        if quantity == "placed_pmf":
            # Ten were at work on the last count, so at least ten were placed.
            assert shares[shares.index < 10].sum() == 0


def test_income_of_the_client_is_the_rule(results, drechtsteden):
    from werkzorg.params.pilots import catalogue_of

    law = law_on(catalogue_of(drechtsteden), drechtsteden.valuation_date, drechtsteden.valuation_date)
    for household, hours in (("single", 16), ("couple", 36), ("single_parent", 0), ("cost_sharer", 24)):
        income = net_income(hours, household, 37, law)
        total = number(results, f"client_income.{household}.{hours}.total")["value"]
        assert total == pytest.approx(float(income.total), abs=1e-9)
        parts = [
            number(results, f"client_income.{household}.{hours}.{p}")["value"]
            for p in ("bijstand", "wage", "supplement")
        ]
        assert sum(parts) == pytest.approx(total, abs=1e-9)
        assert number(results, f"client_gain.{household}.{hours}")["value"] == pytest.approx(
            float(income.gain), abs=1e-9
        )
    assert number(results, "client_gain.single.0")["value"] == 0.0


def test_prior_weight_is_the_ratio_of_spreads(results, drechtsteden, posterior):
    prior = draw_prior(drechtsteden, seed=int(posterior.attrs["seed"]))
    for name in ("p_baseline_entry_hazard", "p_dropout_hazard"):
        # Both are log-normal before the counts: their spread is that of the logarithm.
        expected = float(np.log(posterior[name]).std() / np.log(prior[name]).std())
        assert number(results, f"prior_weight.{name}")["value"] == pytest.approx(expected, rel=1e-12)
    shift = float(posterior["p_selection_shift"].std() / prior["p_selection_shift"].std())
    assert number(results, "prior_weight.p_selection_shift")["value"] == pytest.approx(shift, rel=1e-12)
    assert number(results, "prior_weight.care.refilled")["value"] == pytest.approx(1.0, rel=1e-12)
    assert number(results, "parameter.care.refilled.posterior")["rests_on"] == "prior"


def test_facts_are_those_of_pilot_and_run(results, posterior):
    meta = results.meta
    assert (meta["enrolled"], meta["participants_planned"], meta["price_year"]) == (29, 40, 2018)
    assert meta["counts"] == {"working": 10, "applying": 4, "in_mediation": 13, "left": 0, "unaccounted": 2}
    assert meta["draws"] == posterior.sizes["draw"]
    assert meta["discount_rate"] == 0.0225
    assert meta["balance_error"] <= 1e-9


# Other pilots


def snapshot(pilot, **counts):
    empty = {"working": 0, "applying": 0, "in_mediation": 0, "left": 0}
    return pilot.model_copy(update={"snapshots": (pilot.last_snapshot.model_copy(update=empty | counts),)})


def test_without_counts_every_number_rests_on_the_prior_or_a_rule(drechtsteden, steps):
    pilot = drechtsteden.model_copy(update={"snapshots": ()})
    posterior = fit(pilot).isel(draw=slice(0, 40))
    found = make(pilot, posterior, steps, first=None)
    assert set(found.table["rests_on"]) == {"prior", "rule"}
    assert found.meta["data_points"] == 0 and found.meta["counts"] == {}
    assert found.maybe(quantity="first_answer") is None


@pytest.mark.parametrize(
    "counts",
    [
        {"enrolled": 29, "working": 0, "in_mediation": 29},
        {"enrolled": 29, "working": 29},
        {"enrolled": 2, "working": 1, "applying": 1},
        {"enrolled": 40, "left": 40},
    ],
    ids=["nobody placed", "everybody placed", "two participants", "everybody left"],
)
def test_extreme_counts_give_finite_rows(drechtsteden, steps, counts):
    pilot = snapshot(drechtsteden, **counts)
    posterior = first_answer(pilot).isel(draw=slice(0, 40))
    found = make(pilot, posterior, steps)
    must = found.table[~found.table["id"].str.startswith(MAY_BE_EMPTY)]
    assert np.isfinite(must["value"]).all()
    assert set(found.table["rests_on"]) <= {"counts+prior", "prior", "rule"}


def test_more_placed_means_a_higher_chance_of_the_criterion(drechtsteden):
    placed = drechtsteden.model_copy(
        update={"criterion": drechtsteden.criterion.model_copy(update={"measure": "placed"})}
    )
    chances = []
    for working in (0, 10, 20):
        pilot = snapshot(placed, enrolled=29, working=working, in_mediation=29 - working)
        rows = placement_rows(pilot, forecast(pilot, first_answer(pilot)), "counts+prior")
        chances.append(next(row["value"] for row in rows if row["id"] == "probability_criterion"))
    assert chances[0] < chances[1] < chances[2] == 1.0


@pytest.mark.parametrize("working", [0, 1])
def test_one_participant_is_refused(drechtsteden, working):
    pilot = snapshot(drechtsteden, enrolled=1, working=working, applying=1 - working)
    with pytest.raises(WerkzorgError) as error:
        fit(pilot)
    assert error.value.exit_code == ExitCode.STATISTICS == 4


def own_tariff(pilot, **interval):
    value = {"from": date(2018, 1, 1), "value": 90.0, **interval}
    source = {"title": "Contract begeleiding 2018", "publisher": "Drechtsteden", "year": 2018}
    own = {"id": "wmo.guidance.series", "values": [value], "source": source, "status": "verified"}
    return pilot.model_copy(update={"parameters": (own,)})


@pytest.mark.parametrize("interval", [{}, {"low": 89.9, "high": 90.1}], ids=["sure", "with interval"])
def test_a_local_value_is_marked_with_its_source_and_changes_the_result(drechtsteden, posterior, steps, interval):
    pilot = own_tariff(drechtsteden, **interval)
    before, after = (make(p, first_answer(p).isel(draw=slice(0, 40)), steps) for p in (drechtsteden, pilot))
    row = after.assumptions.set_index("id").loc["wmo.guidance.series"]
    assert bool(row["local"]) and row["source_title"] == "Contract begeleiding 2018" and row["value"] == 90.0
    assert after.assumptions["local"].sum() == 1 and before.assumptions["local"].sum() == 0
    price = posterior["wmo.guidance.series"].values[:40]
    lines = [found.one(quantity="flow", item="wmo", payer="municipality") for found in (before, after)]
    # All other draws are the same, and so is the quantity of care: only the price differs.
    assert lines[1].probability == lines[0].probability
    low, high = (90 / price.max(), 90 / price.min())
    assert low < lines[1].value / lines[0].value < high and low > 1


def test_horizons_must_be_whole_years(drechtsteden, tmp_path):
    from werkzorg.params.files import shipped

    text = (shipped("params") / "pilots" / "drechtsteden.yaml").read_text(encoding="utf8")
    for key in ("horizon_months: 120", "main_horizon_months: 60"):
        name = key.split(":")[0]
        path = tmp_path / "own.yaml"
        path.write_text(text.replace(f"\n{key}", f"\n{name}: 30").replace("horizon_months: 120", "horizon_months: 120"))
        with pytest.raises(WerkzorgError) as error:
            load_pilot(path)
        assert any(problem.identifier == "pilot.whole_years" for problem in error.value.problems)


def test_the_step_is_callable_whatever_was_imported_first():
    import werkzorg.release.results

    assert callable(werkzorg.release)
