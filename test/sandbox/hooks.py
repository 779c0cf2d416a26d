"""Where the sandbox takes the place of a part of moto."""
from __future__ import annotations


def replace(owner, name: str, new):
    """Returns what was there. A part that this version of moto does not have is an error, not a silent no-op."""
    if not hasattr(owner, name):
        raise SystemExit(f"sandbox: this version of moto has no {owner.__name__}.{name}; see requirements.txt")
    old = getattr(owner, name)
    setattr(owner, name, new)
    return old
