"""Rules of the gate one by one: each has a number that only it stops, so that taking it away is seen here."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from werkzorg.cases.small_cells import rounding_base
from werkzorg.release import annotate
from werkzorg.release.annotate import NUMBERS, gated, set_of
from werkzorg.release.gate import KINDS, RULES, WITHHELD, Cell, class_of_n, refused_by, step_at_least

EVEN = np.full(40, 1000.0)
LOPSIDED = np.array([60_000.0, *np.full(39, 1000.0)])
"""One person has 60,000 of 99,000 euros."""

GOOD = {
    "prior": Cell("prior"),
    "rule": Cell("rule"),
    "public": Cell("public", declared=True),
    "fact": Cell("fact", 40),
    "count": Cell("count", 20, rests=(20, 0), events=20, of=40, sensitive=True, value=20, base=5),
    "share": Cell("share", 40, events=20, sensitive=True),
    "mean": Cell("mean", 40, amounts=EVEN, value=1000, base=100, without_supplier=(12, 0)),
    "total": Cell("total", 40, amounts=EVEN, value=40_000, base=1000),
    "quantile": Cell("quantile", 40, beyond=10),
    "model": Cell("model", 40, levels=(20, 20), parameters=4, base=500, least_base=500, value=1500, error=125),
    "curve": Cell("curve", 40, at_risk=10, events_so_far=10),
    "cross": Cell("cross", 40, categories=(3, 3)),
}

ONLY = {
    "SDC-01": Cell("maximum", 40),
    "public": Cell("public", declared=False),
    "SDC-02": Cell("mean", 9),
    "SDC-03": replace(GOOD["count"], rests=(3,)),
    "SDC-04": Cell("share", 100, events=91, of=None),
    "SDC-05": Cell("share", 300, events=290, sensitive=True),
    "SDC-06": replace(GOOD["mean"], amounts=LOPSIDED, value=5000, base=5000),
    "SDC-07": replace(GOOD["mean"], without_supplier=(2,)),
    "SDC-08": Cell("quantile", 40, beyond=4),
    "SDC-09": replace(GOOD["model"], base=200, value=1400, error=10),
    "SDC-11": Cell("model", 40, parameters=14),
    "SDC-12": Cell("curve", 40, at_risk=9, events_so_far=20),
    "SDC-13": Cell("cross", 99, categories=(4, 2)),
    "SDC-16": replace(GOOD["mean"], payer="insurer", readers=("insurer", "municipality")),
    "SDC-20": replace(GOOD["model"], error=126),
}
"""Per rule a number that this rule alone refuses."""


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_sound_number_of_each_class_passes(kind):
    assert refused_by(GOOD[kind]) == ()


def test_each_rule_has_its_number():
    assert set(ONLY) == set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_alone_stops_its_number_and_without_the_rule_it_would_pass(name):
    assert refused_by(ONLY[name]) == (name,)
    left = {other: rule for other, rule in RULES.items() if other != name}
    assert refused_by(ONLY[name], rules=left) == ()


EDGES = [
    ("SDC-02", Cell("mean", 10), Cell("mean", 9)),
    ("SDC-03", Cell("count", 30, rests=(10,), value=30), Cell("count", 30, rests=(9,), value=30)),
    ("SDC-03", Cell("count", 30, rests=(0,), value=30), Cell("count", 30, rests=(1,), value=30)),
    ("SDC-04", Cell("share", 40, events=10), Cell("share", 40, events=9)),
    ("SDC-04", Cell("share", 40, events=30), Cell("share", 40, events=31)),
    ("SDC-05", Cell("share", 200, events=180, sensitive=True), Cell("share", 200, events=181, sensitive=True)),
    ("SDC-05", Cell("share", 200, events=20, sensitive=True), Cell("share", 200, events=19, sensitive=True)),
    ("SDC-06", Cell("mean", 40, amounts=EVEN), Cell("mean", 40, amounts=LOPSIDED)),
    ("SDC-06", Cell("mean", 40, amounts=-EVEN), Cell("mean", 40, amounts=-LOPSIDED)),
    ("SDC-06", Cell("mean", 40), Cell("mean", 40, dominated=True)),
    ("SDC-07", Cell("total", 40, without_supplier=(10, 0)), Cell("total", 40, without_supplier=(10, 1))),
    ("SDC-07", Cell("total", amounts_without_supplier=(EVEN,)), Cell("total", amounts_without_supplier=(LOPSIDED,))),
    ("SDC-08", Cell("quantile", 20, beyond=10), Cell("quantile", 19, beyond=10)),
    ("SDC-08", Cell("quantile", 20, beyond=10), Cell("quantile", 40, beyond=9)),
    ("SDC-09", Cell("count", 40, value=35), Cell("count", 40, value=37)),
    ("SDC-09", Cell("mean", amounts=EVEN, value=1000, base=100), Cell("mean", amounts=EVEN, value=1000, base=50)),
    ("SDC-09", Cell("mean", amounts=EVEN, value=1000, base=100), Cell("mean", amounts=EVEN, value=1050, base=100)),
    ("SDC-11", Cell("model", 30, parameters=10), Cell("model", 30, parameters=11)),
    ("SDC-11", Cell("model", 15, parameters=5), Cell("model", 14, parameters=5)),
    ("SDC-11", Cell("model", 40, levels=(10, 30)), Cell("model", 40, levels=(9, 31))),
    ("SDC-12", Cell("curve", 40, at_risk=10, events_so_far=10), Cell("curve", 40, at_risk=10, events_so_far=9)),
    ("SDC-13", Cell("cross", 100, categories=(9, 9)), Cell("cross", 100, categories=(2, 2, 2))),
    ("SDC-16", Cell("mean", 40, payer="insurer", readers=("insurer",)), Cell("mean", 40, payer="a", readers=("all",))),
    (
        "SDC-16",
        Cell("mean", 40, payer="insurer", readers=("municipality",), may_see=("municipality",)),
        Cell("mean", 40, payer="insurer", readers=("client", "municipality"), may_see=("municipality",)),
    ),
    ("SDC-20", Cell("model", 40, base=100, error=25), Cell("model", 40, base=100, error=25.1)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "passes", "stops"), EDGES)
def test_each_rule_at_its_edge(name, passes, stops):
    assert name not in refused_by(passes)
    assert name in refused_by(stops)


def test_a_supplier_may_ask_for_more():
    assert refused_by(Cell("mean", 14), threshold=15) == ("SDC-02",)


@given(st.lists(st.floats(0, 1e5), min_size=10, max_size=60))
def test_nobody_has_most_of_what_passes(amounts):
    """Whoever knows all but one of the amounts still does not know the last: nobody is half of the sum."""
    amounts = np.array(amounts)
    if "SDC-06" not in refused_by(Cell("mean", len(amounts), amounts=amounts)) and amounts.sum() > 0:
        assert amounts.max() <= amounts.sum() / 2


@given(st.floats(1e-6, 1e9))
def test_steps_are_the_first_of_one_two_five(width):
    step = step_at_least(width)
    # The first at least so wide: the one before it is 2 or 2.5 times smaller.
    assert width * (1 - 1e-6) <= step <= 2.5 * width * (1 + 1e-6)
    assert round(step / 10.0 ** np.floor(np.log10(step * (1 + 1e-9))), 6) in (1, 2, 5)


def test_steps_of_money_agree_with_those_of_the_records():
    amounts = np.random.default_rng(3).gamma(1, 14_000, 40)
    assert step_at_least(max(2 * amounts.std(ddof=1) / 40, 100)) == rounding_base(amounts)
    assert step_at_least(0) == 0


@pytest.mark.parametrize(("persons", "name"), [(9, None), (10, "10-19"), (20, "20-39"), (40, "40-99"), (100, "100+")])
def test_classes_of_n(persons, name):
    assert class_of_n(persons) == name


ROW = {"id": "a", "quantity": "net", "rests_on": "counts+prior", "value": 3.0, "low80": 1.0, "label_nl": "Netto"}


def test_a_number_of_a_public_source_passes_when_the_source_is_named():
    made = gated([ROW], None, declared=True)[0]
    assert (made["value"], made["set_id"], made["number_class"], made["n_class"]) == (3.0, "public", "public", None)


def test_a_withheld_row_keeps_its_label_and_nothing_else():
    made = gated([ROW], None, declared=False)[0]
    assert made["checks"] == WITHHELD and made["label_nl"] == "Netto"
    assert all(made[name] is None for name in (*NUMBERS, "n_class"))


def test_a_number_of_records_that_are_not_there_is_of_no_class():
    assert gated([ROW | {"rests_on": "records+prior"}], None, declared=True)[0]["checks"] == WITHHELD


FACT = {"rests_on": "records", "quantity": "record_fact"}


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"rests_on": "prior"}, ""),
        ({"rests_on": "rule"}, ""),
        ({"rests_on": "counts+prior"}, "public"),
        ({"rests_on": "aggregates+prior"}, "public"),
        ({"rests_on": "records+prior"}, "people"),
        (FACT | {"item": "persons", "group": "programme"}, "people.programme"),
        (FACT | {"item": "lost", "group": "comparison"}, "lost.comparison"),
        (FACT | {"item": "months_missing"}, "people"),
        ({"rests_on": "records", "quantity": "missing_months", "group": "comparison"}, "people.comparison"),
        ({"rests_on": "records", "quantity": "residual"}, "unknown"),
        ({"rests_on": "records", "quantity": "observed_cost", "group": "comparison"}, "cost.comparison"),
        ({"rests_on": "records", "quantity": "decomposition"}, "cost.programme"),
    ],
)
def test_the_set_of_persons_of_a_row(row, name):
    assert set_of(row) == name


COST = {"id": "c", "quantity": "observed_cost", "rests_on": "records", "unit": "EUR_2018", "group": "programme",
        "value": 5000.0, "parties": "all", "label_nl": "Kosten"}  # fmt: skip
RECORDS = SimpleNamespace(
    persons={"programme": 40},
    missing=SimpleNamespace(lost={}, withdrawn={}, not_in_care=0.0, in_work=0.0),
    change={"programme": SimpleNamespace(persons=40, dominated=False, base=500.0)},
)


def test_what_a_client_costs_is_for_the_payer_and_for_whom_the_suppliers_allowed_it():
    alone = gated([COST], RECORDS, declared=True)[0]
    assert (alone["parties"], alone["value"]) == ("insurer", 5000.0) and "SDC-16" in alone["checks"]
    allowed = gated([COST], RECORDS, declared=True, cost_readers=("ggz_institution",))[0]
    assert allowed["parties"] == "insurer; ggz_institution"
    # What the model expects without records says nothing of a contract, and a whole result is for everybody.
    for other in ({"quantity": "care_before", "rests_on": "prior"}, {"quantity": "net", "rests_on": "records+prior"}):
        assert gated([COST | other], RECORDS, declared=True)[0]["parties"] == "all"


def test_what_a_client_costs_does_not_leave_when_it_names_other_readers(monkeypatch):
    monkeypatch.setattr(annotate, "with_readers", lambda row, cost_readers: row)
    assert gated([COST], RECORDS, declared=True)[0]["checks"] == WITHHELD
