"""Published means, shares and counts as evidence: known answers, against records, what must hold, malformed input."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published_example import aggregates, counts, people_of, published_from, row

from werkzorg.cases.reading import read_tables
from werkzorg.cases.simulate import simulate
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.inference.aggregates import empty_records, reduce_aggregates
from werkzorg.inference.counts import count_data
from werkzorg.inference.fit import first_answer
from werkzorg.inference.laplace import find_mode
from werkzorg.inference.published_chain import AT_WORK, CHAIN_PARAMETERS, CHAIN_STATES, SHARE_COLUMNS, chain_shares
from werkzorg.inference.published_means import Mean
from werkzorg.inference.published_moments import Spread, effective_people, log_covariance
from werkzorg.inference.record_data import MAX_PERIODS, RATIO_FACTS, Share
from werkzorg.inference.record_fit import counts_beside, likelihood_arrays, record_prior
from werkzorg.inference.record_likelihood import NORMAL
from werkzorg.inference.record_posterior import log_posterior, natural, starting_point
from werkzorg.inference.reduction import reduce_records
from werkzorg.inference.transitions import entry_hazards
from werkzorg.inference.updates import HOURS_SHIFT, PAID_RATIO, update_single
from werkzorg.params.pilots import catalogue_of, load_pilot

PILOT = load_pilot("drechtsteden")
YEAR_BEFORE, YEAR_AFTER = ("2017-01", "2017-12"), ("2019-01", "2019-12")
SPREAD = Spread(case=0.9, year=0.6)


def published(*rows, pilot=PILOT, records=None, **tables):
    return reduce_aggregates(pilot, {"aggregates": aggregates(*rows), **tables}, records).published


def mean(n=30, value=0.4, error=None, *, months=12, first=0, median=False):
    return Mean("ggz_amount", "programme", "all", first, first + months - 1, n, value, error, median)


# Against records


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Answers from the records of people who enrolled in two months, and from what is published of them."""
    folder = tmp_path_factory.mktemp("published")
    simulate(folder, cases=1500, comparison=1500, months=36, seed=3, form="parquet")
    tables, pilot = read_tables(folder), load_pilot(folder)
    cases = tables["cases"]
    tables = people_of(tables, set(cases.loc[cases["enrolment_month"] <= pd.Period("2018-02", "M"), "pseudonym"]))
    n = int((tables["cases"]["group"] == "programme").sum())
    changes = {"enrolment_closes": date(2018, 3, 1), "participants_planned": n, "snapshots": ()}
    pilot = pilot.model_copy(update=changes)
    records = reduce_records(pilot, tables)
    table = published_from(tables, [YEAR_BEFORE, ("2018-07", "2018-12"), YEAR_AFTER])
    means = reduce_aggregates(pilot, {"aggregates": table})
    return first_answer(pilot, records=records), first_answer(pilot, records=means), records, (pilot, table)


def quantities(posterior):
    theta = {name: posterior[name].values for name in posterior if posterior[name].dims == ("draw",)}
    hazards = entry_hazards(theta)
    return {
        **{name: np.log(hazards[name]) for name in ("early", "late", "alone")},
        "work": theta["p_log_ggz_cost_ratio_work"],
        "reversion": theta["p_log_rtm_ggz_cost"],
        "effect": theta["p_logrr_programme_nl"],
    }


def test_means_say_what_their_records_say_with_less_certainty(both):
    """The means are a function of the records, so posterior means differ by the variance that the records add.

    Three standard deviations of that for six quantities, and room for an importance sample of some hundred effective
    draws: its error is below a tenth of the posterior's. A swapped group or period is many standard deviations off.
    """
    records, means = quantities(both[0]), quantities(both[1])
    for name, known in records.items():
        apart = means[name].mean() - known.mean()
        scale = np.sqrt(max(means[name].var() - known.var(), 0.0) + 0.1**2 * means[name].var())
        assert abs(apart) < 3 * scale, name
        assert means[name].std() > 0.9 * known.std(), name


def test_records_and_their_means_together_are_the_records(both):
    """Nobody counts twice: everybody has records, so the published rows weigh nothing and the ratios are left out."""
    _, _, records, (pilot, table) = both
    data = reduce_aggregates(pilot, {"aggregates": table}, records)
    assert data.published.shares[:, 1].sum() == pytest.approx(0, abs=1e-9)
    assert len(data.published.ratios) == 0
    assert {note.identifier for note in data.published.notes} == {"aggregates.recorded"}


# Who counts


