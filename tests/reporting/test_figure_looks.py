"""What a reader sees in a figure: no line through a name, no look of a loss for what is none."""

import re
from itertools import product

import pandas as pd
import pytest

from werkzorg.reporting import figures
from werkzorg.reporting.assumptions import assumptions_markup
from werkzorg.reporting.document import Sources
from werkzorg.reporting.figures import reach, style
from werkzorg.reporting.figures.bars import LOSS_LOOK, cause_look
from werkzorg.reporting.figures.tornado import tornado
from werkzorg.reporting.numbers import percent
from werkzorg.reporting.report import Report


def with_rows(results, rows):
    """The results with more rows in the table."""
    more = pd.DataFrame(rows).reindex(columns=results.table.columns)
    table = pd.concat([results.table, more], ignore_index=True)
    return type(results)(results.meta, table, results.assumptions, results.gates)


@pytest.fixture(scope="module")
def moved(results):
    """Results with two values that move the result of the insurer, one of them the other way."""
    net = results.one(quantity="net", party="insurer", horizon=60, per="pilot", view="society").value
    rows = []
    for k, name in enumerate(("first", "second")):
        sign = -1 if k else 1
        same = {"party": "insurer", "parameter": name, "rests_on": "prior"}
        same |= {"label_nl": "Een naam die op een telefoon twee regels nodig heeft", "label_en": "A name of two lines"}
        for item, side in (("at_low", -1), ("at_high", 1)):
            value = net + side * sign * 0.8 * abs(net)
            rows.append({"id": f"t.{name}.{item}", "quantity": "tornado", "item": item, "value": value, **same})
            rows.append(
                {"id": f"i.{name}.{item}", "quantity": "tornado_input", "item": item, "value": 2 + side, **same}
            )
    for row in rows:
        row["unit"] = "EUR_2018" if row["quantity"] == "tornado" else "months"
    return with_rows(results, rows)


def canvases(make, monkeypatch):
    """The drawings of a figure, for a page and for a phone, before they become SVG."""
    found = []
    monkeypatch.setattr(style, "_inline_svg", lambda canvas, prefix: found.append(canvas) or "<svg>")
    make()
    for canvas in found:
        canvas.draw_without_rendering()
    return found


def names_crossed(canvas):
    """Names of bars through which an upright line runs."""
    render = canvas.canvas.get_renderer() if hasattr(canvas.canvas, "get_renderer") else canvas._get_renderer()
    crossed = []
    for axis in canvas.axes:
        upright = [line for line in axis.lines if len(set(line.get_xdata())) == 1]
        names = [text for text in axis.texts if getattr(text, "xycoords", None) == ("axes fraction", "data")]
        assert names
        for text, line in product(names, upright):
            box, other = text.get_window_extent(render), line.get_window_extent(render)
            if box.x0 < other.x0 < box.x1 and other.y0 < box.y1 and box.y0 < other.y1:
                crossed.append(text.get_text())
    return crossed


def test_no_line_runs_through_a_name_on_a_phone(results, moved, monkeypatch):
    makers = (
        lambda: tornado(moved, "insurer", "nl"),
        lambda: figures.kept_waterfall(results, "municipality", "nl"),
        lambda: figures.care_parts(results, "nl"),
    )
    for make in makers:
        page, phone = canvases(make, monkeypatch)
        assert names_crossed(phone) == []
        assert names_crossed(page) == []


def test_a_low_value_has_no_look_of_a_loss(moved):
    made = tornado(moved, "insurer", "nl")
    for svg in (made.svg, made.svg_narrow):
        assert "<pattern" not in svg and style.LOSS.lower() not in svg.lower()
        assert {"lage waarde", "hoge waarde"} <= set(re.findall(r">([^<>]+)</text>", svg))


def test_extra_care_at_the_start_of_work_is_due_to_work():
    assert cause_look("crisis_at_start", 100.0) == LOSS_LOOK
    assert cause_look("crisis_at_start", -100.0) == cause_look("work", -100.0)
    assert cause_look("planned_end", -100.0) != cause_look("work", -100.0)


def turning(results, **ends):
    """Results with a curve by effect, and a tipping point with these ends."""
    rows = [
        {
            "id": f"c.{effect}", "quantity": "reach_curve", "party": "society", "count": effect, "unit": "EUR_2018",
            **{f"low{p}": 50.0 * effect - 500 - 5 * p for p in (50, 80, 95)}, "median": 50.0 * effect - 500,
            **{f"high{p}": 50.0 * effect - 500 + 5 * p for p in (50, 80, 95)}, "rests_on": "prior",
        }
        for effect in (-10, 0, 10, 30, 60, 90)
    ]  # fmt: skip
    turn = {"quantity": "tipping_placed", "party": "society", "unit": "persons", "rests_on": "prior", **ends}
    expected = {"quantity": "reach_placed", "unit": "persons", "value": 4.0, "low80": 2.0, "high80": 6.0}
    return with_rows(results, [*rows, {"id": "t", **turn}, {"id": "e", **expected}])


