"""Write the example pilots with case records: `python docs/make_example.py`.

Everything in them is made up by `werkzorg simulate` with a fixed seed; a test sees when the shipped files are not what
this writes.
"""

from __future__ import annotations

from pathlib import Path

from werkzorg.cases.simulate import simulate

ROOT = Path(__file__).resolve().parents[1]
NAME = "voorbeeld"
VARIANT = "voorbeeld-zonder-vergelijking"
CHANGES = (
    (f"id: {NAME}\n", f"id: {VARIANT}\n"),
    ("met 40 deelnemers\n", "met 40 deelnemers, zonder vergelijkingsgroep\n"),
    ("with 40 participants\n", "with 40 participants, without comparison group\n"),
    ("  folder: .\n", f"  folder: {NAME}\n  use_comparison: false\n"),
)
"""What differs in the pilot that leaves the comparison group out: it reads the same data."""


def write(home: Path) -> None:
    """Write the folder `voorbeeld` and the pilot file of its variant into a folder with pilots."""
    folder = home / NAME
    simulate(folder, cases=40, comparison=40, months=36, seed=1, name=NAME)
    text = (folder / "pilot.yaml").read_text(encoding="utf8")
    for old, new in CHANGES:
        if text.count(old) != 1:
            raise ValueError(f"stands {text.count(old)} times in the pilot file: {old!r}")
        text = text.replace(old, new)
    (home / f"{VARIANT}.yaml").write_text(text, encoding="utf8")
    # Made-up data are for everybody, unlike what `simulate` assumes.
    folder.chmod(0o755)
    for path in folder.iterdir():
        path.chmod(0o644)


if __name__ == "__main__":
    write(ROOT / "params" / "pilots")
