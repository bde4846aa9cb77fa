"""The made-up people follow their stated truth, the folder is complete and marked, and nothing leaves the computer.

The estimates here are plain counts and means, made without any model of the package. Tolerances are four standard
errors of each estimate: one wrong alarm in 16,000, far below the effect of a slip in the simulation.
"""

from __future__ import annotations

import json
import math
import socket
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest

from werkzorg.cases.accountability import read_accountability
from werkzorg.cases.privacy import Pseudonym, check_pseudonyms, find_identifiers
from werkzorg.cases.schema import tables
from werkzorg.cases.simulate import simulate
from werkzorg.cases.synthetic import OFF, draw_people, live, monthly, observe
from werkzorg.cases.truth import default_truth
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.params.reader import read_yaml

MONTHS, BEFORE, ENROLLING, SEED = 36, 12, 9, 11
TRUTH = default_truth().but(cost_month_maximum=1e12)
"""Without the highest cost per month, so that means of logarithms are exact."""


@pytest.fixture(scope="module")
def world():
    """Thirty thousand people with the default truth."""
    people = draw_people(15_000, 15_000, BEFORE, ENROLLING, 2017, TRUTH, SEED)
    lives = live(people, MONTHS, TRUTH, SEED)
    since = np.arange(MONTHS) - people.enrolment[:, None]
    return SimpleNamespace(people=people, lives=lives, seen=observe(people, MONTHS, TRUTH, SEED), since=since)


def read(folder, name):
    return pd.read_csv(folder / f"{name}.csv", sep=";", decimal=",")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("sim") / "pilot"
    simulate(target, cases=1500, comparison=1500, seed=3)
    return target


def agrees(hits, truth):
    """Whether a share of yes and no agrees with a chance."""
    hits = np.asarray(hits, dtype=float)
    return abs(hits.mean() - truth) < 4 * math.sqrt(truth * (1 - truth) / len(hits))


def mean_agrees(values, truth):
    return abs(np.mean(values) - truth) < 4 * np.std(values) / math.sqrt(len(values))


def test_selection(world):
    motivation, programme = world.people.motivation, world.people.programme
    assert mean_agrees(motivation[programme], TRUTH.selection_shift)
    assert mean_agrees(motivation[~programme], 0.0)


@pytest.mark.parametrize("programme", [True, False])
def test_job_entry_in_the_first_month_after_enrolment(world, programme):
    """Mean of exp(b m) over m ~ N(shift, 1) is exp(b shift + b^2 / 2)."""
    b = TRUTH.entry_motivation
    chance = TRUTH.entry_base * math.exp(b * b / 2)
    if programme:
        chance *= TRUTH.entry_ratio_programme * math.exp(b * TRUTH.selection_shift)
    first = (world.since == 1) & (world.people.programme == programme)[:, None]
    assert agrees(world.lives.working[first], chance)


@pytest.mark.parametrize("early", [True, False])
def test_job_loss(world, early):
    now, after = world.lives.job_month[:, :-1], world.lives.job_month[:, 1:]
    group = (now >= 1) & ((now <= TRUTH.early_months) == early)
    assert agrees(after[group] == 0, TRUTH.job_loss_early if early else TRUTH.job_loss_later)


def test_share_of_jobs_that_end_the_benefit(world):
    starts = world.lives.job_month == 1
    assert agrees(world.lives.state[starts] == OFF, TRUTH.full_exit_share)


def test_nobody_works_or_leaves_care_before_enrolment(world):
    before = world.since < 1
    assert not world.lives.working[before].any()
    assert world.lives.in_care[before].all()


def test_regression_to_the_mean_of_people_in_care_without_work(world):
    """The higher use is all there up to enrolment, and decay^12 of it a year later; nobody's work plays a part."""
    cost = np.log(np.where(world.lives.in_care, world.lives.outpatient, 1.0))
    who = np.arange(len(world.people))
    before, after = world.people.enrolment - 6, world.people.enrolment + 12
    still = world.lives.in_care[who, after] & ~world.lives.working[who, after]
    change = (cost[who, after] - cost[who, before])[still]
    assert mean_agrees(change, -TRUTH.enrolment_excess * (1 - TRUTH.excess_decay**12))


