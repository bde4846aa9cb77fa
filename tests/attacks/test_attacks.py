"""Attacks AT-01 to AT-20 with planted secrets: each fails, and each succeeds as soon as its guard is switched off.

An attack is a function that tells what the attacker learned, nothing when it failed. Its guard is one entry of a table
of rules, openers or looks, or one function; `ATTACKS` says which. The second test of each attack takes the guard away
and must see the attack succeed: a guard that does nothing, or an attack that attacks nothing, is found out.
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import attack_world as world
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from werkzorg.cases import release_ledger, schema
from werkzorg.cases.release_ledger import Ledger, read_ledger, refused_by_ledger, write_ledger
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.inference.record_data import Share
from werkzorg.release import annotate, decoding, final, gate, rounding, scan, shares
from werkzorg.release.annotate import gated
from werkzorg.release.gate import Cell, refused_by
from werkzorg.release.results import make_results
from werkzorg.release.suppression import Hidden, Shown, is_safe
from werkzorg.run import releasing, runner, scanning


class Attack(NamedTuple):
    """What is tried, and what stands in its way."""

    learn: Callable[[Path], object]
    guards: tuple[Callable[[pytest.MonkeyPatch], None], ...]


def leave_out(patch, table, *names):
    """Take entries out of a table for one test; afterwards the table has its own order again."""
    assert set(names) <= set(table)
    kept = {name: entry for name, entry in table.items() if name not in names}
    # What was taken out comes back from the last to the first.
    for name in reversed(list(table)):
        patch.delitem(table, name)
    for name, entry in kept.items():
        patch.setitem(table, name, entry)


def without(table, *names):
    """Switches off entries of a table of rules."""
    return lambda patch: leave_out(patch, table, *names)


def instead(module, name, replacement):
    """Switches off a function or a list."""
    return lambda patch: patch.setattr(module, name, replacement)


def written(folder: Path, name: str, content: bytes) -> Path:
    """A folder that would leave, with one file in it."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return folder


def shown_values(rows, known) -> list:
    """Values that the gate lets through."""
    return [one["value"] for one in gated(rows, known, declared=True) if one["value"] is not None]


COSTS = np.random.default_rng(1).gamma(1, 14_000, 40)


def differencing(folder):
    """AT-01: one reader has the mean of 40, another that of 39; the difference is what one person cost."""
    before = world.entry({"cost.programme": world.group(0, 40)})
    after = world.entry({"cost.programme": world.group(0, 39)})
    if refused_by_ledger(after, Ledger(folder, (before,))):
        return None
    return 40 * COSTS.mean() - 39 * COSTS[:39].mean()


def complement(folder):
    """AT-02: 37 of 40 were lost; three were not."""
    known = world.records(40, lost=37)
    values = shown_values([world.count_row("persons", 40), world.count_row("lost", 37)], known)
    return None if len(values) < 2 else values[0] - values[1]


def subtracting(folder):
    """AT-02: the three as the difference of all tables, when the sets are shown under two subjects."""
    sets = {"people.programme": world.group(0, 40), "followed.programme": world.group(0, 38)}
    hidden = {"rest.programme": world.group(38, 40)}
    shown = dict.fromkeys(sets, (37.5, 42.5))
    new = world.entry(sets | hidden, shown=shown, hidden=tuple(hidden))
    return _learned(new, ())


def averaging(folder):
    """AT-01: the mean of many releases, each rounded, comes close to what was rounded."""
    releases, exact = [], 14_321.0
    for number in range(40):
        new = replace(world.entry({"cost.programme": world.group(0, 40)}), run_id=f"r{number}")
        if refused_by_ledger(new, Ledger(folder, tuple(releases))):
            return None
        releases.append(new)
    # Each release is of slightly other prices, so that its exact number lies elsewhere within the step.
    shown = [500 * round((exact + 13 * number) / 500) - 13 * number for number in range(len(releases))]
    return np.mean(shown) if abs(np.mean(shown) - exact) < 25 else None


def _learned(new, earlier):
    """Hidden sets of which an outsider can exclude a number of people below ten."""
    also = final.secondary(new, earlier)
    if also is None:
        return None
    seen = [Shown(new.sets[name], *new.shown[name]) for name in new.shown if name not in also]
    seen += [Shown(other.sets[name], *other.shown[name]) for other in earlier for name in other.shown]
    return [name for name in new.hidden if not is_safe(seen, Hidden(new.sets[name]))] or None


