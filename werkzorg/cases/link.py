"""Two forms become one case: joined on the pseudonym, and on nothing that merely looks alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from werkzorg.cases.rights import write_private
from werkzorg.cases.schema import table
from werkzorg.cases.small_cells import THRESHOLD, count_text
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.wording import language, say

KEY = "pseudonym"
STOP_BELOW, WARN_BELOW = 0.80, 0.95
"""Share of a side that finds its partner: below the first nothing is joined, below the second it is said."""

SAME_IN_BOTH = ("birth_year", "sex")
"""What two forms of one person must agree on."""

ROWS_NAMED = 20


@dataclass(frozen=True)
class Side:
    """One file of a link: how many persons it has, and how many of them stand in the others.

    Exact numbers, for the program; what people read comes from :meth:`LinkReport.render`.
    """

    name: str
    persons: int
    matched: int

    @property
    def unmatched(self) -> int:
        """Persons without a partner."""
        return self.persons - self.matched

    @property
    def rate(self) -> float:
        """Share with a partner."""
        return self.matched / self.persons if self.persons else 0.0


@dataclass(frozen=True)
class LinkReport:
    """What a link did, with counts that are shown as classes only."""

    sides: tuple[Side, ...]
    warnings: tuple[Problem, ...] = ()
    threshold: int = THRESHOLD

    def render(self, lang: str | None = None) -> str:
        """One line per side, counts rounded to five and never below ten, then the warnings."""
        lang = lang or language()
        lines = [say("cases.link.title", lang)]
        for side in self.sides:
            values = {
                "name": _side_name(side.name, lang),
                "persons": count_text(side.persons, lang, self.threshold),
                "matched": count_text(side.matched, lang, self.threshold),
                "unmatched": count_text(side.unmatched, lang, self.threshold),
            }
            lines.append(say("cases.link.side", lang, **values))
        lines += [problem.render(lang) for problem in self.warnings]
        return "\n".join(lines)


@dataclass(frozen=True)
class Linked:
    """Joined cases in the columns of the table `cases`, the insurer's rows of these, the report, files written."""

    cases: pd.DataFrame
    insurer: pd.DataFrame | None
    report: LinkReport
    files: tuple[str, ...] = ()


def link(tables: Mapping[str, pd.DataFrame], *, folder: Path | str | None = None, threshold: int = THRESHOLD) -> Linked:
    """Join the forms that were read, and write the joined cases.

    Parameters
    ----------
    tables : dict of DataFrame
        `intake_ggz`, `intake_wi` and perhaps `insurer`, read and found right.
    folder : Path or str, optional
        Where `cases.csv` and `insurer.csv` go: semicolons, decimal comma, for the owner only.
    threshold : int
        Smallest number of persons that is shown.

    Raises
    ------
    WerkzorgError
        As :func:`join_forms`; code CONFIGURATION when a file is already there.
    """
    linked = join_forms(tables["intake_ggz"], tables["intake_wi"], tables.get("insurer"), threshold)
    if folder is None:
        return linked
    root = Path(folder)
    contents = {"cases.csv": linked.cases, "insurer.csv": linked.insurer}
    wanted = {name: content for name, content in contents.items() if content is not None}
    there = [Problem("cases.link.exists", where=str(root / name)) for name in wanted if (root / name).exists()]
    if there:
        raise WerkzorgError(ExitCode.CONFIGURATION, *there)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in wanted.items():
        shown = content.copy()
        for column in shown.select_dtypes(["bool", "boolean"]):
            shown[column] = shown[column].map({True: "ja", False: "nee"})
        text = shown.to_csv(sep=";", decimal=",", index=False, lineterminator="\n")
        write_private(root / name, text.encode("utf8"))
    return replace(linked, files=tuple(wanted))


