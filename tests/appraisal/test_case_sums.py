"""The sum per case: every euro of the files once, closed forms, agreement with the group, and honest chances."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from case_example import NO_EFFECT, make_pilot, prior_trajectory

from werkzorg.appraisal import case_sums as module
from werkzorg.appraisal.case_own import own_facts
from werkzorg.appraisal.case_paid import CLAIMS, COLUMNS, INDEXED_AS, paid
from werkzorg.appraisal.case_paths import MODELLED, Lives, case_effect, expected
from werkzorg.appraisal.case_sums import case_sums
from werkzorg.appraisal.case_without import life_without
from werkzorg.cases.retention import forget
from werkzorg.cases.summary import month_number
from werkzorg.contract import GROUPS
from werkzorg.inference.fit import first_answer
from werkzorg.inference.record_fit import reference_cost
from werkzorg.inference.record_likelihood import arrays
from werkzorg.ledger.pricing import price_care
from werkzorg.ledger.settlement import work_and_bijstand
from werkzorg.params.pilots import catalogue_of
from werkzorg.projection.profiles import law_regimes
from werkzorg.projection.trajectory import project
from werkzorg.run.records import read_records


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A pilot of 40 with a comparison group, and a projection from the prior."""
    pilot, records = make_pilot(tmp_path_factory.mktemp("small") / "pilot")
    return pilot, records, prior_trajectory(pilot)


@pytest.fixture(scope="module")
def sums(small):
    pilot, records, trajectory = small
    return case_sums(pilot, records.tables, trajectory)


@pytest.fixture(scope="module")
def parts(small):
    """What the sums are made of: own facts, life without, known months."""
    pilot, records, trajectory = small
    catalogue = catalogue_of(pilot)
    what = paid(pilot, records.tables, catalogue)
    own = own_facts(pilot, records.tables, catalogue, what)
    facts = arrays(records.reduced(pilot), reference_cost(pilot, catalogue))["facts"]
    model = life_without(pilot, catalogue, trajectory, facts, own, 20)
    return own, model, {item: module._known(what, item, 20) for item in MODELLED}


def _participants(tables):
    cases = tables["cases"]
    keep = (cases["group"] == "programme") & ~(cases["end_reason"] == "consent_withdrawn").fillna(False)
    return cases[keep.to_numpy(dtype=bool)]


def _by_hand(pilot, tables) -> pd.Series:
    """Total per participant and item in euros of the price year, row by row of the files."""
    catalogue, people = catalogue_of(pilot), set(_participants(tables)["pseudonym"])
    rows = []
    for item, columns in COLUMNS.items():
        for column in columns:
            rows.append(tables["months"][["pseudonym", "month"]].assign(item=item, amount=tables["months"][column]))
    rows.append(tables["support"][["pseudonym", "month", "amount"]].assign(item="support"))
    insurer = tables["insurer"][["pseudonym", "month", "amount"]]
    rows.append(insurer.assign(item=tables["insurer"]["component"].map(CLAIMS)))
    every = pd.concat(rows, ignore_index=True)
    every = every[every["pseudonym"].isin(people)]
    year = month_number(every["month"]) // 12
    factor = [
        catalogue.index_factor(catalogue.get(INDEXED_AS[item]).index, int(at), pilot.price_year)
        for item, at in zip(every["item"], year, strict=True)
    ]
    every["amount"] = pd.to_numeric(every["amount"]).fillna(0.0).astype(float) * factor
    return every.groupby(["pseudonym", "item"])["amount"].sum()


def test_every_euro_of_the_files_is_there_once(small, sums):
    pilot, records, _ = small
    found = sums.lines.assign(total=sums.lines["all_before"] + sums.lines["all_after"])
    found = found.groupby(["pseudonym", "item"])["total"].sum()
    by_hand = _by_hand(pilot, records.tables).reindex(found.index).fillna(0.0)
    # Only the order of the sum differs.
    assert np.allclose(found, by_hand, rtol=1e-10, atol=1e-8)
    assert by_hand.groupby("item").sum().gt(0).all()


