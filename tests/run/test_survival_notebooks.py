"""Only the notebooks that came with the package make what leaves; a changed one runs, and says so."""

from __future__ import annotations

import json
import shutil

import nbformat
import pytest
from run_fakes import go, quiet, text_of

from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.params.files import shipped
from werkzorg.reporting import execute, make, shipped_notebooks
from werkzorg.reporting.execute import notebook_names
from werkzorg.reporting.results import Results
from werkzorg.reporting.shipped_notebooks import RECORD, changed_notebooks, digest_of_notebook, record_notebooks
from werkzorg.run.real import real_steps
from werkzorg.run.record import MANIFEST
from werkzorg.run.releasing import READERS, ReleaseOrder, release_pilot


@pytest.fixture
def copies(tmp_path, monkeypatch):
    """Copies of the notebooks, in the place of the shipped ones."""
    folder = tmp_path / "notebooks"
    shutil.copytree(shipped("notebooks"), folder)
    monkeypatch.setattr(shipped_notebooks, "shipped", lambda kind: folder)
    return folder


def change(path, edit):
    notebook = nbformat.read(path, as_version=4)
    edit(notebook)
    nbformat.write(notebook, path)


def code_cell(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"][-1]


def test_the_record_is_of_the_notebooks_as_they_are():
    assert record_notebooks() == RECORD.read_text(encoding="utf8"), "python -m werkzorg.reporting.shipped_notebooks"
    assert changed_notebooks(notebook_names()) == ()


EDITS = {
    "code": lambda notebook: code_cell(notebook).update(source=code_cell(notebook).source + "\nprint(1)"),
    "text": lambda notebook: notebook.cells.insert(0, nbformat.v4.new_markdown_cell("Jan woont in Zwijndrecht")),
    "order": lambda notebook: notebook.cells.reverse(),
    "tag": lambda notebook: code_cell(notebook).metadata.update(tags=["hide-input"]),
    "kind": lambda notebook: code_cell(notebook).update(cell_type="raw"),
    "picture": lambda notebook: notebook.cells.append(
        nbformat.v4.new_markdown_cell("![](attachment:a.png)", attachments={"a.png": {"image/png": "AAAA"}})
    ),
    "gone": lambda notebook: notebook.cells.clear(),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_any_change_of_what_it_runs_or_says_is_seen(copies, edit):
    change(copies / "client.ipynb", edit)
    assert changed_notebooks(READERS) == ("client",)


def test_pictures_in_a_text_count_also_when_the_text_is_the_same(copies):
    change(copies / "client.ipynb", EDITS["picture"])
    before = digest_of_notebook(copies / "client.ipynb")
    change(
        copies / "client.ipynb",
        lambda notebook: notebook.cells[-1].update(attachments={"a.png": {"image/png": "BBBB"}}),
    )
    assert digest_of_notebook(copies / "client.ipynb") != before


def test_a_notebook_that_was_only_opened_and_run_is_not_changed(copies):
    def run_by_hand(notebook):
        cell = code_cell(notebook)
        cell.execution_count = 7
        cell.outputs = [nbformat.v4.new_output("stream", text="uitkomst")]
        cell.id = "other-id"
        notebook.metadata["language_info"] = {"name": "python", "version": "3.13.1"}

    change(copies / "client.ipynb", run_by_hand)
    assert changed_notebooks(READERS) == ()


@pytest.mark.parametrize("content", [None, "", "{", '{"cells": [1]}', "[]"])
def test_a_notebook_that_is_missing_or_no_notebook_is_not_the_shipped_one(copies, content):
    path = copies / "ggz.ipynb"
    path.unlink() if content is None else path.write_text(content, encoding="utf8")
    assert changed_notebooks(READERS) == ("ggz",)


def test_nothing_made_by_a_changed_notebook_leaves(copies, tmp_path):
    change(copies / "insurer.ipynb", EDITS["code"])

    def never(*arguments):
        raise AssertionError("a changed notebook was run for a release")

    out = tmp_path / "vrij"
    with pytest.raises(WerkzorgError) as caught:
        release_pilot(ReleaseOrder("drechtsteden", "A. de Vries", out=str(out)), quiet(), never)
    assert caught.value.exit_code == ExitCode.RELEASE
    assert "insurer" in caught.value.render("nl")
    assert not out.exists()
    # Another reader's notebook is no obstacle: the release then stops at the next thing, results that are not there.
    asked = ReleaseOrder("drechtsteden", "A. de Vries", str(tmp_path / "absent"), str(out), readers=("client",))
    with pytest.raises(WerkzorgError) as caught:
        release_pilot(asked, quiet(), never)
    assert "insurer" not in caught.value.render("nl")


def test_a_run_says_which_notebook_was_changed_and_puts_it_on_record(copies, tmp_path):
    steps = {"changed_notebooks": real_steps().changed_notebooks}
    _, display = go(tmp_path / "uit", **steps)
    assert "notebook" not in text_of(display)
    assert json.loads((tmp_path / "uit" / MANIFEST).read_text(encoding="utf8"))["changed_notebooks"] == []
    change(copies / "client.ipynb", EDITS["code"])
    _, display = go(tmp_path / "uit", **steps)
    assert "veranderd of ontbreekt: client" in text_of(display)
    assert json.loads((tmp_path / "uit" / MANIFEST).read_text(encoding="utf8"))["changed_notebooks"] == ["client"]


@pytest.mark.parametrize("changed", [False, True])
def test_the_report_of_a_changed_notebook_says_so_on_its_last_line(copies, tmp_path, monkeypatch, changed):
    if changed:
        change(copies / "client.ipynb", EDITS["code"])
    meta = {"name_nl": "Proef", "name_en": "Trial", "created": "2026-11-22T10:00:00+01:00", "version": "1"}
    meta["run_id"] = "r"
    monkeypatch.setattr(make, "run_notebook", lambda name, out, parameters, timeout: out)
    monkeypatch.setattr(make, "read_results", lambda folder: Results(meta, None, None, None))
    lines = []
    monkeypatch.setattr(make, "export_html", lambda executed, page, lang, title, last, *_: lines.append(last))
    make.make_reports(tmp_path, tmp_path / "uit", ("client",), ("nl", "en"))
    assert len(lines) == 2
    assert [("veranderd" in line or "changed" in line) for line in lines] == [changed, changed]


def test_no_notebook_of_a_user_can_be_named(tmp_path):
    """There is no option or path for one: a name is one of the list."""
    own = tmp_path / "own.ipynb"
    shutil.copyfile(shipped("notebooks") / "client.ipynb", own)
    for name in (str(own), "../client", "own"):
        with pytest.raises(WerkzorgError) as caught:
            execute.run_notebook(name, tmp_path / "out.ipynb", {})
        assert caught.value.exit_code == ExitCode.CONFIGURATION
