"""Page and ledger give the same money at random positions of the levers, and the same words."""

from __future__ import annotations

import random
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from werkzorg.appraisal.scenarios import Bench
from werkzorg.appraisal.summary import summarise
from werkzorg.explorer.content import Source, kept_draws, make_content
from werkzorg.explorer.evaluate import net_result
from werkzorg.explorer.levers import SIZES
from werkzorg.explorer.page import make_page
from werkzorg.explorer.settings import Settings
from werkzorg.explorer.widget import as_plain
from werkzorg.inference.fit import first_answer
from werkzorg.params.scenarios import load_variants
from werkzorg.reporting.verdicts import net_verdict, together_verdict

pytestmark = pytest.mark.slow

TIMES = 200

FEW = 60
"""Draws of pages of other pilots."""

IN_PAGE = """
(all) => {
  const { explorer, evaluate, accept } = document.getElementById('werkzorg-explorer').werkzorg;
  const { content, arrays } = explorer;
  return all.map(([place, settings]) => {
    const made = evaluate(content, arrays, content.scenarios[place], accept(content, settings));
    return Object.fromEntries(Object.entries(made.totals).map(([party, values]) => [party, Array.from(values)]));
  });
}
"""

EURO = 3.0
"""Largest difference in one draw, EUR per participant: amounts are stored to a quarter of a euro in each of ten years,
and prices that are twice as high double the difference."""

PART = 0.001
"""The same as part of the spread of the draws: an amount is stored to 1 part in 65,535 of the spread of its column
where that is more than a quarter of a euro, for in a large group a rare draw has care costs many times those that are
usual. Sixty such roundings (a party's items over ten years), all one way, are this part."""

EURO_IN_MEAN = 0.3
"""The same in the mean of 240 draws: fifty roundings of a quarter of a euro at double prices give 0.07 as a rule."""


def random_contract(rng: random.Random) -> list[dict]:
    parties = ("municipality", "insurer", "ggz_institution", "state", "zvw_fund", "uwv")
    rules = []
    for _ in range(rng.choice((0, 0, 1, 2, 3))):
        payer, payee = rng.sample(parties, 2)
        kind = rng.choice(("upfront", "placement", "month", "saving"))
        rule = {"kind": kind, "payer": payer, "payee": payee}
        if kind == "saving":
            rule |= {"amount": rng.random(), "saving": rng.choice(("bijstand", "ggz"))}
            rule |= {"cap": rng.uniform(0, 60_000)} if rng.random() < 0.5 else {}
        else:
            rule["amount"] = rng.uniform(0, 3_000)
        rules.append(rule)
    return rules


def random_settings(rng: random.Random, used: set[str]) -> Settings:
    def maybe(low: float, high: float) -> float | None:
        return rng.uniform(low, high) if rng.random() < 0.5 else None

    prices = {name: maybe(0.5, 2.0) for name in ("jobcoach", "keyofficer", "counsellor", "ggz", "wmo") if name in used}
    return Settings(
        **prices, lks=maybe(0, 1.5), causal=maybe(0, 1.5), kept_municipality=maybe(0, 1), kept_insurer=maybe(0, 1),
        clients=rng.choice((None, *SIZES)), years=rng.choice((None, *range(1, 11))), rate=maybe(0, 0.07),
        contract=tuple(random_contract(rng)),
    )  # fmt: skip


@pytest.fixture(scope="module")
def wanted(source, content):
    rng = random.Random(7)
    used = {lever["id"] for lever in content["levers"]}
    cases = [(0, Settings())]
    return cases + [(rng.randrange(len(source.parts)), random_settings(rng, used)) for _ in range(TIMES)]


def test_page_and_ledger_agree_at_random_positions(source, content, opened, wanted):
    found = opened.evaluate(IN_PAGE, [[place, as_plain(settings)] for place, settings in wanted])
    order = kept_draws(source.bench, source.parts[0], content["draws"])
    for (place, settings), totals in zip(wanted, found, strict=True):
        net = net_result(source.bench, source.parts[place], settings)
        for party in net["party"].values:
            ledger, page = net.sel(party=party).values[order], np.array(totals[party])
            about = f"scenario {place}, {party}, {settings}"
            assert np.all(np.abs(page - ledger) < EURO + PART * np.ptp(ledger)), about
            assert abs(page.mean() - ledger.mean()) < EURO_IN_MEAN, about


