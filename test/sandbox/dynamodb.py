"""Where moto's DynamoDB decides otherwise than AWS's: comparisons in conditions and filters, and how many requests a
transaction may have. What AWS does: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html

moto compares plain Python values: null would equal a missing attribute, and to compare text with a number would be an error."""
from __future__ import annotations

from base64 import b64decode
from decimal import Decimal
from operator import ge, gt, le, lt

from moto.dynamodb import comparisons, responses
from moto.dynamodb.exceptions import MockValidationException

from hooks import replace

TRANSACTION_REQUESTS = 100
ORDERED = ("S", "N", "B")
ORDERS = {"OpLessThan": lt, "OpLessThanOrEqual": le, "OpGreaterThan": gt, "OpGreaterThanOrEqual": ge}


def install() -> None:
    replace(responses, "TRANSACTION_MAX_ITEMS", TRANSACTION_REQUESTS)
    parse = replace(comparisons.ConditionExpressionParser, "parse", lambda self: _checked(parse(self)))
    replace(comparisons.OpEqual, "expr", lambda self, item: _same(self, item))
    replace(comparisons.OpNotEqual, "expr", lambda self, item: not _same(self, item))
    for name, holds in ORDERS.items():
        replace(getattr(comparisons, name), "expr", _ordered(holds))


def _checked(condition):
    """What AWS refuses before it looks at any item, and in every part of an expression."""
    if not isinstance(condition, comparisons.Op):
        return condition
    operands = (condition.lhs, condition.rhs)
    for operand in operands:
        _checked(operand)
        if type(condition).__name__ in ORDERS and isinstance(operand, comparisons.AttributeValue) and operand.type not in ORDERED:
            raise _invalid("Incorrect operand type for operator or function", condition, f"operand type: {operand.type}")
    if all(isinstance(operand, comparisons.AttributePath) for operand in operands) and operands[0].path == operands[1].path:
        raise _invalid("The first operand must be distinct from the remaining operands for this operator or function",
                       condition, f"operand: {operands[0].path}")
    return condition


def _invalid(problem: str, condition, detail: str) -> MockValidationException:
    return MockValidationException(f"Invalid ConditionExpression: {problem}; operator: {condition.OP}, {detail}")


def _same(comparison, item) -> bool:
    """What is missing equals nothing, not even something else that is missing."""
    left, right = _value(comparison.lhs, item), _value(comparison.rhs, item)
    return left is not None and left == right


def _ordered(holds):
    def expr(self, item) -> bool:
        left, right = _value(self.lhs, item), _value(self.rhs, item)
        if left is None or right is None or left[0] != right[0] or left[0] not in ORDERED:
            return False
        return holds(left[1], right[1])

    return expr


def _value(operand, item):
    """Type and value of an operand; None for an attribute that the item does not have."""
    if isinstance(operand, comparisons.AttributePath):
        attribute = operand._get_attr(item)
        return None if attribute is None else _plain(attribute.to_regular_json())
    if isinstance(operand, comparisons.AttributeValue):
        return _plain({operand.type: operand.value})
    return "N", Decimal(operand.expr(item))  # size()


def _plain(typed: dict):
    """Values of one type that are equal exactly when AWS says so, and of one order with AWS."""
    (kind, value), = typed.items()
    if kind == "S":
        return kind, value.encode()
    if kind == "N":
        return kind, Decimal(value)
    if kind == "B":
        return kind, _bytes(value)
    if kind == "L":
        return kind, [_plain(one) for one in value]
    if kind == "M":
        return kind, {name: _plain(one) for name, one in value.items()}
    if kind in ("SS", "NS", "BS"):
        return kind, {_plain({kind[0]: one}) for one in value}
    return kind, value


def _bytes(value) -> bytes:
    return value if isinstance(value, bytes) else b64decode(value)