def test_looks_at_the_same_people_weigh_as_one_count():
    rows = [row("share_working", "2018-07", "2018-12", 29, 0.3), row("share_working", *YEAR_AFTER, 35, 0.4)]
    data = published(*rows)
    beside = counts_beside(count_data(PILOT), PILOT.last_snapshot.enrolled, 0, data)
    assert beside.counts.sum() + data.shares[:, 1].sum() == pytest.approx(35)


def test_records_take_their_people_out():
    records = replace(empty_records(), persons={"programme": 20, "comparison": 0})
    data = published(row("share_working", *YEAR_AFTER, 35, 0.4), records=records)
    beside = counts_beside(count_data(PILOT), PILOT.last_snapshot.enrolled, 20, data)
    assert beside.counts.sum() + data.shares[:, 1].sum() == pytest.approx(15)


def test_change_beside_records_has_the_error_of_the_others():
    costs = [row("ggz_amount", *YEAR_BEFORE, 40, 900.0), row("ggz_amount", *YEAR_AFTER, 40, 600.0)]
    cost = empty_records().cost
    some = replace(
        empty_records(),
        persons={"programme": 30, "comparison": 0},
        cost=replace(cost, rows=np.ones(1), persons=np.full(1, 30.0), between=np.zeros((1, *cost.within.shape))),
    )
    alone, beside = published(*costs), published(*costs, records=some)
    # A fourth of the people: twice the standard error.
    assert alone.ratios[0, -1] == pytest.approx(2 * beside.ratios[0, -1])


def test_counts_of_the_pilot_file_are_not_read_again():
    snapshot = PILOT.last_snapshot
    table = counts((str(snapshot.date), "programme", "enrolled", 29), (str(snapshot.date), "programme", "working", 10))
    data = reduce_aggregates(PILOT, {"counts": table})
    assert data is None


def test_cells_of_a_count():
    day = "2019-01-01"
    table = counts(*[(day, "programme", name, n) for name, n in (("enrolled", 40), ("working", 12), ("left", 5))])
    data = reduce_aggregates(PILOT.model_copy(update={"snapshots": ()}), {"counts": table}).published
    cells = {tuple(np.array(CHAIN_STATES)[line[2:SHARE_COLUMNS] == 1]): line[1] for line in data.shares}
    assert cells[("job",)] == 12
    assert cells[("search_first", "search_next")] == 23
    assert sum(cells.values()) == 40


# Errors


def test_one_person_has_the_spread_of_a_person():
    """The mean of one person is the amount itself: variances and covariance of its logarithm are those of the model."""
    covariance = log_covariance([mean(1), mean(1, months=6, first=12)], np.ones(2), SPREAD)
    assert covariance == pytest.approx(np.array([[1.5, 0.9], [0.9, 0.9 + 1.2]]))


def test_covariance_is_that_of_simulated_means():
    rng = np.random.default_rng(1)
    n, worlds, still = 200, 20_000, 0.8
    calm = Spread(case=0.3, year=0.2)
    case = rng.normal(0, np.sqrt(calm.case), (worlds, n))
    before = np.exp(case + rng.normal(0, np.sqrt(calm.year), (worlds, n))).mean(axis=1)
    after = (
        np.exp(case + rng.normal(0, np.sqrt(2 * calm.year), (worlds, n))) * (rng.random((worlds, n)) < still)
    ).mean(axis=1)
    expected = np.cov(np.log([before, after]))
    covariance = log_covariance([mean(n), mean(n, months=6, first=12)], np.array([1.0, still]), calm)
    # 20,000 worlds give a covariance within 2% of the product of the spreads (two standard errors); a forgotten
    # correlation would be 30% off.
    assert np.abs(covariance - expected).max() < 0.03 * np.sqrt(expected[0, 0] * expected[1, 1])


def test_medians_of_a_sample():
    rng = np.random.default_rng(2)
    n, worlds = 101, 20_000
    case = rng.normal(0, np.sqrt(0.3), (worlds, n))
    logs = [np.median(case + rng.normal(0, np.sqrt(0.2), (worlds, n)), axis=1) for _ in range(2)]
    covariance = log_covariance([mean(n, median=True), mean(n, first=12, median=True)], np.ones(2), Spread(0.3, 0.2))
    # The formula is that of large samples; with 101 people it is within 3%, and the simulation within 2%.
    assert covariance == pytest.approx(np.cov(logs), rel=0.05)


