"""Documents hang together: links, generated blocks, contracts, rooms, parameters, glossary, pictures."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

import werkzorg
from werkzorg.appraisal.appraise import APPRAISAL
from werkzorg.inference.transitions import EARLY_MONTHS, RATIO_MONTHS
from werkzorg.ledger.settlement import LEDGER
from werkzorg.projection.chain import ENGINE_STATES
from werkzorg.projection.trajectory import TRAJECTORY

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
IMAGES = sorted((ROOT / "docs" / "img").iterdir())
LARGEST_IMAGE = 400_000
"""Bytes; a page with two pictures then still opens at once on a slow line."""


def _load(path: str):
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf8")


def _anchors(path: Path) -> set[str]:
    text = path.read_text(encoding="utf8")
    headings = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    return headings | set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))


def _rows(text: str) -> list[list[str]]:
    """Cells of all table rows, without heads and rules."""
    lines = text.splitlines()
    heads = {number - 1 for number, line in enumerate(lines) if re.fullmatch(r"[|:\- ]+", line) and "-" in line}
    chosen = [line for n, line in enumerate(lines) if line.startswith("| ") and n not in heads]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in chosen]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_file_and_a_heading_leads_somewhere(path):
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file) if file else path
        assert target.exists(), link
        if anchor:
            assert anchor in _anchors(target), link


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_picture_has_a_text_for_those_who_do_not_see_it(path):
    for text in re.findall(r"!\[(.*?)\]\(", path.read_text(encoding="utf8")):
        assert len(text) > 40


def test_generated_blocks_are_up_to_date():
    tables = _load("docs/make_tables.py")
    for name, makers in tables.BLOCKS.items():
        assert tables.fill(_read(name), makers) == _read(name), f"{name}: python docs/make_tables.py"


def test_the_architecture_lists_every_promise_of_every_step():
    written = {
        (cells[0], cells[1].strip("`"), tuple(cells[2].split(", ")), cells[3])
        for cells in _rows(_read("docs/architecture.md"))
        if len(cells) == 4
    }
    promised = {
        (contract.name, name, dims, unit)
        for contract in (TRAJECTORY, LEDGER, APPRAISAL)
        for name, (dims, unit) in contract.variables.items()
    }
    assert written == promised


def test_the_architecture_lists_every_room_in_the_order_of_the_imports():
    listed = [
        room
        for cells in _rows(_read("docs/architecture.md").split("## Steps")[0])
        for room in re.findall(r"`(\w+)`", cells[0])
    ]
    package = Path(werkzorg.__file__).parent
    rooms = {path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert set(listed) == {room for room in rooms if not room.startswith("__")}
    floors = [room for floor in _load("tests/test_architecture.py").FLOORS for room in floor]
    assert [room for room in listed if room in floors] == [room for room in floors if room in listed]


@pytest.mark.parametrize("name", ["docs/model.md", "docs/pilots.md", "README.md"])
def test_every_parameter_that_a_document_names_exists(name):
    known = {parameter.id for parameter in werkzorg.catalogue()}
    text = re.sub(r"```.*?```", "", _read(name), flags=re.DOTALL)
    named = set(re.findall(r"\b(p_[a-z0-9_]+)\b", text))
    groups = {identifier.split(".")[0] for identifier in known if "." in identifier}
    dotted = re.findall(r"`([a-z_]+)\.([a-z0-9_.]+)`", text)
    named |= {f"{group}.{rest}" for group, rest in dotted if group in groups}
    assert named <= known
    if name == "docs/model.md":
        assert len(named) > 20


def test_the_model_text_has_the_periods_of_the_code():
    text = _read("docs/model.md")
    rest = RATIO_MONTHS - EARLY_MONTHS
    assert f"{EARLY_MONTHS} * early + ({RATIO_MONTHS} - {EARLY_MONTHS}) * early * late_ratio = {RATIO_MONTHS} *" in text
    assert f"alone * ratio * {RATIO_MONTHS} / ({EARLY_MONTHS} + {rest} * late_ratio)" in text


def test_every_assumption_has_a_direction():
    rows = _rows(_read("docs/model.md").split("## 11.")[-1])
    assert len(rows) > 20
    words = ("flatters", "hurts", "neither", "either", "neutral", "none", "small", "intervals")
    for cells in rows:
        assert len(cells) == 2
        assert any(word in cells[1] for word in words), cells[0]


def test_glossary_terms_are_complete_unique_and_in_order():
    sections = _read("docs/glossary.md").split("\n## ")[1:]
    assert len(sections) == 3
    terms = []
    for section in sections:
        rows = _rows(section)
        assert all(len(cells) == 3 and all(cells) for cells in rows)
        own = [cells[0].lower() for cells in rows]
        assert own == sorted(own)
        terms += own
    assert len(terms) == len(set(terms)) > 60


def test_pictures_show_the_steps_and_states_of_the_code():
    pictures = _load("docs/make_pictures.py")
    assert set(pictures.PLACES) == set(ENGINE_STATES)
    assert {step for step, *_ in pictures.STEPS} <= set(werkzorg.__all__)
    assert {"way-of-a-number.svg", "chain.svg"} <= {path.name for path in IMAGES}


@pytest.mark.parametrize("path", IMAGES, ids=lambda path: path.name)
def test_pictures_are_light_and_load_nothing(path):
    assert path.stat().st_size < LARGEST_IMAGE
    if path.suffix == ".svg":
        text = path.read_text(encoding="utf8")
        assert re.findall(r"(?:href|src)=\"(?!#)[^\"]*\"|url\((?!#)", text) == []


def test_drawing_again_gives_the_same_picture_apart_from_the_program_that_drew_it(tmp_path):
    pictures = _load("docs/make_pictures.py")
    for draw in (pictures.draw_way, pictures.draw_chain):
        draw(tmp_path / "first.svg")
        draw(tmp_path / "second.svg")
        assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()


@pytest.mark.parametrize(("name", "lang"), [("docs/handleiding.md", "nl"), ("docs/guide.md", "en")])
def test_guides_show_the_pictures_that_the_script_makes(name, lang):
    shown = re.findall(r"!\[([^\]]*)\]\(img/([^)]+)\)", _read(name))
    made = [picture for picture in _load("docs/make_pictures.py").PHOTOGRAPHS if picture.endswith(f".{lang}.png")]
    assert [picture for _alt, picture in shown] == made
    assert all(len(alt) > 40 for alt, _picture in shown)


def test_every_picture_that_a_document_names_is_there():
    for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for alt, address in re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", path.read_text(encoding="utf8")):
            assert alt and (path.parent / address).is_file(), (path.name, address)


def test_photographs_are_small():
    for picture in _load("docs/make_pictures.py").PHOTOGRAPHS:
        assert (ROOT / "docs" / "img" / picture).stat().st_size < 150_000
