"""`super().__init__("gpt-5.5", ...)` in a subclass of a facade, checked as a call of the facade.

mypy asks no plugin about a call of `super()`, and takes each overload to be for any model there, as the subclass does
not say which one it is of. So such a call is read as `ChatOpenAI(...)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mypy.nodes import (
    Block,
    CallExpr,
    Decorator,
    ExpressionStmt,
    ForStmt,
    FuncDef,
    IfStmt,
    IndexExpr,
    RefExpr,
    SuperExpr,
    TryStmt,
    WhileStmt,
    WithStmt,
)
from mypy.plugin import ClassDefContext

__all__ = ["facade_derived"]


def facade_derived(ctx: ClassDefContext) -> None:
    """Rewrite the calls of `super().__init__` in the constructor of a class whose only base is a facade."""
    base = ctx.reason.base if isinstance(ctx.reason, IndexExpr) else ctx.reason
    if not isinstance(base, RefExpr) or len(ctx.cls.base_type_exprs) != 1:
        return
    for statement in ctx.cls.defs.body:
        function = statement.func if isinstance(statement, Decorator) else statement
        if isinstance(function, FuncDef) and function.name == "__init__":
            for call in _super_calls(function.body):
                call.callee = base


def _super_calls(block: Block | None) -> Iterator[CallExpr]:
    """The statements `super().__init__(...)` in a block, and in the blocks in it."""
    for statement in () if block is None else block.body:
        match statement:
            case ExpressionStmt(expr=CallExpr(callee=SuperExpr(name="__init__", call=CallExpr(args=[]))) as call):
                yield call
            case IfStmt():
                for inner in (*statement.body, statement.else_body):
                    yield from _super_calls(inner)
            case TryStmt():
                for inner in (statement.body, *statement.handlers, statement.else_body, statement.finally_body):
                    yield from _super_calls(inner)
            case WithStmt() | ForStmt() | WhileStmt():
                yield from _super_calls(statement.body)
            case _:
                pass
