"""A plausible, internally consistent results table, made without any other room of the package.

Every money number comes from one set of draws of flows between parties, so that nets, flows, cumulative lines,
chances and payback months agree with each other. The amounts are invented; only the form is real.
"""

from __future__ import annotations

import html
import re
from itertools import product

import numpy as np

from werkzorg.reporting.front import front_markup
from werkzorg.reporting.report import Report
from werkzorg.reporting.results import Results, make_results

DRAWS = 600
MONTHS = 120
PLANNED = 40
HORIZONS = (12, 24, 36, 60, 120)
MAIN = 60
RATE = 0.0225
UNIT = "EUR_2018"
PARTIES = (
    "client", "municipality", "other_municipalities", "insurer", "zvw_fund", "ggz_institution", "wmo_provider",
    "employer", "uwv", "state", "outside",
)  # fmt: skip
STATES = ("searching", "work_supplement", "work_off", "off_no_work", "left")

# payer, payee, item, Dutch, English, euros per participant in 60 months, spread, profile, rests on
FLOWS = [
    ("municipality", "ggz_institution", "coaching", "Jobcoaching", "Job coaching", 2600, 0.1, "early", "counts+prior"),
    ("municipality", "employer", "wage_subsidy", "Loonkostensubsidie", "Wage subsidy", 1450, 0.3, "work",
     "counts+prior"),
    ("municipality", "client", "benefit", "Bijstand", "Social assistance", -9800, 0.25, "work", "counts+prior"),
    ("municipality", "wmo_provider", "wmo", "Wmo-begeleiding", "Social support (Wmo)", -350, 0.8, "work", "prior"),
    ("state", "municipality", "key_officers", "Subsidie sleutelfunctionarissen", "Key officer grant", 900, 0.05,
     "early", "given"),
    ("state", "municipality", "benefit_budget", "Budget voor bijstand", "Benefit budget", -3900, 0.3, "late",
     "counts+prior"),
    ("state", "other_municipalities", "benefit_budget", "Budget voor bijstand", "Benefit budget", -1500, 0.3, "late",
     "counts+prior"),
    ("insurer", "ggz_institution", "ggz_care", "GGZ-behandeling", "Mental health care", -700, 1.1, "work", "prior"),
    ("zvw_fund", "insurer", "equalisation", "Risicoverevening", "Risk equalisation", -260, 0.5, "late", "prior"),
    ("employer", "client", "wage", "Nettoloon", "Net wage", 13400, 0.25, "work", "counts+prior"),
    ("employer", "state", "wage_tax", "Loonbelasting en premies", "Wage tax and premiums", 2900, 0.25, "work",
     "counts+prior"),
    ("uwv", "employer", "no_risk", "No-riskpolis", "No-risk policy", 240, 0.4, "work", "prior"),
    ("outside", "employer", "production", "Waarde van het werk", "Value of the work", 15100, 0.25, "work",
     "counts+prior"),
    ("ggz_institution", "outside", "coaching_hours", "Inzet van jobcoaches", "Coaching hours", 2500, 0.1, "early",
     "counts+prior"),
    ("ggz_institution", "outside", "treatment_hours", "Inzet van behandelaars", "Treatment hours", -520, 1.1, "work",
     "prior"),
    ("wmo_provider", "outside", "wmo_hours", "Inzet van Wmo-begeleiders", "Social support hours", -310, 0.8, "work",
     "prior"),
]  # fmt: skip
PARAMETERS = [
    ("h_job_programme", "Kans op werk per maand, met de pilot", "Chance of a job a month, with the pilot", 0.045, 0.02,
     0.046, 0.009, "counts+prior"),
    ("h_job_without", "Kans op werk per maand, zonder de pilot", "Chance of a job a month, without the pilot", 0.008,
     0.004, 0.009, 0.0039, "prior"),
    ("job_loss", "Kans op verlies van werk per maand", "Chance of losing the job a month", 0.07, 0.025, 0.066, 0.022,
     "counts+prior"),
    ("ggz_work_factor", "Kosten GGZ tijdens werk, factor", "Care cost while working, factor", 0.88, 0.15, 0.88, 0.15,
     "prior"),
    ("ggz_regression", "Kosten GGZ een jaar later, factor", "Care cost a year later, factor", 0.71, 0.14, 0.71, 0.14,
     "prior"),
]  # fmt: skip
ASSUMED = ["bijstand.gross.single", "jobcoach.hours", "jobcoach.tariff", "wml", "ggz.cost.year", "kept.share"]