def supplier(folder):
    """AT-03: an institution that knows 28 of 30 takes them out of the total."""
    sets = {"cost.programme": world.group(0, 30)}
    suppliers = {"cost": {"Grote Instelling": world.group(0, 28), "Kleine Instelling": world.group(28, 30)}}
    mean = world.row("m", "observed_cost", unit="EUR_2026", value=5000.0, group="programme", set_id="cost.programme")
    results = world.table_of([mean | {"checks": "SDC-02", "number_class": "mean"}])
    table, _ = final.final_results(results, world.entry(sets), (), 30, suppliers=suppliers)
    return None if np.isnan(table.table["value"][0]) else 30 * 5000 - COSTS[:28].sum()


def supplier_of_most(folder):
    """AT-03: an institution takes its own 20 of 40 out of a mean, and of the rest one person has nearly all."""
    sets, costs = {"cost.programme": world.group(0, 40)}, dict.fromkeys(world.PEOPLE, 1000.0)
    costs[world.PEOPLE[39]] = 90_000.0
    suppliers = {"cost": {"Instelling": world.group(0, 20)}}
    mean = world.row("m", "observed_cost", unit="EUR_2026", value=3000.0, group="programme", set_id="cost.programme")
    results = world.table_of([mean | {"checks": "SDC-02", "number_class": "mean"}])
    entry, amounts = world.entry(sets), {"cost.programme": [costs]}
    table, _ = final.final_results(results, entry, (), 40, suppliers=suppliers, amounts=amounts)
    return None if np.isnan(table.table["value"][0]) else 40 * 3000 - 20 * 1000


def contract_price(folder):
    """AT-03: a municipality reads what a client costs the one insurer, and so what its contract pays."""
    mean = world.row("m", "observed_cost", unit="EUR_2026", value=5000.0, group="programme")
    made = gated([mean], world.records(40), declared=True)
    return shown_values(made, world.records(40)) if "all" in made[0]["parties"] and made[0]["value"] else None


def dominance(folder):
    """AT-04: one person has most of a mean."""
    mean = world.row("m", "observed_cost", unit="EUR_2026", value=5000.0, group="programme")
    return shown_values([mean], world.records(40, dominated=True)) or None


def everybody(folder):
    """AT-05: all 40 are at work, so whoever took part is."""
    return shown_values([world.count_row("in_work", 40)], world.records(40, in_work=40)) or None


def percentage(folder):
    """AT-06: eight percent of forty is three people."""
    if refused_by(Cell("share", 40, events=3)):
        return None
    return [count for count in range(41) if round(100 * count / 40) == 8]


def small_percentages(folder):
    """AT-06: a chance between 39 and 40 of 40 draws, printed so exactly that it counts draws."""
    made = rounding.rounded_table([_estimate(unit="probability", value=0.97525)], 40, 4000)[0]
    return None if made["value"] in np.round(np.arange(0, 1.005, 0.01), 2) else made["value"]


def _estimate(**fields):
    common = {"set_id": "people", "number_class": "model", "checks": "SDC-02"}
    return world.row("e", "net", "records+prior", **({"unit": "EUR_2026"} | common | fields))


def share_of_a_few(name, counted, **simple):
    """AT-06: what the data say of a share, with its published prior taken out again, is a count of people."""
    nobody = {part: Share(0, 0) for part in ("severe", "subsidised", "coached", "no_risk")}
    none = np.zeros(2)
    care = SimpleNamespace(crisis_events=0, crisis_at_risk=0, wmo_users=none, wmo_people=none)
    data = SimpleNamespace(simple=SimpleNamespace(**nobody | {"households": {}} | simple), care=care)
    # A prior worth four people, half of whom are so.
    known = {count: stats.beta(count + 2, 40 - count + 2) for count in range(41)}
    ends = ("value", "low80", "high80")
    fields = {
        count: _estimate(
            unit="fraction", parameter=name, **dict(zip(ends, (law.mean(), *law.ppf([0.1, 0.9])), strict=True))
        )
        for count, law in known.items()
    }

    def learn(folder):
        people = world.entry({"people": world.group(0, 40)})
        row = fields[counted] | {"quantity": "parameter", "stage": "posterior"}
        made, _ = final.final_results(world.table_of([row]), people, (), 40, few=shares.few_shares(data))
        if np.isnan(made.table["value"][0]):
            return None
        printed = {count: rounding.rounded_table([row], 40, 4000)[0] for count, row in fields.items()}
        fitting = [count for count, row in printed.items() if all(row[end] == made.table[end][0] for end in ends)]
        return fitting if len(fitting) < 10 else None

    return learn


