"""The page in a real browser: it loads nothing, every control works without a mouse, and it prints."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from accessibility import findings

from werkzorg.explorer.page import MOST_BYTES
from werkzorg.wording import say

pytestmark = pytest.mark.slow

A4 = (595, 842)
"""Points."""


ROOT = "document.getElementById('werkzorg-explorer')"


def explorer(page, expression: str):
    return page.evaluate(f"(() => {{ const e = {ROOT}.werkzorg.explorer; return {expression}; }})()")


def settle(page) -> None:
    """Wait until the picture has been drawn."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def verdict(page) -> str:
    return page.inner_text("[data-part=verdict]")


def test_the_page_is_small_and_may_load_nothing(page_file):
    text = page_file.read_text(encoding="utf8")
    assert len(text.encode()) < MOST_BYTES
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"<(link|img|iframe|script src)", text)


def test_the_policy_stops_scripts_that_are_not_of_the_page(browser, page_file, tmp_path):
    """A page in which somebody changed the module does not run: the hash is that of the module."""
    changed = tmp_path / "changed.html"
    changed.write_text(page_file.read_text(encoding="utf8").replace("class Explorer", "class  Explorer"), "utf8")
    page = browser.new_page()
    page.goto(changed.as_uri())
    assert page.inner_html("#werkzorg-explorer") == ""
    page.close()


def test_a_lever_moves_the_answer_and_undo_brings_it_back(opened):
    before = verdict(opened)
    opened.locator("[data-lever=years]").focus()
    opened.keyboard.press("Home")
    settle(opened)
    assert "Na 1 jaar" in verdict(opened) != before
    opened.click("[data-do=undo]")
    settle(opened)
    assert verdict(opened) == before
    assert opened.is_disabled("[data-do=undo]")


def test_several_steps_of_one_movement_are_one_step_of_undo(opened):
    opened.locator("[data-lever=jobcoach]").fill("1.5")
    opened.locator("[data-lever=jobcoach]").fill("2")
    opened.locator("[data-lever=ggz]").fill("2")
    settle(opened)
    assert "200%" in opened.inner_text("[data-part=out-jobcoach]")
    opened.click("[data-back=ggz]")
    opened.click("[data-do=reset]")
    settle(opened)
    assert explorer(opened, "JSON.stringify(e.state().settings)") == '{"contract":[]}'


def test_everything_is_reached_by_keyboard_and_has_a_name(opened):
    """Tab from the top: every control that is shown comes by once, in the order of the page, with a name."""
    wanted = opened.evaluate(
        """() => [...document.querySelectorAll('button, input, select, summary, [tabindex="0"]')]
        .filter((one) => !one.disabled && one.checkVisibility())
        .filter((one) => one.type !== 'radio' || one.checked).length"""
    )
    seen = []
    for _ in range(wanted + 3):
        opened.keyboard.press("Tab")
        found = opened.evaluate(
            """() => { const one = document.activeElement;
            if (one === document.body) return null;
            one.dataset.walked = (Number(one.dataset.walked) || 0) + 1;
            const label = one.getAttribute('aria-label') || (one.labels && one.labels[0] && one.labels[0].textContent)
              || one.textContent;
            const ring = getComputedStyle(one).outlineStyle !== 'none';
            return [one.tagName, (label || '').trim(), ring, one.dataset.walked]; }"""
        )
        if found is None:
            break
        seen.append(found)
    assert len(seen) == wanted
    for tag, name, ring, times in seen:
        assert name, tag
        assert ring, (tag, name)
        assert times == "1", (tag, name)


def test_scenarios_are_chosen_by_keyboard_and_four_is_the_most(opened):
    boxes = opened.locator("[name=wz-scenario]")
    assert boxes.count() == 4
    for place in range(1, 4):
        boxes.nth(place).focus()
        opened.keyboard.press("Space")
    settle(opened)
    assert opened.locator("[data-part=verdict] strong").count() == 4
    assert opened.locator("[data-part=fans] figure").count() == 4
    opened.click("[data-party=insurer]")
    settle(opened)
    assert "zorgverzekeraar" in opened.inner_text("[data-part=fan-title]")


def test_a_contract_moves_money_and_leaves_society_as_it_is(opened):
    before = explorer(opened, "e.latest[0].rows")
    opened.click("[data-do=add]")
    settle(opened)
    after = explorer(opened, "e.latest[0].rows")
    assert after["society"]["mean"] == pytest.approx(before["society"]["mean"], abs=1e-9)
    gained = after["municipality"]["mean"] - before["municipality"]["mean"]
    assert gained == pytest.approx(before["insurer"]["mean"] - after["insurer"]["mean"]) and gained > 100
    opened.select_option("[data-field=kind]", "saving")
    assert opened.locator("[data-field=cap]").count() == 1
    opened.click("[data-drop='0']")
    assert opened.locator("[data-rule]").count() == 0