def example(variant: str = "plain", pilot_name: str = "Werk is de beste zorg, Drechtsteden") -> Results:
    """Example results.

    Parameters
    ----------
    variant : {"plain", "over_zero", "certain", "never_pays", "gate_warn", "gate_stop"}
        Awkward forms: intervals over zero for all parties, chances of exactly 0 and 1, a pilot that never pays back,
        a warning or a stop of the statistical gates.
    pilot_name : str
        Name of the pilot, to try hostile text.
    """
    table = _money_rows(variant) + _other_rows(variant)
    for row in table:
        row.setdefault("label_nl", row["id"])
        row.setdefault("label_en", row["id"])
        row.setdefault("parties", "all")
    return make_results(_meta(variant, pilot_name), table, _assumptions(), _gates(variant))


def with_check(item: str, value: float, line: dict[str, object]) -> Results:
    """The example with a check of the model, and what stands in its one line."""
    plain = example()
    table = plain.table.astype(object).where(plain.table.notna(), None).to_dict("records")
    common = {"item": item, "label_nl": "x", "label_en": "x", "parties": "all"}
    table.append({"id": f"check.{item}", "quantity": "check", "value": value, "unit": "ratio", **common})
    seen = {"quantity": "check_line", "inside": int(bool(value)), "unit": "fraction", **line}
    table.append({"id": f"check_line.{item}.0", **seen, **common})
    return make_results(plain.meta, table, plain.assumptions.to_dict("records"), plain.gates.to_dict("records"))