def earlier_release(folder):
    """AT-07: an earlier release showed all 40, this one shows 38 of them under another subject."""
    before = world.entry({"people.programme": world.group(0, 40)}, shown={"people.programme": (37.5, 42.5)})
    sets = {"followed.programme": world.group(0, 38), "rest.programme": world.group(38, 40)}
    new = world.entry(sets, shown={"followed.programme": (37.5, 42.5)}, hidden=("rest.programme",))
    return _learned(new, (before,))


def residual(folder):
    """AT-08: fitted value and residual of one person add up to what that person cost."""
    rows = [world.row(f"residual.{n}", "residual", unit="EUR_2026", value=world.AMOUNT) for n in range(2)]
    return shown_values(rows, world.records(40)) or None


def missed(name, content):
    """An attack by a file: what it holds leaves when nothing is found in it."""

    def learn(folder):
        return None if world.hits(written(folder / "uit", name, content)) else content

    return learn


def vector_figure(folder):
    """AT-09: the points of a figure are its data."""
    path = "".join(f"L {x} {y / 3}" for x, y in enumerate(COSTS))
    return missed("figuur.svg", f'<svg><path d="M 0 0 {path}"/></svg>'.encode())(folder)


BAD_CELL = f"could not convert string to float: '{world.CODE} {world.AMOUNT}'"


def crash(folder):
    """AT-11: every step fails in turn on a bad cell, and says what stood in it."""
    from run_fakes import FAKE, READERS, quiet, text_of

    def fails(*arguments):
        raise ValueError(BAD_CELL)

    told = []
    for step in ("read_records", "fit", "project", "settle", "appraise", "release", "write_results", "make_reports"):
        display = quiet()
        order = runner.Order("proef", str(folder / step), ("nl",), READERS, 1)
        try:
            runner.run(order, replace(FAKE, **{step: fails}), display)
        except WerkzorgError as error:
            told += [error.render("nl"), error.render("en"), str(error), text_of(display)]
        told += [path.read_text(encoding="utf8") for path in folder.rglob("*") if path.is_file()]
    assert len(told) >= 32
    return [text for text in told if world.CODE in text or "77777" in text] or None


def outspoken(error, step, *more):
    """A boundary of errors that repeats what it was told."""
    return WerkzorgError(ExitCode.RUN, Problem("release.scan.text", where=str(error)))


def twin(folder):
    """AT-12: the text twin of a table, and what a library warned of."""
    page = f"<pre>{world.CODE.lower()} {world.NAME} 77.777,77</pre><div class='stderr'>{BAD_CELL}</div>"
    return missed("gemeente.nl.html", page.encode())(folder)


def executed_notebook(folder):
    """AT-10, AT-12: what leaves is made from the table alone; notebooks that ran stay behind."""

    def make_reports(bare, out, readers, langs):
        (out / "notebooks").mkdir()
        (out / "notebooks" / "gemeente.nl.ipynb").write_bytes(world.notebook(str(Path.home()), world.CODE))
        (out / "gemeente.nl.html").write_text("<p>Rapport</p>", encoding="utf8")

    target = folder / "uit"
    target.mkdir()
    order = releasing.ReleaseOrder("proef", "A. de Vries")
    releasing.write_documents(world.table_of([]), target, order, make_reports)
    assert (target / "gemeente.nl.html").is_file()
    names = [path.name for path in target.rglob("*")]
    return [name for name in names if name.endswith(".ipynb")] or None


def everything_made(bare, draft):
    """Copies all that was made, as a simpler program would."""
    shutil.copytree(bare, draft, dirs_exist_ok=True)


