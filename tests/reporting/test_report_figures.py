"""Figures: message with numbers, data as a table, readable colours, no cut text, SVG that stands inside a page."""

import re
from functools import partial
from itertools import pairwise

import pandas as pd
import pytest
from results_example import PARTIES, example

from werkzorg.reporting import figures
from werkzorg.reporting.figures import flows, style
from werkzorg.reporting.parties import party_colour, party_name, party_short
from werkzorg.wording import say

# A figure in which texts leave no room for what is drawn.
pytestmark = pytest.mark.filterwarnings("error:constrained_layout not applied")

HOUSEHOLDS = ("single", "single_parent", "couple", "cost_sharer")
MAKERS = {
    "fan": lambda r, lang: figures.cumulative_fan(r, "municipality", lang),
    "fan_ggz": lambda r, lang: figures.cumulative_fan(r, "ggz_institution", lang),
    "states": figures.state_shares,
    "sankey": figures.sankey,
    "matrix": figures.pay_matrix,
    "waterfall": lambda r, lang: figures.kept_waterfall(r, "municipality", lang),
    "priors": figures.prior_posterior,
    "chances": figures.gain_probabilities,
    "placed": figures.placed_forecast,
    "acceptability": lambda r, lang: figures.acceptability(r, "insurer", lang),
    "acceptability_all": lambda r, lang: figures.acceptability(r, "society", lang),
    "income": lambda r, lang: figures.income_by_hours(r, lang, HOUSEHOLDS),
}


@pytest.fixture(scope="module")
def made(results):
    return {(name, lang): make(results, lang) for name, make in MAKERS.items() for lang in ("nl", "en")}


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("name", MAKERS)
def test_figure_is_complete(made, name, lang):
    figure = made[name, lang]
    # The message holds numbers, and is longer than the title.
    assert re.search(r"\d", figure.alt) and len(figure.alt) > 40
    assert figure.caption and len(figure.data) > 1 and figure.rows
    assert figure.data.columns.is_unique
    assert not figure.data.isna().any().any()
    assert figure.svg.startswith("<svg viewBox=")


@pytest.mark.parametrize("name", MAKERS)
def test_svg_refers_to_nothing_outside(made, name):
    figure = made[name, "nl"]
    for svg in filter(None, (figure.svg, figure.svg_narrow)):
        assert not re.search(r"https?:|xlink|<script|<metadata|<!DOCTYPE|@import", svg)
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) <= set(re.findall(r'id="([^"]+)"', svg))


def test_two_figures_share_no_identifier(made):
    names = [
        set(re.findall(r'id="([^"]+)"', svg))
        for name in MAKERS
        for svg in (made[name, "nl"].svg, made[name, "nl"].svg_narrow)
    ]
    assert len(set.union(*names)) == sum(map(len, names))


@pytest.mark.parametrize("name", MAKERS)
def test_letters_are_at_least_eight_points(made, name):
    sizes = [float(size) for size in re.findall(r"font(?:-size)?:[^;\"]*?([\d.]+)px", made[name, "nl"].svg)]
    assert sizes and min(sizes) >= 8.0


@pytest.mark.parametrize("name", MAKERS)
def test_phone_drawing_fits_320_pixels(made, name):
    width = float(re.search(r'width="(\d+)"', made[name, "nl"].svg_narrow).group(1))
    assert width <= 320 - 2 * 16


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("name", MAKERS)
def test_no_text_is_cut(results, name, lang, monkeypatch):
    found = []

    def measure(canvas, prefix):
        canvas.draw_without_rendering()
        box = canvas.get_tightbbox()
        width, height = canvas.get_size_inches()
        # 0.03 inch is two points: less than half a letter.
        found.append((prefix, box.x0 > -0.03, box.y0 > -0.03, box.x1 < width + 0.03, box.y1 < height + 0.03))
        return "<svg>"

    monkeypatch.setattr(style, "_inline_svg", measure)
    MAKERS[name](results, lang)
    assert found and all(all(sides[1:]) for sides in found), found


@pytest.mark.parametrize("variant", ["over_zero", "certain", "never_pays"])
def test_awkward_results_can_be_drawn(variant):
    results = example(variant)
    for make in MAKERS.values():
        assert make(results, "nl").alt


def test_payback_line_only_when_most_calculations_get_there(results):
    rare = results.table.copy()
    rare.loc[rare["id"] == "payback_month.municipality", "probability"] = 0.1
    changed = type(results)(results.meta, rare, results.assumptions, results.gates)
    text = say("figure.fan.payback", "nl", month="").strip()
    assert text in figures.cumulative_fan(results, "municipality", "nl").svg
    assert text not in figures.cumulative_fan(changed, "municipality", "nl").svg


def test_prior_only_is_marked_in_figures(made):
    # On a phone the name stands on one line; on a page it may be broken over two.
    assert "(alleen voorkennis)" in made["waterfall", "nl"].svg_narrow
    assert "(prior only)" in " ".join(made["priors", "en"].data.iloc[:, 0])


