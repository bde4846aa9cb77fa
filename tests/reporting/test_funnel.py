"""From enrolled to lasting work: every step is a part of the one before."""

from dataclasses import replace

import pandas as pd
import pytest

import werkzorg
from werkzorg.release.results import as_frame
from werkzorg.reporting.figures import funnel


def with_funnel(results):
    rows = [
        {
            "id": f"funnel.{item}.{month}", "quantity": "funnel", "item": item, "month": month, "order": order,
            "value": 0.9 - 0.2 * order - 0.01 * month, "low80": 0.1, "high80": 0.8, "unit": "fraction",
            "rests_on": "counts+prior", "parties": "all", "label_nl": "x", "label_en": "x",
            "item_label_nl": item, "item_label_en": item,
        }
        for month in (24, 12)
        for order, item in enumerate(("funnel_placed", "funnel_working", "funnel_off_benefit"))
    ]  # fmt: skip
    return replace(results, table=pd.concat([results.table, as_frame(rows, "table")], ignore_index=True))


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_bars_stand_in_order_of_time_and_step(results, lang):
    made = funnel(with_funnel(results), lang)
    assert [row.id for row in made.rows] == [
        f"funnel.{item}.{month}"
        for month in (12, 24)
        for item in ("funnel_placed", "funnel_working", "funnel_off_benefit")
    ]
    assert "78%" in made.alt
    assert len(made.data) == 6


def test_without_rows_there_is_no_figure(results):
    assert funnel(results, "nl") is None


def test_the_steps_of_the_model_are_parts_of_each_other():
    pilot = werkzorg.load_pilot("drechtsteden")
    posterior = werkzorg.first_answer(pilot).isel(draw=slice(0, 200))
    trajectory = werkzorg.project(pilot, posterior)
    appraisal = werkzorg.appraise(pilot, werkzorg.settle(pilot, trajectory))
    occupancy = trajectory["occupancy"].sel(arm="programme")
    for month in (12, 24):
        placed = appraisal["outcome_programme"].sel(memo="first_jobs", horizon=month).values
        off = occupancy.sel(state="work_off", month=month).values
        working = off + occupancy.sel(state="work_supplement", month=month).values
        # Shares of people: a step that is not inside the one before would show as a difference of a percent or more.
        assert (placed >= working - 1e-9).all()
        assert (working >= off).all()
        assert (placed <= 1 + 1e-9).all()