def test_positions_travel_in_the_address_and_in_a_file(opened, browser, page_file, tmp_path):
    opened.locator("[data-lever=wmo]").fill("1.5")
    opened.fill("[data-part=set-name]", "Dure <b>Wmo</b>")
    opened.click("[data-do=keep]")
    address = opened.url
    assert "#s=" in address
    with opened.expect_download() as waiting:
        opened.click("[data-do=save]")
    file = tmp_path / "state.json"
    waiting.value.save_as(file)
    state = json.loads(file.read_text(encoding="utf8"))
    assert state["settings"]["wmo"] == 1.5
    other = browser.new_page()
    other.goto(address)
    other.evaluate(f"{ROOT}.ready")
    assert "150%" in other.inner_text("[data-part=out-wmo]")
    assert other.inner_text("[data-set='0']") == "Dure <b>Wmo</b>"
    other.close()
    opened.click("[data-do=reset]")
    opened.set_input_files("[data-part=file]", str(file))
    opened.wait_for_function("document.querySelector('[data-part=message]').textContent.includes('state.json')")
    assert "150%" in opened.inner_text("[data-part=out-wmo]")


@pytest.mark.parametrize("text", ["{", "[]", "null", '{"settings": {"wmo": "x", "contract": [{"kind": "no"}]}}'])
def test_broken_files_and_addresses_change_nothing(opened, tmp_path, text):
    file = tmp_path / "broken.json"
    file.write_text(text, encoding="utf8")
    before = verdict(opened)
    opened.set_input_files("[data-part=file]", str(file))
    opened.wait_for_function("document.querySelector('[data-part=message]').textContent !== ''")
    opened.evaluate("location.hash = '#s=%%%'")
    settle(opened)
    assert verdict(opened) == before


def test_the_csv_holds_the_numbers_of_the_page(opened):
    with opened.expect_download() as waiting:
        opened.click("[data-do=csv]")
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    society = next(row for row in rows if len(row) > 2 and row[1] == "Samenleving")
    assert float(society[2].replace(",", ".")) == pytest.approx(
        explorer(opened, "e.latest[0].rows.society.mean"), abs=1e-4
    )


def test_english_is_one_button_away(opened):
    opened.click("[data-do=lang]")
    settle(opened)
    assert opened.evaluate("document.documentElement.lang") == "en"
    assert verdict(opened).startswith("After 5 years the result for the municipality")


@pytest.mark.parametrize("width", [320, 640, 1280, 1920])
def test_nothing_sticks_out(opened, width):
    opened.set_viewport_size({"width": width, "height": 900})
    settle(opened)
    opened.wait_for_timeout(100)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    texts = opened.evaluate(
        """() => [...document.querySelectorAll('.wz-label output, .wz-num, h1, h2')]
        .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
        .map((one) => one.textContent)"""
    )
    assert texts == []
    opened.click(".wz-ways summary")
    assert opened.evaluate("(one => one.scrollWidth <= one.clientWidth)(document.querySelector('.wz-ways .wz-scroll'))")


CONTRAST = """
() => {
  const light = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  return [...document.querySelectorAll('.wz *')].filter((one) => !one.disabled && one.checkVisibility()
    && [...one.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim())).map((one) => {
    const style = getComputedStyle(one), [a, b] = [light(one.closest('svg') ? style.fill : style.color),
      light(behind(one))].sort((x, y) => y - x);
    return [(a + 0.05) / (b + 0.05), one.textContent.trim().slice(0, 40)];
  }).filter(([ratio]) => ratio < 4.5);
}
"""


def test_all_text_has_enough_contrast(opened):
    assert opened.evaluate(CONTRAST) == []


def test_every_picture_and_table_has_its_words(opened):
    missing = opened.evaluate(
        """() => [...document.querySelectorAll('.wz svg')].filter((one) =>
          !one.closest('[aria-hidden=true]') && !one.getAttribute('aria-label')).length
        + [...document.querySelectorAll('.wz table')].filter((one) => !one.caption).length"""
    )
    assert missing == 0
    assert opened.get_attribute("[data-part=verdict]", "aria-live") == "polite"


@pytest.mark.parametrize("scenarios", [1, 2, 3, 4])
def test_it_prints_on_one_a4_with_the_positions_of_the_levers(opened, scenarios):
    opened.locator("[data-lever=wmo]").fill("1.5")
    opened.click("[data-do=apply]")
    for place in range(1, scenarios):
        opened.locator("[name=wz-scenario]").nth(place).check()
    settle(opened)
    paper = opened.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", paper)
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {A4}
    assert len(boxes) == 1
    # Afterwards the window has its own sizes again.
    assert opened.locator("[data-part=fans] svg").first.get_attribute("height") == "210"
    opened.emulate_media(media="print")
    opened.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert "150%" in opened.inner_text("[data-part=positions]")
    assert "hoogstens" in opened.inner_text("[data-part=positions]")
    assert not opened.is_visible(".wz-levers")


