"""Inflow and outflow per target group, what is hidden of small groups, and what changes of client manager cost."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import werkzorg
from werkzorg.appraisal.flows import STATES, Rates, follow, rates_of
from werkzorg.cases.small_groups import hidden_cells, hidden_groups
from werkzorg.errors import WerkzorgError
from werkzorg.release import flow_rows
from werkzorg.release.flow_rows import read_flows
from werkzorg.release.practices import check_files

COLUMNS = ["stock", "inflow", "returned", "to_work", "to_other"]


def history(rng, months=400, stock=500, to_work=0.01, to_other=0.015, back=0.03, new=12.0):
    """Counts with known rates per person and month."""
    rows, away = [], 0
    for _ in range(months):
        work, other, again = rng.poisson([stock * to_work, stock * to_other, away * back])
        again = min(again, away)
        fresh = rng.poisson(new)
        rows.append((stock, fresh + again, again, work, other))
        stock, away = stock + fresh + again - work - other, away + work + other - again
    return pd.DataFrame(rows, columns=COLUMNS)


def test_known_rates_come_back():
    found = rates_of(history(np.random.default_rng(4)), 2000, np.random.default_rng(5))
    # About 2,000 to 7,000 events each: standard error of a rate 1 to 2%; a slip of one month shifts the exposure less,
    # a swap of two of the rates is 50% or more.
    for name, truth in (("to_work", 0.01), ("to_other", 0.015), ("back", 0.03), ("inflow", 12.0)):
        assert getattr(found, name).mean() == pytest.approx(truth, rel=0.08), name


def test_a_rate_has_the_spread_of_a_gamma():
    counts = pd.DataFrame([(100, 5, 0, 2, 3)] * 10, columns=COLUMNS)
    draws = rates_of(counts, 40_000, np.random.default_rng(1)).to_work
    # 20 events in 1,000 person-months: mean 20.5 in a thousand, sd root of 20.5 in a thousand.
    assert draws.mean() == pytest.approx(20.5e-3, rel=0.01)
    assert draws.std() == pytest.approx(np.sqrt(20.5) / 1000, rel=0.02)


def test_the_flow_without_returns_is_that_of_two_competing_exits():
    one = np.ones(1)
    shares = follow(Rates(0.02 * one, 0.03 * one, 0.0 * one, one), 12)
    left = -np.expm1(-0.05 * 12)
    expected = {"assistance": 1 - left, "left_to_work": 0.4 * left, "left_otherwise": 0.6 * left}
    for state in STATES:
        assert float(shares.sel(state=state).values[0, -1]) == pytest.approx(expected[state], rel=1e-12)


def test_the_flow_with_returns_is_the_power_of_the_matrix():
    one = np.ones(1)
    shares = follow(Rates(0.02 * one, 0.03 * one, 0.1 * one, one), 12)
    leave, back = -np.expm1(-0.05), -np.expm1(-0.1)
    matrix = np.array([[1 - leave, 0.4 * leave, 0.6 * leave], [back, 1 - back, 0], [back, 0, 1 - back]])
    by_hand = np.linalg.matrix_power(matrix, 12)[0]
    np.testing.assert_allclose(shares.sel(state=list(STATES)).values[0, -1], by_hand, rtol=1e-12)


def test_exits_of_a_year_compete(monkeypatch):
    """Who goes to work cannot leave otherwise too: both parts add up to all who leave, whatever the rates."""
    rates = Rates(*(np.array(values) for values in ([0.03, 0.3], [0.02, 0.2], [0.0, 0.1], [1.0, 1.0])))
    seen = {}
    monkeypatch.setattr(flow_rows, "row", lambda name, *_, draws, **__: seen.update({name: draws}))
    list(flow_rows._rates(rates, "a", 0, {}))
    work, other = seen["flow_rate.to_work.0"], seen["flow_rate.to_other.0"]
    np.testing.assert_allclose(work + other, -np.expm1(-12 * (rates.to_work + rates.to_other)), rtol=1e-12)
    np.testing.assert_allclose(work / other, 1.5, rtol=1e-12)
    away = seen["flow_share.left_to_work.0"] + seen["flow_share.left_otherwise.0"]
    # Nobody comes back with the first rates: the same people are away at the end of the year.
    assert away[0] == pytest.approx((work + other)[0], rel=1e-12) and away[1] < (work + other)[1] < 1


def known(line, hidden):
    """Whether an outsider with the total knows the sum of what is hidden, and so too much."""
    rest = line[hidden].sum()
    return hidden.any() and rest > 0 and (rest < 10 or hidden.sum() < 2) and not hidden.all()


TABLES = arrays.arrays(int, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(0, 40))


@given(TABLES)
@settings(deadline=None, derandomize=True, max_examples=150)
def test_nothing_small_is_shown_and_nothing_hidden_can_be_worked_out(counts):
    hidden = hidden_cells(counts)
    assert hidden[counts < 10].all()
    for line, covered in (*zip(counts, hidden, strict=True), *zip(counts.T, hidden.T, strict=True)):
        assert not known(line, covered)


def test_no_more_is_hidden_than_needed():
    assert not hidden_groups(np.array([10, 20, 30])).any()
    assert hidden_groups(np.array([4, 20, 30])).tolist() == [True, True, False]
    assert hidden_groups(np.array([4, 7, 30])).tolist() == [True, True, False]
    assert hidden_groups(np.array([0, 20, 30])).tolist() == [True, False, False]
    assert hidden_groups(np.array([3])).tolist() == [True]


def test_an_outsider_who_solves_the_linear_programme_learns_no_small_count():
    """The gate's own attack on a table of which all totals are known."""
    from werkzorg.cases.small_cells import COUNT_BASE
    from werkzorg.release.suppression import Hidden, Shown, outsider_range

    def rounded(group):
        middle = round(len(group) / COUNT_BASE) * COUNT_BASE
        return Shown(group, middle - COUNT_BASE / 2, middle + COUNT_BASE / 2)

    counts = np.array([[3, 25, 40], [30, 12, 50], [22, 18, 6]])
    hidden = hidden_cells(counts)
    people, start = {}, 0
    for place, count in np.ndenumerate(counts):
        people[place] = frozenset(range(start, start + count))
        start += count
    lines = [frozenset().union(*(people[line, j] for j in range(3))) for line in range(3)]
    lines += [frozenset().union(*(people[i, line] for i in range(3))) for line in range(3)]
    shown = [rounded(people[place]) for place in people if not hidden[place]]
    shown += [rounded(line) for line in lines]
    for place in people:
        if hidden[place] and counts[place] < 10:
            low, high = outsider_range(shown, Hidden(people[place]))
            assert low <= 0.5 and high >= 9.0