def test_before_ends_with_the_month_of_enrolment_and_support_begins_with_it(small, sums):
    _, records, _ = small
    months = records.tables["months"].merge(_participants(records.tables)[["pseudonym", "enrolment_month"]])
    before = months["month"] <= months["enrolment_month"]
    by_hand = before.groupby(months["pseudonym"]).sum()
    benefit = sums.lines[sums.lines["item"] == "benefit"].set_index("pseudonym")
    # Over the whole length before the start, which is compared when it is the shorter one.
    shorter = benefit.index[benefit["window"] == 1 + _first(months).reindex(benefit.index)]
    assert len(shorter) > 3
    assert (benefit.loc[shorter, "months_before"] == by_hand[shorter]).all()
    support = sums.lines[sums.lines["item"] == "support"]
    assert support["all_before"].sum() == 0


def _first(months):
    since = month_number(months["enrolment_month"]) - month_number(months["month"])
    return since.groupby(months["pseudonym"]).max().astype(int)


def test_equal_lengths_and_missing_months_are_told_not_filled(small):
    pilot, records, trajectory = small
    tables = dict(records.tables)
    months, someone = tables["months"].copy(), _participants(tables)["pseudonym"].iloc[0]
    enrolled = tables["cases"].set_index("pseudonym").loc[someone, "enrolment_month"]
    base = case_sums(pilot, tables, trajectory).lines.set_index(["pseudonym", "item"])
    blank = (months["pseudonym"] == someone) & months["month"].isin([enrolled - 2, enrolled + 2, enrolled + 3])
    assert blank.sum() == 3
    lost = months.loc[blank, "benefit"].astype(float)
    months.loc[blank, "benefit"] = np.nan
    tables["months"] = months
    changed = case_sums(pilot, tables, trajectory).lines.set_index(["pseudonym", "item"])
    old, new = base.loc[(someone, "benefit")], changed.loc[(someone, "benefit")]
    assert (new["months_before"], new["months_after"]) == (old["months_before"] - 1, old["months_after"] - 2)
    assert new["months_known"] == old["months_known"] - 2
    assert new["follow_up"] == old["follow_up"]
    # A month that is not known counts for nothing, also not in what was expected: three months of benefit less.
    assert old["paid"] - new["paid"] == pytest.approx(lost.iloc[1:].sum(), rel=0.1)
    assert new["expected"] < old["expected"]
    others = base.index[base.index.get_level_values(0) != someone]
    pd.testing.assert_series_equal(base.loc[others, "paid"], changed.loc[others, "paid"])


def test_no_comparison_group_and_nobody_who_withdrew(small, sums):
    _, records, _ = small
    cases = records.tables["cases"]
    withdrawn = cases["end_reason"] == "consent_withdrawn"
    assert withdrawn.any() and (cases["group"] == "comparison").any()
    wanted = sorted(_participants(records.tables)["pseudonym"])
    assert list(sums.cases["pseudonym"]) == wanted
    assert set(sums.lines["pseudonym"]) == set(wanted)


def test_who_is_forgotten_is_gone(tmp_path):
    folder = tmp_path / "pilot"
    pilot, records = make_pilot(folder, cases=20, comparison=0)
    someone = _participants(records.tables)["pseudonym"].iloc[3]
    forget(someone, folder)
    again = read_records(str(folder / "pilot.yaml"), pilot)
    found = case_sums(pilot, again.tables, prior_trajectory(pilot, 8))
    assert someone not in set(found.cases["pseudonym"]) | set(found.lines["pseudonym"])
    assert len(found.cases) == len(_participants(records.tables)) - 1


def test_who_has_no_data_and_who_has_none_after_the_start_are_named(small):
    pilot, records, trajectory = small
    tables = dict(records.tables)
    nothing, early = _participants(tables)["pseudonym"].iloc[:2]
    start = tables["cases"].set_index("pseudonym").loc[early, "enrolment_month"]
    months = tables["months"]
    gone = (months["pseudonym"] == nothing) | ((months["pseudonym"] == early) & (months["month"] > start))
    tables["months"] = months[~gone].reset_index(drop=True)
    for name in ("support", "insurer"):
        tables[name] = tables[name][~tables[name]["pseudonym"].isin([nothing, early])].reset_index(drop=True)
    found = case_sums(pilot, tables, trajectory).cases.set_index("pseudonym")
    assert found.loc[nothing, "status"] == "no_data"
    assert found.loc[early, "status"] == "no_follow_up"
    assert found.loc[[nothing, early], ["expected", "difference", "low80", "chance"]].isna().all(axis=None)
    assert found.drop([nothing, early])["expected"].notna().all()


