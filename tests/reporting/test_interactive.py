"""The page with figures that answer the pointer: numbers of the rows, its own scripts only, whole without scripts."""

import base64
import hashlib
import html
import json
import re
from dataclasses import replace

import nbformat
import pytest
from accessibility import findings

from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.reporting import export_html, figures, interactive
from werkzorg.reporting.checklist import draft_text
from werkzorg.reporting.numbers import chance
from werkzorg.reporting.parties import party_name
from werkzorg.reporting.report import Report
from werkzorg.reporting.sanitise import dangers
from werkzorg.reporting.verdicts_data import gates_verdict
from werkzorg.wording import say

DRAWN = "document.querySelectorAll('.plot').length > 0 && document.querySelectorAll('.picture').length === 0"
PATIENT = 180_000
"""Milliseconds: five megabytes of script take long on a machine that does other things too."""


@pytest.fixture(scope="module")
def page_file(results, tmp_path_factory):
    return interactive.write_interactive(results, tmp_path_factory.mktemp("interactive"), "nl", "Voet")


@pytest.fixture(scope="module")
def page(page_file):
    return page_file.read_text(encoding="utf8")


@pytest.fixture(scope="module")
def scripts(page):
    return re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)


def figures_of(scripts):
    return {figure["name"]: figure for figure in json.loads(scripts[0][1])["figures"]}


def test_lines_hold_the_numbers_of_the_rows(results, scripts):
    made = figures_of(scripts)
    end = results.meta["main_horizon"]
    for party in ("municipality", "insurer", "society"):
        rows = sorted(results.rows(quantity="net_cumulative", party=party), key=lambda row: row.month)[: end + 1]
        columns = ("low95", "high95", "low80", "high80", "low50", "high50", "median")
        drawn = made[f"fan-{party}"]["data"]
        assert [line["y"] for line in drawn] == [[getattr(row, name) for row in rows] for name in columns]
        assert all(line["x"] == list(range(end + 1)) for line in drawn)
    for party in ("municipality", "client"):
        own, together = made[f"acceptability-{party}"]["data"]
        for line, name in ((own, party), (together, "all")):
            rows = {row.threshold: row.value for row in results.rows(quantity="acceptability", party=name)}
            assert dict(zip(line["x"], line["y"], strict=True)) == rows


def test_the_pointer_tells_what_the_table_below_the_figure_says(results, scripts):
    for party in ("municipality", "society"):
        drawn = figures_of(scripts)[f"fan-{party}"]
        table = figures.cumulative_fan(results, party, "nl").data
        told = {line["hovertemplate"].split(":")[0]: line for line in drawn["data"]}
        assert list(told) == [f"{share}, {end}" for share in ("95%", "80%", "50%") for end in ("van", "tot")] + [
            "midden"
        ]
        pairs = {
            "95%, van": "low95",
            "95%, tot": "high95",
            "80%, van": "low80",
            "80%, tot": "high80",
            "midden": "median",
        }
        for name, column in pairs.items():
            heading = say(f"column.{column}", "nl")
            months = [told[name]["x"].index(int(month)) for month in table[say("column.month", "nl")]]
            assert [told[name]["customdata"][place] for place in months] == list(table[heading])
            assert told[name]["hovertemplate"] == f"{name}: %{{customdata}}<extra></extra>"
        assert drawn["layout"]["xaxis"]["unifiedhovertitle"] == {"text": "maand %{x}"}
    own, together = figures_of(scripts)["acceptability-client"]["data"]
    rows = {row.threshold: row.value for row in results.rows(quantity="acceptability", party="all")}
    assert together["customdata"] == [chance(rows[amount], "nl") for amount in together["x"]]
    assert own["hovertemplate"].startswith(f"{party_name('client', 'nl')}: ")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_it_says_what_the_reports_say_above_all(results, lang, tmp_path):
    warned = results.meta | {"gates_verdict": "warn", "basis": "nothing"}
    page = interactive.write_interactive(replace(results, meta=warned), tmp_path, lang, "Voet").read_text("utf8")
    shown = replace(results, meta=warned)
    for text in (draft_text(shown, lang), gates_verdict(shown, lang), say("front.prior_only", lang)):
        assert text and html.escape(text, quote=False) in page
    title = Report(shown, "municipality", lang).title().markup
    assert html.unescape(re.search(r'<p class="facts"[^>]*>(.*?)</p>', title).group(1)) in page


def test_a_run_that_was_stopped_has_no_figures_here_either(results, tmp_path):
    stopped = replace(results, meta=results.meta | {"gates_verdict": "stop"})
    page = interactive.write_interactive(stopped, tmp_path, "nl", "Voet").read_text("utf8")
    assert "<figure" not in page and say("front.stopped", "nl") in page
    assert interactive.content(stopped, "nl")["figures"] == []


def test_the_page_may_run_its_own_scripts_and_nothing_else(page, scripts):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page).group(1)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for _look, text in scripts[1:]]
    assert rules["script-src"] == " ".join(f"'sha256-{digest}'" for digest in digests)
    assert rules["default-src"] == "'none'" and len(scripts) == 3
    assert scripts[0][0] == ' type="application/json" id="werkzorg-figures"'
    assert dangers(re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)) == []


def test_every_drawing_has_a_static_picture_with_its_message(page, scripts):
    for name in figures_of(scripts):
        assert re.search(rf'<figure id="figure-{name}">.*?<div class="picture page" role="img" aria-label="[^"]', page)


def test_what_not_every_reader_may_see_is_not_in_it(results):
    table = results.table.copy()
    table.loc[(table["party"] == "insurer"), "parties"] = "insurer; technical"
    content = interactive.content(replace(results, table=table).visible_to("all"), "en")
    names = {figure["name"] for figure in content["figures"]}
    assert "fan-insurer" not in names and "fan-municipality" in names
    own = next(figure for figure in content["figures"] if figure["name"] == "acceptability-insurer")
    assert [line["name"] for line in own["data"]] == ["All four at once"]


def test_without_plotly_it_says_what_to_install(results, tmp_path, monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(interactive.resources, "files", missing)
    with pytest.raises(WerkzorgError) as caught:
        interactive._plotly()
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert "pip install plotly" in str(caught.value)


def test_reports_link_to_it_only_when_it_is_there(tmp_path):
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "n.ipynb")
    for beside in ("", "interactief.nl.html"):
        page = export_html(tmp_path / "n.ipynb", tmp_path / "n.html", "nl", "T", interactive=beside)
        assert ('href="interactief.nl.html"' in page.read_text(encoding="utf8")) == bool(beside)
        assert "<script" not in page.read_text(encoding="utf8")


def test_it_draws_without_a_network_and_without_findings(browser, page_file, scripts):
    context = browser.new_context(viewport={"width": 320, "height": 900}, offline=True)
    page = context.new_page()
    page.set_default_timeout(PATIENT)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(page_file.as_uri())
    page.wait_for_function(DRAWN)
    for name, figure in figures_of(scripts).items():
        drawn = page.evaluate(f"document.getElementById('plot-{name}').data.map(line => line.y)")
        assert drawn == [line["y"] for line in figure["data"]]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert findings(page) == []
    context.close()
    assert complaints == []


def test_without_scripts_the_static_figures_stand(browser, page_file):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(PATIENT)
    page.goto(page_file.as_uri())
    pictures = page.locator(".picture.page")
    assert pictures.count() > 5 and pictures.first.is_visible()
    context.close()
