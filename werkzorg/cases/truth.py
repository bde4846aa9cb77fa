"""The stated truth behind synthetic people: every chance, ratio and amount that `simulate` uses.

Values stand in `params/synthetic/truth.yaml` and go with every synthetic pilot as `truth.json`, so that an estimate
can be held against them.
"""

from __future__ import annotations

import functools
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from werkzorg.params.files import shipped
from werkzorg.params.mistakes import build
from werkzorg.params.reader import read_yaml

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(ge=0, le=1000)]
Count = Annotated[int, Field(ge=0, le=120)]


class Truth(BaseModel):
    """True parameters; meaning and unit of each in `params/synthetic/truth.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severe_share: Share
    selection_shift: float
    share_single_parent: Share
    share_couple: Share
    share_cost_sharer: Share
    benefit_months_mean: Positive
    entry_base: Share
    entry_motivation: float
    entry_ratio_programme: Positive
    entry_ratio_programme_late: Positive
    late_from_month: Count
    reentry_ratio: Positive
    full_exit_share: Share
    hours_full_log_mean: float
    hours_part_log_mean: float
    hours_log_sd: Positive
    wage_log_sd: Positive
    net_wage_share: Share
    lks_share: Share
    lks_part: Share
    job_loss_early: Share
    job_loss_later: Share
    early_months: Count
    exit_other: Share
    exit_other_return: Share
    leave_programme: Share
    leave_motivation: float
    cost_log_mean: float
    cost_person_log_sd: Positive
    cost_month_log_sd: Positive
    cost_month_maximum: float
    enrolment_excess: float
    excess_decay: Positive
    leave_care_year_severe: Share
    leave_care_year_common: Share
    return_care_year: Share
    work_cost_log_ratio: float
    admission_year_severe: Share
    admission_year_common: Share
    admission_frailty: float
    work_admission_log_ratio: float
    admission_days_mean: Positive
    crisis_month: Share
    crisis_ratio_new_job: Positive
    medication_month: Positive
    wmo_share: Share
    wmo_hours_week: Positive
    work_wmo_log_ratio: float
    manager_change: Share
    mansa_mean: float
    mansa_work_gain: float
    consent_withdrawn: Share
    form_missing: Share
    dropout_month: Share
    dropout_motivation: float
    dropout_frailty: float
    missing_month: Share
    late_months: Count
    late_share: Share

    def but(self, **changes: float) -> Truth:
        """The same truth with other values for some parameters, checked."""
        return Truth.model_validate(self.model_dump() | changes)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    value: float
    unit: str
    label: dict[str, str]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    truths: tuple[_Entry, ...]


@functools.cache
def _entries() -> tuple[_Entry, ...]:
    path = shipped("params") / "synthetic" / "truth.yaml"
    data, lines = read_yaml(path)
    return build(_File, data, path.name, lines, "").truths


def default_truth() -> Truth:
    """The truth that ships with the package."""
    return Truth(**{entry.id: entry.value for entry in _entries()})


def described(truth: Truth) -> list[dict[str, object]]:
    """Each parameter with value, unit and label, in the order of the shipped file."""
    return [
        {"id": entry.id, "value": getattr(truth, entry.id), "unit": entry.unit, "label": entry.label}
        for entry in _entries()
    ]
