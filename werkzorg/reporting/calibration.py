"""Whether this version of the model is the one that the certificate of calibration speaks of."""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import werkzorg.inference
import werkzorg.projection
from werkzorg.inference.record_likelihood import BOUNDED, NORMAL, WORK_EFFECT
from werkzorg.params import shipped
from werkzorg.reporting.numbers import long_date, number
from werkzorg.wording import say

ROOMS = (werkzorg.inference, werkzorg.projection)
"""Rooms whose code is the model."""

PRIORS = (*NORMAL, WORK_EFFECT, *BOUNDED)
"""Parameters whose priors belong to the model."""

KINDS = ("counts", "aggregates", "records")
"""Kinds of data that are calibrated apart; what a run rests on."""

CERTIFICATE = Path("calibration") / "certificate.json"
"""Place of the certificate in `params/`."""

LENGTH = 16
"""Characters of the hash that are kept."""


@functools.cache
def model_hash() -> str:
    """Hash of the code of inference and projection without comments and docstrings, and of the priors of the model."""
    found = hashlib.sha256()
    for room in ROOMS:
        for path in sorted(Path(room.__file__).parent.glob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf8"))
            found.update(f"{path.name} {_written(tree)}\n".encode())
    found.update(repr(sorted(_priors().items())).encode())
    return found.hexdigest()[:LENGTH]


def _priors() -> dict[str, str]:
    """Priors of the model as they are written; reading the whole catalogue would cost each report a second."""
    texts = [path.read_text(encoding="utf8") for path in sorted((shipped("params") / "evidence").glob("*.yaml"))]
    found = {}
    for entry in re.split(r"^- ", "\n".join(texts), flags=re.MULTILINE):
        name, prior = re.match(r"id: (\S+)", entry), re.search(r"^  distribution: (\{.*?\})", entry, re.M | re.S)
        if name and prior and name[1] in PRIORS:
            found[name[1]] = " ".join(prior[1].split())
    return found


def _written(node: Any) -> str:
    """A syntax tree as text that is the same in every Python: no texts that stand alone, nothing empty."""
    if isinstance(node, list):
        kept = [part for part in node if not (isinstance(part, ast.Expr) and _is_text(part.value))]
        return f"[{' '.join(_written(part) for part in kept)}]"
    if isinstance(node, ast.AST):
        fields = [f"{name}={_written(value)}" for name, value in ast.iter_fields(node) if value not in (None, [])]
        return f"({type(node).__name__} {' '.join(fields)})"
    return repr(node)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def read_certificate(path: Path | None = None) -> dict[str, Any] | None:
    """The shipped certificate, or None when there is none."""
    path = path or shipped("params") / CERTIFICATE
    return json.loads(path.read_text(encoding="utf8")) if path.is_file() else None


def calibration_state(certificate: dict[str, Any] | None, kind: str) -> str:
    """What the certificate says of the installed model with one kind of data.

    Returns
    -------
    {"full", "partly", "limits", "none"}
        All cells complete and nothing wrong, some cells short, something wrong, or nothing said of this version.
    """
    if not certificate or certificate["code"] != model_hash() or not certificate["kinds"][kind]["judged"]:
        return "none"
    facts = certificate["kinds"][kind]
    if facts["failures"]:
        return "limits"
    return "full" if facts["complete"] == facts["cells"] else "partly"


def kind_of(basis: str | None) -> str:
    """Kind of data that the certificate speaks of; without data of its own a run is like one with counts of nobody."""
    return basis if basis in KINDS else KINDS[0]


def calibration_verdict(lang: str, reader: str, basis: str | None, certificate: dict[str, Any] | None = None) -> str:
    """One sentence: calibrated or not, and for the technical reader when, and on how many made-up pilots.

    Parameters
    ----------
    lang : {"nl", "en"}
    reader : str
        All but `technical` get it in short.
    basis : str or None
        What the run rests on: pilots with that kind of data are spoken of. Without data of its own a run is like one
        with counts of nobody.
    certificate : dict, optional
        Default the shipped one.
    """
    certificate = read_certificate() if certificate is None else certificate
    kind = kind_of(basis)
    state = calibration_state(certificate, kind)
    tail = f" {say('calibration.nothing', lang)}" if basis == "nothing" and state != "none" else ""
    if reader != "technical":
        return say(f"calibration.short.{state}", lang) + tail
    if state == "none":
        return say("calibration.none", lang)
    facts = certificate["kinds"][kind]
    values = {name: number(facts[name], lang) for name in ("sets", "complete", "cells", "failures")}
    values |= {"date": long_date(certificate["date"], lang), "wanted": number(certificate["wanted"], lang)}
    one = "_one" if state == "limits" and facts["failures"] == 1 else ""
    return say(f"calibration.{state}{one}", lang, kind=say(f"calibration.kind.{kind}", lang), **values) + tail