def words(text: str) -> str:
    """Text without marks and hard spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def front_words(results: Results, reader: str, lang: str) -> str:
    """Page one of a reader as plain words."""
    return words(front_markup(results, reader, lang, Report(results, reader, lang).sources))


def _summary(draws: np.ndarray) -> dict[str, float]:
    low95, low80, low50, median, high50, high80, high95 = np.quantile(draws, [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])
    return {
        "value": draws.mean(), "mean": draws.mean(), "median": median, "low50": low50, "high50": high50,
        "low80": low80, "high80": high80, "low95": low95, "high95": high95, "probability": (draws > 0).mean(),
    }  # fmt: skip


def _profiles() -> dict[str, np.ndarray]:
    month = np.arange(1, MONTHS + 1)
    shapes = {
        "early": np.exp(-month / 7.0),
        "work": (1 - np.exp(-month / 8.0)) * np.exp(-month / 60.0),
        "late": np.where(month > 24, np.exp(-(month - 24) / 50.0), 0.0),
    }
    return {name: shape / shape[:MAIN].sum() for name, shape in shapes.items()}


def _flow_draws(variant: str) -> np.ndarray:
    """Euros per participant, flow x draw, in 60 months."""
    rng = np.random.default_rng(20180629)
    success = rng.normal(1.0, 0.35, DRAWS).clip(0.05)
    factor = {"over_zero": 0.42, "never_pays": 0.02, "certain": 1.4}.get(variant, 0.8)
    draws = []
    for *_, amount, spread, profile, _rests in FLOWS:
        noise = rng.normal(1.0, spread * (0.2 if variant == "certain" else 1.0), DRAWS)
        scale = success if variant != "certain" else 1 + 0.1 * (success - 1)
        draws.append(amount * noise * (scale * factor if profile != "early" else 1.0))
    return np.array(draws)


def _money_rows(variant: str) -> list[dict]:
    flows = _flow_draws(variant)
    shapes = _profiles()
    year = np.arange(MONTHS) // 12
    weights = np.array([shapes[flow[7]] for flow in FLOWS])
    discounted = weights * (1 + RATE) ** -year
    rows = []
    sign = {
        party: np.array([(flow[1] == party) * 1.0 - (flow[0] == party) * 1.0 for flow in FLOWS]) for party in PARTIES
    }
    sign["society"] = sum(sign[party] for party in PARTIES if party != "outside")
    gains, nets = {}, {}
    for party, signs in sign.items():
        for horizon, (view, weight) in product(HORIZONS, (("society", discounted), ("budget", weights))):
            draws = (signs * weight[:, :horizon].sum(axis=1)) @ flows
            for per, size in (("participant", 1), ("pilot", PLANNED)):
                rows.append(_net_row(party, horizon, view, per, draws * size))
            if view == "society":
                gains[party, horizon] = draws > 0
                nets[party] = draws if horizon == MAIN else nets.get(party)
        rows += _cumulative_rows(party, signs, weights, flows)
    for horizon in HORIZONS:
        together = np.all([gains[p, horizon] for p in ("client", "municipality", "insurer", "ggz_institution")], axis=0)
        chances = {party: gains[party, horizon].mean() for party in sign} | {"all": together.mean()}
        rows += [
            {"id": f"probability_gain.{p}.{horizon}", "quantity": "probability_gain", "party": p, "horizon": horizon,
             "view": "society", "value": chance, "probability": chance, "unit": "probability",
             "rests_on": "counts+prior"} for p, chance in chances.items()
        ]  # fmt: skip
    return rows + _curve_rows(nets) + _flow_rows(flows, discounted) + _waterfalls(flows, discounted)


def _curve_rows(nets: dict[str, np.ndarray]) -> list[dict]:
    table = ("client", "municipality", "insurer", "ggz_institution")
    curves = {party: nets[party] for party in (*table, "society")} | {"all": np.min([nets[p] for p in table], axis=0)}
    return [
        {"id": f"acceptability.{party}.{amount}", "quantity": "acceptability", "party": party, "horizon": MAIN,
         "threshold": float(amount), "per": "participant", "view": "society", "unit": "probability",
         "rests_on": "counts+prior", "parameters": "; ".join(ASSUMED[:4]),
         "value": (draws > -amount).mean(), "probability": (draws > -amount).mean()}
        for party, draws in curves.items() for amount in range(-20000, 20001, 1000)
    ]  # fmt: skip


def _net_row(party: str, horizon: int, view: str, per: str, draws: np.ndarray) -> dict:
    rests = "prior" if party in ("zvw_fund", "wmo_provider") else "counts+prior"
    return {
        "id": f"net.{party}.{horizon}.{per}.{view}", "quantity": "net", "party": party, "horizon": horizon,
        "per": per, "view": view, "unit": UNIT, "rests_on": rests, "parameters": "; ".join(ASSUMED[:4]),
        **_summary(draws),
    }  # fmt: skip


def _cumulative_rows(party: str, signs: np.ndarray, weights: np.ndarray, flows: np.ndarray) -> list[dict]:
    share = np.concatenate([np.zeros((len(FLOWS), 1)), np.cumsum(weights, axis=1)], axis=1)
    lines = (signs[:, None] * share).T @ flows * PLANNED
    rows = [
        {"id": f"net_cumulative.{party}.{month}", "quantity": "net_cumulative", "party": party, "month": month,
         "per": "pilot", "view": "budget", "unit": UNIT, "rests_on": "counts+prior",
         "parameters": "; ".join(ASSUMED[:4]), **_summary(lines[month])}
        for month in range(MONTHS + 1)
    ]  # fmt: skip
    positive = lines[1:] >= 0
    pays = positive[-1] & ~np.all(lines == 0, axis=0)
    # The month from which the line stays at or above zero.
    last_below = np.where(positive.all(axis=0), 0, MONTHS - np.argmax(~positive[::-1], axis=0))
    months = (last_below + 1)[pays]
    summary = _summary(months.astype(float)) if months.size else {}
    payback = {
        "id": f"payback_month.{party}", "quantity": "payback_month", "party": party, "unit": "months",
        "horizon": MONTHS, "rests_on": "counts+prior", **summary, "probability": float(pays.mean()),
    }  # fmt: skip
    if months.size:
        payback["value"] = payback["median"]
    return [*rows, payback]


def _flow_rows(flows: np.ndarray, discounted: np.ndarray) -> list[dict]:
    share = discounted[:, :MAIN].sum(axis=1)
    return [
        {"id": f"flow.{flow[0]}.{flow[1]}.{flow[2]}", "quantity": "flow", "payer": flow[0], "payee": flow[1],
         "item": flow[2], "item_label_nl": flow[3], "item_label_en": flow[4], "horizon": MAIN, "per": "pilot",
         "view": "society", "unit": UNIT, "rests_on": flow[8], "parameters": ASSUMED[k % len(ASSUMED)],
         **_summary(flows[k] * share[k] * PLANNED)}
        for k, flow in enumerate(FLOWS)
    ]  # fmt: skip


def _waterfalls(flows: np.ndarray, discounted: np.ndarray) -> list[dict]:
    share = discounted[:, :MAIN].sum(axis=1) * PLANNED
    rows = []
    for party in ("municipality", "insurer"):
        chosen = [k for k, flow in enumerate(FLOWS) if party in flow[:2]]
        chosen.sort(key=lambda k: (FLOWS[k][2] != "benefit", FLOWS[k][2] != "ggz_care", k))
        total = np.zeros(DRAWS)
        for order, k in enumerate(chosen):
            draws = flows[k] * share[k] * (1 if FLOWS[k][1] == party else -1)
            total = total + draws
            rows.append(_step(party, FLOWS[k][2], FLOWS[k][3], FLOWS[k][4], order, FLOWS[k][8], draws))
        rows.append(_step(party, "kept", "Wat overblijft", "What is kept", len(chosen), "counts+prior", total))
    return rows


def _step(party: str, item: str, nl: str, en: str, order: int, rests: str, draws: np.ndarray) -> dict:
    return {
        "id": f"waterfall.{party}.{item}", "quantity": "waterfall", "party": party, "item": item, "item_label_nl": nl,
        "item_label_en": en, "horizon": MAIN, "per": "pilot", "view": "society", "unit": UNIT, "rests_on": rests,
        "parameters": ASSUMED[order % len(ASSUMED)], "order": order, **_summary(draws),
    }  # fmt: skip


def _other_rows(variant: str) -> list[dict]:
    rng = np.random.default_rng(7)
    return (
        _state_rows(rng) + _parameter_rows() + _placed_rows(variant, rng) + _work_rows(rng) + _income_rows()
        + _care_rows(rng) + _first_answer_rows() + _finding_rows()
    )  # fmt: skip


def _state_rows(rng: np.random.Generator) -> list[dict]:
    month = np.arange(MAIN + 1)[:, None]
    rows = []
    for arm, pace in (("programme", 22.0), ("without", 90.0)):
        speed = pace * rng.lognormal(0, 0.25, DRAWS)
        moved = 1 - np.exp(-month / speed)
        lost = 1 - np.exp(-month / 55.0)
        shares = {
            "searching": (1 - moved) * np.exp(-month / 60.0),
            "work_supplement": moved * 0.35 * (1 - lost),
            "work_off": moved * 0.65 * (1 - lost),
            "off_no_work": moved * lost * 0.3,
        }
        shares["left"] = 1 - sum(shares.values())
        for state, draws in shares.items():
            rows += [
                {"id": f"state_share.{arm}.{state}.{m}", "quantity": "state_share", "arm": arm, "state": state,
                 "month": m, "unit": "fraction", "rests_on": "counts+prior" if arm == "programme" else "prior",
                 "parameters": "h_job_programme; job_loss", **_summary(draws[m])}
                for m in range(MAIN + 1)
            ]  # fmt: skip
    return rows


def _parameter_rows() -> list[dict]:
    rows = []
    for order, (name, nl, en, mean0, sd0, mean1, sd1, rests) in enumerate(PARAMETERS):
        for stage, mean, sd in (("prior", mean0, sd0), ("posterior", mean1, sd1)):
            # A log-normal with about this mean and spread: rates and factors are positive.
            spread = np.sqrt(np.log1p((sd / mean) ** 2))
            draws = mean * np.exp(spread * np.linspace(-2.4, 2.4, 201) - spread**2 / 2)
            rows.append(
                {"id": f"parameter.{name}.{stage}", "quantity": "parameter", "parameter": name, "stage": stage,
                 "label_nl": nl, "label_en": en, "unit": "ratio", "rests_on": rests, "parameters": name,
                 "order": order, **_summary(draws)}
            )  # fmt: skip
        rows.append(
            {"id": f"prior_weight.{name}", "quantity": "prior_weight", "parameter": name, "label_nl": nl,
             "label_en": en, "value": sd1 / sd0, "unit": "ratio", "rests_on": rests, "parameters": name,
             "order": order}
        )  # fmt: skip
    return rows


def _placed_rows(variant: str, rng: np.random.Generator) -> list[dict]:
    share = rng.beta(14, 11, DRAWS) if variant != "certain" else np.full(DRAWS, 0.85)
    placed = 10 + rng.binomial(PLANNED - 10, share * 0.75)
    counts = np.bincount(placed, minlength=PLANNED + 1) / DRAWS
    rows = [
        {"id": "placed.ever", "quantity": "placed", "item": "ever", "month": 24, "unit": "persons",
         "rests_on": "counts+prior", "parameters": "h_job_programme", **_summary(placed.astype(float))},
        {"id": "placed.working", "quantity": "placed", "item": "working", "month": 24, "unit": "persons",
         "rests_on": "counts+prior", "parameters": "h_job_programme; job_loss",
         **_summary(np.round(placed * 0.7))},
        {"id": "probability_criterion", "quantity": "probability_criterion", "item": "ever",
         "value": (placed >= 20).mean(),
         "probability": (placed >= 20).mean(), "unit": "probability", "rests_on": "counts+prior",
         "parameters": "h_job_programme"},
    ]  # fmt: skip
    for row in rows[:2]:
        row["value"] = row["median"]
    rows.append(rows[2] | {"id": "probability_criterion_other", "quantity": "probability_criterion_other",
                           "item": "working", "value": 0.4, "probability": 0.4})  # fmt: skip
    return rows + [
        {"id": f"placed_pmf.{count}", "quantity": "placed_pmf", "count": count, "value": chance, "month": 24,
         "unit": "probability", "rests_on": "counts+prior", "parameters": "h_job_programme"}
        for count, chance in enumerate(counts)
    ]  # fmt: skip


def _work_rows(rng: np.random.Generator) -> list[dict]:
    quantities = [
        ("months_worked", None, 9.1, 3.0, "months", "counts+prior"),
        ("months_off_benefit", None, 7.4, 3.2, "months", "counts+prior"),
        ("programme_cost", None, 3900, 300, UNIT, "given"),
        ("cost_per_placement", None, 9100, 2200, UNIT, "counts+prior"),
        ("cost_per_month_worked", None, 460, 190, UNIT, "counts+prior"),
        ("benefit_per_euro", "municipality", 1.3, 0.5, "ratio", "counts+prior"),
        ("benefit_per_euro", "insurer", 1.9, 1.6, "ratio", "prior"),
        ("qaly", None, 0.03, 0.03, "QALY", "prior"),
    ]
    return [
        {"id": ".".join(filter(None, (name, party, str(horizon)))), "quantity": name, "party": party,
         "horizon": horizon, "per": "participant", "unit": unit, "rests_on": rests, "parameters": "h_job_programme",
         **_summary(rng.normal(mean * (horizon / MAIN) ** 0.6, sd, DRAWS))}
        for (name, party, mean, sd, unit, rests), horizon in product(quantities, HORIZONS)
    ]  # fmt: skip


def _income_rows() -> list[dict]:
    """Hours against income: the wage is set off against the benefit until the benefit is gone."""
    rows = []
    for household, norm in (("single", 990.0), ("single_parent", 990.0), ("couple", 1410.0), ("cost_sharer", 705.0)):
        base = None
        for hours in (0, 8, 12, 16, 20, 24, 28, 32, 36):
            wage = 32.5 * hours
            kept = min(0.25 * wage, 200.0) if wage < norm else 0.0
            supplement = max(0.0, norm - wage + kept) if hours else 0.0
            parts = {"bijstand": norm if not hours else 0.0, "wage": wage, "supplement": supplement}
            parts["total"] = sum(parts.values())
            base = parts["total"] if base is None else base
            common = {"household": household, "hours": hours, "unit": f"{UNIT}/month", "rests_on": "rule",
                      "parameters": "bijstand.gross.single; wml"}  # fmt: skip
            rows += [
                {"id": f"client_income.{household}.{hours}.{item}", "quantity": "client_income", "item": item,
                 "value": value, **common}
                for item, value in parts.items()
            ]  # fmt: skip
            rows.append(
                {"id": f"client_gain.{household}.{hours}", "quantity": "client_gain", "value": parts["total"] - base,
                 **common}
            )  # fmt: skip
    return rows


def _care_rows(rng: np.random.Generator) -> list[dict]:
    parts = {
        "regression_to_mean": rng.normal(-900, 350, DRAWS),
        "planned_end": rng.normal(-700, 300, DRAWS),
        "work": rng.normal(-260, 330, DRAWS),
        "crisis_at_start": rng.normal(140, 60, DRAWS),
    }
    labels = {
        "regression_to_mean": ("Herstel dat er ook zonder werk was geweest", "Recovery that comes without work too"),
        "planned_end": ("Behandeling die toch al zou eindigen", "Treatment that would have ended anyway"),
        "work": ("Werk", "Work"),
        "crisis_at_start": ("Extra zorg bij de start van werk", "Extra care at the start of a job"),
        "total": ("Totale verandering", "Total change"),
    }
    parts["total"] = sum(parts.values())
    return [
        {"id": f"care_change.{item}", "quantity": "care_change", "arm": "programme", "item": item,
         "item_label_nl": labels[item][0], "item_label_en": labels[item][1], "per": "participant", "unit": UNIT,
         "rests_on": "prior", "parameters": "ggz.cost.year; ggz_work_factor; ggz_regression", "order": order,
         **_summary(draws)}
        for order, (item, draws) in enumerate(parts.items())
    ]  # fmt: skip


def _finding_rows() -> list[dict]:
    rows = []
    for party, order in ((p, k) for p in ("municipality", "insurer", "ggz_institution", "society") for k in range(2)):
        name, nl, en = PARAMETERS[order + 2][:3]
        common = {"quantity": "finding", "party": party, "parameter": name, "label_nl": nl, "label_en": en,
                  "horizon": MAIN, "order": order, "rests_on": "counts+prior", "parameters": name}  # fmt: skip
        tip = 0.11 if order else None
        rows += [
            {
                "id": f"driver.{party}.{name}",
                "item": "driver",
                "value": 0.4 - 0.2 * order,
                "unit": "fraction",
                **common,
            },
            {"id": f"tipping.{party}.{name}", "item": "tipping", "value": tip, "unit": "fraction", **common},
        ]
    return rows


def _first_answer_rows() -> list[dict]:
    return [
        {"id": f"first_answer.{name}", "quantity": "first_answer", "parameter": name, "label_nl": nl, "label_en": en,
         "value": mean * 1.02, "mean": mean * 1.02, "median": mean, "low80": mean - sd, "high80": mean + sd,
         "unit": "ratio", "rests_on": rests, "parameters": name, "order": order}
        for order, (name, nl, en, _m0, _s0, mean, sd, rests) in enumerate(PARAMETERS[:3])
    ]  # fmt: skip


def _assumptions() -> list[dict]:
    fixed = [
        ("bijstand.gross.single", "Brutokosten bijstand, alleenstaande", "Gross cost of social assistance, single",
         14500, 14300, 14800, "EUR/year", "verified", "https://www.divosa.nl/normen"),
        ("jobcoach.hours", "Uren jobcoach per deelnemer, eerste jaar", "Coaching hours per participant, first year",
         46, 25, 80, "hours", "assumption", None),
        ("jobcoach.tariff", "Tarief jobcoach per uur", "Coaching tariff per hour", 82, 70, 98, "EUR/hour", "recalled",
         None),
        ("wml", "Wettelijk minimumloon per maand", "Minimum wage per month", 1578, None, None, "EUR/month", "verified",
         "https://www.rijksoverheid.nl/minimumloon"),
        ("ggz.cost.year", "Kosten GGZ per jaar bij aanmelding", "Care cost per year at enrolment", 6100, 3500, 9000,
         "EUR/year", "derived", None),
        ("kept.share", "Deel van de bespaarde bijstand dat de gemeente houdt",
         "Share of saved assistance that the municipality keeps", 0.55, 0.3, 0.9, "fraction", "assumption", None),
    ]  # fmt: skip
    rows = [
        {"id": name, "label_nl": nl, "label_en": en, "value": value, "low": low, "high": high, "unit": unit,
         "date": "2018-01-01", "price_year": 2018 if unit.startswith("EUR") else None, "status": status,
         "source_title": "Normenoverzicht" if url else None, "publisher": "Divosa" if url else None,
         "year": 2018 if url else None, "url": url, "local": name == "jobcoach.tariff", "group": "prices"}
        for name, nl, en, value, low, high, unit, status, url in fixed
    ]  # fmt: skip
    rows += [
        {"id": name, "label_nl": nl, "label_en": en, "value": mean, "low": mean - sd, "high": mean + sd,
         "unit": "ratio", "status": "derived", "grade": "B", "source_title": "IPS-LITE", "publisher": "Oxford",
         "year": 2014, "url": "https://www.ndorms.ox.ac.uk/publications/528363", "local": False, "group": "evidence"}
        for name, nl, en, mean, sd, *_ in PARAMETERS
    ]  # fmt: skip
    return rows


def _gates(variant: str) -> list[dict]:
    verdict = {"gate_warn": "warn", "gate_stop": "stop"}.get(variant, "ok")
    value = {"ok": 1.003, "warn": 1.02, "stop": 1.08}[verdict]
    return [
        {"id": "rhat", "label_nl": "R-hat, grootste", "label_en": "R-hat, largest", "value": value, "warn": 1.01,
         "stop": 1.05, "verdict": verdict},
        {"id": "ess_bulk", "label_nl": "Effectieve trekkingen (midden), kleinste",
         "label_en": "Effective draws (bulk), smallest", "value": 1830, "warn": 400, "stop": 100, "verdict": "ok"},
        {"id": "divergences", "label_nl": "Divergenties, aandeel", "label_en": "Divergences, share", "value": 0.0,
         "warn": 0.0, "stop": 0.01, "verdict": "ok"},
    ]  # fmt: skip


def _meta(variant: str, name: str) -> dict:
    return {
        "pilot": "drechtsteden", "name_nl": name,
        "name_en": name.replace("Werk is de beste zorg", "Work is the best care"),
        "region_nl": "Drechtsteden", "region_en": "Drechtsteden",
        "municipalities": ["Dordrecht", "Zwijndrecht"],
        "participants_planned": PLANNED, "enrolled": 29, "snapshot_date": "2018-06-29",
        "counts": {"working": 10, "applying": 4, "in_mediation": 13, "unaccounted": 2},
        "criterion": {"placed_at_least": 20, "of": 40, "measure": "placed"},
        "start_date": "2018-01-01", "valuation_date": "2018-01-01",
        "price_year": 2018, "horizon": MONTHS, "main_horizon": MAIN, "discount_rate": RATE, "evidence_set": "neutral",
        "seed": 20180629, "draws": DRAWS, "version": "0.1.0", "created": "2026-11-22", "run_id": "example",
        "gates_verdict": {"gate_warn": "warn", "gate_stop": "stop"}.get(variant, "ok"), "reused_fit": False,
    }  # fmt: skip
