"""The certificate: what the data sets of a store say of one version of the model, as one JSON file in the package."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.calibration import wrong
from benchmarks.calibration.cells import KINDS, Cell, all_cells
from benchmarks.calibration.judge import (
    cell_table,
    count_outside,
    covered,
    gain_table,
    gains_fit,
    histogram,
    in_rank_band,
    pooled_failures,
    ranks_of,
)
from benchmarks.calibration.measure import PARTIES
from benchmarks.calibration.store import Store
from werkzorg.reporting.calibration import CERTIFICATE

WANTED = 200
"""Data sets of a complete cell."""

LEAST_POOLED = 20
"""Data sets of a kind from which they are shown together."""

LEAST_JUDGED = 100
"""Data sets of a kind from which reports say anything of it: fewer know little of a 95% interval."""

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "params" / CERTIFICATE


def make_certificate(store: Store, day: date) -> dict[str, object]:
    """Put together everything that a store holds of one version of the model.

    Parameters
    ----------
    store : Store
        Data sets.
    day : date
        Date of the certificate.

    Returns
    -------
    dict
        As documented in `docs/calibration.md`, which is written from it alone.
    """
    rows = {name: store.read(name) for name in all_cells()}
    cells = {name: _cell(cell, rows[name]) for name, cell in all_cells().items()}
    by_kind = {kind: [row for name, cell in all_cells().items() if cell.kind == kind for row in rows[name]]
               for kind in KINDS}  # fmt: skip
    pooled = {kind: _pooled(found) for kind, found in by_kind.items() if len(found) >= LEAST_POOLED}
    gains = {kind: _gains(found) for kind, found in by_kind.items() if len(found) >= LEAST_POOLED}
    wrongs = {name: store.read(name_of(name)) for name in wrong.names()}
    done = {name: cell for name, cell in cells.items() if cell["sets"]}
    comparisons, outside, expected = count_outside(done)
    failures = pooled_failures(pooled)
    return {
        "code": store.code,
        "version": tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]["version"],
        "date": day.isoformat(),
        "wanted": WANTED,
        "summary": {
            "sets": sum(cell["sets"] for cell in cells.values()),
            "cells": len(cells),
            "started": len(done),
            "complete": sum(cell["sets"] >= WANTED for cell in cells.values()),
            "comparisons": comparisons,
            "outside": outside,
            "expected": round(expected, 1),
            "pooled": 3 * sum(len(quantities) for quantities in pooled.values()),
            "failures": failures,
            "passed": bool(pooled) and not failures,
        },
        "kinds": {kind: _kind(kind, cells, failures) for kind in KINDS},
        "cells": cells,
        "pooled": pooled,
        "gains": gains,
        "wrong": {name: _wrong(found, wrongs[wrong.PLAIN]) for name, found in wrongs.items()},
    }


def _kind(kind: str, cells: Mapping[str, Mapping], failures: list[dict]) -> dict[str, object]:
    """What a report that rests on one kind of data needs."""
    own = [cell for cell in cells.values() if cell["kind"] == kind]
    sets = sum(cell["sets"] for cell in own)
    return {
        "sets": sets,
        "cells": len(own),
        "complete": sum(cell["sets"] >= WANTED for cell in own),
        "judged": sets >= LEAST_JUDGED,
        "failures": sum(failure["kind"] == kind for failure in failures),
    }


def _wrong(rows: list[Mapping], plain: list[Mapping]) -> dict[str, object]:
    return {"sets": len(rows)} | ({"limits": wrong.limits_table(rows, plain)} if len(rows) > 1 else {})


def name_of(world: str) -> str:
    """Name in the store of a world that breaks the model."""
    return f"wrong-{world}"


def _cell(cell: Cell, rows: list[Mapping]) -> dict[str, object]:
    facts = {"kind": cell.kind, "people": cell.people, "zero": cell.zero, "placed": cell.placed}
    facts |= {"comparison": cell.comparison, "sets": len(rows)}
    if not rows:
        return facts
    first = [row["efficiency"] for row in rows if row["method"] == "first answer"]
    return facts | {
        "sampler": sum(row["method"] == "sampler" for row in rows),
        "efficiency": round(float(np.median(first)), 3) if first else None,
        "per_minute": round(60 / float(np.median([row["seconds"] for row in rows])), 1),
        "covered": cell_table(rows),
    }


def _pooled(rows: list[Mapping]) -> dict[str, dict[str, object]]:
    """By quantity, over all cells of a kind: ranks are uniform in each cell, so they are together."""
    found = {}
    for name, ranks in ranks_of(rows).items():
        bins = histogram(ranks)
        found[name] = {"sets": len(ranks), "covered": covered(ranks), "ranks": bins, "in_band": in_rank_band(bins)}
    return found


def _gains(rows: list[Mapping]) -> dict[str, object]:
    table = gain_table(tuple(row["gain"][party]) for row in rows for party in PARTIES)
    return {"table": table, "fits": gains_fit(table)}


def write_certificate(certificate: Mapping[str, object], path: Path = PLACE) -> Path:
    """Write the certificate, one cell or quantity a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_lines(certificate) + "\n", encoding="utf8")
    return path


def _lines(value: object, depth: int = 0) -> str:
    """JSON with one line per entry of the upper three levels."""
    if not isinstance(value, Mapping) or depth == 3 or not value:
        return json.dumps(value)
    indent = " " * (depth + 1)
    parts = [f"{indent}{json.dumps(key)}: {_lines(entry, depth + 1)}" for key, entry in value.items()]
    return "{\n" + ",\n".join(parts) + "\n" + " " * depth + "}"
