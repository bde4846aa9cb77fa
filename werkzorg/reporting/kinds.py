"""Kinds of figures: the formula of each, the rows of the table that it reads, and the functions that make them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """How one kind of figure is computed.

    Parameters
    ----------
    formula : str
        In the symbols that `guide.symbols` explains, the same in every language.
    quantities : tuple of str
        Column `quantity` of the rows that the figure reads; none for one that stands on the page of a single command.
    functions : tuple of str
        Dotted names below `werkzorg`: what calculates, what makes the rows, what draws.
    """

    formula: str
    quantities: tuple[str, ...]
    functions: tuple[str, ...]


KINDS = {
    "cumulative_fan": Kind(
        "S(p, t, d) = n · Σ_{m ≤ t} [b¹(p, m, d) − b⁰(p, m, d)];  Q_d: 2.5, 10, 25, 50, 75, 90, 97.5%",
        ("net_cumulative", "payback_month", "net"),
        ("appraisal.value.cumulative", "appraisal.value.payback_month", "release.money.Money",
         "reporting.figures.fan.cumulative_fan"),
    ),
    "kept_waterfall": Kind(
        "s(p, i) = n · E_d Σ_y v(y) · [b¹(p, i, y, d) − b⁰(p, i, y, d)];  Σ_i s(p, i) = n · E_d N(p, d)",
        ("waterfall",),
        ("appraisal.value.present_value", "release.money.Money", "reporting.figures.waterfall.kept_waterfall"),
    ),
    "gain_probabilities": Kind(
        "P_d[N(p, d) > 0];  P_d[N(p, d) > 0 ∀ p ∈ {1, …, 4}]",
        ("probability_gain",),
        ("appraisal.value.present_value", "release.money.Money",
         "reporting.figures.probability.gain_probabilities"),
    ),
    "acceptability": Kind(
        "A(p, w) = P_d[N(p, d) > −w];  A(w) = P_d[N(p, d) > −w ∀ p ∈ {1, …, 4}]",
        ("acceptability",),
        ("appraisal.agreement.all_win", "release.acceptability.acceptability_rows",
         "reporting.verdicts_decision.acceptability_verdict", "reporting.figures.acceptability.acceptability"),
    ),
    "sankey": Kind(
        "f(a → b, i) = n · E_d Σ_y v(y) · [b¹(a → b, i, y, d) − b⁰(a → b, i, y, d)];  f < 0: b → a",
        ("flow", "net"),
        ("appraisal.value.present_value", "release.money.Money", "reporting.figures.flows.bands",
         "reporting.figures.sankey.sankey"),
    ),
    "pay_matrix": Kind(
        "f(a → b) = Σ_i n · E_d Σ_y v(y) · [b¹(a → b, i, y, d) − b⁰(a → b, i, y, d)]",
        ("flow", "net"),
        ("appraisal.value.present_value", "release.money.Money", "reporting.figures.matrix.pay_matrix"),
    ),
    "funnel": Kind(
        "x(k, m) = E_d P(k, m | d);  Q_d: 10, 90%",
        ("funnel",),
        ("projection.trajectory.project", "release.work.funnel_rows", "reporting.figures.funnel.funnel"),
    ),
    "placed_forecast": Kind(
        "P(K = k) = P_d[Σ_j z(j, d) = k],  z(j, d) ∈ {0, 1},  j = 1, …, n",
        ("placed", "placed_pmf", "working_pmf", "probability_criterion"),
        ("inference.forecast.forecast", "release.work.placement_rows", "reporting.figures.placed.placed_forecast"),
    ),
    "state_shares": Kind(
        "x(m, d) = x(m − 1, d) · T(m, d);  x(0) = (1, 0, …, 0)",
        ("state_share",),
        ("projection.chain.follow_arms", "projection.multistate.propagate", "release.work.state_rows",
         "reporting.figures.states.state_shares"),
    ),
    "care_parts": Kind(
        "C_K − C_0 = Σ_k φ_k;  φ_k = C_k − C_{k−1}  |  φ_k = Σ_S |S|! (K − |S| − 1)! / K! · [C(S ∪ k) − C(S)]",
        ("decomposition", "care_change"),
        ("ledger.care_change.split_change", "ledger.decomposition.decompose", "release.work.care_rows",
         "release.records.decomposition_rows", "reporting.figures.care.care_parts"),
    ),
    "prior_posterior": Kind(
        "p(θ | y) ∝ p(y | θ) · p(θ);  Q_d: 2.5, 10, 50, 90, 97.5%",
        ("parameter",),
        ("inference.fit.fit", "inference.fit.draw_prior", "release.knowledge.parameter_rows",
         "reporting.figures.priors.prior_posterior"),
    ),
    "tornado": Kind(
        "n · E_d[N(p, d) | θ = q₁₀(θ)];  n · E_d[N(p, d) | θ = q₉₀(θ)]",
        ("tornado", "tornado_input", "net"),
        ("appraisal.sensitivity.tornado", "release.decisions.decision_rows", "reporting.figures.tornado.tornado"),
    ),
    "study_worth": Kind(
        "EVSI(p) = E_x max(E[N(p) | x], 0) − max(E[N(p)], 0)",
        ("evsi_worth", "study_cost", "payers_worth"),
        ("release.studies.study_rows", "reporting.figures.worth.study_worth"),
    ),
    "income_by_hours": Kind(
        "i(h) = w(h) + a(h), h > 0;  i(0) = a(0)",
        ("client_income", "client_gain"),
        ("rules.client.net_income", "release.work.income_rows", "reporting.figures.income.income_by_hours"),
    ),
    "check_work": Kind(
        "y*(m) ~ p(y* | θ_d);  Q: 0.5, 99.5%",
        ("check", "check_line"),
        ("appraisal.checks.check_model", "release.checks.check_rows", "reporting.figures.checks.check_work"),
    ),
    "reach_curve": Kind(
        "N(p, e, d);  Q_d: 2.5, 10, 25, 50, 75, 90, 97.5%",
        ("reach_curve", "reach_placed", "tipping_placed"),
        ("appraisal.reach.follow_effects", "release.practices.practice_rows", "reporting.figures.reach.reach_curve"),
    ),
    "survey_shares": Kind(
        "θ ~ Beta(s/f + ½, (r − s)/f + ½);  f = 1 + (r/g − 1) · ρ",
        ("survey_share", "survey_gap"),
        ("appraisal.survey.design_effect", "appraisal.survey.share_draws", "release.survey_rows.survey_rows",
         "reporting.figures.survey.survey_shares"),
    ),
    "scenario_differences": Kind(
        "D(p, d) = N₂(p, d) − N₁(p, d);  E_d D, Q_d: 10, 90%",
        ("scenario_difference",),
        ("appraisal.paired.difference", "release.scenarios.release_scenarios",
         "reporting.figures.scenarios.scenario_differences"),
    ),
    "contract_front": Kind(
        "min E_d Σ |B(d)|  |  P_d[N(p, d) + B(p, d) ≥ 0] ≥ π ∀ p",
        (),
        ("appraisal.contracts.negotiate.front", "reporting.figures.contracts.contract_front"),
    ),
    "contract_claims": Kind(
        "E_d[s · (C_0 − C_K)];  E_d[s · φ(d)]",
        (),
        ("appraisal.contracts.negotiate.compare_claims", "reporting.figures.contracts.contract_claims"),
    ),
    "claim_waterfall": Kind(
        "C_K − C_0 = Σ_k φ_k;  φ_k = Σ_S |S|! (K − |S| − 1)! / K! · [C(S ∪ k) − C(S)]",
        (),
        ("inference.claim.explain_claim", "inference.split.split_factors",
         "reporting.figures.claim.claim_waterfall"),
    ),
    "flow_shares": Kind(
        "x(12) = x(0) · T¹²",
        ("flow_share",),
        ("release.flow_rows.flow_rows", "reporting.figures.target_groups.flow_shares"),
    ),
}  # fmt: skip
"""Every kind, in the order of the page on how to read a report."""
