"""Three ways of counting side by side: the right rows in the right columns, and none where none was made."""

from dataclasses import replace

import pandas as pd

from werkzorg.release.results import as_frame
from werkzorg.reporting.tables_views import views_table

PARTIES = ("client", "municipality", "insurer", "ggz_institution", "society")


def with_views(results, horizon=60):
    rows = [
        {
            "id": f"net_care.{party}", "quantity": "net_care", "party": party, "horizon": horizon, "view": "care",
            "per": "participant", "value": 10_000.0 * (k + 1), "low80": 0.0, "high80": 1000.0, "unit": "EUR_2018",
            "rests_on": "counts+prior", "parties": "all", "label_nl": "x", "label_en": "x",
        }
        for k, party in enumerate(PARTIES)
    ]  # fmt: skip
    table = pd.concat([results.table, as_frame(rows, "table")], ignore_index=True)
    meta = {**results.meta, "care_rates": {"costs": 0.03, "effects": 0.015}, "main_horizon": horizon}
    return replace(results, meta=meta, table=table)


def test_each_way_has_its_own_column(results):
    made = views_table(with_views(results), "nl")
    assert list(made.data.columns)[1:] == [
        "Maatschappij (2,25% per jaar)",
        "Zorgevaluatie (3% per jaar)",
        "Begroting (zonder verrekening)",
    ]
    by_id = {row.id for row in made.rows}
    assert "net.municipality.60.participant.society" in by_id or len(by_id) == 3 * len(PARTIES) - 1
    # 10,000 for the first party, 20,000 for the second, and so on.
    assert [text.replace("\u00a0", " ") for text in made.data.iloc[:, 2]] == [
        f"€ {number}0.000" for number in range(1, 6)
    ]


def test_society_has_no_budget_and_the_note_says_why(results):
    made = views_table(with_views(results), "en")
    assert made.data.iloc[-1, 3] == "–"
    assert "for society" in made.notes[0]


def test_a_short_horizon_needs_no_discounting(results):
    assert any("not needed" in note for note in views_table(with_views(results, 12), "en").notes)
    assert not any("not needed" in note for note in views_table(with_views(results), "en").notes)


def test_without_rows_there_is_no_table(results):
    assert views_table(results, "nl") is None


def test_rounding_does_not_set_the_ways_of_counting_apart(results):
    """-726, -724 and -730 in steps of 50 would read as -750, -700 and -750."""
    found = with_views(results)
    table = found.table.copy()
    values = {"society": -726.0, "care": -724.0, "budget": -730.0}
    for view, value in values.items():
        quantity = "net_care" if view == "care" else "net"
        row = (table["quantity"] == quantity) & (table["party"] == "ggz_institution") & (table["view"] == view)
        row &= (table["horizon"] == 60) & (table["per"] == "participant")
        assert row.sum() == 1
        table.loc[row, ["value", "low80", "high80"]] = [value, -1300.0, -200.0]
    shown = views_table(replace(found, table=table), "en").data.iloc[PARTIES.index("ggz_institution"), 1:]
    amounts = [int(cell.replace("-€", "")) for cell in shown]
    assert max(amounts) - min(amounts) <= 2 * (730 - 724)