def test_effect_of_work_on_cost_within_people(world):
    """Own mean taken out of everything, so that who works plays no part; the fading excess is known."""
    keep = world.lives.in_care & (world.since >= 0)
    log = np.log(np.where(keep, world.lives.outpatient, 1.0))
    log -= TRUTH.enrolment_excess * TRUTH.excess_decay ** np.maximum(world.since, 0)
    number = keep.sum(axis=1)[:, None]

    def centred(values):
        return np.where(keep, values - (values * keep).sum(axis=1)[:, None] / number, 0.0)

    work, cost = centred(world.lives.working.astype(float)), centred(log)
    information = (work**2).sum()
    slope = (work * cost).sum() / information
    assert abs(slope - TRUTH.work_cost_log_ratio) < 4 * TRUTH.cost_month_log_sd / math.sqrt(information)


@pytest.mark.parametrize("severe", [True, False])
def test_planned_end_of_treatment(world, severe):
    group = (world.people.severe == severe)[:, None] & world.lives.in_care[:, :-1] & (world.since[:, 1:] >= 1)
    yearly = TRUTH.leave_care_year_severe if severe else TRUTH.leave_care_year_common
    assert agrees(~world.lives.in_care[:, 1:][group], monthly(yearly))


def test_admission_and_crisis(world):
    before = (world.since < 1) & world.people.severe[:, None]
    admitted = (world.lives.admission_days > 0)[before].reshape(-1)
    # Months of one person go together; 1.5 covers that for a spread of 0.5 on the log scale.
    expected = monthly(TRUTH.admission_year_severe)
    assert abs(admitted.mean() - expected) < 1.5 * 4 * math.sqrt(expected / len(admitted))
    new = (world.lives.job_month >= 1) & (world.lives.job_month <= TRUTH.early_months)
    assert agrees(world.lives.crisis[~new], TRUTH.crisis_month)
    assert agrees(world.lives.crisis[new], TRUTH.crisis_month * TRUTH.crisis_ratio_new_job)


def test_fifteen_percent_of_people_carry_about_seventy_percent_of_the_cost():
    people = draw_people(20_000, 0, BEFORE, ENROLLING, 2017, default_truth(), 1)
    cost = np.sort(live(people, MONTHS, default_truth(), 1).outpatient.sum(axis=1))[::-1]
    assert 0.66 < cost[:3000].sum() / cost.sum() < 0.74


def test_who_is_lost_is_less_motivated_and_uses_more_care(world):
    """A chance proportional to exp(b x) moves the mean of a normal x by b among those whom it strikes."""
    first = (world.seen.until == world.people.enrolment + 1) & (world.seen.reason == 1)
    own = world.people.motivation - TRUTH.selection_shift * world.people.programme
    assert mean_agrees(own[first], TRUTH.dropout_motivation)
    assert mean_agrees(world.people.frailty[first], TRUTH.dropout_frailty)


