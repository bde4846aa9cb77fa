"""Strict YAML: what is written is what is read, and every key knows its line.

The reader takes the node tree of ruamel.yaml and resolves plain scalars itself, by the YAML 1.2 core
schema with two differences: ISO dates become dates, and numbers with a leading zero (`012`, `0x1F`)
stay text. So `no` is text, never False. Refused: double keys, tabs in the indentation, tags,
anchors and aliases (no entity bombs), more than one document, files above 2 MB.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params.files import display_name

MAX_BYTES = 2_000_000
"""Largest file that is read; the largest shipped file is below 0.1 MB."""

MAX_DEPTH = 30
"""Deepest nesting; shipped files use seven levels."""

PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("null", "bool", "int", "float", "str", "timestamp", "seq", "map", "merge", "value")
)
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)?(\.[0-9]*)?([eE][-+]?[0-9]+)?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NULLS = frozenset(("", "~", "null", "Null", "NULL"))
BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

Data = dict | list | str | int | float | bool | date | None


def read_yaml(path: Path | str) -> tuple[Data, dict[str, int]]:
    """Read one YAML file strictly.

    Parameters
    ----------
    path : Path or str
        File to read, UTF-8.

    Returns
    -------
    data : dict, list or scalar
        Content; dates as `datetime.date`.
    lines : dict
        Line (from 1) of each dotted key path, for example ``{"parameters.0.values.1.low": 14}``.

    Raises
    ------
    WerkzorgError
        With file, line and key of what is wrong.
    """
    path = Path(path)
    name = display_name(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _error("params.yaml_too_large", name, limit=MAX_BYTES // 1_000_000)
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _error("params.yaml_unreadable", name, reason=error.strerror or type(error).__name__) from None
    except UnicodeDecodeError:
        raise _error("params.yaml_not_utf8", name) from None
    return read_text(text, name)


def read_text(text: str, name: str) -> tuple[Data, dict[str, int]]:
    """Read YAML from text; as :func:`read_yaml`, `name` stands in messages."""
    if len(text) > MAX_BYTES:
        raise _error("params.yaml_too_large", name, limit=MAX_BYTES // 1_000_000)
    for number, line in enumerate(text.splitlines(), start=1):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise _error("params.yaml_tab", f"{name}:{number}")
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _error("params.yaml_syntax", f"{name}:{mark.line + 1}" if mark else name) from None
    except (YAMLError, RecursionError, ValueError):
        raise _error("params.yaml_syntax", name) from None
    lines: dict[str, int] = {}
    return (None if root is None else _construct(root, "", name, lines, 0)), lines


def where(name: str, lines: dict[str, int], path: str) -> str:
    """Place of a key for a message: file, line and key, or the nearest key above that exists."""
    known = path
    while known and known not in lines:
        known = known.rpartition(".")[0]
    line = f":{lines[known]}" if known in lines else ""
    return f"{name}{line} {path}".rstrip()


def _construct(node: Node, path: str, name: str, lines: dict[str, int], depth: int) -> Data:
    line = node.start_mark.line + 1
    place = f"{name}:{line} {path}".rstrip()
    lines.setdefault(path, line)
    if depth > MAX_DEPTH:
        raise _error("params.yaml_depth", place, limit=MAX_DEPTH)
    if node.anchor is not None:
        raise _error("params.yaml_anchor", place)
    if str(node.tag) not in PLAIN_TAGS:
        raise _error("params.yaml_tag", place, tag=node.tag)
    if isinstance(node, MappingNode):
        return _construct_mapping(node, path, name, lines, depth)
    if isinstance(node, SequenceNode):
        return [
            _construct(item, f"{path}.{index}".lstrip("."), name, lines, depth + 1)
            for index, item in enumerate(node.value)
        ]
    return _scalar(node, place)


def _construct_mapping(node: MappingNode, path: str, name: str, lines: dict[str, int], depth: int) -> dict:
    mapping: dict[str, Data] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode) or key_node.anchor is not None:
            raise _error("params.yaml_key", f"{name}:{line} {path}".rstrip())
        key = str(key_node.value)
        full = f"{path}.{key}".lstrip(".")
        if key in mapping:
            raise _error("params.yaml_double_key", f"{name}:{line} {full}", key=key, first=lines[full])
        lines[full] = line
        mapping[key] = _construct(value_node, full, name, lines, depth + 1)
    return mapping


def _scalar(node: ScalarNode, place: str) -> Data:
    text = str(node.value)
    if node.style in ("'", '"', "|", ">"):
        return text
    if text in NULLS:
        return None
    if text in BOOLEANS:
        return BOOLEANS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if FLOAT.fullmatch(text) and any(character.isdigit() for character in text):
        return float(text)
    if DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise _error("params.yaml_date", place, text=text) from None
    return text


def _error(identifier: str, place: str, **values: object) -> WerkzorgError:
    return WerkzorgError(ExitCode.CONFIGURATION, Problem(identifier, where=place, values=values))
