"""Where moto's Amazon RDS is another than AWS's. The servers themselves are real ones, which whoever starts the sandbox names
(SANDBOX_DATABASES, see bootstrap.cjs)."""
from __future__ import annotations

import hashlib

from moto.rds.models import DBInstance

from hooks import replace


def install() -> None:
    make = replace(DBInstance, "__init__", lambda self, *args, **kwargs: _with_id(make, self, args, kwargs))


def _with_id(make, instance: DBInstance, args, kwargs) -> None:
    """moto gives all instances one resource id, by which Terraform tells them apart."""
    make(instance, *args, **kwargs)
    name = hashlib.sha256(instance.db_instance_arn.encode()).hexdigest()
    instance.dbi_resource_id = f"db-{name[:26].upper()}"
