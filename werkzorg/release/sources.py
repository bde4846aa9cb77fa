"""Which parameters stand behind a number, so that a reader finds its source."""

from __future__ import annotations

from werkzorg.inference.transitions import CHAIN
from werkzorg.params import Catalogue
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot

WORK = (*CHAIN, "programme.support_months", "exit_other.return_month")
MINIMUM_WAGE = ("wml.month", "wml.hour36", "wml.holiday")
JOBS = ("p_hours_week", "jobs.hours_location_sd", "jobs.wage_factor", *MINIMUM_WAGE)
TAX = (
    *("tax.bracket1", "tax.bracket1.limit", "tax.bracket2", "tax.ahk_max", "tax.ahk.start", "tax.ahk.rate_down"),
    *("tax.ak.rate1", "tax.ak.rate2", "tax.ak.rate3", "tax.ak.limit1", "tax.ak.limit2", "tax.ak.limit3"),
    *("tax.ak.rate_down", "zvw.employer_levy"),
)
BIJSTAND = (
    *("bijstand.net.single", "bijstand.net.couple", "bijstand.kostendeler.fixed", "bijstand.kostendeler.per_person"),
    *("bijstand.sharers", *TAX),
)
DISREGARD = (
    *("bijstand.exempt.25pct.share", "bijstand.exempt.25pct.max", "bijstand.exempt.25pct.months"),
    *("bijstand.exempt.singleparent.share", "bijstand.exempt.singleparent.max", "bijstand.exempt.singleparent.months"),
    *("bijstand.exempt.lks15.share", "bijstand.exempt.lks15.max", "bijstand.exempt.lks15.months"),
    "jobs.disregard_applied",
)
CARE = ("care.severe_share", "p_leave_care_epa", "p_leave_care_cmd", "care.return_year", "p_cost_sigma")
OUTPATIENT = (
    *("ggz.fact_year", "ggz.cost_per_client", "p_log_ggz_cost_ratio_work", "p_log_rtm_ggz_cost", "care.reversion_left"),
    *CARE,
)
ADMISSION = (
    *("ggz.crisis_admission", "p_crisis_first_quarter", "p_logor_admission_in_work"),
    *("care.admission_year_severe", "care.admission_year_common"),
)
BUDGET = (
    *("p_buig_retained_large", "buig.retention.objective.year1", "buig.retention.historical.year1_2"),
    *("buig.retention.historical.year3plus", "buig.retention.national_rollout.year2plus", "buig.historical_below"),
    *("buig.objective_above", "buig.lag_years", "buig.historical_lag_years"),
)
DISCOUNTING = frozenset({"disc.mkba.standard", "disc.zin.costs", "disc.zin.effects"})
"""Discount rates: those in force now hold, whatever the date of the prices (:mod:`werkzorg.appraisal.appraise`)."""

ITEMS: dict[str, tuple[str, ...]] = {
    "bijstand": (*BIJSTAND, *DISREGARD),
    "bijstand_tax": BIJSTAND,
    "other_income": ("exit_other.month", "exit_other.return_month"),
    "budget_correction": BUDGET,
    "wage": JOBS,
    "wage_tax": (*JOBS, *TAX),
    "wage_premiums": (*JOBS, "employer.charges_total"),
    "production": (*JOBS, "lks.loonwaarde", "employer.charges_total", "sickness.rate_group", "sickness.rate_nl"),
    "loonkostensubsidie": (
        *("jobs.share_lks", "lks.loonwaarde", "lks.cap", "lks.employer_charges", "lks.forfait.share"),
        *("lks.forfait.months", "lks.reference_hours", "wml.month"),
    ),
    "loonkostensubsidie_refund": ("lks.funding.municipal_net_share", "jobs.share_lks", "lks.loonwaarde"),
    "employer_benefits": (
        *("lkv.banenafspraak.hour", "lkv.banenafspraak.max", "lkv.banenafspraak.years", "liv.hour", "liv.max"),
        *("liv.upper.hour", "liv.upper.max", "liv.hours_min", "liv.wage_middle", "liv.wage_high"),
    ),
    "no_risk": (
        *("jobs.share_no_risk", "sickness.rate_group", "norisk.take_up_wajong"),
        *("norisk.zw_share_first52w", "norisk.zw_share_after"),
    ),
    "ggz_outpatient": OUTPATIENT,
    "ggz_admission": (*ADMISSION, *CARE),
    "ggz_refill": ("care.refilled", *OUTPATIENT),
    "risk_equalisation": ("p_insurer_retained", "zvw.risk_equalisation.lag_years"),
    "wmo": ("wmo.guidance.series", "wmo.use_share", "wmo.hours_week", "p_logor_wmo_in_work"),
}
"""Parameters behind each item of the ledger, besides the work of the participants (`WORK`)."""


def item_sources(pilot: Pilot, item: str) -> tuple[str, ...]:
    """Parameter ids behind one item of a pilot's ledger."""
    if item in ITEMS:
        prevented = [part for part in pilot.support.active() if part.saves_ggz_care and item == "ggz_refill"]
        own = _still_law(pilot, ITEMS[item])
        return (*own, *WORK[:4], *(name for part in prevented for name in item_sources(pilot, part.item)))
    if item.startswith("subsidy_"):
        subsidy = next(s for s in pilot.support.subsidies if f"subsidy_{s.id}" == item)
        parts = [part for part in pilot.support.components if part.id in subsidy.covers]
        covered = [source for part in parts for source in item_sources(pilot, part.item)]
        return (subsidy.maximum, *dict.fromkeys(covered))
    part = next(part for part in pilot.support.components if part.item == item)
    return (part.price, *(name for name in (*part.times, *part.divided_by) if isinstance(name, str)))


def _still_law(pilot: Pilot, names: tuple[str, ...]) -> tuple[str, ...]:
    """Parameters without those of a law that ended before the amounts of the pilot: no calculation reads them."""
    catalogue, on = catalogue_of(pilot), pilot.valuation_date
    ends = {name: [entry.until for entry in catalogue.get(name).values][-1:] for name in names}
    return tuple(name for name in names if not any(end is not None and end <= on for end in ends[name]))


def support_sources(pilot: Pilot) -> list[str]:
    """Parameters behind the cost of the support package, without what it prevents."""
    return [name for part in pilot.support.active() if not part.saves for name in item_sources(pilot, part.item)]


def party_sources(pilot: Pilot, items: list[str]) -> tuple[str, ...]:
    """Parameter ids behind the net result of a party with these items, those of its items before those of work."""
    found = [name for item in items for name in item_sources(pilot, item)]
    return tuple(dict.fromkeys((*found, *WORK)))


def used(pilot: Pilot, identifiers: set[str]) -> list[str]:
    """Ids that the catalogue knows, in its order; anything else is a mistake in this file and raises KeyError."""
    catalogue: Catalogue = catalogue_of(pilot)
    unknown = sorted(name for name in identifiers if name not in catalogue)
    if unknown:
        raise KeyError(f"unknown parameters: {', '.join(unknown)}")
    return [parameter.id for parameter in catalogue if parameter.id in identifiers]
