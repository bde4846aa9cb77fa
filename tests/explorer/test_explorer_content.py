"""What may stand in the file, how arrays are packed, the command, and the widget."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

import werkzorg
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.explorer.content import Source, _facts, make_content
from werkzorg.explorer.disclosure import FEWEST_PEOPLE, MOST_DRAWS, MOST_DRAWS_RECORDS, allowed_draws
from werkzorg.explorer.packing import COARSE_LEVELS, LEVELS, NEAR, Pool
from werkzorg.explorer.page import fitting_page, make_page, write_page
from werkzorg.explorer.settings import Settings
from werkzorg.explorer.widget import as_plain, make_widget
from werkzorg.run import explore
from werkzorg.run.progress import Display
from werkzorg.wording import say

ROOT = Path(__file__).parents[2]


def unpack(pool: Pool) -> list[np.ndarray]:
    """Arrays as the page reads them: codes are high bytes of all varying columns, then low bytes."""
    planes = np.frombuffer(zlib.decompress(base64.b64decode(pool.packed())), np.uint8).reshape(2, -1, len(pool.order))
    codes = planes[0].astype(float) * 256 + planes[1]
    columns: list[np.ndarray] = []
    arrays = []
    for array in pool.arrays:
        found = []
        for low, step, terms in zip(array["low"], array["step"], array["from"], strict=True):
            column = np.full(len(pool.order), low)
            if step:
                column += sum(part * columns[int(number)] for number, part in zip(terms[::2], terms[1::2], strict=True))
                column += step * codes[len(columns)]
                columns.append(column)
            found.append(column)
        arrays.append(np.array(found).T)
    return arrays


@pytest.mark.parametrize("coarse", [False, True])
def test_packed_arrays_come_back_within_half_a_step(coarse):
    rng = np.random.default_rng(1)
    pool = Pool(rng.permutation(50), coarse)
    first, second = rng.normal(size=(50, 3)) * [1, 1e4, 0] + [0, 5, 7], rng.gamma(1, size=50)
    numbers = [pool.add(first), pool.add(second), pool.add(first)]
    assert numbers == [0, 1, 0]
    levels = COARSE_LEVELS if coarse else LEVELS
    for found, array in zip(unpack(pool), (first, second[:, None]), strict=True):
        error = np.abs(found - array[pool.order]).max(axis=0)
        # Rounding both ends to three digits moves values by at most another two hundredths of the spread.
        slack = 0.02 * np.ptp(array, axis=0) + 0.005 * np.abs(array.min(axis=0)) if coarse else 1e-9
        assert np.all(error <= np.ptp(array, axis=0) / levels / 2 + slack)


def walk(rng: np.random.Generator, draws: int, steps: int) -> np.ndarray:
    """Amounts of years that go together, as those of a pilot do."""
    return 3_000 * np.exp(rng.normal(size=(draws, 1)) / 3) * 0.8 ** np.arange(steps) + rng.normal(size=(draws, steps))


def test_money_comes_back_to_a_quarter_of_a_euro_and_what_goes_together_takes_less_room():
    values = walk(np.random.default_rng(4), 500, 10)
    money, apart = Pool(np.arange(500)), Pool(np.arange(500))
    money.add(values, 1.0)
    money.add(2.0 * values + 1.0, 0.5)
    for column in values.T:
        apart.add(column, 1.0)
        apart.add(2.0 * column + 1.0, 0.5)
    found = unpack(money)
    assert np.abs(found[0] - values).max() <= NEAR / 2 + 1e-9
    assert np.abs(found[1] - 2.0 * values - 1.0).max() <= NEAR + 1e-9
    # Alone, a column needs some ten bits a draw; after its neighbours six, and a copy none at all.
    assert len(money.packed()) < 0.65 * len(apart.packed())


def test_with_records_no_draw_stands_in_the_file_as_it_is():
    values = np.random.default_rng(2).normal(10_000, 3_000, size=(1000, 1))
    pool = Pool(np.arange(1000), coarse=True)
    pool.add(values)
    (found,) = unpack(pool)
    assert len(np.unique(found)) <= COARSE_LEVELS + 10
    assert not np.isin(found, values).any()
    for number in (*pool.arrays[0]["low"], *pool.arrays[0]["step"]):
        assert number == float(f"{number:.3g}")


def test_records_allow_fewer_draws_and_need_enough_people(drechtsteden):
    held = drechtsteden.model_copy(update={"data": {"files": []}})
    assert allowed_draws(drechtsteden, ()) == MOST_DRAWS
    assert allowed_draws(held, (FEWEST_PEOPLE, 300)) == MOST_DRAWS_RECORDS
    for groups in ((), (FEWEST_PEOPLE - 1,), (100, FEWEST_PEOPLE - 1)):
        with pytest.raises(WerkzorgError) as fault:
            allowed_draws(held, groups)
        assert fault.value.exit_code == ExitCode.RELEASE == 6


def test_the_file_with_records_holds_rounded_draws_and_says_so(source):
    held = Source(source.bench, source.parts[:1], None, MOST_DRAWS_RECORDS, coarse=True)
    content = make_content(held, ("nl",), MOST_DRAWS)
    assert content["draws"] <= MOST_DRAWS_RECORDS
    assert "dossiers" in content["origin"]["nl"]
    for array in content["arrays"]:
        assert all(number == float(f"{number:.3g}") for number in (*array["low"], *array["step"]))
    for entry in content["scenarios"][0]["means"]:
        assert all(mean == round(mean) for mean in entry["mean"])


def test_every_lever_shows_default_source_and_status(content):
    ids = [lever["id"] for lever in content["levers"]]
    assert set(ids) == set(Settings.model_fields) - {"contract"}
    for lever in content["levers"]:
        assert lever["value"] > 0
        for lang in content["langs"]:
            assert lever["source"][lang]
            assert all("Status: " in line for line in lever["source"][lang])
            for kind in ("lever", "lever_note"):
                assert content["words"][f"explorer.{kind}.{lever['id']}"][lang]


def test_the_document_says_of_every_lever_how_it_works(content):
    text = (ROOT / "docs" / "explorer.md").read_text(encoding="utf8")
    assert [lever["id"] for lever in content["levers"] if f"`{lever['id']}`" not in text] == []


def test_data_cannot_end_the_element_that_holds_them(content):
    words = {**content, "name": {"nl": "</script><b>", "en": "x"}}
    page = make_page(words)
    assert "</script><b>" not in page
    inside = page.split('id="werkzorg-content">')[1].split("</script>")[0]
    assert json.loads(inside) == words


def test_a_page_that_does_not_fit_gets_fewer_draws_or_is_refused(source, monkeypatch):
    monkeypatch.setattr("werkzorg.explorer.page.FEWEST_DRAWS", 30)
    whole = len(fitting_page(source, ("nl",))[0].encode())
    monkeypatch.setattr("werkzorg.explorer.page.MOST_BYTES", whole - 1)
    assert fitting_page(source, ("nl",))[1] == source.most_draws // 2
    monkeypatch.setattr("werkzorg.explorer.page.MOST_BYTES", 1000)
    with pytest.raises(WerkzorgError) as fault:
        fitting_page(source, ("nl",))
    assert fault.value.exit_code == ExitCode.RUN


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(WerkzorgError) as fault:
        write_page("x", tmp_path / "nowhere" / "page.html")
    assert fault.value.exit_code == ExitCode.CONFIGURATION
    write_page("x", tmp_path / "page.html")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_settings_are_checked():
    with pytest.raises(ValidationError):
        Settings(wmo=-1)
    claimed = {"kind": "saving", "payer": "insurer", "payee": "municipality", "amount": 0.5, "saving": "ggz"}
    with pytest.raises(ValidationError):
        Settings(contract=[{**claimed, "basis": "claimed"}])
    assert Settings.model_validate(as_plain(Settings(contract=[claimed], rate=0.03))).rate == 0.03


def test_the_widget_shares_its_positions_with_python(source):
    widget = make_widget(source, ("en",), Settings(wmo=1.5))
    assert widget.positions() == Settings(wmo=1.5)
    widget.settings = {"years": 3, "contract": []}
    assert widget.positions().years == 3
    assert widget.content["langs"] == ["en"]


class FewPeople:
    """Records of a pilot in which the second group is too small."""

    participants, compared = 100, FEWEST_PEOPLE - 1


def test_the_command_refuses_before_anything_is_calculated(monkeypatch, drechtsteden, tmp_path):
    from dataclasses import replace

    from rich.console import Console

    from werkzorg.params.scenarios import BASE, Variant
    from werkzorg.run.real import real_steps

    held = drechtsteden.model_copy(update={"data": {"files": []}})
    monkeypatch.setattr(explore, "load_variants", lambda *_: (Variant(BASE, None, None, held),))
    steps = replace(real_steps(), read_records=lambda *_: FewPeople(), prepare=lambda: pytest.fail("went on"))
    order = explore.Exploration("drechtsteden", (), str(tmp_path / "x.html"), ("nl",), 1)
    with pytest.raises(WerkzorgError) as fault:
        explore.explore(order, steps, Display(Console(quiet=True)))
    assert fault.value.exit_code == ExitCode.RELEASE
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "told"), [("limburg", True), ("drechtsteden", False)])
def test_the_first_line_says_when_nothing_was_counted(name, told):
    for lang in ("nl", "en"):
        assert (say("explorer.facts.prior", lang) in _facts(werkzorg.load_pilot(name), 2000, 2000, lang)) == told


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_says_when_it_keeps_fewer_calculations_than_the_report_has(lang):
    pilot = werkzorg.load_pilot("drechtsteden")
    fewer, all_kept = _facts(pilot, 2000, 4000, lang), _facts(pilot, 4000, 4000, lang)
    of = {"nl": "2.000 van de 4.000 doorrekeningen", "en": "2,000 of the 4,000 calculations"}[lang]
    assert of in fewer and fewer.startswith(_facts(pilot, 2000, 2000, lang))
    assert "van de" not in all_kept and " of the " not in all_kept
