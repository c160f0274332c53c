"""What mypy drops of annotations: the calls in `Annotated[T, Depends(Provide[App.part])]`, read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from mypy.nodes import FuncDef
from mypy.types import UnboundType

__all__ = ["depended"]


def depended(path: str, function: FuncDef, parameter: str) -> Iterator[UnboundType]:
    """The markers in the calls of `Depends` in a parameter's annotation."""
    for node in _functions(path, _changed(path)):
        if node.name == function.name and node.lineno == function.line:
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            for annotation in (a.annotation for a in arguments if a.arg == parameter and a.annotation is not None):
                yield from _markers(annotation)


def _changed(path: str) -> int:
    try:
        return Path(path).stat().st_mtime_ns
    except (OSError, ValueError):
        return 0


@lru_cache(maxsize=8)
def _functions(path: str, changed: int) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]:
    # `changed` makes mypy's daemon read a file again that was edited.
    del changed
    try:
        tree = ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ()  # mypy reads it from elsewhere
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _markers(annotation: ast.expr) -> Iterator[UnboundType]:
    for node in ast.walk(annotation):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Depends" and node.args:
            marker = _unbound(node.args[0])
            if marker is not None:
                yield marker


def _unbound(node: ast.expr) -> UnboundType | None:
    """`Provide[App.part]` as mypy has it in an annotation."""
    if isinstance(node, ast.Name | ast.Attribute):
        return UnboundType(ast.unparse(node))
    if not isinstance(node, ast.Subscript):
        return None
    inner = _unbound(node.slice)
    return None if inner is None else UnboundType(ast.unparse(node.value), [inner])
