"""Rows about a survey: shares, support gap, and the number of people it concerns in municipalities of several sizes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from werkzorg.appraisal import survey
from werkzorg.cases.plain_table import Mistake, read_plain
from werkzorg.params.pilots import catalogue_of
from werkzorg.pilot import Pilot
from werkzorg.release.rows import Row, row

SIZES = (20_000, 50_000, 100_000, 250_000)
"""Municipalities for which numbers are shown beside that of the pilot, inhabitants."""

STREAM = 9
"""Random stream of the shares of a survey."""

FILE = "survey_results"
GIVEN = "given"
NATIONAL = ("pop.bijstand", "pop.inhabitants", "ggz.clients", "pop.ggz_clients_working")
LOCAL = ("survey.local_ratio", "survey.care_use", "survey.ggz_part", "survey.care_ratio")


def answers_of(pilot: Pilot) -> survey.Answers:
    """Answers of the published survey, with those of further municipalities when the pilot names a file.

    Raises
    ------
    WerkzorgError
        Code INPUT when the file cannot be read.
    """
    stated = pilot.survey
    published = survey.Answers(
        stated.respondents, stated.municipalities,
        stated.valued.share * stated.respondents, stated.received.share * stated.respondents,
    )  # fmt: skip
    return published if stated.results is None else published.plus(_further(pilot.beside(stated.results)))


def _further(path: Path) -> pd.DataFrame:
    """Answers of further municipalities; nobody can value or get support without having answered."""
    return read_plain(path, FILE, _parts_too_large)


def _parts_too_large(made: pd.DataFrame) -> Iterator[Mistake]:
    for column in ("valued", "received"):
        for place in np.flatnonzero(made[column] > made["respondents"]):
            yield int(place), column, "part"


def survey_rows(pilot: Pilot, posterior: xr.Dataset) -> Iterator[Row]:
    """All rows about the survey of a pilot.

    Parameters
    ----------
    pilot : Pilot
    posterior : Dataset
        Dims (draw,); holds the uncertain parameters.
    """
    stated, answers = pilot.survey, answers_of(pilot)
    intraclass, association = posterior[stated.intraclass].values, posterior[stated.association].values
    effect = survey.design_effect(answers, intraclass)
    rng = np.random.default_rng([int(posterior.attrs["seed"]), STREAM])
    shares = {
        part.id: survey.share_draws(count, answers.respondents, effect, rng)
        for part, count in ((stated.valued, answers.valued), (stated.received, answers.received))
    }
    for part in (stated.valued, stated.received):
        yield row(f"survey_share.{part.id}", "survey_share", "fraction", GIVEN, item=part.id, draws=shares[part.id],
                  count=answers.respondents, parameters=stated.intraclass,
                  item_label_nl=part.label.nl, item_label_en=part.label.en)  # fmt: skip
    gap = survey.support_gap(shares[stated.valued.id], shares[stated.received.id], association)
    behind = "; ".join((stated.intraclass, stated.association))
    yield row("survey_gap", "survey_gap", "fraction", "counts+prior", draws=gap, count=answers.respondents,
              parameters=behind)  # fmt: skip
    yield row("survey_effect", "survey_effect", "ratio", "prior", draws=effect, count=answers.municipalities,
              parameters=stated.intraclass)  # fmt: skip
    for size in sorted({*SIZES, stated.inhabitants}):
        for item, (people, sources) in _people(pilot, posterior, size).items():
            yield _people_row(size, item, people, sources)
        people, sources = _people(pilot, posterior, size)["survey_assistance"]
        yield _people_row(size, "survey_lacking", people * gap, (*sources, stated.intraclass, stated.association))


def _people_row(size: int, item: str, people: np.ndarray, sources: tuple[str, ...]) -> Row:
    return row(f"survey_people.{item}.{size}", "survey_people", "persons", "prior", item=item, draws=people,
               count=size, names={"count": size}, parameters="; ".join(sources))  # fmt: skip


def _people(pilot: Pilot, posterior: xr.Dataset, size: int) -> dict[str, tuple[np.ndarray, tuple[str, ...]]]:
    """People on assistance in care of the GGZ, and all people in that care without work; with the sources of each."""
    assistance, country, clients, working = (_value(pilot, name) for name in NATIONAL)
    ratio, use, part, care = (posterior[name].values for name in LOCAL)
    on_assistance = survey.people_on_assistance(size, assistance, country, ratio, use * part)
    in_care = survey.people_in_care(size, clients, country, care, np.full_like(care, working))
    return {
        "survey_assistance": (on_assistance, (*NATIONAL[:2], *LOCAL[:3])),
        "survey_without_work": (in_care, (*NATIONAL[1:], LOCAL[3])),
    }


def _value(pilot: Pilot, name: str) -> float:
    """National number on the valuation date, or the first one after it."""
    catalogue = catalogue_of(pilot)
    return catalogue.value(name, max(pilot.valuation_date, catalogue.get(name).values[0].start))