def test_draws_that_are_kept_say_what_all_say(source):
    net = net_result(source.bench, source.parts[0], Settings())
    total = net.sizes["draw"]
    everything = kept_draws(source.bench, source.parts[0], 10 * total)
    assert sorted(everything) == list(range(total))
    half = kept_draws(source.bench, source.parts[0], total // 2)
    assert len(set(half)) == total // 2
    some = net.isel(draw=half)
    # Two spreads are left over in all, however many draws; half of 240 taken by chance leave eight.
    assert (np.abs((some - net.mean("draw")).sum("draw")) <= 3 * net.std("draw")).all()
    assert (np.abs((some > 0).mean("draw") - (net > 0).mean("draw")) < 0.05).all()


def test_untouched_levers_give_what_a_comparison_gives(source):
    for one in source.parts:
        valued = source.bench.value(one.variant)
        net = net_result(source.bench, one, Settings())
        for party in net["party"].values:
            assert np.allclose(net.sel(party=party).values, valued.main(party), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["movisie", "limburg"])
def test_page_and_ledger_agree_on_prevented_care_and_on_pay_of_participants(name, browser, tmp_path):
    """A package that prevents care frees places as other care does; pay that participants get themselves is theirs."""
    variant = load_variants(name)[0]
    bench = Bench(variant.pilot, lambda pilot: first_answer(pilot).isel(draw=slice(0, FEW)))
    source = Source(bench, [bench.parts(variant)], None, FEW, coarse=False)
    content = make_content(source, ("nl",), FEW)
    path = tmp_path / "page.html"
    path.write_text(make_page(content), encoding="utf8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate("document.getElementById('werkzorg-explorer').ready")
    cases = [Settings(), Settings(kept_insurer=0.3, ggz=1.5, lks=0.5, years=3)]
    found = page.evaluate(IN_PAGE, [[0, as_plain(settings)] for settings in cases])
    context.close()
    order = kept_draws(bench, source.parts[0], content["draws"])
    for settings, totals in zip(cases, found, strict=True):
        net = net_result(bench, source.parts[0], settings)
        assert float(np.abs(net.sel(party="insurer")).max()) > 0
        for party in net["party"].values:
            ledger, made = net.sel(party=party).values[order], np.array(totals[party])
            assert np.all(np.abs(made - ledger) < EURO + PART * np.ptp(ledger)), (party, settings)
            assert abs(made.mean() - ledger.mean()) < EURO_IN_MEAN, (party, settings)


def as_row(draws: np.ndarray, party: str, years: int, per: str) -> SimpleNamespace:
    made = summarise(draws)
    return SimpleNamespace(value=made["mean"], party=party, horizon=12 * years, per=per, rests_on="counts", **made)


SENTENCES = """
(rows) => {
  const { wording, netVerdict, togetherVerdict, summarise, explorer } =
    document.getElementById('werkzorg-explorer').werkzorg;
  return rows.map(([values, party, years, per, lang]) => {
    const w = wording(explorer.content.words, lang);
    const row = { ...summarise(Float64Array.from(values)), party, years, per };
    return [netVerdict(row, w), togetherVerdict(row.probability, row.probability, w)];
  });
}
"""


def test_page_and_report_say_the_same(opened):
    rng = np.random.default_rng(3)
    cases = []
    for number in range(150):
        size = 10.0 ** rng.uniform(-1, 7)
        draws = rng.normal(rng.uniform(-2, 2), 1, 60) * size
        if number % 10 == 0:
            draws = np.full(60, rng.choice([0.0, 0.4, -0.6, 55.0]))
        party = rng.choice(["municipality", "client", "insurer", "society", "employer"])
        per, lang = ("participant", "pilot")[number % 2], ("nl", "en")[number % 3 % 2]
        cases.append((draws, str(party), int(rng.integers(1, 11)), per, lang))
    found = opened.evaluate(SENTENCES, [[draws.tolist(), *rest] for draws, *rest in cases])
    for (draws, party, years, per, lang), (net, together) in zip(cases, found, strict=True):
        row = as_row(draws, party, years, per)
        assert net == net_verdict(row, lang)
        chance = SimpleNamespace(value=row.probability)
        assert together == together_verdict(chance, chance, lang)


AGAIN = """
(all) => {
  const { explorer, evaluate, runningOf, accept } = document.getElementById('werkzorg-explorer').werkzorg;
  const { content, arrays } = explorer, stores = content.scenarios.map(() => ({}));
  const worst = [];
  for (const [place, settings] of all) {
    const given = accept(content, settings), scenario = content.scenarios[place];
    const kept = evaluate(content, arrays, scenario, given, stores[place]);
    const fresh = evaluate(content, arrays, scenario, given);
    for (const party of Object.keys(fresh.totals)) {
      const one = runningOf(kept, party), other = runningOf(fresh, party);
      const gap = (a, b) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
      worst.push(gap(kept.totals[party], fresh.totals[party]), gap(one.sums, other.sums), gap(one.since, other.since));
    }
  }
  return Math.max(...worst);
}
"""


def test_what_is_kept_between_moves_is_never_stale(opened, wanted):
    """The same positions from what earlier ones left and from nothing; one lever at a time and all at once."""
    steps = []
    for (place, before), (_, after) in pairwise(wanted[:60]):
        mixed = as_plain(before)
        for lever, value in as_plain(after).items():
            mixed = {**mixed, lever: value}
            steps.append([place, mixed])
    assert opened.evaluate(AGAIN, steps) == 0.0


QUANTILES = """
(all) => {
  const { quantiles } = document.getElementById('werkzorg-explorer').werkzorg;
  return all.map((values) => quantiles(Float64Array.from(values)));
}
"""


def test_quantiles_without_sorting_are_those_of_numpy(opened):
    rng = np.random.default_rng(11)
    cases = [
        rng.normal(size=2000), rng.normal(size=7), np.zeros(50), np.r_[np.zeros(1999), 1e9],
        rng.integers(0, 3, 500) * 1.0, np.exp(8 * rng.normal(size=1001)), np.array([3.0]),
        np.r_[-1e-9, np.full(99, 5.0), 1e9],
    ]  # fmt: skip
    found = opened.evaluate(QUANTILES, [case.tolist() for case in cases])
    shares = {
        "low95": 0.025,
        "low80": 0.1,
        "low50": 0.25,
        "median": 0.5,
        "high50": 0.75,
        "high80": 0.9,
        "high95": 0.975,
    }
    for case, page in zip(cases, found, strict=True):
        for name, share in shares.items():
            assert page[name] == pytest.approx(np.quantile(case, share), rel=1e-12, abs=1e-12)