def test_the_contract_that_was_found_goes_into_the_levers(opened, content):
    wanted = content["negotiation"]["contract"]
    opened.click("[data-do=apply]")
    settle(opened)
    assert opened.locator("[data-rule]").count() == len(wanted)
    assert explorer(opened, "e.state().settings.contract") == wanted
    assert "vier" in verdict(opened)


def test_the_answer_about_contracts_has_its_rules_as_a_list_and_a_button_that_says_which(opened, content):
    found = content["negotiation"]
    assert opened.locator(".wz-contract li").all_inner_texts() == found["text"]["nl"][1]
    assert opened.inner_text("[data-do=apply]") == found["apply"]["nl"]


def test_a_table_wider_than_its_place_says_so(opened):
    """At the width of a screen the money table fits; on a phone it says that there is more."""
    wide = "[...document.querySelectorAll('[data-part=matrix] .wz-scroll')].map((one) => one.dataset.wide)"
    assert opened.evaluate(wide) == [""]
    opened.set_viewport_size({"width": 320, "height": 900})
    settle(opened)
    assert opened.evaluate(wide) == [say("explorer.wide", "nl")]


def test_month_of_payback_has_its_chance(opened):
    shown = opened.locator("[data-row=client] [data-cell]").all_inner_texts()[2]
    share = explorer(opened, "e.latest[0].rows.client.payback.share")
    assert share >= 0.5 and re.fullmatch(r"in jaar \d+ \((?:\d+%|meer dan 99%)\)", shown)


def test_payback_counts_the_contract(opened):
    """A party that gets money at the start is above zero from the first year on; one that pays it later, or never."""
    opened.click("[data-do=add]")
    opened.select_option("[data-field=payee]", "ggz_institution")
    opened.select_option("[data-field=kind]", "upfront")
    opened.fill("[data-field=amount]", "90000")
    opened.locator("[data-field=amount]").dispatch_event("change")
    settle(opened)
    rows = explorer(
        opened, "Object.fromEntries(Object.entries(e.latest[0].rows).map(([id, row]) => [id, row.payback]))"
    )
    assert rows["ggz_institution"] == {"share": 1, "median": 1}
    assert rows["insurer"]["share"] == 0


def test_running_sums_end_where_the_totals_without_discounting_do(opened):
    """At a rate of nought the last running sum at the horizon of ten years is the total, contract and all."""
    opened.click("[data-do=apply]")
    opened.locator("[data-lever=years]").press("End")
    opened.locator("[data-lever=rate]").press("Home")
    settle(opened)
    gaps = explorer(
        opened,
        """["society", "municipality", "ggz_institution", "insurer"].map((party) => {
        const { values, running } = e.latest[0].rows[party];
        const ends = running.sums.subarray(running.sums.length - values.length);
        return Math.max(...values.map((value, d) => Math.abs(value - ends[d])));
        })""",
    )
    assert max(gaps) < 1e-6


def test_the_table_of_all_numbers_opens_and_agrees_with_the_pictures(opened):
    opened.click(".wz-numbers summary")
    settle(opened)
    row = opened.locator("[data-part=table] tbody tr", has_text="Gemeente").first.inner_text()
    shown = opened.locator(".wz-row.wz-on .wz-num").nth(1).inner_text().split()[-1]
    assert f"{float(shown.rstrip('%')):.0f}" in row.replace(",", ".")
    total = opened.locator("[data-part=matrix] tbody tr", has_text="Gemeente").first.locator("td").first.inner_text()
    mean = explorer(opened, "e.latest[0].rows.municipality.mean")
    assert abs(int(re.sub(r"[^\d-]", "", total)) - mean) <= 1


def test_the_keyboard_keeps_its_place_when_a_party_is_chosen(opened):
    opened.locator("[data-party=insurer]").focus()
    opened.keyboard.press("Enter")
    settle(opened)
    assert opened.evaluate("document.activeElement.dataset.party") == "insurer"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_axe_finds_nothing(opened, width, lang):
    """Everything is open: a contract, a kept position, sources of levers, two scenarios, the tables."""
    opened.set_viewport_size({"width": width, "height": 900})
    if lang == "en":
        opened.click("[data-do=lang]")
    opened.click("[data-do=add]")
    opened.select_option("[data-field=kind]", "saving")
    opened.click("[data-do=keep]")
    opened.locator("[name=wz-scenario]").nth(1).check()
    opened.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    settle(opened)
    assert findings(opened) == []
