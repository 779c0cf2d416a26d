"""Where moto's DynamoDB decides otherwise than AWS's: comparisons in conditions and filters, how many requests a
transaction may have, and what an item may hold. What AWS does:
docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html and Constraints.html

moto compares plain Python values: null would equal a missing attribute, and to compare text with a number would be an error."""
from __future__ import annotations

from base64 import b64decode
from decimal import Context, Decimal
from operator import ge, gt, le, lt

from moto.dynamodb import comparisons, responses
from moto.dynamodb.exceptions import HashKeyTooLong, ItemSizeTooLarge, MockValidationException
from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict
from moto.dynamodb.models.table import Table

from hooks import replace

TRANSACTION_REQUESTS = 100
ITEM_BYTES = 400 * 1024
KEY_BYTES = 2048
DIGITS = 38
LARGEST, SMALLEST = 125, -130  # exponents
LEVELS = 32
ORDERED = ("S", "N", "B")
ORDERS = {"OpLessThan": lt, "OpLessThanOrEqual": le, "OpGreaterThan": gt, "OpGreaterThanOrEqual": ge}


def install() -> None:
    replace(responses, "TRANSACTION_MAX_ITEMS", TRANSACTION_REQUESTS)
    parse = replace(comparisons.ConditionExpressionParser, "parse", lambda self: _checked(parse(self)))
    replace(comparisons.OpEqual, "expr", lambda self, item: _same(self, item))
    replace(comparisons.OpNotEqual, "expr", lambda self, item: not _same(self, item))
    for name, holds in ORDERS.items():
        replace(getattr(comparisons, name), "expr", _ordered(holds))
    replace(LimitedSizeDict, "__setitem__", _set)
    put = replace(Table, "put_item", lambda self, attributes, *more, **named: put(self, _allowed(attributes), *more, **named))
    get = replace(Table, "get_item", lambda self, key, *more, **named: get(self, _key(key), *more, **named))


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


# --- what an item may hold


def _allowed(attributes: dict) -> dict:
    for value in attributes.values():
        _check(value, 1)
    return attributes


def _check(typed, level: int) -> None:
    kind, value = (typed.type, typed.value) if isinstance(typed, DynamoType) else next(iter(typed.items()))
    if level > LEVELS + 1:
        raise MockValidationException("Nesting Levels have exceeded supported limits")
    if kind in ("N", "NS"):
        for text in [value] if kind == "N" else value:
            _check_number(text)
    elif kind == "L":
        for part in value:
            _check(part, level + 1)
    elif kind == "M":
        for part in value.values():
            _check(part, level + 1)


def _check_number(text: str) -> None:
    """moto looks at them as floats, and not into sets, lists and maps."""
    number = Decimal(text).normalize(Context(prec=1000))
    if not number:
        return
    if len(number.as_tuple().digits) > DIGITS:
        raise MockValidationException("Attempting to store more than 38 significant digits in a Number")
    for exceeds, problem, magnitude in ((number.adjusted() > LARGEST, "overflow", "larger"),
                                        (number.adjusted() < SMALLEST, "underflow", "smaller")):
        if exceeds:
            raise MockValidationException(
                f"Number {problem}. Attempting to store a number with magnitude {magnitude} than supported range")


def _key(key: DynamoType) -> DynamoType:
    if key.type in ("S", "B") and _size(key) > KEY_BYTES:
        raise HashKeyTooLong
    return key


def _set(item: LimitedSizeDict, name: str, value) -> None:
    others = sum(_named_size(key, other) for key, other in item.items() if key != name)
    if others + _named_size(name, value) > ITEM_BYTES:
        raise ItemSizeTooLarge
    dict.__setitem__(item, name, value)


def _named_size(name: str, value) -> int:
    return len(name.encode()) + _size(value if isinstance(value, DynamoType) else DynamoType(value))


def _size(typed: DynamoType) -> int:
    """docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html"""
    kind, value = typed.type, typed.value
    if kind in ("S", "N", "B"):
        return _scalar_size(kind, value)
    if kind in ("SS", "NS", "BS"):
        return sum(_scalar_size(kind[0], one) for one in value)
    if kind == "L":
        return 3 + sum(1 + _size(one) for one in value)
    if kind == "M":
        return 3 + sum(1 + _named_size(name, one) for name, one in value.items())
    return 1


def _scalar_size(kind: str, value) -> int:
    if kind == "S":
        return len(value.encode())
    if kind == "B":
        return len(_bytes(value))
    number = Decimal(value).normalize(Context(prec=1000)).as_tuple()
    return (len(number.digits) + 1) // 2 + 1 + number.sign