def join_forms(
    ggz: pd.DataFrame, wi: pd.DataFrame, insurer: pd.DataFrame | None = None, threshold: int = THRESHOLD
) -> Linked:
    """Join the two forms, and the insurer's rows, on the pseudonym.

    Parameters
    ----------
    ggz, wi : DataFrame
        Tables `intake_ggz` and `intake_wi`, one row per person.
    insurer : DataFrame, optional
        Table `insurer`, any number of rows per person.
    threshold : int
        Smallest number of persons that is shown.

    Returns
    -------
    Linked
        Persons who stand in both forms.

    Raises
    ------
    WerkzorgError
        Code INPUT: a missing or double pseudonym in a form, forms of one pseudonym that differ in birth year or sex,
        fewer than 80% of a side with a partner.
    """
    problems = [problem for name, form in (("intake_ggz", ggz), ("intake_wi", wi)) for problem in _keys(name, form)]
    if problems:
        raise WerkzorgError(ExitCode.INPUT, *problems)
    both = wi.merge(ggz, on=KEY, how="inner", validate="one_to_one", suffixes=("", "_ggz"))
    sides = [Side("intake_ggz", len(ggz), len(both)), Side("intake_wi", len(wi), len(both))]
    rows = None
    if insurer is not None:
        rows = insurer[insurer[KEY].isin(both[KEY])]
        found = rows[KEY].nunique()
        sides.append(Side("insurer", insurer[KEY].nunique(), found))
    problems += _contradictions(wi, both, threshold)
    stops, warnings = _rates(sides, threshold)
    if problems or stops:
        raise WerkzorgError(ExitCode.INPUT, *problems, *stops)
    return Linked(_as_cases(both), rows, LinkReport(tuple(sides), tuple(warnings), threshold))


def _side_name(name: str, lang: str) -> str:
    return getattr(table(name).title, lang)


def _rows(mask: Sequence[bool], first_row: int = 2) -> str:
    """Rows of the file where a mask holds, at most twenty."""
    places = [place + first_row for place, hit in enumerate(mask) if hit]
    text = ", ".join(map(str, places[:ROWS_NAMED]))
    more = len(places) - ROWS_NAMED
    return say("cases.privacy.rows_more", language(), rows=text, more=more) if more > 0 else text


def _place(name: str, column: str, mask: Sequence[bool]) -> str:
    return say("cases.privacy.place_rows", language(), file=name, column=column, rows=_rows(mask))


def _keys(name: str, form: pd.DataFrame) -> list[Problem]:
    """Problems with the key of a form: missing keys would match each other, double ones would multiply rows."""
    missing = form[KEY].isna() | (form[KEY].astype("string").str.strip() == "").fillna(True)
    double = form[KEY].duplicated(keep=False) & ~missing
    return [
        Problem(f"cases.privacy.{kind}", where=_place(name, KEY, mask.tolist()))
        for kind, mask in (("pseudonym_missing", missing), ("pseudonym_double", double))
        if mask.any()
    ]


def _contradictions(wi: pd.DataFrame, both: pd.DataFrame, threshold: int) -> list[Problem]:
    """Persons whose two forms differ in what cannot differ: the pseudonym may belong to two people."""
    problems = []
    for column in SAME_IN_BOTH:
        other = f"{column}_ggz"
        if other in both:
            differ = (both[column] != both[other]) & both[column].notna() & both[other].notna()
            if differ.fillna(False).any():
                wrong = wi[KEY].isin(both.loc[differ.fillna(False), KEY])
                values = {"count": count_text(int(wrong.sum()), language(), threshold), "column": column}
                where = _place("intake_wi", column, wrong.tolist())
                problems.append(Problem("cases.link.contradiction", where=where, values=values))
    return problems


def _rates(sides: Sequence[Side], threshold: int) -> tuple[list[Problem], list[Problem]]:
    stops, warnings = [], []
    for side in sides:
        values = {
            "unmatched": count_text(side.unmatched, language(), threshold),
            "percent": int(100 * (STOP_BELOW if side.rate < STOP_BELOW else WARN_BELOW)),
        }
        # People whom the insurer does not know are people without claims; the forms must meet.
        if side.name != "insurer" and side.rate < STOP_BELOW:
            stops.append(Problem("cases.link.few_matched", where=side.name, values=values))
        elif side.rate < WARN_BELOW:
            warnings.append(Problem("cases.link.some_unmatched", where=side.name, values=values))
    return stops, warnings


def _as_cases(both: pd.DataFrame) -> pd.DataFrame:
    """Columns of the table `cases`; a column that both forms have comes from Work and Income, else from the GGZ."""
    joined = pd.DataFrame(index=both.index)
    for column in table("cases").columns:
        if column in both and f"{column}_ggz" in both:
            joined[column] = both[column].where(both[column].notna(), both[f"{column}_ggz"])
        elif column in both:
            joined[column] = both[column]
    # The picture is whole when the second form is in: that is the month of enrolment.
    months = both[["form_month", "form_month_ggz"]]
    later = months["form_month_ggz"] > months["form_month"]
    joined["enrolment_month"] = months["form_month"].where(~later, months["form_month_ggz"])
    columns = [column for column in table("cases").columns if column in joined]
    return joined[columns].sort_values(KEY, ignore_index=True)
