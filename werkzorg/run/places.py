"""Where the ledger of releases of a pilot lies."""

from __future__ import annotations

from pathlib import Path

from werkzorg.cases.place import find_place
from werkzorg.cases.release_ledger import ledger_zone
from werkzorg.cases.rights import CONFIDENTIAL
from werkzorg.params.files import is_shipped
from werkzorg.params.pilots import pilot_file
from werkzorg.pilot import Pilot
from werkzorg.run.cache import cache_folder


def ledger_folder(name: str, pilot: Pilot) -> Path:
    """Confidential zone with the ledger of a pilot.

    That of its data folder, or the one that `verantwoording.yml` names for pilots that share people; for what came with
    the package, which is made up or published, a place of the user.
    """
    file = pilot_file(name)
    if is_shipped(file):
        return cache_folder() / CONFIDENTIAL
    if pilot.data is None:
        return file.parent / CONFIDENTIAL
    return ledger_zone(find_place(name))