def test_bands_of_a_party_add_up_to_what_it_gets_and_gives(results):
    table = results.table.copy()
    largest = table.loc[table["quantity"] == "flow", "value"].abs().max()
    one = table.index[(table["quantity"] == "flow") & (table["payer"] == "insurer")][0]
    # A flow that is hardly to be seen counts too: a reader adds up what stands at the names.
    table.loc[one, "value"] = 1e-4 * largest
    rows = flows.flow_rows(type(results)(results.meta, table, results.assumptions, results.gates))
    bands = flows.bands(rows)
    assert all(band.amount > 0 for band in bands)
    for party in flows.ORDER:
        gets = sum(band.amount for band in bands if band.taker == party)
        gives = sum(band.amount for band in bands if band.giver == party)
        whole = sum(row.value * ((row.payee == party) - (row.payer == party)) for row in rows)
        # Sums of a few floats of this size.
        assert gets - gives == pytest.approx(whole, abs=1e-9 * largest)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_table_of_the_matrix_holds_its_sums(made, lang):
    figure = made["matrix", lang]
    drawn = re.findall(r">([+-][\d.,]+)</text>", figure.svg)
    cells = figure.data.iloc[:, 2].str.replace(r"[€\s.,]", "", regex=True).astype(float)
    mark = "," if lang == "nl" else "."
    shown = [1000 * float(text.replace(mark, ".")) for text in drawn]
    # A dot is no sign for thousands in amounts of less than a million; both are rounded in the same way.
    assert sorted(cells[cells != 0]) == pytest.approx(sorted(value for value in shown if value))
    assert len(figure.data) == len({(row.payer, row.payee) for row in figure.rows})


def test_payment_that_falls_away_makes_the_payer_the_taker(results):
    band = next(b for b in flows.bands(flows.flow_rows(results)) if b.giver == "client" and b.less)
    assert band.taker == "municipality"


def contrast(colour: str) -> float:
    """Contrast of a colour on white (WCAG 2.1, relative luminance)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


@pytest.mark.parametrize("party", PARTIES)
def test_party_colours_reach_three_to_one(party):
    assert contrast(party_colour(party)) >= 3.0
    assert party_name(party, "nl") != party and party_short(party, "en")


@pytest.mark.parametrize("colour", [style.BLUE, style.VERMILLION, style.GREEN, style.PURPLE, style.GREY])
def test_palette_reaches_three_to_one(colour):
    assert contrast(colour) >= 3.0


def test_spread_keeps_distance_and_order():
    placed = style.spread([0.0, 0.1, 5.0, 0.05], 1.0)
    order = sorted(placed)
    assert all(b - a >= 1.0 - 1e-9 for a, b in pairwise(order))
    assert placed[0] < placed[3] < placed[1] < placed[2]
    assert style.spread([0.0, 10.0], 1.0) == [0.0, 10.0]


def test_same_results_same_drawing(results, made):
    again = partial(figures.cumulative_fan, results, "municipality")("nl")
    assert again.svg == made["fan", "nl"].svg


LONG = "Een lange naam van een onzekere waarde waar een lezer op een telefoon elk woord van wil zien, tot en met einde"


def test_a_long_name_is_whole_on_a_phone(results):
    table = results.table.copy()
    table.loc[(table["quantity"] == "waterfall") & (table["order"] == 1), "item_label_nl"] = LONG
    changed = type(results)(results.meta, table, results.assumptions, results.gates)
    svg = figures.kept_waterfall(changed, "municipality", "nl").svg_narrow
    assert "…" not in svg
    shown = " ".join(re.findall(r"<text[^>]*>([^<]+)</text>", svg))
    assert LONG in re.sub(r"\s+", " ", shown)
    # Each further line of a name makes room above every bar: the drawing grows by more than a line per bar.
    plain = figures.kept_waterfall(results, "municipality", "nl")
    heights = [float(re.search(r'height="(\d+)"', text).group(1)) for text in (plain.svg_narrow, svg)]
    assert heights[1] - heights[0] > 2 * style.LINE_HEIGHT * len(plain.data)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_matrix_has_the_same_amounts_on_a_phone(made, lang):
    figure = made["matrix", lang]

    def amounts(svg):
        return sorted(re.findall(r">([+-][\d.,]+)</text>", svg))

    assert len(amounts(figure.svg)) > 3
    assert amounts(figure.svg_narrow) == amounts(figure.svg)
    assert {party_name(row.payer, lang) for row in figure.rows} <= set(
        re.findall(r">([^<]+)</text>", figure.svg_narrow)
    )


def test_a_logarithm_is_shown_as_a_factor(results):
    table = results.table.copy()
    rows = table["quantity"] == "parameter"
    name = table.loc[rows, "parameter"].iloc[0]
    rows &= table["parameter"] == name
    table.loc[rows, ["unit", "median", "label_nl"]] = ["log ratio", 0.693147, "Effect op werk (logaritme)"]
    data = figures.prior_posterior(type(results)(results.meta, table, results.assumptions, results.gates), "nl").data
    lines = data[data.iloc[:, 0].str.startswith("Effect op werk")]
    assert len(lines) == 2
    # exp(0.693) is 2, and nothing is said of a logarithm that is not shown.
    assert set(lines.iloc[:, 2]) == {"factor 2,00"}
    assert not lines.iloc[:, 0].str.contains("logaritme").any()


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_many_numbers_of_people_are_listed_in_fives(results, lang):
    """Sixty-nine rows of less than 1% each hide that 34 or more together are 10%."""
    table = results.table[results.table["quantity"] != "placed_pmf"]
    shape = results.table[results.table["quantity"] == "placed_pmf"].iloc[:1]
    for people, rows in ((40, 40), (60, 12)):
        counts = [shape.assign(id=f"placed_pmf.{n}", count=n, value=1 / people) for n in range(people)]
        changed = type(results)(results.meta, pd.concat([table, *counts]), results.assumptions, results.gates)
        data = figures.placed_forecast(changed, lang).data
        assert len(data) == rows
    assert data.iloc[-1].tolist() == [{"nl": "55 tot en met 59", "en": "55 to 59"}[lang], "8%"]
