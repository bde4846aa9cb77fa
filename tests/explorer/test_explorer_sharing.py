"""What goes out of the page and who may have it: the Excel file, the book of files, the widget in a notebook."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace

import openpyxl
import pytest

from werkzorg.cases.release_ledger import LEDGER, Entry, Ledger, given_files, read_ledger, secret_of, write_ledger
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.explorer.content import make_content
from werkzorg.explorer.handing import LONGEST_NAME, checked_name
from werkzorg.explorer.page import module, style
from werkzorg.explorer.settings import Settings
from werkzorg.explorer.widget import make_widget
from werkzorg.run import explore

EXPLORER = "document.getElementById('werkzorg-explorer').werkzorg.explorer"


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_workbook_opens_and_holds_the_numbers_of_the_page(opened, tmp_path, lang):
    if lang == "en":
        opened.click("[data-do=lang]")
    opened.locator("[data-lever=wmo]").fill("1.5")
    opened.locator("[name=wz-scenario]").nth(1).check()
    with opened.expect_download() as waiting:
        opened.click("[data-do=xlsx]")
    path = tmp_path / "book.xlsx"
    waiting.value.save_as(path)
    book = openpyxl.load_workbook(path)
    numbers, about = book.worksheets
    rows = list(numbers.iter_rows(values_only=True))
    wanted = opened.evaluate(f"{EXPLORER}.numberRows()")
    assert [list(row) for row in rows] == wanted
    assert len(rows) == 1 + 2 * 11
    society = dict(zip(rows[0], rows[1], strict=True))
    mean = {"nl": "Verwacht", "en": "Expected"}[lang]
    assert society[mean] == opened.evaluate(f"{EXPLORER}.latest[0].rows.society.mean")
    text = " ".join(str(cell) for row in about.iter_rows(values_only=True) for cell in row)
    assert "150%" in text and {"nl": "deelnemer", "en": "participant"}[lang] in text


@pytest.mark.slow
def test_signs_that_end_a_cell_or_start_a_formula_stay_text(opened):
    csv = opened.evaluate(
        """async () => {
        const { csvOf, xlsxOf } = document.getElementById('werkzorg-explorer').werkzorg;
        const book = await xlsxOf([['a', [['<&>"', '=1+1', -1.5, null]]]]).text();
        const csv = csvOf([['a;"b"', '=1+1', -1.5, null]], 'nl');
        return [csv, book.includes('&lt;&amp;&gt;&quot;'), book.includes('<f>')];
        }"""
    )
    assert csv == ['\ufeff"a;""b""";"\'=1+1";-1,5;\r\n', True, False]


STUB = """
async ([content, settings]) => {
  const listeners = {}, state = { content, settings }, calls = [];
  const model = {
    get: (name) => state[name],
    set: (name, value) => { state[name] = value; calls.push(['set', name, JSON.stringify(value)]); },
    save_changes: () => calls.push(['save_changes']),
    on: (event, listener) => { listeners[event] = listener; },
    off: (event, listener) => { if (listeners[event] === listener) delete listeners[event]; },
  };
  const address = URL.createObjectURL(new Blob([window.moduleText], { type: 'text/javascript' }));
  const { default: widget } = await import(address);
  const el = document.getElementById('cell');
  const leave = await widget.render({ model, el });
  window.stub = { state, listeners, calls, el, leave, model };
}
"""


@pytest.fixture
def notebook(browser, source):
    """A page that does what anywidget does: it loads the module, and gives it a model and an element."""
    context = browser.new_context(viewport={"width": 1000, "height": 900}, offline=True)
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    widget = make_widget(source, ("en",), Settings(wmo=1.5))
    page.set_content(f"<html lang='en'><style>{style()}</style><div id='cell'></div></html>")
    page.evaluate("text => { window.moduleText = text; }", module())
    page.evaluate(STUB, [widget.content, widget.settings])
    yield SimpleNamespace(page=page, widget=widget)
    context.close()
    assert complaints == []


@pytest.mark.slow
def test_the_module_keeps_what_anywidget_asks_of_it(notebook):
    page, widget = notebook.page, notebook.widget
    assert "150%" in page.inner_text("[data-part=out-wmo]")
    # From the browser to Python: what the lever says is what the model gets, and it is saved.
    page.locator("[data-lever=years]").fill("3")
    page.locator("[data-lever=years]").dispatch_event("change")
    calls = page.evaluate("stub.calls")
    assert calls[-1] == ["save_changes"]
    widget.settings = json.loads(calls[-2][2])
    assert widget.positions() == Settings(wmo=1.5, years=3)
    # From Python to the browser, and no answer to what came from there.
    before = len(calls)
    page.evaluate("() => { stub.state.settings = { contract: [], wmo: 0.5 }; stub.listeners['change:settings'](); }")
    assert "50%" in page.inner_text("[data-part=out-wmo]")
    assert "After 5 years" in page.inner_text("[data-part=verdict]")
    assert len(page.evaluate("stub.calls")) == before
    # A second one beside it has names and ids of its own.
    twice = """async () => {
      const blob = new Blob([moduleText], { type: 'text/javascript' });
      const { default: widget } = await import(URL.createObjectURL(blob));
      const root = document.createElement('div');
      document.body.append(root);
      const both = [stub.el.appendChild(document.createElement('div')), root];
      const leave = [];
      for (const el of both) leave.push(await widget.render({ model: { ...stub.model }, el }));
      const ids = both.flatMap((el) => [...el.querySelectorAll('[id]')].map((each) => each.id));
      both[0].querySelector('[data-part=per][value=pilot]').click();
      const marked = both.map((el) => el.querySelector('[data-part=per]:checked')?.value);
      leave.forEach((stop) => stop());
      both.forEach((el) => el.remove());
      return [ids.length, new Set(ids).size, marked];
    }"""
    number, different, marked = page.evaluate(twice)
    assert number == different > 20 and marked == ["pilot", "participant"]
    # The address of the notebook is not that of the page; a cell that is taken away listens no more.
    assert "#s=" not in page.url
    page.evaluate("() => { stub.leave(); stub.el.replaceChildren(); dispatchEvent(new Event('beforeprint')); }")
    assert page.evaluate("Object.keys(stub.listeners)") == []