def test_each_payer_has_its_own_line(small):
    pilot, records, trajectory = small
    tables = dict(records.tables)
    cases = tables["cases"].copy()
    someone = _participants(tables)["pseudonym"].iloc[0]
    cases.loc[cases["pseudonym"] == someone, "benefit_kind"] = "uwv"
    tables["cases"] = cases
    lines = case_sums(pilot, tables, trajectory).lines
    benefit = lines[lines["item"] == "benefit"].set_index("pseudonym")["payer"]
    assert benefit[someone] == "uwv" and (benefit.drop(someone) == "municipality").all()
    assert benefit.index.is_unique
    support = lines[lines["item"] == "support"]
    assert set(support["payer"]) == set(tables["support"]["payer"])


def test_a_credit_of_the_insurer_lowers_what_was_paid(small, sums):
    pilot, records, trajectory = small
    tables = dict(records.tables)
    insurer = tables["insurer"]
    row = insurer.index[insurer["pseudonym"].isin(_participants(tables)["pseudonym"])][0]
    credit = insurer.loc[[row]].assign(component="gp_ggz", amount=-50.0)
    tables["insurer"] = pd.concat([insurer, credit], ignore_index=True)
    column = ["all_before", "all_after"]
    less = sums.lines[column].to_numpy().sum() - case_sums(pilot, tables, trajectory).lines[column].to_numpy().sum()
    # 50 euros of some year around the price year.
    assert less == pytest.approx(50.0, rel=0.1)


def test_the_case_effect_is_that_of_a_joint_normal(parts):
    """Conditional of u given y = u + e by dense matrices, for rows of equal residual mean."""
    own, model, _ = parts
    mean, variance = case_effect(model, own)
    person, draw = int(np.argmax(own.rows)), 3
    n = int(own.rows[person])
    assert n == 2
    case, residual = model.case[draw], model.residual[draw]
    joint = residual * np.eye(n) + case * np.ones((n, n))
    total = own.outcome[person] - own.columns[person] @ model.coefficients[draw]
    weights = np.linalg.solve(joint, np.full(n, case))
    assert mean[person, draw] == pytest.approx(weights @ np.full(n, total / n), rel=1e-10)
    assert variance[person, draw] == pytest.approx(case - weights.sum() * case, rel=1e-10)


def test_only_rows_before_the_start_tell_of_the_case_effect(small):
    pilot, records, _ = small
    tables = dict(records.tables)
    months = tables["months"].merge(tables["cases"][["pseudonym", "enrolment_month"]], how="left")
    later = (months["month"] > months["enrolment_month"]).to_numpy()
    dear = tables["months"].copy()
    dear["treatment_amount"] = dear["treatment_amount"].astype(float) * np.where(later, 3.0, 1.0)
    catalogue = catalogue_of(pilot)
    owns = [own_facts(pilot, t, catalogue, paid(pilot, t, catalogue)) for t in (tables, tables | {"months": dear})]
    assert np.array_equal(owns[0].rows, owns[1].rows)
    assert np.allclose(owns[0].outcome, owns[1].outcome) and np.allclose(owns[0].columns, owns[1].columns)


def test_lives_have_the_expected_mean(parts):
    own, model, known = parts
    # A prior that allows wild costs needs millions of lives: without the spread of costs the mean is that of 4,000.
    quiet = {name: getattr(model, name) for name in model.__dataclass_fields__}
    quiet |= {"case": np.full(model.draws, 0.02), "residual": np.full(model.draws, 0.02)}
    calm = type(model)(**quiet)
    mean = expected(calm, own, known).mean(axis=(0, 1))
    lives = [Lives(calm, own, np.random.default_rng(seed)).totals(known) for seed in range(5)]
    # 5 x 40 x 40 lives; standard errors as found, four of them (one in some thousands beyond).
    each = np.stack(lives).mean(axis=(1, 2))
    total = np.concatenate(lives, axis=1)
    error = total.std(axis=1).mean(axis=0) / np.sqrt(total.shape[0] * total.shape[1])
    assert (np.abs(each.mean(axis=0) - mean) < 4 * error + 1e-9).all(), (each.mean(axis=0), mean, error)
    assert (mean > 0).all()


def test_blocks_change_no_expectation(small, sums, monkeypatch):
    pilot, records, trajectory = small
    monkeypatch.setattr(module, "AT_ONCE", 3 * trajectory.sizes["draw"])
    again = case_sums(pilot, records.tables, trajectory)
    pd.testing.assert_series_equal(sums.lines["expected"], again.lines["expected"])


