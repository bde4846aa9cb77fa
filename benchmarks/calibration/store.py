"""What was measured, one file per cell and one line per data set: a run can stop anywhere and go on later."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

DEFAULT = Path("results") / "calibration"
"""Where data sets are kept when nothing else is said; not part of the repository."""


class Store:
    """Data sets by cell.

    Parameters
    ----------
    folder : Path
        Made when it is not there.
    code : str
        Hash of the code and priors that the data sets speak of; those of another hash do not count.
    """

    def __init__(self, folder: Path, code: str) -> None:
        self.folder, self.code = Path(folder), code
        self.folder.mkdir(parents=True, exist_ok=True)

    def add(self, name: str, result: dict[str, object]) -> None:
        """Append one data set: a single write of a whole line, so that several processes may share the file."""
        line = json.dumps({"code": self.code, **result}, separators=(",", ":")) + "\n"
        handle = os.open(self._path(name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)

    def read(self, name: str) -> list[dict[str, object]]:
        """Data sets of a cell made with this code, by number; a line that was cut off is left out."""
        found = {row["index"]: row for row in self._rows(name) if row.get("code") == self.code}
        return [found[index] for index in sorted(found)]

    def missing(self, name: str, sets: int) -> list[int]:
        """Numbers below `sets` that are not there yet."""
        done = {row["index"] for row in self.read(name)}
        return [index for index in range(sets) if index not in done]

    def names(self) -> list[str]:
        """Cells with a file."""
        return sorted(path.stem for path in self.folder.glob("*.jsonl"))

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.jsonl"

    def _rows(self, name: str) -> Iterator[dict[str, object]]:
        if not self._path(name).exists():
            return
        for line in self._path(name).read_text(encoding="utf8").splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue
