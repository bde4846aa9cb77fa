"""Wage, income tax and employer charges.

Simple but sourced: two brackets, general tax credit, employed person's tax credit; no child-related credits,
pension contributions of the worker or allowances. Income is spread evenly over the year.
Checked against the 2025 table of net wages by hours (tests and `params/rules/tax.yaml`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from werkzorg.constants import WEEKS_PER_YEAR
from werkzorg.rules.law import Law

Array = NDArray[np.float64] | float


@dataclass(frozen=True)
class Wage:
    """One job, EUR/year: gross with holiday pay, tax and premiums of the worker, net, charges of the employer."""

    gross: Array
    tax: Array
    net: Array
    zvw_levy: Array
    other_premiums: Array


def wage(hours_week: ArrayLike, hour_wage: ArrayLike, law: Law) -> Wage:
    """Wage of a job in all its parts.

    Parameters
    ----------
    hours_week : array
        Contract hours a week.
    hour_wage : array
        EUR/hour without holiday pay; broadcasts against `hours_week`.
    law : Law
        Tax and charges.

    Returns
    -------
    Wage
        EUR/year, ``gross = net + tax``; charges come on top of gross.
    """
    gross = gross_year(hours_week, hour_wage, law)
    tax = tax_year(gross, gross, law)
    levy = gross * law.wage.zvw_levy
    return Wage(gross, tax, gross - tax, levy, gross * law.wage.charges_total - levy)


def gross_year(hours_week: ArrayLike, hour_wage: ArrayLike, law: Law) -> Array:
    """Gross wage, EUR/year with holiday pay: hours x 52 weeks x hourly wage x (1 + holiday share)."""
    return np.asarray(hours_week, float) * WEEKS_PER_YEAR * np.asarray(hour_wage, float) * (1 + law.wage.holiday)


def tax_year(taxable: ArrayLike, from_work: ArrayLike, law: Law) -> Array:
    """Income tax and national insurance, EUR/year, never below zero.

    Parameters
    ----------
    taxable : array
        All taxable income, EUR/year.
    from_work : array
        Part of it that counts for the employed person's credit.
    law : Law
        Rates and limits.
    """
    return np.maximum(before_work_credit(taxable, law) - work_credit(from_work, law), 0.0)


def before_work_credit(taxable: ArrayLike, law: Law) -> Array:
    """Bracket tax less the general credit, EUR/year; below zero where the credit exceeds the tax."""
    tax = law.tax
    taxable = np.asarray(taxable, float)
    brackets = tax.rate1 * np.minimum(taxable, tax.limit1) + tax.rate2 * np.maximum(taxable - tax.limit1, 0.0)
    return brackets - general_credit(taxable, law)


def general_credit(taxable: ArrayLike, law: Law) -> Array:
    """General tax credit (algemene heffingskorting), EUR/year."""
    tax = law.tax
    above = np.maximum(np.asarray(taxable, float) - tax.general_start, 0.0)
    return np.maximum(tax.general_maximum - tax.general_down * above, 0.0)


def work_credit(from_work: ArrayLike, law: Law) -> Array:
    """Employed person's tax credit (arbeidskorting), EUR/year: three rising stages and a phase-out."""
    tax = law.tax
    income = np.asarray(from_work, float)
    (rate1, rate2, rate3), (limit1, limit2, limit3) = tax.work_rates, tax.work_limits
    credit = rate1 * np.minimum(income, limit1)
    credit = credit + rate2 * np.clip(income - limit1, 0.0, limit2 - limit1)
    credit = credit + rate3 * np.clip(income - limit2, 0.0, limit3 - limit2)
    return np.maximum(credit - tax.work_down * np.maximum(income - limit3, 0.0), 0.0)


def gross_for_net(net_extra: ArrayLike, wage_gross: ArrayLike, law: Law) -> Array:
    """Taxable amount that leaves a net amount on top of a wage, EUR/year; exact inverse of :func:`tax_year`.

    With x the taxable total, net income is the lower of x (no tax due) and x - g(x) + work credit, g being
    :func:`before_work_credit`. Both rise with x, so the inverse is the higher of the two inverses; that of the
    second is read from its corners, because it is a broken line.
    """
    tax, wage_gross = law.tax, np.asarray(wage_gross, float)
    credit = work_credit(wage_gross, law)
    target = wage_gross - tax_year(wage_gross, wage_gross, law) + np.asarray(net_extra, float)
    credit_ends = tax.general_start + tax.general_maximum / tax.general_down
    # The last corner lies far above any income here; beyond it the line would go on with the same slope.
    corners = np.array(sorted((0.0, tax.limit1, tax.general_start, credit_ends, 10 * credit_ends)))
    total = np.interp(target - credit, corners - before_work_credit(corners, law), corners)
    return np.maximum(target, total) - wage_gross
