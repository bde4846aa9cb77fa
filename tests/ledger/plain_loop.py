"""One draw in plain Python: loops over months, states, time in the job, households, hours; no arrays, no engine.

Written from the docstrings of the package and the notes in `params/`. It shares with the package only the rules of law,
called number by number, the values of the parameters, and two random numbers of the draw (hours, cost level).
"""

from __future__ import annotations

import math
from datetime import date, timedelta

from werkzorg.params.pilots import catalogue_of
from werkzorg.rules import law_on
from werkzorg.rules.bijstand import gross_up, net_norm, supplement
from werkzorg.rules.employer_benefits import liv_month, lkv_month
from werkzorg.rules.loonkostensubsidie import subsidy_month
from werkzorg.rules.no_riskpolis import expected_month
from werkzorg.rules.wage import wage

HOURS = {8: (4, 10), 12: (10, 14), 16: (14, 18), 20: (18, 22), 24: (22, 26), 28: (26, 30), 32: (30, 34), 36: (34, 40)}
NO_RULE_CHANGES_AFTER = 37
"""Month in the job: the last disregard and the wage-cost benefit end with month 36."""

Entries = dict[str, list[float]]


def chance(hazard: float) -> float:
    return 1 - math.exp(-hazard)


class PlainRun:
    """Everything of one draw.

    Parameters
    ----------
    pilot : Pilot
    draw : dict
        Parameter id -> number.
    hours_shift, cost_level, subsidy_part : float
        The random numbers that are no parameter of the posterior.
    months : int
        Horizon.
    """

    def __init__(self, pilot, draw, *, hours_shift, cost_level, subsidy_part, months):
        self.pilot, self.draw, self.months = pilot, draw, months
        self.hours_shift, self.cost_level, self.subsidy_part = hours_shift, cost_level, subsidy_part
        self.catalogue = catalogue_of(pilot)
        self.laws, self.job_cache = {}, {}

    # People

    def chain(self, supported):
        """Month by month: shares of states, and lists of the shares at work by completed months in the job."""
        d = self.draw
        alone = d["p_baseline_entry_hazard"] * math.exp(d["p_selection_shift"])
        ratio = math.exp(d["p_logrr_programme_nl"])
        # Over 24 months the cumulative hazard is the ratio times that without support; after month 9 it is lower.
        early = 24 * alone * ratio / (9 + 15 * d["p_programme_entry_hazard_late_ratio"])
        late = early * d["p_programme_entry_hazard_late_ratio"]
        other, back = chance(d["exit_other.month"]), chance(d["exit_other.return_month"])
        leaving = chance(d["p_dropout_hazard"])
        now = {
            "search": {"first": 1.0 if supported else 0.0, "next": 0.0},
            "alone": {"first": 0.0 if supported else 1.0, "next": 0.0},
            "off": {"first": 0.0, "next": 0.0},
            "job": [],
            "job_alone": [],
            "starts": 0.0,
            "first_starts": 0.0,
        }
        history = [now]
        for month in range(1, self.months + 1):
            over = month - 1 >= d["programme.support_months"]
            leave = 1.0 if over else leaving
            entry = {"first": early if month <= 9 else late, "next": d["p_reentry_after_loss"]}
            entry_alone = {"first": alone, "next": d["p_reentry_after_loss"] / ratio}
            new = {"search": {}, "alone": {}, "off": {}, "job": [0.0], "job_alone": [0.0]}
            new |= {"starts": 0.0, "first_starts": 0.0}
            for which in ("first", "next"):
                searching, alone_now, off = (now[state][which] for state in ("search", "alone", "off"))
                out = searching * other
                placed = (searching - out) * chance(entry_alone[which] if over else entry[which])
                dropped = (searching - out - placed) * leave
                new["search"][which] = searching - out - placed - dropped
                out_alone = alone_now * other
                placed_alone = (alone_now - out_alone) * chance(entry_alone[which])
                new["alone"][which] = alone_now - out_alone - placed_alone + dropped + off * back
                new["off"][which] = off - off * back + out + out_alone
                new["job_alone" if over else "job"][0] += placed
                new["job_alone"][0] += placed_alone
                new["starts"] += placed + placed_alone
                if which == "first":
                    new["first_starts"] += placed + placed_alone
            for completed, share in enumerate(now["job"]):
                lost = share * chance(self.loss_hazard(completed))
                gone = (share - lost) * leave
                new["search"]["next"] += lost
                new["job"].append(share - lost - gone)
                new["job_alone"].append(gone)
            for completed, share in enumerate(now["job_alone"]):
                lost = share * chance(self.loss_hazard(completed) / d["p_hr_coach_retention"])
                new["alone"]["next"] += lost
                while len(new["job_alone"]) <= completed + 1:
                    new["job_alone"].append(0.0)
                new["job_alone"][completed + 1] += share - lost
            now = new
            history.append(now)
        return history

    def loss_hazard(self, completed):
        scale, shape = self.draw["p_job_survival_weibull_scale"], self.draw["p_job_survival_weibull_shape"]
        return ((completed + 1) / scale) ** shape - (completed / scale) ** shape

    # Law and jobs

    def law(self, month):
        """The law in the middle of the month that ends `month` months after the middle of enrolment."""
        middle = self.pilot.start + (self.pilot.enrolment_closes - self.pilot.start) / 2
        year = (middle + timedelta(days=(month - 0.5) * 365.2425 / 12)).year
        if year not in self.laws:
            on = max(date(year, 1, 1), self.pilot.valuation_date)
            self.laws[year] = law_on(self.catalogue, on, self.pilot.valuation_date)
        return year, self.laws[year]

    def hour_weights(self):
        mu, sigma = (self.catalogue.distribution("p_hours_week").params[key] for key in ("mu", "sigma"))

        def below(hours):
            return 0.5 * (1 + math.erf((math.log(hours) - mu - self.hours_shift) / sigma / math.sqrt(2)))

        shares = {hours: below(high) - below(low) for hours, (low, high) in HOURS.items()}
        return {hours: share / sum(shares.values()) for hours, share in shares.items()}

    def job_month(self, month, completed):
        """Expected amounts of one person-month at work."""
        year, law = self.law(month)
        in_job = min(completed + 1, NO_RULE_CHANGES_AFTER)
        if (year, in_job) not in self.job_cache:
            self.job_cache[year, in_job] = self._job_month(law, in_job)
        return self.job_cache[year, in_job]

    def _job_month(self, law, in_job):
        d, total = self.draw, {}
        instruments = self.pilot.support.instruments
        subsidised_share = d["jobs.share_lks"] if "loonkostensubsidie" in instruments else 0.0
        applied_share = d["jobs.disregard_applied"] if "disregard" in instruments else 0.0
        for hours, hours_share in self.hour_weights().items():
            for subsidised in (True, False):
                weight = hours_share * (subsidised_share if subsidised else 1 - subsidised_share)
                for name, amount in self._wage_amounts(law, in_job, hours, subsidised).items():
                    total[name] = total.get(name, 0.0) + weight * amount
                for household, share in self.pilot.households.shares().items():
                    for applied in (True, False):
                        part = weight * share * (applied_share if applied else 1 - applied_share)
                        for name, amount in self._supplement(
                            law, in_job, hours, subsidised, household, applied
                        ).items():
                            total[name] = total.get(name, 0.0) + part * amount
        return total

    def _wage_amounts(self, law, in_job, hours, subsidised):
        d = self.draw
        paid = wage(hours, d["jobs.wage_factor"] * law.wage.minimum_hour, law)
        cost = float(paid.gross + paid.zvw_levy + paid.other_premiums)
        if subsidised:
            minimum = wage(hours, law.wage.minimum_hour, law)
            cost = d["lks.loonwaarde"] * float(minimum.gross + minimum.zvw_levy + minimum.other_premiums)
        well = (1 - d["sickness.rate_group"]) / (1 - self.catalogue.value("sickness.rate_nl"))
        sick = expected_month(
            paid.gross / 12, in_job, law, sickness_rate=d["sickness.rate_group"], take_up=d["norisk.take_up_wajong"]
        )
        amounts = {
            "wage_net": paid.net / 12,
            "wage_tax": paid.tax / 12,
            "wage_levy": paid.zvw_levy / 12,
            "wage_premiums": paid.other_premiums / 12,
            "production": cost * well / 12,
            "no_risk": d["jobs.share_no_risk"] * sick,
            "loonkostensubsidie": subsidy_month(d["lks.loonwaarde"], hours, in_job, law) if subsidised else 0.0,
            "lkv": lkv_month(hours, in_job, law) if subsidised else 0.0,
            "liv": 0.0 if subsidised else liv_month(hours, d["jobs.wage_factor"], law),
        }
        used = self.pilot.support.instruments
        if "no_risk" not in used:
            amounts["no_risk"] = 0.0
        if "employer_benefits" not in used:
            amounts["lkv"] = amounts["liv"] = 0.0
        amounts["loonkostensubsidie_refund"] = amounts["loonkostensubsidie"] * (1 - self.municipal_part(law))
        return {name: float(amount) for name, amount in amounts.items()}

    def municipal_part(self, law):
        """Before 2022 the municipality bears all; later a part that is drawn once per draw."""
        return 1.0 if law.law_date.year < 2022 else self.subsidy_part

    def _supplement(self, law, in_job, hours, subsidised, household, applied):
        paid = wage(hours, self.draw["jobs.wage_factor"] * law.wage.minimum_hour, law)
        extra = float(supplement(paid.net / 12, in_job, household, subsidised, law, applied))
        if extra == 0.0:
            return {"off_benefit": 1.0}
        cost = gross_up(extra * 12, paid.gross, household, law)
        parts = {"net": cost.net, "tax": cost.tax, "levy": cost.zvw_levy}
        return {f"supplement_{name}": float(amount) / 12 for name, amount in parts.items()}

    def full_bijstand(self):
        """A month without work, mean over households."""
        law = self.law(1)[1]
        total = {"net": 0.0, "tax": 0.0, "levy": 0.0}
        for household, share in self.pilot.households.shares().items():
            cost = gross_up(12 * net_norm(household, law), 0.0, household, law)
            for name, amount in (("net", cost.net), ("tax", cost.tax), ("levy", cost.zvw_levy)):
                total[name] += share * float(amount) / 12
        return total

    # Care

    def care(self, history):
        """Per month: GGZ outpatient and admission, Wmo, EUR per participant."""
        d = self.draw
        groups = (
            (d["care.severe_share"], "p_leave_care_epa", "care.admission_year_severe", d["ggz.fact_year"]),
            (
                1 - d["care.severe_share"],
                "p_leave_care_cmd",
                "care.admission_year_common",
                # The mean of all care holds the admissions too; they are priced apart.
                d["ggz.cost_per_client"] - d["care.admission_year_common"] * d["ggz.crisis_admission"],
            ),
        )
        result = {"outpatient": [0.0], "admission": [0.0], "wmo": [0.0]}
        present = {group: self._in_care(d[group[1]]) for group in groups}
        still = sum(group[0] * present[group][12] for group in groups)
        change = -0.05 * math.log1p(math.exp((math.log(still) - d["p_log_rtm_ggz_cost"]) / 0.05))
        crisis_chance = 1 - (1 - d["p_crisis_first_quarter"]) ** (1 / 3)
        odds = d["wmo.use_share"] / (1 - d["wmo.use_share"]) * math.exp(d["p_logor_wmo_in_work"])
        for month in range(1, self.months + 1):
            jobs = [history[month][name] for name in ("job", "job_alone")]
            working = sum(sum(shares) for shares in jobs)
            fresh = sum(sum(shares[:3]) for shares in jobs)
            outpatient = episodes = 0.0
            for group in groups:
                share, _, admission, price = group
                here = present[group][month]
                r = d["care.reversion_left"]
                faded = sum(r ** (k / 12) for k in range(month)) / sum(r ** (k / 12) for k in range(12))
                in_job = math.exp(d["p_log_ggz_cost_ratio_work"])
                level = self.cost_level * math.exp(change * faded) * (working * in_job + (1 - working))
                outpatient += share * here * level * price / 12
                idle = 1 - (1 - d[admission]) ** (1 / 12)
                quarter = 1 - (1 - d[admission]) ** (1 / 4)
                ratio = quarter / (1 - quarter) * math.exp(d["p_logor_admission_in_work"])
                busy = 1 - (1 - ratio / (1 + ratio)) ** (1 / 3)
                episodes += share * here * ((1 - working) * idle + (working - fresh) * busy)
            # In the first three months of a job the chance of a crisis takes the place of the ordinary chance.
            result["outpatient"].append(outpatient)
            result["admission"].append((episodes + fresh * crisis_chance) * d["ggz.crisis_admission"])
            users = working * odds / (1 + odds) + (1 - working) * d["wmo.use_share"]
            result["wmo"].append(users * d["wmo.hours_week"] * 52 / 12 * d["wmo.guidance.series"])
        return result

    def _in_care(self, leave_year):
        leave = 1 - (1 - leave_year) ** (1 / 12)
        back = 1 - (1 - self.draw["care.return_year"]) ** (1 / 12)
        shares = [1.0]
        for _ in range(max(self.months, 12)):
            shares.append(shares[-1] * (1 - leave) + (1 - shares[-1]) * back)
        return shares

    # Money

    def entries(self):
        """Arm -> entry -> amounts of months 0..T, EUR per participant."""
        history = {"programme": self.chain(True), "without": self.chain(False)}
        self.history = history
        books = {arm: self._common(history[arm]) for arm in history}
        saved, freed = [0.0], [0.0]
        for month in range(1, self.months + 1):
            bijstand, care = (
                [sum(books[arm][name][month] for name in names) for arm in ("programme", "without")]
                for names in (
                    ("bijstand_net", "bijstand_tax", "bijstand_levy"),
                    ("ggz_outpatient", "ggz_admission"),
                )
            )
            saved.append(bijstand[1] - bijstand[0])
            freed.append(care[1] - care[0])
        nothing = [0.0] * (self.months + 1)
        only_programme = {**self._budget(saved), **self._freed(freed), **self._support(history["programme"])}
        for name, amounts in only_programme.items():
            books["programme"][name], books["without"][name] = amounts, nothing
        return books

    def _common(self, history) -> Entries:
        full, care = self.full_bijstand(), self.care(history)
        book: Entries = {}
        for month in range(self.months + 1):
            now = history[month]
            on_bijstand = sum(now[state][which] for state in ("search", "alone") for which in ("first", "next"))
            amounts = {f"bijstand_{part}": on_bijstand * full[part] for part in full}
            amounts["other_income"] = sum(now["off"].values()) * full["net"]
            names = "wage_net wage_tax wage_levy wage_premiums production loonkostensubsidie loonkostensubsidie_refund"
            for name in (*names.split(), "lkv", "liv", "no_risk"):
                amounts[name] = 0.0
            for jobs in (now["job"], now["job_alone"]):
                for completed, share in enumerate(jobs):
                    if month == 0 or share == 0.0:
                        continue
                    for name, amount in self.job_month(month, completed).items():
                        if name == "off_benefit":
                            continue
                        name = name.replace("supplement", "bijstand")
                        amounts[name] += share * amount
            for name in ("outpatient", "admission"):
                amounts[f"ggz_{name}"] = amounts[f"ggz_{name}_cost"] = care[name][month]
            amounts["wmo"] = amounts["wmo_cost"] = care["wmo"][month]
            for name, amount in amounts.items():
                book.setdefault(name, []).append(amount if month else 0.0)
        return book

    def _budget(self, saved) -> Entries:
        d = self.draw
        law = self.law(1)[1].buig
        people = sum(member.inhabitants for member in self.pilot.municipalities)

        def before(month, years):
            lag = round(12 * years)
            return saved[month - lag] if month >= lag else 0.0

        own, others = [0.0], [0.0]
        for month in range(1, self.months + 1):
            macro, part, at_once = before(month, law.macro_lag), 0.0, 0.0
            for member in self.pilot.municipalities:
                if member.inhabitants <= law.historical_below:
                    objective = 0.0
                elif member.inhabitants >= law.objective_above:
                    objective = 1.0
                else:
                    objective = (member.inhabitants - law.historical_below) / (
                        law.objective_above - law.historical_below
                    )
                for weight, first, later, lag in (
                    (objective, "buig.retention.objective.year1", "p_buig_retained_large", law.macro_lag),
                    (
                        1 - objective,
                        "buig.retention.historical.year1_2",
                        "buig.retention.historical.year3plus",
                        law.historical_lag,
                    ),
                ):
                    later = "buig.retention.national_rollout.year2plus" if self.pilot.scale == "national" else later
                    lag = law.macro_lag if self.pilot.scale == "national" else lag
                    share = member.inhabitants / people * weight
                    at_once += share * (1 - d[first]) * saved[month]
                    part += share * (d[first] - d[later]) * before(month, lag)
            own.append(at_once + part)
            others.append(macro - part)  # what is settled at once goes to the state alone
        return {"budget_own": own, "budget_others": others}

    def _freed(self, freed) -> Entries:
        refill = [self.draw["care.refilled"] * amount for amount in freed]
        kept = [amount - part for amount, part in zip(freed, refill, strict=True)]
        lag = round(12 * self.law(1)[1].equalisation.lag)
        lost = [
            (1 - self.draw["p_insurer_retained"]) * (kept[month - lag] if month >= lag else 0.0)
            for month in range(self.months + 1)
        ]
        return {"ggz_refill": refill, "ggz_refill_cost": refill, "risk_equalisation": lost}

    def _support(self, history) -> Entries:
        costs, book = {}, {}
        active = [
            part
            for part in self.pilot.support.components
            if all(self.pilot.support.variants[key] == value for key, value in part.variant.items())
        ]
        for part in active:
            unit = self._value(part.price)
            for factor in part.times:
                unit *= self._value(factor)
            for divisor in part.divided_by:
                unit /= self._value(divisor)
            costs[part.id] = [unit * self._count(part, history, month) for month in range(self.months + 1)]
            book[f"support_{part.id}"] = costs[part.id]
            if part.provider != "outside":
                book[f"support_{part.id}_cost"] = costs[part.id]
        for subsidy in self.pilot.support.subsidies:
            covered = [part for part in active if part.id in subsidy.covers]
            total = self.pilot.participants_planned * sum(sum(costs[part.id]) for part in covered)
            repaid = min(1.0, self._value(subsidy.maximum) / total)
            for payer in {part.payer for part in covered}:
                book[f"subsidy_{subsidy.id}_{payer}"] = [
                    repaid * sum(costs[part.id][month] for part in covered if part.payer == payer)
                    for month in range(self.months + 1)
                ]
        return book

    def _value(self, name):
        if not isinstance(name, str):
            return name
        if name in self.draw:
            return self.draw[name]
        parameter = self.catalogue.get(name)
        if parameter.is_money:
            return self.catalogue.amount(name, self.pilot.valuation_date).value
        return self.catalogue.value(name, max(self.pilot.valuation_date, parameter.values[0].start))

    def _count(self, part, history, month):
        if month == 0:
            return 0.0
        if part.driver == "search_month":
            return sum(history[month]["search"].values())
        if part.driver in ("participant", "pilot"):
            per = 1 if part.driver == "participant" else self.pilot.participants_planned
            return 1 / per / part.spread_months if month <= part.spread_months else 0.0
        year = int(part.driver[-1])
        jobs = history[month]["job"]
        return sum(share for completed, share in enumerate(jobs) if completed // 12 == year - 1)


def present_value(amounts, rate, horizon):
    """Discounted sum of months 1..horizon: the first year counts in full, each later year a factor less."""
    return sum(
        amount / (1 + rate) ** ((month - 1) // 12) for month, amount in enumerate(amounts) if 1 <= month <= horizon
    )
