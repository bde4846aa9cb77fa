"""Looking through any folder for the people of a pilot, before it is passed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from werkzorg.cases.place import find_place
from werkzorg.cases.release_ledger import Ledger, given_files, read_ledger
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.pilots import load_pilot
from werkzorg.release.decoding import PLAIN, unwrap
from werkzorg.release.results import Results, read_results
from werkzorg.release.scan import Scanned, own_places, own_secrets, scan_folder, wanted_of
from werkzorg.run.places import ledger_folder
from werkzorg.run.record import digest_of_bytes
from werkzorg.run.records import CaseRecords, read_records

EXPLORER_PAGE = b'id="werkzorg-explorer"'
"""What stands in every page of the explorer, which holds draws."""


def scan_pilot_folder(folder: str | Path, pilot: str | None = None, *, confirmed: bool = False) -> tuple[Scanned, bool]:
    """Look through a folder for the pseudonyms and amounts of a pilot, and for what never leaves.

    Parameters
    ----------
    folder : str or Path
    pilot : str, optional
        Name or file; taken from the table in the folder when left out.
    confirmed : bool
        The place of the records is right.

    Returns
    -------
    Scanned, bool
        What was looked through, and whether the pilot has records.

    Raises
    ------
    WerkzorgError
        Code PRIVACY with one problem per finding; code CONFIGURATION without folder or pilot.
    """
    root = Path(folder).expanduser()
    if not root.is_dir() or not any(path.is_file() for path in root.rglob("*")):
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("release.scan.no_folder", where=str(folder)))
    table = _table_in(root)
    name = pilot or (None if table is None else str(table.meta["pilot"]))
    if name is None:
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("release.scan.no_pilot", where=str(folder)))
    loaded = load_pilot(name)
    records = read_records(name, loaded, confirmed=confirmed)
    places = [] if records is None else [find_place(name).folder]
    scanned = look_for_people(root, records, places, table)
    if records is not None:
        scanned = replace(scanned, given=explorers_in(root, read_ledger(ledger_folder(name, loaded))))
    return scanned, records is not None


def explorers_in(root: Path, ledger: Ledger) -> tuple[str, ...]:
    """Files with draws in a folder, also packed or under another name, each with the analyst that it was given to.

    Raises
    ------
    WerkzorgError
        Code PRIVACY for every one that the ledger of releases does not know, as it is.
    """
    known = {str(entry.given["digest"]): str(entry.given["analyst"]) for entry in given_files(ledger)}
    found = {}
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        pages = [layer for layer in unwrap(path.read_bytes(), "") if EXPLORER_PAGE in layer.content]
        # A page without its escapes is another file than the one that was put on record.
        for page in [layer for layer in pages if not layer.name.endswith(PLAIN)] or pages:
            found[f"{path.relative_to(root).as_posix()}{page.name}"] = digest_of_bytes(page.content)
    unknown = [name for name, digest in found.items() if digest not in known]
    if unknown:
        raise WerkzorgError(ExitCode.PRIVACY, *(Problem("release.scan.unrecorded", where=name) for name in unknown))
    return tuple(f"{name}: {known[digest]}" for name, digest in found.items())


def look_for_people(root: Path, records: CaseRecords | None, places: Sequence[Path], table: Results | None) -> Scanned:
    """Scan a folder that is to leave.

    Parameters
    ----------
    root : Path
    records : CaseRecords or None
        Whose pseudonyms and amounts may not be there.
    places : sequence of Path
        Places on this computer that may not be named.
    table : Results or None
        Table in the folder, for the amounts that everybody may know.

    Raises
    ------
    WerkzorgError
        Code PRIVACY with one problem per finding.
    """
    tables = {} if records is None else records.tables
    public = set() if table is None else public_amounts(table)
    scanned = scan_folder(root, wanted_of(tables, [*own_places(*places), *own_secrets()], public))
    if scanned.hits:
        raise WerkzorgError(ExitCode.PRIVACY, *(hit.problem() for hit in scanned.hits))
    return scanned


def public_amounts(results: Results) -> set[float]:
    """Amounts in a table that no person stands behind: those of the law, of sources, of prior knowledge."""
    plain = results.table[results.table["set_id"].isna()]
    columns = [frame[name].dropna() for frame in (plain, results.assumptions) for name in frame.select_dtypes("number")]
    return {float(value) for column in columns for value in column}


def _table_in(root: Path) -> Results | None:
    try:
        return read_results(root)
    except WerkzorgError:
        return None
