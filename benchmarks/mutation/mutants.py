"""Small faults in a module: another operator, another number, swapped arguments, a check that is left out."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import NamedTuple

OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
"""What takes the place of an operator."""

NAMES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "floor": "ceil", "ceil": "floor"}
"""What takes the place of a function."""

SYMMETRIC = {
    *NAMES, "hypot", "isinstance", "getattr", "gcd", "zip", "asarray", "broadcast_to", "broadcast_shapes", "DataArray",
}  # fmt: skip
"""Functions whose arguments may change places without a fault, or where that only ends in an error."""

UNREAD = {"annotation", "returns", "decorator_list", "exc"}
"""Parts that are no calculation: types, decorators, what an error says."""

NO_MATTER = {"strict"}
"""Keywords that only guard against a fault in the code itself."""


class Mutant(NamedTuple):
    """A fault.

    Attributes
    ----------
    name : str
        Function, code before and after, and which of equal ones: stays the same when lines move.
    line : int
        Line in the source.
    tree : ast.Module
        The whole module with the fault, until the next one is asked for.
    """

    name: str
    line: int
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """All faults of a module, in order of place.

    Parameters
    ----------
    source : str
        Python code.
    """
    tree, seen = ast.parse(source), Counter()
    for parent, field, position, where in _places(tree, ""):
        node = _get(parent, field, position)
        for other in _replacements(node, parent, field):
            whole = parent if isinstance(node, ast.Constant) and isinstance(parent, ast.expr) else node
            before = _text(whole)
            _set(parent, field, position, other)
            after = _text(whole if whole is parent else other)
            name = f"{where or 'module'}: {before} -> {after}"
            seen[name] += 1
            number = f" #{seen[name]}" if seen[name] > 1 else ""
            yield Mutant(name + number, node.lineno, tree)
            _set(parent, field, position, node)


def _places(node: ast.AST, where: str) -> Iterator[tuple[ast.AST, str, int | None, str]]:
    """Parent, field, position in it, and name of the function, of every node that may change."""
    for field, value in ast.iter_fields(node):
        if field in UNREAD or (isinstance(node, ast.keyword) and node.arg in NO_MATTER):
            continue
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for position, child in children:
            if not isinstance(child, ast.AST):
                continue
            inner = f"{where}.{child.name}".lstrip(".") if hasattr(child, "name") and hasattr(child, "body") else where
            if hasattr(child, "lineno"):
                yield node, field, position, where
            yield from _places(child, inner)


def _replacements(node: ast.AST, parent: ast.AST, field: str) -> Iterator[ast.AST]:
    other = deepcopy(node)
    match node:
        case ast.BinOp(op=ast.BitOr()) if isinstance(parent, ast.Assign | ast.BinOp):
            return  # a type or a union of dictionaries
        case ast.BinOp() | ast.BoolOp() | ast.AugAssign() if type(node.op) in OPERATORS:
            other.op = OPERATORS[type(node.op)]()
            yield other
        case ast.Compare() if len(node.ops) == 1:
            other.ops = [OPERATORS[type(node.ops[0])]()]
            yield other
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert()):
            yield other.operand
        case ast.Constant(value=bool()):
            other.value = not node.value
            yield other
        case ast.Constant(value=int() | float()):
            other.value = node.value + 1
            yield other
        case ast.Expr(value=ast.Call()):
            yield ast.copy_location(ast.Pass(), node)
        case ast.Call():
            yield from _calls(node)
    if field in ("test", "ifs") and isinstance(node, ast.Name | ast.Call | ast.Attribute):
        yield ast.copy_location(ast.UnaryOp(ast.Not(), deepcopy(node)), node)


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    """Swapped arguments (the two in the middle of more than two), and another function."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    other, first = deepcopy(node), 0 if len(node.args) == 2 else 1
    pair = node.args[first : first + 2]
    if len(pair) == 2 and name not in SYMMETRIC and not any(isinstance(part, ast.Starred) for part in pair):
        other.args[first : first + 2] = other.args[first : first + 2][::-1]
        yield other
    if name in NAMES:
        other = deepcopy(node)
        setattr(other.func, "attr" if isinstance(other.func, ast.Attribute) else "id", NAMES[name])
        yield other


def _get(parent: ast.AST, field: str, position: int | None) -> ast.AST:
    value = getattr(parent, field)
    return value if position is None else value[position]


def _set(parent: ast.AST, field: str, position: int | None, node: ast.AST) -> None:
    if position is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[position] = node


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())