def test_only_named_analysts_get_a_file():
    assert checked_name("  J.  de Vries ") == "J. de Vries"
    for name in (None, "", "   ", "x" * (LONGEST_NAME + 1), "a\x00b"):
        with pytest.raises(WerkzorgError) as fault:
            checked_name(name)
        assert fault.value.exit_code == ExitCode.RELEASE


class EnoughPeople:
    """Records of a pilot large enough."""

    participants, compared = 100, 0


def test_records_need_a_name_and_the_name_is_in_the_file(drechtsteden, source):
    held = drechtsteden.model_copy(update={"data": {"files": []}})
    order = explore.Exploration("drechtsteden", (), None, ("nl",), 1)
    with pytest.raises(WerkzorgError) as fault:
        explore._allowed(order, held, EnoughPeople())
    assert fault.value.exit_code == ExitCode.RELEASE
    assert explore._allowed(order, drechtsteden, None)[1] is None
    named = explore.Exploration("drechtsteden", (), None, ("nl",), 1, "J. de Vries")
    assert explore._allowed(named, held, EnoughPeople()) == (1_000, "J. de Vries")
    made = type(source)(source.bench, source.parts[:1], None, 1_000, True, "J. de Vries")
    content = make_content(made, ("nl",), 100)
    assert "J. de Vries" in content["origin"]["nl"]
    assert "duizendste" in content["precision"]["nl"]


def test_the_explorer_of_a_notebook_starts_where_it_is_told(source, monkeypatch):
    monkeypatch.setattr(explore, "gather_source", lambda *_: source)
    widget = explore.open_explorer("drechtsteden", "en", 1, Settings(years=3))
    assert widget.positions() == Settings(years=3)
    assert widget.content["langs"] == ["en"]
    widget.settings = {"wmo": 1.5, "contract": []}
    assert widget.positions() == Settings(wmo=1.5)


@pytest.fixture
def zone(monkeypatch, tmp_path):
    """The confidential zone of a pilot, in an own folder."""
    monkeypatch.setattr(explore, "ledger_folder", lambda *_: tmp_path / "vertrouwelijk")
    return tmp_path / "vertrouwelijk"


def named(source, analyst):
    return replace(source, parts=source.parts[:1], most_draws=50, coarse=True, analyst=analyst)


def test_draws_of_records_in_a_notebook_are_in_the_ledger_of_releases(source, monkeypatch, zone):
    for analyst in ("J. de Vries", "P. Bakker"):
        monkeypatch.setattr(explore, "gather_source", lambda *_, who=analyst: named(source, who))
        explore.open_explorer("drechtsteden", "nl", 1, analyst=analyst)
    entries = given_files(read_ledger(zone))
    assert [(entry.by, entry.given["analyst"], entry.given["file"]) for entry in entries] == [
        ("J. de Vries", "J. de Vries", "notebook"), ("P. Bakker", "P. Bakker", "notebook"),
    ]  # fmt: skip
    assert entries[0].given["digest"] != entries[1].given["digest"] and entries[0].given["draws"] == 50
    assert datetime.fromisoformat(entries[0].at).tzinfo is not None
    assert stat.S_IMODE((zone / LEDGER).stat().st_mode) == 0o600


def test_draws_that_differ_from_what_left_by_one_person_are_not_given(source, monkeypatch, zone):
    """Draws of 40 people beside a report about 39 of them, or about 41, tell of the one."""
    people = [f"{number:024x}" for number in range(41)]
    facts = {"by": "A", "at": "2026-01-01T10:00:00+01:00", "run_id": "r1", "stamp": "0a1b2c3d"}

    def about(count):
        group = frozenset(people[:count])
        return Entry("drechtsteden", **facts, sets={"people": group}, states=dict.fromkeys(group, "gelijk"))

    secret_of(zone)
    write_ledger(Ledger(zone, (about(40),)))
    monkeypatch.setattr(explore, "gather_source", lambda *_: named(source, "A"))
    for count in (39, 41):
        monkeypatch.setattr(explore, "make_entry", lambda *_, count=count: about(count))
        with pytest.raises(WerkzorgError) as fault:
            explore.open_explorer("drechtsteden", "nl", 1, analyst="A")
        assert fault.value.exit_code == ExitCode.RELEASE
        assert [problem.identifier for problem in fault.value.problems] == ["release.differs"]
    assert given_files(read_ledger(zone)) == []
    monkeypatch.setattr(explore, "make_entry", lambda *_: about(40))
    explore.open_explorer("drechtsteden", "nl", 1, analyst="A")
    assert len(given_files(read_ledger(zone))) == 1


def test_without_a_ledger_there_is_no_file(source, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("x")
    monkeypatch.setattr(explore, "gather_source", lambda *_: named(source, "A"))
    monkeypatch.setattr(explore, "ledger_folder", lambda *_: tmp_path / "file" / "zone")
    with pytest.raises(WerkzorgError) as fault:
        explore.open_explorer("drechtsteden", "nl", 1, analyst="A")
    assert fault.value.exit_code == ExitCode.RELEASE