def seeds(folder):
    """AT-15: another seed for the same data prints other numbers; the same seed for other data cancels the noise."""
    data = SimpleNamespace(made_up=False, digests={"months.csv": "aa"})
    late = SimpleNamespace(made_up=False, digests={"months.csv": "ab"})
    place = SimpleNamespace(id="proef", data=None)
    (folder / "pilot.yaml").write_text("id: proef", encoding="utf8")
    found = {releasing.own_seed(str(folder / "pilot.yaml"), place, data, given) for given in range(5)}
    other = releasing.own_seed(str(folder / "pilot.yaml"), place, late, 1)
    return None if len(found) == 1 and other not in found else found


def printed_noise(folder):
    """AT-15, SDC-20: the printed number follows the noise of the calculation instead of the data."""
    estimate = _estimate(value=12_345.0, low80=10_000.0, high80=15_000.0)
    step = rounding.cell_of_estimate(estimate, 10_000, 100).base
    made = rounding.rounded_table([estimate], 10_000, 100)[0]
    # Ends of a 95% interval of 100 draws are off by a quarter of a standard deviation, which is about 2,000 here.
    return None if made["value"] is None or step >= 4 * 500 else made["value"]


def trying(folder):
    """AT-15: whoever has all data but those of one person tries values until a figure of the calculation is equal."""
    check = {"id": "r_hat", "label_nl": "Ketens", "label_en": "Chains", "value": 1.002345678, "verdict": "ok"}
    results = make_results(world.table_of([]).meta, [], [], [check])
    made, _ = final.final_results(results, world.entry({"people": world.group(0, 40)}), (), 40)
    return None if made.gates["value"][0] == 1.0 else made.gates["value"][0]


def reasons(folder):
    """AT-16: why a number is not shown tells what it is."""
    known = world.records(40, lost=3, in_work=40, dominated=True)
    mean = world.row("m", "observed_cost", unit="EUR_2026", value=5000.0, group="programme")
    rows = gated([world.count_row("lost", 3), world.count_row("in_work", 40), mean], known, declared=True)
    marks = {json.dumps([one["checks"], one["n_class"], one["value"]]) for one in rows}
    return None if len(marks) == 1 else marks


def late_data(folder):
    """AT-17: three late forms, as three more people and as corrections of three who were there."""
    before = Ledger(folder, (world.entry({"people": world.group(0, 40)}),))
    added = world.entry({"people": world.group(0, 43)})
    corrected = world.entry({"people": world.group(0, 40)}, changed=3)
    passed = [new for new in (added, corrected) if not refused_by_ledger(new, before)]
    return passed or None


def two_pilots(folder):
    """AT-18: another pilot shares 37 of its 40 people with this one, and keeps the same ledger."""
    write_ledger(Ledger(folder, (world.entry({"people": world.group(0, 40)}, pilot="eerste"),)))
    second = world.entry({"people": world.group(3, 40)}, pilot="tweede")
    return second if not refused_by_ledger(second, read_ledger(folder)) else None


def extremes(folder):
    """AT-19: the largest cost as the edge of an axis or a bin."""
    if refused_by(Cell("maximum", 40, value=world.AMOUNT, base=100.0)):
        return None
    return world.AMOUNT


def exact_estimate(folder):
    """AT-19: an edge that is a function of the data: the unrounded mean."""
    made = rounding.rounded_table([_estimate(value=14_321.77, low80=12_000.0, high80=16_000.0)], 40, 4000)[0]
    return made["value"] if made["value"] == 14_321.77 else None


RULES, OPENERS, LOOKS = gate.RULES, decoding.OPENERS, scan.LOOKS
DIFFERENCE = without(release_ledger.COMPARISONS, "SDC-21")
CHANGE = without(release_ledger.COMPARISONS, "SDC-22")
BUDGET = without(release_ledger.COMPARISONS, "SDC-24")
NOTHING_MORE = instead(final, "hide_also", lambda shown, hidden: ())
NO_KINDS = instead(scan, "FORBIDDEN", frozenset())
NO_WORDS = instead(scan, "FORBIDDEN_WORDS", ())
CODES, TEXTS, AMOUNTS = without(LOOKS, "pseudonym"), without(LOOKS, "text"), without(LOOKS, "amount")
PACKED = without(LOOKS, "packed")
EXACT = instead(rounding, "_to_step", lambda value, base: value)

