"""FilterCriteria of event source mappings: EventBridge's patterns."""
from __future__ import annotations

import json
import operator

from iam import matches

COMPARISONS = {"=": operator.eq, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


def passes(criteria: dict | None, record: dict) -> bool:
    """A record passes when it fits one of the filters, or when there are none."""
    filters = (criteria or {}).get("Filters") or []
    return not filters or any(fits(json.loads(one["Pattern"]), record) for one in filters)


def fits(pattern: dict, event) -> bool:
    for key, rule in pattern.items():
        if key == "$or":
            if not any(fits(one, event) for one in rule):
                return False
            continue
        present = isinstance(event, dict) and key in event
        value = event[key] if present else None
        if isinstance(rule, dict):
            if not fits(rule, value if present else {}):
                return False
        else:
            values = value if isinstance(value, list) and value else [value]
            if not any(_value_fits(one, v, present) for one in rule for v in values):
                return False
    return True


def _equal(want, value) -> bool:
    """JSON's equality: 1 is 1.0, but true is not 1."""
    return isinstance(want, bool) == isinstance(value, bool) and want == value


def _value_fits(rule, value, present: bool) -> bool:
    if not isinstance(rule, dict):
        return present and _equal(rule, value)
    (kind, want), = rule.items()
    if kind == "exists":
        return present == want
    if not present:
        return False
    if kind == "anything-but":
        if isinstance(want, dict):
            return not _value_fits(want, value, True)
        return not any(_equal(one, value) for one in (want if isinstance(want, list) else [want]))
    if kind == "numeric":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and \
            all(COMPARISONS[want[i]](value, want[i + 1]) for i in range(0, len(want), 2))
    if not isinstance(value, str):
        return False
    if isinstance(want, dict):  # {"prefix": {"equals-ignore-case": ...}}
        value, want = value.lower(), want["equals-ignore-case"].lower()
    if kind == "prefix":
        return value.startswith(want)
    if kind == "suffix":
        return value.endswith(want)
    if kind == "equals-ignore-case":
        return value.lower() == want.lower()
    if kind == "wildcard":
        return matches(want, value)
    raise ValueError(f"unknown filter {kind}")