@given(st.integers(10, 5000), st.integers(11, 40), st.floats(0.02, 0.98))
@settings(deadline=None)
def test_more_people_are_more_certain(n, tenths, share):
    more = n * tenths // 10 + 1
    pair = [log_covariance([mean(k), mean(k, first=12)], np.array([1, 0.9]), SPREAD) for k in (n, more)]
    contrast = np.array([-1, 1])
    assert contrast @ pair[1] @ contrast < contrast @ pair[0] @ contrast
    assert effective_people(mean(more, share)) > effective_people(mean(n, share))


@given(st.integers(10, 1000), st.floats(0.05, 0.95), st.floats(1.0, 5.0))
@settings(deadline=None)
def test_interval_twice_as_wide_weighs_a_quarter(n, share, width):
    error = width * np.sqrt(share * (1 - share) / n)
    one, two = effective_people(mean(n, share, error)), effective_people(mean(n, share, 2 * error))
    assert one == pytest.approx(4 * two)
    small, large = (
        log_covariance([mean(n, 500.0, scale), mean(n, 400.0, 0.8 * scale, first=12)], np.ones(2), SPREAD)
        for scale in (50.0, 100.0)
    )
    assert large == pytest.approx(4 * small)


@given(st.integers(10, 1000), st.floats(0, 1), st.floats(0, 0.3))
def test_never_more_people_than_there_are(n, share, error):
    assert effective_people(mean(n, share, error)) <= n * (1 + 1e-12)


# Known answers


def test_hours_are_the_closed_form_normal_update():
    hours = row("hours", *YEAR_AFTER, 16, 26.0, low=23.0, high=29.0, interval_width=0.95)
    data = reduce_aggregates(PILOT, {"aggregates": aggregates(hours)})
    catalogue = catalogue_of(PILOT)
    prior, spread = catalogue.distribution("p_hours_week").params, catalogue.value("jobs.hours_location_sd")
    error = 3.0 / 1.959964 / 26.0
    observed = np.log(26.0) - prior["sigma"] ** 2 / 2 - prior["mu"]
    precision = 1 / spread**2 + 1 / error**2
    drawn = update_single(data, PILOT, catalogue, 40_000, 1)[HOURS_SHIFT]
    # Five standard errors of 40,000 draws; half the interval or another weight is ten times that.
    assert drawn.mean() == pytest.approx(observed / error**2 / precision, abs=5 / np.sqrt(precision * 40_000))
    assert drawn.std() == pytest.approx(1 / np.sqrt(precision), rel=0.02)


def test_hours_over_everybody_are_those_of_people_at_work():
    share = row("share_working", *YEAR_AFTER, 40, 0.4)
    everybody = published(share, row("hours", *YEAR_AFTER, 40, 9.6)).measured[HOURS_SHIFT]
    workers = published(share, row("hours", *YEAR_AFTER, 16, 24.0)).measured[HOURS_SHIFT]
    assert everybody.mean == pytest.approx(workers.mean)
    assert everybody.n == workers.n == 16


def test_benefit_before_the_start_against_the_norms():
    pilot = PILOT.model_copy(update={"start": date(2019, 1, 1), "enrolment_closes": date(2019, 6, 1), "snapshots": ()})
    rows = [row("benefit", "2018-01", "2018-12", 40, 950.0), row("benefit", *YEAR_AFTER, 40, 500.0)]
    data = published(*rows, pilot=pilot)
    assert data.measured[PAID_RATIO].n == 40
    half = published(row("benefit", "2018-01", "2018-12", 40, 475.0), pilot=pilot).measured[PAID_RATIO]
    assert data.measured[PAID_RATIO].mean == pytest.approx(2 * half.mean)


def test_gain_in_quality_of_life_is_the_difference_in_differences():
    rows = []
    for group, before, after, share in (("programme", 0.50, 0.56, 0.5), ("comparison", 0.52, 0.54, 0.1)):
        rows += [
            row("utility", *YEAR_BEFORE, 40, before, group=group),
            row("utility", *YEAR_AFTER, 40, after, group=group),
            row("share_working", *YEAR_AFTER, 40, share, group=group),
        ]
    assert published(*rows).measured["p_utility_gain_in_work"].mean == pytest.approx((0.06 - 0.02) / 0.4)
    alone = published(*[each for each in rows if each["group"] == "programme"])
    assert "p_utility_gain_in_work" not in alone.measured
    assert "aggregates.single.utility" in {note.identifier for note in alone.notes}


