"""The case records of a pilot, read once for a run and reduced for every variant of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from werkzorg.pilot import Pilot

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from werkzorg.appraisal.dropout import Dropout
    from werkzorg.cases.accountability import Accountability
    from werkzorg.cases.reading import FileFacts
    from werkzorg.errors import Problem
    from werkzorg.inference.record_data import RecordData


class CaseRecords:
    """Typed tables of a pilot, with their digests.

    Parameters
    ----------
    tables : mapping of DataFrame
        From `cases.reading.check_records`.
    digests : mapping of str
        SHA-256 of every file that was read.
    threshold : int
        Fewest people behind a number that may be shown.
    keep_until : date, optional
        Last day on which the records may be kept.
    made_up : bool
        Nobody in them exists.
    files : sequence of FileFacts
        Files that were read: who delivered them, and whom that supplier knows.
    accountability : Accountability, optional
        What the release follows: how often, and who may see what.
    doubts : sequence of str
        What of the delivery somebody must look at, by name (`cases.doubts`).
    """

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        digests: Mapping[str, str],
        threshold: int,
        keep_until: date | None = None,
        made_up: bool = False,
        files: Sequence[FileFacts] = (),
        accountability: Accountability | None = None,
        doubts: Sequence[str] = (),
    ) -> None:
        self.tables, self.digests, self.threshold, self.keep_until = tables, dict(digests), threshold, keep_until
        self.made_up, self.files = made_up, tuple(files)
        self.accountability, self.doubts = accountability, tuple(doubts)
        self._reduced: dict[str, RecordData | None] = {}
        people = tables["cases"]["group"].value_counts() if "cases" in tables else {}
        self._published = any(name in tables and len(tables[name]) for name in ("aggregates", "counts"))
        self.participants, self.compared = (int(people.get(group, 0)) for group in ("programme", "comparison"))

    @property
    def cost_readers(self) -> tuple[str, ...]:
        """Who besides the payer may see what a client costs."""
        return () if self.accountability is None else self.accountability.cost_readers

    @property
    def rules(self) -> dict[str, Any]:
        """What suppliers asked that a table follows from the moment it is made."""
        return {"threshold": self.threshold, "cost_readers": list(self.cost_readers)}

    @property
    def notices(self) -> list[tuple[str, dict[str, int]]]:
        """What the user must know before the results: message identifiers and their values."""
        if self.participants < self.threshold and not (self._published and not self.participants):
            return [("run.records_too_few", {"threshold": self.threshold})]
        if 0 < self.compared < self.threshold:
            return [("run.comparison_too_few", {"threshold": self.threshold})]
        return [("run.doubts", {})] if self.doubts else []

    def notes(self, pilot: Pilot) -> tuple[Problem, ...]:
        """What of the published means and counts is not used, and why."""
        data = self.reduced(pilot)
        return () if data is None or data.published is None else data.published.notes

    def reduced(self, pilot: Pilot) -> RecordData | None:
        """What the likelihood needs; None with fewer participants than any result may rest on and nothing published.

        A comparison group that is too small is left out. A variant of the pilot with other dates or prices is reduced
        apart.
        """
        from werkzorg.inference.aggregates import reduce_aggregates
        from werkzorg.inference.reduction import reduce_records

        if self.participants < self.threshold and not self._published:
            return None
        of_records = (pilot.start, pilot.valuation_date, pilot.parameters, pilot.evidence_set)
        of_published = (pilot.enrolment_closes, pilot.participants_planned, pilot.snapshots, pilot.households)
        key = repr((of_records, of_published if self._published else ()))
        if key not in self._reduced:
            own = None
            if self.participants >= self.threshold:
                own = reduce_records(pilot, self.tables, use_comparison=self.compared >= self.threshold)
            self._reduced[key] = reduce_aggregates(pilot, self.tables, own)
        return self._reduced[key]

    def dropout(self, pilot: Pilot, first: xr.Dataset, posterior: xr.Dataset) -> Dropout | None:
        """How people were followed, and the answer if those who were lost were without work; None without records.

        Parameters
        ----------
        pilot : Pilot
        first : Dataset
            The first answer of the run.
        posterior : Dataset
            Its full answer.
        """
        from werkzorg.appraisal.dropout import bound_dropout
        from werkzorg.appraisal.leaving import count_leaving
        from werkzorg.inference.follow_up import readings_of_loss
        from werkzorg.inference.person_months import person_months

        data = self.reduced(pilot)
        if data is None or not sum(data.persons.values()):
            return None
        left = count_leaving(person_months(self.tables))
        return bound_dropout(pilot, *readings_of_loss(self.tables, data), first, posterior, left)

    def extremes(self, pilot: Pilot, first: xr.Dataset, posterior: xr.Dataset) -> Dropout | None:
        """The answer without the person of whom care cost most; None when there are too few people to leave one out.

        Parameters
        ----------
        pilot : Pilot
        first : Dataset
            The first answer of the run.
        posterior : Dataset
            Its full answer.
        """
        from werkzorg.appraisal.dropout import bound_dropout
        from werkzorg.appraisal.extremes import READING, without_largest
        from werkzorg.inference.aggregates import reduce_aggregates
        from werkzorg.inference.reduction import reduce_records

        data = self.reduced(pilot)
        if data is None or data.persons.get("programme", 0) <= self.threshold:
            return None
        use_comparison = data.persons.get("comparison", 0) > 0
        tables = without_largest(pilot, self.tables, use_comparison=use_comparison)
        rest = reduce_aggregates(pilot, tables, reduce_records(pilot, tables, use_comparison=use_comparison))
        return bound_dropout(pilot, {}, {READING: rest}, first, posterior)


def read_records(name: str, pilot: Pilot, *, confirmed: bool = False) -> CaseRecords | None:
    """Read and check all records of a pilot.

    Parameters
    ----------
    name : str
        Shipped name, pilot file, or folder that holds one.
    pilot : Pilot
        The pilot of that name.
    confirmed : bool
        The user confirmed that the place of the data is right.

    Returns
    -------
    CaseRecords or None
        None when the pilot declares no records.

    Raises
    ------
    WerkzorgError
        All problems of all files, in one report.
    """
    if pilot.data is None:
        return None
    from werkzorg.cases.doubts import OF_AMOUNTS, OF_COMPARISON
    from werkzorg.cases.problems import as_error
    from werkzorg.cases.reading import check_records
    from werkzorg.cases.small_cells import THRESHOLD
    from werkzorg.errors import ExitCode
    from werkzorg.params.pilots import pilot_file

    reading = check_records(pilot_file(name), confirmed=confirmed)
    if reading.exit_code != ExitCode.OK:
        raise as_error(reading.problems) from None
    answers = reading.accountability
    digests = {file.path: file.digest for file in reading.files}
    doubts = [name for name in (*OF_AMOUNTS, *OF_COMPARISON) if any(_is(problem, name) for problem in reading.warnings)]
    if answers is None:
        return CaseRecords(reading.tables, digests, THRESHOLD, files=reading.files, doubts=doubts)
    kept = (answers.threshold, answers.retention_until, answers.synthetic)
    return CaseRecords(reading.tables, digests, *kept, files=reading.files, accountability=answers, doubts=doubts)


def _is(problem: Problem, name: str) -> bool:
    return problem.identifier == f"cases.reading.{name}"


def reduced(records: Any, pilot: Pilot) -> RecordData | None:
    """Reduced records, or None when there are none."""
    return None if records is None else records.reduced(pilot)