MANY = [world.AMOUNT, *COSTS]
SECRET_TEXT = f"{world.CODE} {world.NAME}".encode()

ATTACKS = {
    "AT-01 differencing": Attack(differencing, (DIFFERENCE,)),
    "AT-01 averaging": Attack(averaging, (BUDGET,)),
    "AT-02 complement": Attack(complement, (without(RULES, "SDC-03"),)),
    "AT-02 programme": Attack(subtracting, (NOTHING_MORE,)),
    "AT-03 supplier": Attack(supplier, (without(RULES, "SDC-07"),)),
    "AT-03 rest": Attack(supplier_of_most, (without(RULES, "SDC-07"),)),
    "AT-03 price": Attack(
        contract_price, (instead(annotate, "with_readers", lambda row, cost_readers: row), without(RULES, "SDC-16"))
    ),
    "AT-04 dominance": Attack(dominance, (without(RULES, "SDC-06"),)),
    "AT-05 everybody": Attack(everybody, (without(RULES, "SDC-05"),)),
    "AT-06 percentage": Attack(percentage, (without(RULES, "SDC-04"),)),
    "AT-06 share of jobs": Attack(
        share_of_a_few("jobs.share_jobcoach", 37, coached=Share(37, 40)), (without(RULES, "SDC-04"),)
    ),
    "AT-06 share of the ill": Attack(
        share_of_a_few("care.severe_share", 37, severe=Share(370, 400)), (without(RULES, "SDC-05"),)
    ),
    "AT-06 household": Attack(
        share_of_a_few("household.couple", 3, households={"single": 26, "couple": 3, "cost_sharer": 11}),
        (without(RULES, "SDC-11"),),
    ),
    "AT-06 chance": Attack(small_percentages, (instead(rounding, "round_chance", lambda chance, draws: chance),)),
    "AT-07 earlier release": Attack(earlier_release, (NOTHING_MORE,)),
    "AT-08 residual": Attack(residual, (without(RULES, "SDC-01", "SDC-02"),)),
    **{
        f"AT-09 packed {kind}": Attack(missed("figuur.html", world.plot(MANY, kind)), (PACKED,))
        for kind in ("<f8", ">f8", "<f4", ">f4")
    },
    "AT-09 packed cents": Attack(missed("f.html", world.plot(np.round(100 * np.array(MANY)), "<i4")), (PACKED,)),
    "AT-09 undecoded": Attack(missed("figuur.html", world.plot(MANY, "<f8")), (without(OPENERS, "base64"),)),
    "AT-09 vector": Attack(vector_figure, (NO_KINDS,)),
    "AT-10 kept back": Attack(executed_notebook, (instead(releasing, "copy_pages", everything_made),)),
    "AT-10 parameters": Attack(missed("a.json", world.notebook("pad")), (NO_WORDS,)),
    "AT-10 notebook": Attack(missed("a.ipynb", b"{}"), (NO_KINDS,)),
    "AT-11 crash": Attack(crash, (instead(runner, "explain", outspoken),)),
    "AT-12 twin": Attack(twin, (CODES, TEXTS, AMOUNTS)),
    "AT-13 kind": Attack(missed("posterior.nc", b"trekkingen"), (NO_KINDS,)),
    "AT-13 content": Attack(missed("posterior.dat", world.posterior(["K", world.CODE])), (without(OPENERS, "hdf"),)),
    "AT-13 values": Attack(missed("posterior.dat", world.posterior(values=MANY)), (without(OPENERS, "hdf"),)),
    "AT-14 pointwise": Attack(missed("a.dat", world.posterior(values=[1], group_name="log_likelihood")), (NO_WORDS,)),
    "AT-15 seed": Attack(seeds, (instead(releasing, "seed_of", lambda secret, digests: 7),)),
    "AT-15 printed": Attack(printed_noise, (instead(rounding, "ERROR_OF_END", 0.0), without(RULES, "SDC-20"))),
    "AT-15 trying": Attack(trying, (instead(final, "_figures", lambda value, digits: value),)),
    "AT-16 reasons": Attack(reasons, (instead(annotate, "mark_of", "; ".join),)),
    "AT-17 late data": Attack(late_data, (CHANGE,)),
    "AT-17 more people": Attack(late_data, (DIFFERENCE,)),
    "AT-18 two pilots": Attack(two_pilots, (DIFFERENCE,)),
    "AT-19 extremes": Attack(extremes, (without(RULES, "SDC-01"),)),
    "AT-19 exact": Attack(exact_estimate, (EXACT, without(RULES, "SDC-09"))),
    "AT-20 file name": Attack(missed(f"{world.CODE}.html", b"niets"), (CODES,)),
    "AT-20 author": Attack(missed("tabel.xlsx", world.workbook(author=world.NAME)), (without(OPENERS, "zip"),)),
    "AT-20 sheet": Attack(missed("tabel.xlsx", world.workbook(sheet=world.CODE)), (without(OPENERS, "zip"),)),
    "AT-20 alt text": Attack(missed("a.html", f'<img alt="{world.NAME}">'.encode()), (TEXTS,)),
}  # fmt: skip
"""Every attack with its guard."""


