"""The shipped notebooks: thin, clean, and run for real."""

import os
import re
import time

import nbformat
import pytest

from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.params.files import shipped
from werkzorg.reporting import execute
from werkzorg.reporting.execute import check_parameters, notebook_names, notebook_parameters, run_notebook
from werkzorg.reporting.make import ANALYSES, READERS, make_reports
from werkzorg.reporting.places import newest_results
from werkzorg.reporting.sanitise import dangers


@pytest.fixture(params=(*READERS, *ANALYSES))
def notebook(request):
    return nbformat.read(shipped("notebooks") / f"{request.param}.ipynb", as_version=4)


def test_there_is_a_notebook_for_each_reader_and_analysis():
    assert set(notebook_names()) == {*READERS, *ANALYSES}


def test_notebook_is_valid_and_holds_no_output(notebook):
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


def test_notebook_is_thin(notebook):
    for cell in notebook.cells:
        assert len(cell.source.splitlines()) <= 25
        # Calls, imports and typed parameters: no calculation lives in a notebook.
        if cell.cell_type == "code":
            assert not re.search(r"\b(def|class|for|while|lambda|numpy|pandas|read_csv)\b|[*/]", cell.source)


def test_parameters_are_typed_and_have_defaults(notebook):
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    assert len(cells) == 1
    assert all(re.fullmatch(r'\w+: str = "\w*"', line) for line in cells[0].source.splitlines())


def test_only_the_technical_notebook_takes_more_than_results():
    for name in (*READERS, *ANALYSES):
        extra = set(notebook_parameters(name)) - {"results", "lang"}
        assert extra == ({"posterior", "ledger"} if name == "technical" else set())


@pytest.mark.parametrize(
    ("parameters", "near"),
    [({"result": "x"}, "results"), ({"language": "nl"}, "-"), ({"results": "x", "lan\ng": "nl"}, "lang")],
)
def test_unknown_parameter_is_refused(parameters, near, tmp_path):
    with pytest.raises(WerkzorgError) as caught:
        run_notebook("client", tmp_path / "out.ipynb", parameters)
    assert caught.value.exit_code == ExitCode.CONFIGURATION
    assert caught.value.problems[0].values["near"] in (near, "lang")
    assert not list(tmp_path.iterdir())


def test_parameter_of_another_type_is_refused():
    with pytest.raises(WerkzorgError):
        check_parameters("client", {"lang": 1})


def test_unknown_notebook_is_refused(tmp_path):
    with pytest.raises(WerkzorgError) as caught:
        run_notebook("clients", tmp_path / "out.ipynb", {})
    assert caught.value.problems[0].values["near"] == "client"


def test_unknown_reader_is_refused(results_folder, tmp_path):
    with pytest.raises(WerkzorgError) as caught:
        make_reports(results_folder, tmp_path, ["insurers"])
    assert caught.value.exit_code == ExitCode.CONFIGURATION


def test_newest_results_are_found_from_a_folder_below(tmp_path):
    assert newest_results("p", tmp_path) is None
    for name, when in (("old", 100), ("new", 200)):
        path = tmp_path / "results" / "p" / name / "results.json"
        path.parent.mkdir(parents=True)
        path.write_text("{}")
        os.utime(path, (when, when))
    below = tmp_path / "work" / "notebooks"
    below.mkdir(parents=True)
    assert newest_results("p", below).parent.name == "new"


@pytest.mark.slow
def test_all_reports_in_both_languages(results_folder, all_reports):
    folder, seconds = all_reports
    assert all(value > 0 for value in seconds.values())
    made = {path.name for path in folder.glob("*.html")}
    assert made == {f"{name}.{lang}.html" for name in (*READERS, "leeswijzer") for lang in ("nl", "en")}
    for path in folder.glob("*.html"):
        page = path.read_text(encoding="utf8")
        lang = path.name.split(".")[1]
        assert f'<html lang="{lang}">' in page
        assert dangers(page) == [] and page.count("<h1") == 1
        # Braces belong to styles and to sets in formulas; elsewhere they are a place that was not filled.
        told = re.sub(r"<style>.*?</style>|<code>.*?</code>", "", page, flags=re.DOTALL)
        assert "Traceback" not in page and "{" not in told
        title = re.search(r"<title>(.*?)</title>", page).group(1)
        assert path.name.startswith("leeswijzer") or {"nl": "22 november 2026", "en": "22 November 2026"}[lang] in title
    nothing_of_the_machine_in(folder / "notebooks", results_folder)


