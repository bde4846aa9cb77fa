"""A survey in several municipalities: shares with their uncertainty, the support gap, and how many people it concerns.

People in one municipality answer alike, so that n answers tell less than n: the design effect of a cluster sample is
``1 + (m - 1) * rho`` with m answers per municipality and intraclass correlation rho (Kish L, *Survey Sampling*, Wiley
1965, section 5.4). A share of k in n answers then has the posterior Beta(1/2 + k/d, 1/2 + (n - k)/d), with the prior of
Jeffreys.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

PRIOR = 0.5
"""Both parameters of the prior of Jeffreys for a share."""


@dataclass(frozen=True)
class Answers:
    """Answers of a survey, all municipalities together.

    Parameters
    ----------
    respondents, municipalities : int
        People who answered, and municipalities where they live.
    valued, received : float
        How many of them value the support, and get it; no whole numbers when a published share was rounded.
    """

    respondents: int
    municipalities: int
    valued: float
    received: float

    def plus(self, further: pd.DataFrame) -> Answers:
        """With the answers of further municipalities, columns respondents, valued and received."""
        added = further[["respondents", "valued", "received"]].sum()
        return Answers(
            self.respondents + int(added["respondents"]),
            self.municipalities + len(further),
            self.valued + float(added["valued"]),
            self.received + float(added["received"]),
        )


def design_effect(answers: Answers, intraclass: np.ndarray) -> np.ndarray:
    """How many times as large the variance of a share is than with independent answers.

    Parameters
    ----------
    answers : Answers
    intraclass : ndarray (draw,)
        Correlation between answers in one municipality.
    """
    return 1 + (answers.respondents / answers.municipalities - 1) * intraclass


def share_draws(count: float, respondents: int, effect: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Posterior draws of a share, shape (draw,).

    Parameters
    ----------
    count, respondents : float, int
        How many of how many.
    effect : ndarray (draw,)
        Design effect.
    rng : numpy.random.Generator
    """
    return rng.beta(PRIOR + count / effect, PRIOR + (respondents - count) / effect)


def support_gap(valued: np.ndarray, received: np.ndarray, association: np.ndarray) -> np.ndarray:
    """Share of people who value the support and do not get it.

    Two shares of one survey leave open how many people are in both. By chance that is their product; at most it is the
    smaller of them.

    Parameters
    ----------
    valued, received : ndarray (draw,)
        Shares.
    association : ndarray (draw,)
        0: support reaches people by chance; 1: as many as possible of those who value it.
    """
    by_chance = valued * received
    both = by_chance + association * (np.minimum(valued, received) - by_chance)
    return valued - both


def people_on_assistance(
    inhabitants: float, national: float, country: float, ratio: np.ndarray, in_care: np.ndarray
) -> np.ndarray:
    """People on assistance who are treated in the GGZ, in a municipality of a size.

    Parameters
    ----------
    inhabitants : float
        Of the municipality.
    national, country : float
        People on assistance and inhabitants of the country.
    ratio : ndarray (draw,)
        Assistance in the municipality relative to the country.
    in_care : ndarray (draw,)
        Share of people on assistance who are treated in the GGZ.
    """
    return inhabitants * national / country * ratio * in_care


def people_in_care(
    inhabitants: float, clients: float, country: float, ratio: np.ndarray, working: np.ndarray
) -> np.ndarray:
    """People treated in the GGZ who have no paid work, in a municipality of a size; parameters as their names say."""
    return inhabitants * clients / country * ratio * (1 - working)