@pytest.mark.parametrize("name", ATTACKS)
def test_the_attack_learns_nothing(name, tmp_path):
    assert ATTACKS[name].learn(tmp_path) is None


@pytest.mark.parametrize("name", ATTACKS)
def test_without_its_guard_the_attack_succeeds(name, tmp_path, monkeypatch):
    for switch_off in ATTACKS[name].guards:
        switch_off(monkeypatch)
    assert ATTACKS[name].learn(tmp_path) is not None


def test_the_error_that_is_shown_is_a_bound_and_says_nothing_of_the_draws():
    made = rounding.rounded_table([_estimate(value=1_040.0, standard_error=12.345)], 40, 4000)[0]
    # Four times the error is less than the smallest step of money, EUR 100; a quarter of that is the bound.
    assert (made["value"], made["standard_error"]) == (1_000.0, 25.0)


def test_the_number_of_data_is_rounded_as_any_count():
    people = world.entry({"people": world.group(0, 40)})
    made, _ = final.final_results(world.table_of([]), people, (), 40)
    assert (world.table_of([]).meta["data_points"], made.meta["data_points"], made.meta["seed"]) == (43, 45, None)


def test_all_attacks_are_here():
    assert {name.split()[0] for name in ATTACKS} == {f"AT-{number:02}" for number in range(1, 21)}


@pytest.mark.parametrize(
    "form",
    [
        "77777.77", "77777,77", "77.777,77", "77,777.77", "7777777", "€ 77.777,77.", "77&#46;777,77", "%377777.77",
        "\\u0037\\u0037777.77", "x,77777.77,y", "1,77777.77,2", "[0.5,77777.77]", "12,77,777.77,3.5", "1,77.777,77",
    ],
)  # fmt: skip
def test_an_amount_is_found_however_it_is_written(form, tmp_path):
    assert "amount" in world.hits(written(tmp_path / "uit", "a.html", f"<p>{form}</p>".encode()))


@pytest.mark.parametrize(
    "form",
    [
        "77777.78",
        "177777.77",
        "77777.775",
        "777777.7",
        "77777.77.1901",
        "x77777.77",
        "777,77.77",
        "0.777,77.77",
        "0,77777.771",
    ],
)
def test_another_number_is_not_taken_for_it(form, tmp_path):
    assert world.hits(written(tmp_path / "uit", "a.html", f"<p>{form}</p>".encode())) == []


def test_whole_amounts_that_everybody_knows_are_not_taken_for_cents_of_somebody():
    amounts = {field.name: [201.42] for field in schema.table("months").fields if field.unit == scan.MONEY_UNIT}
    records = {"months": pd.DataFrame({"pseudonym": ["VERZONNEN-1"], **amounts})}
    assert scan.wanted_of(records).amounts == {201.42}
    assert scan.wanted_of(records, public=[20_142.0]).amounts == set()