def test_tipping_point_stands_on_the_line_at_nil(results, monkeypatch):
    monkeypatch.setattr(reach, "reach_verdict", lambda results, lang: [])
    page, _ = canvases(
        lambda: figures.reach_curve(turning(results, median=10.0, low80=4.0, high80=17.0), "society", "nl"), monkeypatch
    )
    lines = [line for line in page.axes[0].lines if set(line.get_ydata()) == {0}]
    drawn = [sorted(line.get_xdata()) for line in lines]
    assert [4.0, 17.0] in drawn and [10.0] in drawn
    assert not {line.get_marker() for line in lines} & {"<", ">"}
    # Beyond the first effect that is surely worth its money there is nothing new to see.
    assert page.axes[0].get_xlim() == (-10.0, 30.0)


def test_an_open_end_of_a_tipping_point_is_an_arrow(results, monkeypatch):
    monkeypatch.setattr(reach, "reach_verdict", lambda results, lang: [])
    page, _ = canvases(lambda: figures.reach_curve(turning(results, low80=4.0), "society", "nl"), monkeypatch)
    lines = [line for line in page.axes[0].lines if set(line.get_ydata()) == {0}]
    assert [4.0, 30.0] in [sorted(line.get_xdata()) for line in lines]
    assert [line.get_marker() for line in lines if line.get_marker() in "<>"] == [">"]


def test_a_check_without_a_single_month_has_no_figure(results):
    lines = [
        {"id": f"w.{month}", "quantity": "check_line", "item": "work_comparison", "month": month, "mean": 0.3}
        for month in (1, 2)
    ]
    piece = Report(with_rows(results, lines), "technical", "nl").figure("check_work", "work_comparison")
    assert "<svg" not in piece.markup and "te weinig mensen" in piece.markup


def bar_width(canvas):
    """Longest line of a figure as a part of its width."""
    boxes = [line.get_window_extent() for line in canvas.axes[0].lines]
    return max(box.width for box in boxes) / canvas.bbox.width


def test_bars_of_prior_knowledge_get_the_width_of_a_phone(results, monkeypatch):
    bare = type(results)(
        {**results.meta, "basis": "nothing"}, results.table, results.assumptions, results.gates
    )  # fmt: skip
    # Values beside the bars took four fifths of the width.
    for given, least in ((results, 0.45), (bare, 0.85)):
        _, phone = canvases(lambda given=given: figures.prior_posterior(given, "nl"), monkeypatch)
        assert bar_width(phone) > least


def test_without_data_a_quantity_has_one_row_and_no_word_on_data(results):
    bare = type(results)({**results.meta, "basis": "nothing"}, results.table, results.assumptions, results.gates)
    made, usual = figures.prior_posterior(bare, "nl"), figures.prior_posterior(results, "nl")
    assert len(made.data) * 2 == len(usual.data)
    assert made.data.iloc[:, 0].is_unique
    assert "geen gegevens" not in made.svg + made.svg_narrow


def test_numbers_of_the_states_have_a_row_with_the_pilot_and_one_without(results):
    data = figures.state_shares(results, "en").data
    # Ten columns beside each other ran off the page.
    assert data.shape[1] == 7
    assert list(data.iloc[:2, 0]) == ["0", "0"] and data.iloc[0, 1] != data.iloc[1, 1]
    row = results.one(quantity="state_share", arm="without", state="searching", month=12)
    assert percent(row.value, "en") in set(data.iloc[3])


@pytest.mark.parametrize(("lang", "told"), [("nl", "gelden op 1 januari 2018"), ("en", "hold on 1 January 2018")])
def test_the_date_of_most_assumptions_is_told_once(results, lang, told):
    assumptions = results.assumptions.copy()
    first, second = assumptions.loc[:1, "id"]
    assumptions.loc[1, "date"] = "2021-03-01"
    changed = type(results)(results.meta, results.table, assumptions, results.gates)
    page = assumptions_markup(Sources(changed, lang), [first, second], lang)
    assert page.count(told) == 1
    assert page.count('class="when"') == 1 and "2021" in page.split('class="when"')[1][:30]
    # Without any value of that date there is nothing to tell.
    assert told not in assumptions_markup(Sources(changed, lang), [second], lang)