def test_consent_missing_months_and_late_amounts():
    truth = TRUTH.but(dropout_month=0)
    people = draw_people(15_000, 0, BEFORE, ENROLLING, 2017, truth, SEED)
    seen = observe(people, MONTHS, truth, SEED)
    last, month = MONTHS - 1, np.arange(MONTHS)
    # Withdrawal falls evenly in months 1 to 17 after enrolment; only before the last month does it show.
    shows = np.minimum(last - people.enrolment - 1, MONTHS // 2 - 1) / (MONTHS // 2 - 1)
    assert agrees(seen.reason == 2, truth.consent_withdrawn * shows.mean())
    assert not (seen.reason == 1).any()
    inside = (month <= seen.until[:, None]) & (month != people.enrolment[:, None])
    assert agrees(~seen.row[inside], truth.missing_month)
    assert agrees(seen.late[:, -truth.late_months :].ravel(), truth.late_share)
    assert not seen.late[:, : -truth.late_months].any()
    assert agrees(~seen.form, truth.form_missing)


def test_true_effect_is_zero_for_a_programme_that_does_nothing(tmp_path):
    nothing = default_truth().but(entry_ratio_programme=1, entry_ratio_programme_late=1, leave_programme=0)
    effects = simulate(tmp_path / "a", cases=200, truth=nothing).effects
    assert effects["months_worked"] == effects["months_off_benefit"] == effects["ggz_cost"] == 0
    # Cost falls all the same: that is what a comparison of before and after would take for an effect.
    assert effects["ggz_cost_year_after"] == effects["ggz_cost_year_after_without"] < effects["ggz_cost_year_before"]


def test_true_effect_agrees_with_a_group_that_is_alike_in_everything_else(tmp_path):
    truth = default_truth().but(selection_shift=0)
    people = draw_people(10_000, 10_000, BEFORE, ENROLLING, 2017, truth, 5)
    since = np.arange(MONTHS) - people.enrolment[:, None]
    worked = (live(people, MONTHS, truth, 5).working & (since >= 1)).sum(axis=1)
    ours, theirs = worked[people.programme], worked[~people.programme]
    error = math.sqrt(ours.var() / len(ours) + theirs.var() / len(theirs))
    effects = simulate(tmp_path / "a", cases=10_000, truth=truth, seed=6).effects
    # The stated effect has an error of its own, about as large.
    assert abs(effects["months_worked"] - (ours.mean() - theirs.mean())) < 4 * math.sqrt(2) * error


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        simulate(tmp_path / name, cases=30, comparison=20, seed=seed)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(files) == 12
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert (tmp_path / "a" / "months.csv").read_bytes() != (tmp_path / "c" / "months.csv").read_bytes()


def test_every_cell_fits_its_schema(folder):
    for name, schema in tables().items():
        path = folder / f"{name}.csv"
        if not path.exists():
            continue
        content = pd.read_csv(path, sep=";", decimal=",")
        assert tuple(content.columns) == schema.columns
        assert not content.duplicated(list(schema.primary_key)).any()
        for field in schema.fields:
            cells = content[field.name].dropna()
            if field.required:
                assert len(cells) == len(content), (name, field.name)
            if field.enum:
                assert set(cells) <= {entry.code for entry in field.enum}, (name, field.name)
            if field.type in ("integer", "number", "year") and len(cells):
                low, high = field.minimum, field.maximum
                assert low is None or cells.min() >= low, (name, field.name)
                assert high is None or cells.max() <= high, (name, field.name)


def test_tables_tell_one_story(folder):
    cases, months, jobs = (read(folder, name) for name in ("cases", "months", "jobs"))
    months = months.merge(cases[["pseudonym", "enrolment_month", "end_month"]], on="pseudonym", validate="many_to_one")
    assert (months["month"] <= months["end_month"]).all()
    assert (months.loc[months["month"] < months["enrolment_month"], "state"] == "searching").all()
    working = months["state"].isin(["work_supplement", "work_off"])
    assert ((months["wage"] > 0) == working).all()
    assert (months.loc[months["state"].isin(["work_off", "off_no_work"]), "benefit"] == 0).all()
    first = months[working].groupby("pseudonym")["month"].min()
    start = jobs[jobs["job_number"] == 1].set_index("pseudonym")["start_month"]
    # The first month of a job may be one of the missing months.
    both = first.index.intersection(start.index)
    assert (start[both] <= first[both]).all()
    assert (start[both] == first[both]).mean() > 0.9
    ended = jobs["end_month"].notna()
    assert (jobs.loc[ended, "end_month"] >= jobs.loc[ended, "start_month"]).all()
    assert (ended == jobs["end_reason"].notna()).all()


def test_quality_of_life_rises_with_work_by_its_truth(folder):
    quality, months = read(folder, "quality_of_life"), read(folder, "months")
    both = quality.merge(months[["pseudonym", "month", "state"]], on=["pseudonym", "month"])
    both["working"] = both["state"].isin(["work_supplement", "work_off"])
    centred = both[["mansa_mean", "working"]].astype(float)
    centred -= centred.groupby(both["pseudonym"]).transform("mean")
    information = (centred["working"] ** 2).sum()
    slope = (centred["working"] * centred["mansa_mean"]).sum() / information
    # Noise of 0.3 within a person; the answer scale ends at 7, which takes off less than 0.01.
    assert abs(slope - default_truth().mansa_work_gain) < 4 * 0.3 / math.sqrt(information) + 0.01


def test_everything_is_marked_as_made_up(folder):
    for path in folder.glob("*.csv"):
        assert pd.read_csv(path, sep=";", usecols=[0]).iloc[:, 0].str.startswith("VERZONNEN-").all(), path.name
    for name in ("pilot.yaml", "verantwoording.yml"):
        assert (folder / name).read_text(encoding="utf8").startswith("# VERZONNEN")
    assert json.loads((folder / "truth.json").read_text())["mark"] == "VERZONNEN"
    assert read_accountability(folder).synthetic
    data, _ = read_yaml(folder / "pilot.yaml")
    assert "Verzonnen" in data["name"]["nl"]
    assert {entry["path"] for entry in data["data"]["files"]} == {path.name for path in folder.glob("*.csv")}


def test_nothing_in_it_looks_like_a_person(folder):
    form = Pseudonym(prefix="VERZONNEN-")
    for path in folder.glob("*.csv"):
        content = pd.read_csv(path, sep=";", dtype=str)
        assert check_pseudonyms(content["pseudonym"], form) == []
        for column in content:
            key = form if column == "pseudonym" else None
            assert find_identifiers(column, content[column], pseudonym=key) == [], (path.name, column)


def test_truth_file_states_every_parameter(folder):
    stated = json.loads((folder / "truth.json").read_text(encoding="utf8"))
    truth = default_truth()
    assert {entry["id"]: entry["value"] for entry in stated["parameters"]} == truth.model_dump()
    assert all(set(entry["label"]) == {"nl", "en"} for entry in stated["parameters"])
    assert stated["effects"]["months_worked"] > 0


def test_folder_is_for_its_owner(folder):
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def test_parquet_holds_the_same_numbers(tmp_path):
    simulate(tmp_path / "csv", cases=25)
    simulate(tmp_path / "parquet", cases=25, form="parquet")
    text = read(tmp_path / "csv", "months")
    typed = pyarrow.parquet.read_table(tmp_path / "parquet" / "months.parquet").to_pandas()
    assert len(text) == len(typed)
    for column in ("benefit", "treatment_amount", "wage"):
        np.testing.assert_allclose(text[column], typed[column].astype(float), atol=0.0051)


@pytest.mark.parametrize(
    "wrong",
    [{"cases": 19}, {"cases": 100_001}, {"comparison": 5}, {"months": 12}, {"months": 121}, {"seed": -1}],
)
def test_sizes_outside_the_range_write_nothing(tmp_path, wrong):
    with pytest.raises(WerkzorgError) as stop:
        simulate(tmp_path / "a", **wrong)
    assert stop.value.exit_code == ExitCode.CONFIGURATION
    assert not (tmp_path / "a").exists()


def test_a_folder_with_other_work_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(WerkzorgError) as stop:
        simulate(tmp_path, cases=20)
    assert stop.value.problems[0].identifier == "cases.simulate.folder_in_use"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    made = tmp_path / "made"
    simulate(made, cases=20)
    simulate(made, cases=21)
    assert len(read(made, "cases")) == 21
    (made / "mine.xlsx").write_text("x")
    with pytest.raises(WerkzorgError):
        simulate(made, cases=20)
    assert (made / "mine.xlsx").exists()


@pytest.mark.parametrize(("months", "first"), [(18, date(2017, 1, 1)), (120, date(2016, 7, 15))])
def test_shortest_and_longest_window(tmp_path, months, first):
    simulate(tmp_path / "a", cases=20, comparison=20, months=months, first_month=first)
    content = read(tmp_path / "a", "months")
    assert content["month"].min() == f"{first:%Y-%m}"
    assert pd.PeriodIndex(content["month"], freq="M").max().ordinal - pd.Period(first, "M").ordinal == months - 1
    data, _ = read_yaml(tmp_path / "a" / "pilot.yaml")
    assert data["start"] < data["enrolment_closes"] <= data["end"]


def test_nothing_leaves_the_computer(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("an outgoing connection")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    simulate(tmp_path / "a", cases=20, comparison=20)
    read_accountability(tmp_path / "a")
    find_identifiers("code", ["iemand@voorbeeld.nl"])