def test_among_five_megabytes_of_a_library_a_secret_is_found_and_nothing_else(tmp_path):
    """The page with figures that answer the pointer carries Plotly, full of letters and numbers of its own."""
    library = (resources.files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    page = b"<html><script>" + library + b"</script>"
    wanted = scan.Wanted(world.WANTED.codes, world.WANTED.texts, frozenset({world.AMOUNT, *np.round(COSTS, 2)}))
    folder = written(tmp_path / "uit", "interactief.nl.html", page)
    assert len(library) > 4_000_000 and world.hits(folder, wanted) == []
    written(folder, "interactief.nl.html", page + SECRET_TEXT + world.plot(MANY, "<f8"))
    assert {"pseudonym", "text", "packed"} <= set(world.hits(folder, wanted))


WHOLE = [12_345.0 + 1_117 * number for number in range(12)]
"""Amounts in whole euros, as an institution may deliver them; Plotly packs them in as few bytes as they fit in."""


@pytest.mark.parametrize("kind", ["<u2", ">u2", "<i2", "<i4", ">i4", "<i8"])
def test_amounts_in_whole_euros_are_found_in_packed_numbers(kind, tmp_path):
    wanted = scan.Wanted(amounts=frozenset(WHOLE))
    assert "packed" in world.hits(written(tmp_path / "uit", "a.html", world.plot(WHOLE, kind)), wanted)


@pytest.mark.parametrize("kind", ["<u2", "<i4"])
def test_whole_numbers_that_stand_for_other_things_are_not_taken_for_amounts(kind, tmp_path):
    wanted = scan.Wanted(amounts=frozenset(WHOLE))
    # All numbers of a range hold every amount, and hold them moved by a few euros as well.
    for number, values in enumerate((np.arange(10_000, 30_000), np.arange(48), WHOLE[:2])):
        page = written(tmp_path / str(number), "a.html", world.plot(values, kind))
        assert world.hits(page, wanted) == [], number


JWT = ".".join("eyJ" + part * 8 for part in ("hbGc", "zdWI", "QmFy"))
TOKENS = {
    "private key": "-----BEGIN RSA PRIVATE KEY-----", "github": "ghp_" + "aB3d" * 9, "cloud": "AKIA" + "A1B2" * 4,
    "chat": "xoxb-" + "1234-abcd" * 3, "web": JWT.replace(".eyJQmFy", ".QmFyQmFy"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_is_found(name, tmp_path, monkeypatch):
    folder = written(tmp_path / "uit", "a.html", f"<p>{TOKENS[name]}</p>".encode())
    assert world.hits(folder) == ["token"]
    leave_out(monkeypatch, LOOKS, "token")
    assert world.hits(folder) == []


def test_a_password_in_the_environment_may_not_leave(tmp_path, monkeypatch):
    folder = written(tmp_path / "uit", "a.html", "<p>Wachtwoord: zonnebloem12, taal nl_NL.UTF-8</p>".encode("utf-16"))
    monkeypatch.setenv("DATABASE_PASSWORD", "Zonnebloem12")
    monkeypatch.setenv("LANG", "nl_NL.UTF-8")
    with pytest.raises(WerkzorgError) as error:
        scanning.look_for_people(folder, None, [], None)
    assert [problem.identifier for problem in error.value.problems] == ["release.scan.text"]
    assert "onnebloem" not in error.value.render("nl")
    monkeypatch.delenv("DATABASE_PASSWORD")
    assert scanning.look_for_people(folder, None, [], None).files == 1


HIDING = {
    "plain": SECRET_TEXT,
    "small letters": SECRET_TEXT.lower(),
    "utf-16": SECRET_TEXT.decode().encode("utf-16"),
    "utf-16 big": SECRET_TEXT.decode().encode("utf-16-be"),
    "address": b"%4BANARIE-0001ABCD",
    "html": b"KANARIE&#45;0001ABCD",
    "json": b"KANARIE\\u002d0001ABCD",
    "base64": base64.b64encode(SECRET_TEXT),
    "base64 of base64": base64.b64encode(base64.b64encode(SECRET_TEXT)),
    "base64 url": b"data:text/plain;base64," + base64.urlsafe_b64encode(SECRET_TEXT),
    "gz": world.squeezed(SECRET_TEXT),
    "zip": world.zipped(SECRET_TEXT),
    "name in zip": world.zipped(b"", world.CODE),
    "zip in zip": world.zipped(world.zipped(SECRET_TEXT), "binnen.zip"),
    "zip in gz": world.squeezed(world.zipped(SECRET_TEXT)),
    "pdf": world.pdf(SECRET_TEXT),
    "png deflated": world.png(SECRET_TEXT),
    "png text": world.png(SECRET_TEXT, b"tEXt"),
    "png in page": b'<img src="data:image/png;base64,' + base64.b64encode(world.png(SECRET_TEXT)) + b'">',
    "workbook": world.workbook(cell=world.CODE),
    "hdf": world.posterior([world.CODE]),
    "parquet": world.parquet([world.CODE]),
}

OPENED_BY = {
    "zip": "zip", "gz": "gz", "pdf": "pdf", "pdf text": "pdf", "png": "png deflated", "base64": "base64",
    "escapes": "utf-16", "hdf": "hdf", "parquet": "parquet",
}  # fmt: skip
"""For each way of opening something that only it opens."""


@pytest.mark.parametrize("opener", decoding.OPENERS)
def test_without_an_opener_what_it_opens_stays_hidden(opener, tmp_path, monkeypatch):
    leave_out(monkeypatch, decoding.OPENERS, opener)
    assert "pseudonym" not in world.hits(written(tmp_path / "uit", "a.bin", HIDING[OPENED_BY[opener]]))


@pytest.mark.parametrize("form", HIDING)
def test_a_pseudonym_is_found_however_it_is_hidden(form, tmp_path):
    assert "pseudonym" in world.hits(written(tmp_path / "uit", "a.bin", HIDING[form]))


@pytest.mark.parametrize("content", [world.zipped(SECRET_TEXT)[:-30], b"\x1f\x8b\x08 geen gz", b"\x89HDF geen hdf"])
def test_what_cannot_be_opened_counts_as_found(content, tmp_path):
    assert "unreadable" in world.hits(written(tmp_path / "uit", "a.bin", content))


def test_a_finding_repeats_nothing_of_what_was_found(tmp_path):
    folder = written(tmp_path / "uit", f"{world.CODE}.zip", world.zipped(SECRET_TEXT, f"{world.CODE}.txt"))
    found = scan.scan_folder(folder, world.WANTED)
    assert {hit.kind for hit in found.hits} >= {"name", "pseudonym", "text"}
    told = " ".join(hit.problem().render("nl") for hit in found.hits)
    assert world.CODE not in told and world.NAME not in told


def test_folders_that_are_only_a_name_are_looked_at(tmp_path):
    (tmp_path / "binnen").mkdir()
    (tmp_path / "binnen" / "namen.txt").write_bytes(SECRET_TEXT)
    folder = written(tmp_path / "uit", "a.html", b"niets")
    (folder / "leeg").mkdir()
    found = scan.scan_folder(folder, world.WANTED)
    assert (found.hits, found.files) == ((), 1)
    # Whoever copies the folder with its links takes along what they point at.
    (folder / "bijlagen").symlink_to(tmp_path / "binnen", target_is_directory=True)
    (folder / world.CODE).mkdir()
    found = scan.scan_folder(folder, world.WANTED)
    assert sorted(hit.kind for hit in found.hits) == ["name", "unreadable"]
    assert world.CODE not in " ".join(hit.file for hit in found.hits)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "binnen.txt").write_bytes(SECRET_TEXT)
    folder = written(tmp_path / "uit", "a.html", b"niets")
    (folder / "b.html").symlink_to(tmp_path / "binnen.txt")
    assert world.hits(folder) == ["unreadable"]


def test_an_ordinary_page_has_no_findings(tmp_path):
    page = "<p>De gemeente wint € 2.300 per deelnemer; 95% tot € 77.778, op 3 februari 1901.</p>"
    assert world.hits(written(tmp_path / "uit", "a.html", page.encode())) == []


def test_the_refusal_of_late_data_names_three_ways_and_nobody():
    problem = Problem("release.differs", values={"rules": "SDC-22"})
    text = problem.render("nl")
    assert all(way in text for way in ("Wacht", "dezelfde gegevens", "--recall")) and "SDC-22" in text


def test_a_table_has_its_order_back_after_a_test():
    table = dict.fromkeys("abcd", 1)
    with pytest.MonkeyPatch.context() as patch:
        leave_out(patch, table, "b")
        assert list(table) == ["a", "c", "d"]
    assert list(table) == ["a", "b", "c", "d"]