def test_change_of_cost_in_one_row():
    costs = [row("ggz_amount", *YEAR_BEFORE, 40, 900.0), row("ggz_amount", *YEAR_AFTER, 40, 600.0)]
    pilot = PILOT.model_copy(update={"enrolment_closes": PILOT.start, "snapshots": ()})
    data = published(*costs, row("share_working", *YEAR_AFTER, 40, 0.35), pilot=pilot)
    (line,) = data.ratios
    catalogue = catalogue_of(pilot)
    prices = [catalogue.index_factor(catalogue.get("ggz.fact_year").index, year, 2018) for year in (2017, 2019)]
    assert line[0] == pytest.approx(np.log(600 * prices[1] / (900 * prices[0])))
    assert line[1:RATIO_FACTS] == pytest.approx([0, 0.35, 2.0])
    # Everybody enrolled on 1 January 2018, so 2019 is months 12.5 to 23.5 since: the third and fourth half year.
    weights = line[RATIO_FACTS : RATIO_FACTS + MAX_PERIODS]
    assert weights.sum() == pytest.approx(1)
    assert weights[2:4].sum() == pytest.approx(1 - weights[1], abs=1e-9)
    assert weights[1] < 0.05


def test_both_years_and_their_common_before_are_correlated():
    rows = [row("ggz_amount", *YEAR_BEFORE, 40, 900.0), row("ggz_amount", "2018-07", "2018-12", 40, 700.0)]
    rows.append(row("ggz_amount", *YEAR_AFTER, 40, 600.0))
    whiten = published(*rows).ratios[:, RATIO_FACTS + MAX_PERIODS :]
    covariance = np.linalg.inv(whiten.T @ whiten)
    assert 0.2 < covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]) < 0.95


def test_many_people_fix_their_shares():
    """Recovery: with a million people the most likely chain has the published shares, whatever the prior."""
    pilot = PILOT.model_copy(update={"enrolment_closes": PILOT.start, "snapshots": (), "participants_planned": 100_000})
    said = {("programme", "2018-06"): 0.22, ("programme", "2019-12"): 0.41, ("comparison", "2019-12"): 0.12}
    rows = [row("share_working", month, month, 100_000, share, group=group) for (group, month), share in said.items()]
    data = reduce_aggregates(pilot, {"aggregates": aggregates(*rows)})
    catalogue = catalogue_of(pilot)
    prior = record_prior(catalogue)
    density = log_posterior(likelihood_arrays(pilot, catalogue, data), count_data(pilot), prior)
    mode = natural(find_mode(density, starting_point(prior))[0], prior)
    theta = {name: mode[NORMAL.index(name)] for name in CHAIN_PARAMETERS}
    back = catalogue.distribution("exit_other.return_month").mean()
    work = [CHAIN_STATES.index(state) for state in AT_WORK]
    for (group, month), share in said.items():
        since = (int(month[:4]) - 2018) * 12 + int(month[5:]) - 0.5
        chances = chain_shares(theta, back, 30, comparison=group == "comparison").real[:, work].sum(axis=1)
        # The prior still pulls by about one standard error of 50,000 people.
        assert np.interp(since, range(31), chances) == pytest.approx(share, abs=0.006)


def test_target_groups_add_up():
    parts = [
        row("share_working", *YEAR_AFTER, 10, 0.5, target_group="addiction"),
        row("share_working", *YEAR_AFTER, 30, 0.3, target_group="mental_health"),
    ]
    whole = [row("share_working", *YEAR_AFTER, 40, 0.35)]
    assert published(*parts).shares == pytest.approx(published(*whole).shares)
    # Everybody and the parts are the same people.
    assert published(*parts, *whole).shares == pytest.approx(published(*whole).shares)


def test_order_of_rows_changes_nothing():
    rows = [row("ggz_amount", *YEAR_BEFORE, 40, 900.0), row("ggz_amount", *YEAR_AFTER, 40, 600.0)]
    rows += [row("share_working", *YEAR_AFTER, 40, 0.4), row("share_off_benefit", *YEAR_AFTER, 40, 0.3)]
    one, other = published(*rows), published(*rows[::-1])
    assert np.array_equal(one.shares, other.shares)
    assert np.array_equal(one.ratios, other.ratios)


def test_nothing_published_leaves_the_records_alone():
    records = empty_records()
    assert reduce_aggregates(PILOT, {"aggregates": aggregates()}, records) is records
    assert reduce_aggregates(PILOT, {}) is None


def test_answer_names_what_it_rests_on():
    data = reduce_aggregates(PILOT, {"aggregates": aggregates(row("share_working", *YEAR_AFTER, 40, 0.4))})
    answer = first_answer(PILOT, records=data)
    assert answer.attrs["basis"] == "aggregates"
    assert "p_baseline_entry_hazard" in answer.attrs["with_data"]
    assert "p_log_ggz_cost_ratio_work" not in answer.attrs["with_data"]
    assert data.simple.severe == Share(0.0, 0.0)