def nothing_of_the_machine_in(folder, results_folder):
    for path in folder.glob("*.ipynb"):
        text = path.read_text(encoding="utf8")
        notebook = nbformat.reads(text, as_version=4)
        assert "papermill" not in notebook.metadata
        assert str(results_folder) not in text and str(results_folder.parent) not in text
        assert not [c for c in notebook.cells if "papermill" in c.metadata or "execution" in c.metadata]


@pytest.mark.slow
def test_failure_leaves_the_last_good_notebook(tmp_path):
    out = tmp_path / "client.ipynb"
    out.write_text("the last good one", encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        run_notebook("client", out, {"results": str(tmp_path / "absent.json")})
    assert caught.value.exit_code == ExitCode.RUN
    assert out.read_text(encoding="utf8") == "the last good one"
    assert [path.name for path in tmp_path.iterdir()] == ["client.ipynb"]


def own_notebook(folder, monkeypatch, *sources):
    """A folder with one notebook `client`, shipped instead of the real ones."""
    cells = [nbformat.v4.new_code_cell('results: str = ""\nlang: str = "nl"')]
    cells[0].metadata["tags"] = ["parameters"]
    cells += [nbformat.v4.new_code_cell(source) for source in sources]
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    folder.mkdir()
    nbformat.write(made, folder / "client.ipynb")
    monkeypatch.setattr(execute, "shipped", lambda kind: folder)


def telling(number, source):
    """A cell that first writes down in which process it runs."""
    return f"import os, pathlib\npathlib.Path({str(number)!r}).write_text(str(os.getpid()))\n{source}"


def is_gone(number):
    """Whether the process that a cell wrote down has ended; ten seconds are given to it."""
    process = int(number.read_text())
    assert process != os.getpid()
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "reason"),
    [("1 + 1", "merkteken"), ("import os; os._exit(9)", "rekenkern"), ("raise ValueError('SECRET')", "ValueError")],
)
def test_a_file_is_no_proof_of_success(source, reason, tmp_path, monkeypatch):
    own_notebook(tmp_path / "shipped", monkeypatch, telling(tmp_path / "number", source))
    with pytest.raises(WerkzorgError) as caught:
        run_notebook("client", tmp_path / "out.ipynb", {}, timeout=60)
    assert is_gone(tmp_path / "number")
    text = caught.value.render("nl")
    assert reason in text and "SECRET" not in text
    assert not (tmp_path / "out.ipynb").exists()


@pytest.mark.slow
def test_a_cell_that_never_ends_is_stopped(tmp_path, monkeypatch):
    number = tmp_path / "number"
    own_notebook(tmp_path / "shipped", monkeypatch, telling(number, "import time; time.sleep(600)"))
    start = time.monotonic()
    with pytest.raises(WerkzorgError):
        run_notebook("client", tmp_path / "out.ipynb", {}, timeout=2)
    # The sleep is ten minutes: a minute leaves room for a slow machine and still proves that it was cut off.
    assert time.monotonic() - start < 60
    assert is_gone(number)


@pytest.mark.slow
def test_reader_notebooks_load_no_sampler(results_folder, tmp_path, monkeypatch):
    own_notebook(
        tmp_path / "shipped",
        monkeypatch,
        "from werkzorg.reporting import open_report\nreport = open_report(results, 'client', lang)",
        "report.client_page()",
        "import sys\nassert not {'pymc', 'arviz', 'numba', 'nutpie', 'plotly', 'matplotlib.pyplot'} & set(sys.modules)",
        "report.finish()",
    )
    done = run_notebook("client", tmp_path / "out.ipynb", {"results": str(results_folder / "results.json")})
    assert done.exists()
