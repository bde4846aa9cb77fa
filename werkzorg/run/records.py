"""The case records of a pilot, read once for a run and reduced for every variant of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from werkzorg.pilot import Pilot

if TYPE_CHECKING:
    import pandas as pd

    from werkzorg.inference.record_data import RecordData


class CaseRecords:
    """Typed tables of a pilot, with their digests.

    Parameters
    ----------
    tables : mapping of DataFrame
        From `cases.reading.check_records`.
    digests : mapping of str
        SHA-256 of every file that was read.
    warnings : int
        Number of problems that do not stop.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], digests: Mapping[str, str], warnings: int) -> None:
        self.tables, self.digests, self.warnings = tables, dict(digests), warnings
        self._reduced: dict[str, RecordData] = {}

    def reduced(self, pilot: Pilot) -> RecordData:
        """What the likelihood needs; a variant of the pilot with other dates or prices is reduced apart."""
        from werkzorg.inference.reduction import reduce_records

        key = repr((pilot.start, pilot.valuation_date, pilot.parameters, pilot.evidence_set))
        if key not in self._reduced:
            self._reduced[key] = reduce_records(pilot, self.tables)
        return self._reduced[key]


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
    from werkzorg.cases.problems import as_error
    from werkzorg.cases.reading import check_records
    from werkzorg.errors import ExitCode
    from werkzorg.params.pilots import pilot_file

    reading = check_records(pilot_file(name), confirmed=confirmed)
    if reading.exit_code != ExitCode.OK:
        raise as_error(reading.problems) from None
    return CaseRecords(reading.tables, {file.path: file.digest for file in reading.files}, len(reading.warnings))


def reduced(records: Any, pilot: Pilot) -> RecordData | None:
    """Reduced records, or None when there are none."""
    return None if records is None else records.reduced(pilot)