@pytest.fixture
def lines():
    return ["2018-01;a;420;14;0;4;7", "2018-02;a;423;12;2;3;6", "2018-03;a;426;12;2;3;6"]


@pytest.mark.parametrize(
    ("place", "line", "problem", "where"),
    [
        (1, "2018-02;a;424;12;2;3;6", "plain.stock", ":3 stock"),
        (1, "2018-04;a;426;12;2;3;6", "plain.gap", ""),
        (2, "2018-03;a;426;12;13;3;6", "plain.part", ":4 returned"),
        (0, "2018-01;a;420;14;12;4;7", "plain.returned", ":2 returned"),
    ],
)
def test_counts_that_do_not_follow_are_named_by_row(tmp_path, lines, place, line, problem, where):
    path = tmp_path / "flows.csv"
    header = "month;target_group;stock;inflow;returned;to_work;to_other\n"
    path.write_text(header + "\n".join(lines) + "\n", encoding="utf8")
    assert len(read_flows(path)) == 3
    lines[place] = line
    path.write_text(header + "\n".join(lines) + "\n", encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        read_flows(path)
    assert problem in {one.identifier for one in caught.value.problems}
    assert where in caught.value.render("en")


@pytest.mark.parametrize("column", range(7))
def test_a_column_of_which_nothing_can_be_read_is_named_row_by_row(tmp_path, lines, column):
    names = ["month", "target_group", "stock", "inflow", "returned", "to_work", "to_other"]
    bad = [";".join("=1" if place == column else cell for place, cell in enumerate(row.split(";"))) for row in lines]
    path = tmp_path / "flows.csv"
    path.write_text("\n".join([";".join(names), *bad]) + "\n", encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        read_flows(path)
    found = [one.where.rsplit("flows.csv", 1)[-1] for one in caught.value.problems]
    assert found == [f":{line} {names[column]}" for line in (2, 3, 4)]


def test_a_missing_month_is_placed_on_the_line_that_a_spreadsheet_shows(tmp_path, lines):
    path = tmp_path / "flows.csv"
    header = "month;target_group;stock;inflow;returned;to_work;to_other"
    # A row without anything lies between: lines are those of the file, not of the rows that hold something.
    path.write_text("\n".join([header, lines[0], ";;;;;;", lines[2]]) + "\n", encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        read_flows(path)
    assert [one.where.rsplit("flows.csv", 1)[-1] for one in caught.value.problems] == [":4"]


def test_mistakes_in_cells_and_between_rows_are_named_at_once(tmp_path, lines):
    """A cell that cannot be read hides no mistake in another group, and makes none of its own."""
    others = [line.replace(";a;", ";b;") for line in lines]
    bad = [others[0], others[1].replace(";12;", ";-3;"), others[2], lines[0], lines[0], lines[2]]
    path = tmp_path / "flows.csv"
    header = "month;target_group;stock;inflow;returned;to_work;to_other"
    path.write_text("\n".join([header, *bad]) + "\n", encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        read_flows(path)
    found = [(one.identifier, one.where.rsplit("flows.csv", 1)[-1]) for one in caught.value.problems]
    assert found == [("plain.count", ":3 inflow"), ("plain.double", ":6"), ("plain.gap", ":7")]


def test_a_group_that_appears_late_says_so_and_ends_at_its_last_day(tmp_path, practice, table, lines):
    from werkzorg.release.flow_rows import flow_rows
    from werkzorg.release.results import Results, as_frame
    from werkzorg.reporting.practices import flow_table

    pilot, posterior, _ = practice("movisie")
    late = [line.replace(";a;", ";b;") for line in lines[1:]]
    header = "month;target_group;stock;inflow;returned;to_work;to_other\n"
    (tmp_path / "flows.csv").write_text(header + "\n".join([*lines, *late]) + "\n", encoding="utf8")
    other = pilot.model_copy(update={"flows": pilot.flows.model_copy(update={"file": str(tmp_path / "flows.csv")})})
    made = {row["id"]: row for row in flow_rows(other, posterior)}
    assert [made[f"flow_count.inflow.{place}"]["month"] for place in (0, 1)] == [3, 2]
    # 426 on the first day of the last month, 12 in and 9 out: 429, shown in fives.
    assert made["flow_stock.0"]["value"] == 430
    shipped = table("movisie")
    assert len(flow_table(shipped, "nl").notes) == 2
    results = Results(shipped.meta, as_frame(list(made.values()), "table"), shipped.assumptions, shipped.gates)
    found = flow_table(results, "nl")
    assert "over 3 maanden" in found.caption and "‘b’ staat 2 maanden" in found.notes[2]


def test_files_of_all_shipped_practices_are_in_order():
    for name in werkzorg.pilot_names():
        check_files(werkzorg.load_pilot(name))


def test_rows_of_the_shipped_example(practice):
    pilot, posterior, rows = practice("movisie")
    found = {row["id"]: row for row in rows}
    counts = read_flows(pilot.beside(pilot.flows.file))
    groups = list(dict.fromkeys(counts["target_group"]))
    for place, group in enumerate(groups):
        work = counts.loc[counts["target_group"] == group, "to_work"].sum()
        shown = found[f"flow_count.to_work.{place}"]["value"]
        assert shown is None or abs(shown - work) <= 2.5
        total = sum(found[f"flow_share.{state}.{place}"]["value"] for state in STATES)
        assert total == pytest.approx(1.0)
    by_hand = posterior["manager.hours"] * posterior["staff.hour"]
    by_hand = by_hand + posterior["manager.relapse"] * posterior["ggz.crisis_admission"]
    assert found["manager_change.society"]["value"] == pytest.approx(float(by_hand.mean()))
    parts = [found[f"manager_change.{party}"]["value"] for party in ("municipality", "insurer")]
    assert sum(parts) == pytest.approx(found["manager_change.society"]["value"])


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_page_tables_and_figure_say_that_counts_are_made_up(table, lang):
    from werkzorg.reporting.figures import flow_shares
    from werkzorg.reporting.practices import flow_rates_table, flow_table, manager_table, practice_asides

    results = table("movisie")
    first, second = practice_asides(results, lang)
    assert ("verzonnen" if lang == "nl" else "made up") in second
    # Page one gives no number that somebody made up.
    assert "€" in first and "%" not in second
    shown = [flow_table(results, lang), flow_rates_table(results, lang), flow_shares(results, lang)]
    assert all(("verzonnen" if lang == "nl" else "made-up") in one.caption for one in shown)
    assert [len(one.data) for one in shown] == [4, 4, 4]
    assert ("terugkomt" if lang == "nl" else "comes back") in " ".join(shown[1].notes)
    own = type(results)({**results.meta, "flows_synthetic": False}, results.table, results.assumptions, results.gates)
    least = {"nl": "psychische klachten", "en": "mental health problems"}[lang]
    assert least in practice_asides(own, lang)[1] and "%" in practice_asides(own, lang)[1]
    # The groups carry their name in the language of the report, in tables and figure alike.
    assert all(least in list(one.data.iloc[:, 0]) for one in shown)
    assert not any("(" in made(own, lang).caption for made in (flow_table, flow_shares))
    assert len(manager_table(results, lang).data) == 3
    # Every part of every bar has its number, also the smallest: four groups by three, and six along the axis.
    for picture in (flow_shares(results, lang).svg, flow_shares(results, lang).svg_narrow):
        assert picture.count("%<") == 18


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_target_groups_are_for_the_municipality_and_say_that_they_are_made_up(table, lang):
    from werkzorg.reporting.report import Report
    from werkzorg.wording import say

    results = table("movisie")
    pages = {reader: Report(results, reader, lang).practice().markup for reader in ("municipality", "insurer", "ggz")}
    title, cost = say("section.target_groups", lang), say("section.manager", lang)
    assert {reader for reader, page in pages.items() if title in page} == {"municipality"}
    assert all(cost in page for page in pages.values())
    assert say("rests.made_up", lang) in pages["municipality"] and say("rests.given", lang) not in pages["municipality"]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_all_changes_are_not_the_saving(table, lang):
    """What all changes cost is no gain: the sentence says what part the approach is taken to prevent."""
    from werkzorg.release.results import as_frame
    from werkzorg.reporting.practices import AVOIDED, manager_verdict

    results = table("movisie")
    row = {"id": AVOIDED, "value": 0.41}
    known = type(results)(results.meta, results.table, as_frame([row], "assumptions"), results.gates)
    assert "41%" in manager_verdict(known, lang)[0] and "41%" not in manager_verdict(results, lang)[0]


def test_what_a_change_costs_two_parties_adds_up_as_printed(table):
    """179 and 129 of 309: steps of their own would print 200 + 130 = 310, or 170 + 120 = 280 in another column."""
    from werkzorg.reporting.practices import manager_table

    results = table("movisie")
    known = {
        "manager_change": {"municipality": (179, 109, 253), "insurer": (129, 37, 240), "society": (309, 191, 444)},
        "manager_year": {"municipality": (166, 79, 271), "insurer": (120, 29, 240), "society": (286, 134, 467)},
    }
    changed = results.table.copy()
    for quantity, parties in known.items():
        for party, numbers in parties.items():
            row = (changed["quantity"] == quantity) & (changed["party"] == party)
            changed.loc[row, ["value", "low80", "high80"]] = [float(number) for number in numbers]
    data = manager_table(type(results)(results.meta, changed, results.assumptions, results.gates), "en").data
    for column in data.columns[1:]:
        first = [int(cell.split(" ")[0].lstrip("€")) for cell in data[column]]
        assert 2 * max(first) == sum(first), column


def test_small_groups_stay_out_of_the_table(tmp_path, table, practice):
    from werkzorg.release.flow_rows import flow_rows

    pilot, posterior, _ = practice("movisie")
    header = "month;target_group;stock;inflow;returned;to_work;to_other\n"
    rows = ["2018-01;klein;6;1;0;0;0", "2018-02;klein;7;0;0;1;0"]
    rows += [f"2018-0{m};{g};{s};0;0;0;0" for m in (1, 2) for g, s in (("a", 40), ("b", 90))]
    (tmp_path / "flows.csv").write_text(header + "\n".join(rows) + "\n", encoding="utf8")
    other = pilot.model_copy(update={"flows": pilot.flows.model_copy(update={"file": str(tmp_path / "flows.csv")})})
    made = {row["id"]: row for row in flow_rows(other, posterior)}
    stocks = {row["state"]: row["value"] for row in made.values() if row["quantity"] == "flow_stock"}
    assert stocks == {"klein": None, "a": None, "b": 90}
    assert not any(row["quantity"] == "flow_rate" for row in made.values())


def test_a_name_for_a_group_that_is_not_in_the_file_is_told(practice):
    pilot = practice("movisie")[0]
    names = pilot.flows.names | {"overigen": pilot.flows.names["overig"]}
    wrong = pilot.model_copy(update={"flows": pilot.flows.model_copy(update={"names": names})})
    check_files(pilot)
    with pytest.raises(WerkzorgError) as caught:
        check_files(wrong)
    assert caught.value.problems[0].values["names"] == "overigen"