def test_the_sum_of_a_case_is_that_of_its_items(sums):
    lines = sums.lines[sums.lines["item"].isin(MODELLED)]
    total = lines.groupby("pseudonym")[["paid", "expected", "difference"]].sum()
    cases = sums.cases.set_index("pseudonym")
    assert np.allclose(total, cases.loc[total.index, ["paid", "expected", "difference"]])
    assert np.allclose(cases["net"], cases["difference"] + cases["support"])
    inside = (cases["low95"] <= cases["low80"]) & (cases["low80"] <= cases["high80"])
    assert (inside & (cases["high80"] <= cases["high95"])).all()
    assert cases["chance"].between(0, 1).all()


def _group_totals(pilot, records, trajectory) -> dict[str, float]:
    """What the projection of the group says over the known months, in the prices of the files."""
    catalogue = catalogue_of(pilot)
    base, months = records.reduced(pilot).simple.base_cost, records.tables["months"]
    draws = trajectory.sizes["draw"]
    on_top = (trajectory["care.admission_year_common"] * trajectory["ggz.crisis_admission"]).values
    hour = months["wmo_amount"].astype(float).sum() / months["wmo_hours"].astype(float).sum()
    priced = trajectory.assign(
        {
            "ggz.fact_year": ("draw", np.full(draws, base["severe"].mean)),
            "ggz.cost_per_client": ("draw", base["common"].mean + on_top),
            "wmo.guidance.series": ("draw", np.full(draws, hour)),
        }
    )
    work = work_and_bijstand(pilot, catalogue, priced, law_regimes(pilot, catalogue))
    outpatient = {group: priced["outpatient"].sel(group=group).values for group in GROUPS}
    care = price_care(priced, outpatient, priced["episodes"].values, priced["wmo_hours"].values)
    entries = {"benefit": work["bijstand_net"], "wage_subsidy": work["loonkostensubsidie"], **care}
    what = paid(pilot, records.tables, catalogue)
    months = int(what.last.max())
    return {
        item: float(entries[item][1].mean(axis=0)[1 : months + 1] @ module._known(what, item, months).sum(axis=0))
        for item in MODELLED
    }


AGREEMENT = {
    # The group counts every kind of household in its share, the cases their own benefit: a percent.
    "benefit": 0.02,
    # The same months at the same chance.
    "wage_subsidy": 1e-6,
    # Whose diagnosis is known counts with it, the group with a share: a few percent.
    "ggz_admission": 0.04,
    # Of a cost with a spread of 1.65 (log) between 150 people the mean of logarithms and the mean of amounts differ by
    # some percent, and the group has no trend in time.
    "ggz_outpatient": 0.10,
    # Own hours of those with support at the start, against a mean and a share that rest on later months as well.
    "wmo": 0.10,
}
"""How far the sum over cases may be from the group; work left out or in is 15% of care, a household 40%."""


@pytest.mark.slow
def test_many_cases_add_up_to_the_group_and_chance_is_honest(tmp_path):
    """A pilot that does nothing: the same total as the projection, and intervals that hold what they promise."""
    pilot, records = make_pilot(tmp_path / "pilot", cases=300, comparison=0, **NO_EFFECT)
    posterior = first_answer(pilot, records=records.reduced(pilot)).isel(draw=slice(0, None, 10))
    trajectory = project(pilot, posterior)
    found = case_sums(pilot, records.tables, trajectory)
    total = found.lines.groupby("item")["expected"].sum()
    group = _group_totals(pilot, records, trajectory)
    for item, tolerance in AGREEMENT.items():
        assert total[item] == pytest.approx(group[item], rel=tolerance), item
    # 300 people: a share of 0.8 has a standard error of 0.023, one of 0.95 of 0.013; three of them.
    care = found.lines[found.lines["item"] == "ggz_outpatient"]
    for part in (care, found.cases):
        assert _covers(part, 80) == pytest.approx(0.8, abs=0.09)
        assert _covers(part, 95) == pytest.approx(0.95, abs=0.05)
    # Under no effect the chance is about uniform.
    assert (found.cases["chance"] < 0.5).mean() == pytest.approx(0.5, abs=0.12)


def _covers(data, width: int) -> float:
    return float(((data[f"low{width}"] <= 0) & (data[f"high{width}"] >= 0)).mean())
