"""Bundled questions: right counts, nothing small, no text; as page and as workbook; planted texts never come out."""

import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from werkzorg import cli
from werkzorg.cases.questions import CROSSED, REST, SORTS, bundle_questions, count_bundles
from werkzorg.errors import ExitCode, WerkzorgError
from werkzorg.params import shipped

EXAMPLE = shipped("params") / "examples" / "vragen.csv"
CANARY = "KANARIE-7F3A"


def frame(rows):
    return pd.DataFrame(rows, columns=["month", "region", "channel", "theme"])


def test_counts_are_those_of_the_file_rounded_to_five():
    found, made = bundle_questions(EXAMPLE), pd.read_csv(EXAMPLE, sep=";")
    assert abs(found.total - len(made)) <= 2.5
    for sort in SORTS:
        for name, count in found.single[sort].items():
            exact = int((made[sort] == name).sum())
            assert count is None or (abs(count - exact) <= 2.5 and exact >= 10)
    for first, second in CROSSED:
        for (one, other), count in found.crossed[first, second].items():
            exact = int(((made[first] == one) & (made[second] == other)).sum())
            assert count is None or (abs(count - exact) <= 2.5 and exact >= 10)
    assert found.hidden > 0


ROW = st.tuples(
    st.sampled_from(["2018-01", "2018-02"]), st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from("pqrs")
)


@given(st.lists(ROW, min_size=1, max_size=120))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_no_line_of_a_table_gives_a_small_count_away(rows):
    made = frame(rows)
    found = count_bundles(made)
    for sort in SORTS[:-1]:
        # Names of small groups come out as one rest group.
        made.loc[made[sort].map(made[sort].value_counts()) < 10, sort] = REST
    for sort in SORTS:
        exact = made[sort].value_counts()
        covered = [name for name, count in found.single[sort].items() if count is None]
        assert all(exact[name] < 10 or len(covered) > 1 for name in covered)
        rest = sum(exact[name] for name in covered)
        assert rest == 0 or rest >= 10 or len(covered) == len(exact)
    for first, second in CROSSED:
        table = pd.crosstab(made[first], made[second])
        covered = np.array(
            [[found.crossed[first, second][one, other] is None for other in table.columns] for one in table.index]
        )
        assert covered[table.to_numpy() < 10].all()
        # A line whose own total is hidden shows none of its cells.
        assert all(covered[place].all() for place, one in enumerate(table.index) if found.single[first][one] is None)
        for line, away in zip(table.to_numpy(), covered, strict=True):
            rest = line[away].sum()
            assert rest == 0 or (rest >= 10 and away.sum() > 1) or away.all()


@pytest.fixture
def planted(tmp_path):
    """The example with a canary in the free text, and in a theme that only three people asked about."""
    lines = EXAMPLE.read_text(encoding="utf8").replace("(verzonnen vraag)", CANARY).splitlines()
    lines += [f"2017-07;Zuid-Limburg;WhatsApp;{CANARY} geheim;tekst"] * 3
    path = tmp_path / "vragen.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf8")
    return path


def test_free_text_never_comes_out(planted, tmp_path, capsys):
    for name in ("page.html", "book.xlsx"):
        assert cli.execute(["questions", str(planted), "--out", str(tmp_path / name)]) == ExitCode.OK
    told = capsys.readouterr()
    assert "behoud van uitkering" in told.out and "KANARIE" not in told.out + told.err
    page = (tmp_path / "page.html").read_text(encoding="utf8")
    assert CANARY not in page and "verzonnen vraag" not in page
    with zipfile.ZipFile(tmp_path / "book.xlsx") as book:
        content = b"".join(book.read(name) for name in book.namelist()).decode("utf8", errors="ignore")
    assert CANARY not in content


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_page_and_workbook_hold_all_tables(tmp_path, lang):
    for name in ("page.html", "book.xlsx"):
        assert cli.execute(["questions", str(EXAMPLE), "--lang", lang, "--out", str(tmp_path / name)]) == ExitCode.OK
    page = (tmp_path / "page.html").read_text(encoding="utf8")
    assert f'<html lang="{lang}"' in page and page.count("<table") == len(SORTS) + len(CROSSED)
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert len(book.sheetnames) == 1 + len(SORTS) + len(CROSSED)


def test_too_few_questions_and_free_text_as_theme_are_refused(tmp_path):
    header = "month;region;channel;theme\n"
    path = tmp_path / "few.csv"
    path.write_text(header + "2018-01;a;b;c\n" * 9, encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        bundle_questions(path)
    assert caught.value.exit_code == ExitCode.PRIVACY
    path.write_text(header + "".join(f"2018-01;a;b;vraag {n}\n" for n in range(80)), encoding="utf8")
    with pytest.raises(WerkzorgError) as caught:
        bundle_questions(path)
    assert caught.value.exit_code == ExitCode.INPUT and "vraag" not in caught.value.render("nl")


@pytest.mark.parametrize("out", ["report.pdf", "nowhere/report.html"])
def test_a_place_that_cannot_be_written_is_told_first(tmp_path, out, capsys):
    code = cli.execute(["questions", str(EXAMPLE), "--out", str(tmp_path / out)])
    assert code == ExitCode.CONFIGURATION and "Traceback" not in capsys.readouterr().err
