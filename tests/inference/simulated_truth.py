"""What the generator of made-up people makes true of the parameters of the model, worked out from its own numbers.

The generator (`cases.synthetic`) shares nothing with the model. A few of its parameters are also parameters of the
model; most are of another form (chances for hazards, months for years, an unobserved motivation for a common hazard).
Each line below says how the one follows from the other. Parameters without a line have no truth: the Weibull of jobs
(a chance that drops after three months is none), the hazard of a next job (a mixture over months and motivation).
"""

from __future__ import annotations

from math import exp, log, sqrt

from werkzorg.cases.truth import Truth
from werkzorg.params.catalogue import catalogue
from werkzorg.pilot import Pilot


def hazard(chance: float) -> float:
    """Hazard with a chance in a month."""
    return -log(1 - chance)


def still(leave: float, back: float, months: int) -> float:
    """Share in care after some months by going through them one by one."""
    inside = 1.0
    for _ in range(months):
        inside += -inside * (1 - (1 - leave) ** (1 / 12)) + (1 - inside) * (1 - (1 - back) ** (1 / 12))
    return inside


def crisis_after_start(truth: Truth) -> float:
    """Chance of a crisis in the first three months from the start of a job, some of which are lost within them."""
    calm_at_work, calm_idle = 1 - truth.crisis_month * truth.crisis_ratio_new_job, 1 - truth.crisis_month
    kept = 1 - truth.job_loss_early
    after_first = kept * calm_at_work * (kept * calm_at_work + (1 - kept) * calm_idle) + (1 - kept) * calm_idle**2
    return 1 - calm_at_work * after_first


def true_values(truth: Truth, pilot: Pilot) -> dict[str, tuple[float, float]]:
    """By parameter of the model: its true value, and the bias that would still make no practical difference.

    Parameters
    ----------
    truth : Truth
        True parameters of the generator.
    pilot : Pilot
        Gives the price year and the start.
    """
    # Mean over motivation, normal with standard deviation one and a higher mean among participants.
    tilt = exp(truth.entry_motivation**2 / 2)
    shifted = exp(truth.entry_motivation * truth.selection_shift)
    early, late, alone = (
        hazard(truth.entry_base * tilt * shifted * ratio)
        for ratio in (truth.entry_ratio_programme, truth.entry_ratio_programme_late, 1)
    )
    leaving = truth.leave_programme * exp(
        truth.leave_motivation * truth.selection_shift + truth.leave_motivation**2 / 2
    )
    # GGZ amounts keep their euros in the generator; in euros of one year they lose the growth of the index of care.
    factor = [catalogue().index_factor("care_wage", year, pilot.price_year) for year in (2017, 2019)]
    reference = catalogue().amount("ggz.fact_year", pilot.valuation_date).value / 12
    # Mean of a log-normal month, and what the logarithm of the mean of six of them lies below its own mean.
    noise = exp(truth.cost_month_log_sd**2) - 1
    level = truth.cost_log_mean + truth.enrolment_excess + truth.cost_month_log_sd**2 / 2 - noise / 12
    case, halves = truth.cost_person_log_sd**2, log(1 + noise / 6)
    severe = truth.severe_share
    in_care = severe * still(truth.leave_care_year_severe, truth.return_care_year, 12)
    in_care += (1 - severe) * still(truth.leave_care_year_common, truth.return_care_year, 12)
    fading = truth.excess_decay**12
    other = hazard(truth.exit_other)
    return {
        # Work. A limit of 0.25 is a quarter of the ratio; the prior of the ratio alone has 0.3.
        "p_logrr_programme_nl": (log((9 * early + 15 * late) / (24 * alone)), 0.25),
        # Those with most motivation find work first, so what is left looks like a weaker late programme.
        "p_programme_entry_hazard_late_ratio": (late / early, 0.08),
        "alone": (log(alone), 0.4),
        "selection.comparison_gap": (truth.entry_motivation * truth.selection_shift, 0.2),
        # Those who stay are less motivated than those who found work, and leave sooner.
        "p_dropout_hazard": (hazard(leaving), 0.1 * leaving),
        # The generator lets other exits come after jobs and leaving: a few per cent fewer.
        "exit_other.month": (other, 0.1 * other),
        "p_hr_coach_retention": (1.0, 0.15),
        # Care.
        "p_leave_care_epa": (truth.leave_care_year_severe, 0.015),
        # Who comes back within three months has not left: three per cent.
        "p_leave_care_cmd": (truth.leave_care_year_common, 0.025),
        "care.return_year": (truth.return_care_year, 0.02),
        "care.admission_year_severe": (truth.admission_year_severe, 0.015),
        "care.admission_year_common": (truth.admission_year_common, 0.008),
        "p_logor_admission_in_work": (truth.work_admission_log_ratio, 0.2),
        # Work changes the hours of Wmo support in the generator, not who has it.
        "p_logor_wmo_in_work": (0.0, 0.15),
        "wmo.use_share": (truth.wmo_share, 0.02),
        # Cost.
        "p_log_rtm_ggz_cost": (-truth.enrolment_excess * (1 - fading) + log(in_care), 0.05),
        # Two to three months out of ten years of fading: no one sees the difference in euros.
        "care.reversion_left": (fading, 0.08),
        "care.rtm_gap": (0.0, 0.05),
        "care.trend_year": (log(factor[1] / factor[0]) / 2, 0.015),
        "p_log_ggz_cost_ratio_work": (truth.work_cost_log_ratio, 0.1),
        "care.work_selection": (0.0, 0.1),
        "care.level": (level + log(sum(factor) / 2) - log(reference), 0.2),
        "care.level_severe": (0.0, 0.15),
        "care.level_comparison": (0.0, 0.15),
        # Heavy users are lost sooner, with shorter and other shares in work behind them.
        "care.level_worker": (0.0, 0.3),
        "p_cost_sigma": (sqrt(case + halves / 2), 0.06),
        "p_cost_autocorr": (case / (case + halves / 2), 0.005),
        # Single ones.
        "care.severe_share": (severe, 0.03),
        "jobs.share_lks": (truth.lks_share, 0.03),
        "exit_other.return_month": (truth.exit_other_return, 0.008),
        "wmo.hours_week": (truth.wmo_hours_week, 0.15),
        "p_crisis_first_quarter": (crisis_after_start(truth), 0.015),
    }