# Malformed

BAD = {
    "aggregates.share": row("share_working", *YEAR_AFTER, 20, 38.0),
    "aggregates.negative": row("ggz_amount", *YEAR_AFTER, 20, -1.0),
    "aggregates.utility": row("utility", *YEAR_AFTER, 20, 6.5),
    "aggregates.interval": row("benefit", *YEAR_AFTER, 20, 900.0, low=850.0, high=950.0),
    "aggregates.no_width": row("benefit", *YEAR_AFTER, 20, 900.0, low=900.0, high=900.0, interval_width=0.95),
    "aggregates.straddles": row("ggz_amount", "2017-07", "2018-06", 20, 900.0),
    "aggregates.too_many": row("share_working", *YEAR_AFTER, 900, 0.3),
    "aggregates.empty": row("share_working", *YEAR_AFTER, 20, None),
}


@pytest.mark.parametrize("identifier", BAD)
def test_what_cannot_be_is_refused_with_its_place(identifier):
    fine = row("hours", *YEAR_AFTER, 16, 24.0)
    with pytest.raises(WerkzorgError) as error:
        published(fine, BAD[identifier])
    (problem,) = error.value.problems
    assert error.value.exit_code == ExitCode.INPUT
    assert problem.identifier == identifier
    assert problem.where.startswith("aggregates:3 ")
    assert problem.render("nl") != problem.render("en")


def test_all_problems_at_once():
    with pytest.raises(WerkzorgError) as error:
        published(BAD["aggregates.share"], BAD["aggregates.negative"])
    assert [problem.where for problem in error.value.problems] == ["aggregates:2 mean", "aggregates:3 mean"]


@pytest.mark.parametrize(
    ("identifier", "parts"),
    [("aggregates.parts", ((15, 0.5), (15, 0.3))), ("aggregates.parts_mean", ((10, 0.5), (10, 0.6)))],
)
def test_parts_that_contradict_the_whole(identifier, parts):
    groups = ("addiction", "disability")
    rows = [
        row("share_working", *YEAR_AFTER, n, share, target_group=group)
        for group, (n, share) in zip(groups, parts, strict=True)
    ]
    with pytest.raises(WerkzorgError) as error:
        published(row("share_working", *YEAR_AFTER, 20, 0.4), *rows)
    assert error.value.problems[0].identifier == identifier


@pytest.mark.parametrize(
    ("identifier", "people"),
    [
        ("aggregates.no_enrolled", {"working": 3}),
        ("aggregates.counts_sum", {"enrolled": 10, "working": 8, "left": 4}),
        ("aggregates.placed", {"enrolled": 10, "working": 8, "placed": 4}),
    ],
)
def test_counts_that_cannot_be(identifier, people):
    table = counts(*[("2019-01-01", "programme", name, n) for name, n in people.items()])
    with pytest.raises(WerkzorgError) as error:
        reduce_aggregates(PILOT, {"counts": table})
    assert error.value.problems[0].identifier == identifier
    assert error.value.problems[0].where.startswith("counts:2")


def test_count_that_contradicts_the_pilot_file():
    day = str(PILOT.last_snapshot.date)
    table = counts((day, "programme", "enrolled", 29), (day, "programme", "working", 17))
    with pytest.raises(WerkzorgError) as error:
        reduce_aggregates(PILOT, {"counts": table})
    assert error.value.problems[0].identifier == "aggregates.other_snapshot"


COSTS = [
    row("ggz_amount", *YEAR_BEFORE, 20, 900.0),
    row("ggz_amount", "2018-01", "2018-12", 20, 700.0),
    row("ggz_amount", "2018-07", "2019-06", 20, 600.0),
]


@pytest.mark.parametrize(
    ("identifier", "rows"),
    [
        ("aggregates.no_before", [row("ggz_amount", *YEAR_AFTER, 20, 500.0)]),
        ("aggregates.no_after", [row("ggz_amount", *YEAR_BEFORE, 20, 500.0)]),
        ("aggregates.unused", [row("mansa", *YEAR_AFTER, 20, 4.5)]),
        ("aggregates.single.wage", [row("wage", *YEAR_AFTER, 20, 1500.0)]),
        ("aggregates.share_before", [row("share_working", *YEAR_BEFORE, 20, 0.1)]),
        ("aggregates.overlap", COSTS),
    ],
)
def test_what_is_not_used_is_told(identifier, rows):
    notes = published(*rows).notes
    assert identifier in {note.identifier for note in notes}
    assert all(note.what(lang) and note.do(lang) and note.where for note in notes for lang in ("nl", "en"))
