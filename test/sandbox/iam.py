"""IAM as AWS evaluates it: what the role of a function may do, what a resource's own policy lets a service do,
what was used and what was refused."""
from __future__ import annotations

import json
import re
from functools import lru_cache

from moto.awslambda.models import lambda_backends
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from aws_request import ANY, Request, Wanted, find_bucket, s3_place, wanted
from common import ACCOUNT, as_list, now

UNCHECKED = ("logs", "xray")  # a function's log lines are no operation of the user's code


@lru_cache(maxsize=4096)
def _pattern(pattern: str, ignore_case: bool) -> re.Pattern:
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text, re.S | (re.I if ignore_case else 0))


def matches(pattern: str, value: str, ignore_case: bool = False) -> bool:
    return _pattern(pattern, ignore_case).fullmatch(value) is not None


def _arn_like(pattern: str, arn: str) -> bool:
    """ArnLike: each of the six parts on its own, so that a wildcard does not reach over a colon."""
    ours, theirs = pattern.split(":", 5), arn.split(":", 5)
    return len(ours) == len(theirs) and all(matches(p, v) for p, v in zip(ours, theirs))


def _condition_holds(condition: dict, source_arn: str) -> bool:
    """Source ARN and source account; any other condition counts as met."""
    for operator, tests in condition.items():
        for key, values in tests.items():
            if key.lower() == "aws:sourcearn":
                like = matches if "like" in operator.lower() else str.__eq__
                compare = _arn_like if operator.lower().startswith("arn") else like
                if not any(compare(value, source_arn) for value in as_list(values)):
                    return False
            elif key.lower() == "aws:sourceaccount" and ACCOUNT not in as_list(values):
                return False
    return True


def resource_policy_allows(statements: list[dict], principal: str, action: str, resource: str, source_arn: str = "") -> bool:
    """Whether a resource's own policy (a queue's, function's, bucket's) lets a service do this on behalf of source_arn."""
    allowed = False
    for statement in as_list(statements):
        named = statement.get("Principal")
        principals = as_list(named.get("Service")) + as_list(named.get("AWS")) if isinstance(named, dict) else as_list(named)
        resources = as_list(statement.get("Resource", resource))
        if not any(p in (principal, "*") for p in principals) \
                or not any(matches(a, action, True) for a in as_list(statement.get("Action"))) \
                or not any(matches(r, resource) or r == f"{resource}:$LATEST" for r in resources) \
                or not _condition_holds(statement.get("Condition") or {}, source_arn):
            continue
        if statement.get("Effect") == "Deny":
            return False
        allowed = True
    return allowed


class Session:
    """The temporary credentials of a role, and whose they are."""

    def __init__(self, role: str, name: str, assumed) -> None:
        self.role, self.name = role, name
        self.access_key_id = assumed.access_key_id
        self.secret_access_key = assumed.secret_access_key
        self.session_token = assumed.session_token

    @property
    def arn(self) -> str:
        return f"arn:aws:sts::{self.role.split(':')[4]}:assumed-role/{self.role.split('/')[-1]}/{self.name}"


class Denied(Exception):
    def __init__(self, session: Session, action: str, resource: str, explicit: bool) -> None:
        why = "with an explicit deny in an identity-based policy" if explicit else \
            f"because no identity-based policy allows the {action} action"
        super().__init__(f"User: {session.arn} is not authorized to perform: {action} on resource: {resource} {why}")


class Iam:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._by_key: dict[str, Session] = {}
        self._by_function: dict[tuple[str, str], Session] = {}
        self.clear()

    def clear(self) -> None:
        self.denied: list[dict] = []
        self._used: dict[tuple[str, str, str], int] = {}

    # --- who
    def session(self, role: str, function: str, account: str, region: str) -> Session:
        """The credentials that a function gets."""
        if (role, function) not in self._by_function:
            assumed = sts_backends[account]["aws"].assume_role(
                region_name=region, role_session_name=function, role_arn=role, policy="", duration=43200, external_id="")
            session = Session(role, function, assumed)
            self._by_key[session.access_key_id] = session
            self._by_function[role, function] = session
        return self._by_function[role, function]

    def session_of(self, access_key: str | None) -> Session | None:
        if access_key and access_key not in self._by_key:
            for account in list(sts_backends.values()):  # a role that a function assumed itself
                assumed = account["aws"].get_assumed_role_from_access_key(access_key)
                if assumed:
                    self._by_key[access_key] = Session(assumed.role_arn, assumed.session_name, assumed)
        return self._by_key.get(access_key)

    def trusts(self, role_arn: str, service: str) -> bool:
        """Whether the role's trust policy lets the service assume it."""
        role = self._role(role_arn)
        for statement in as_list(json.loads(role.assume_role_policy_document).get("Statement")) if role else []:
            named = statement.get("Principal", {})
            services = as_list(named.get("Service")) if isinstance(named, dict) else [named]
            if statement.get("Effect") == "Allow" and service in services \
                    and {"sts:AssumeRole", "sts:*", "*"} & set(as_list(statement.get("Action"))):
                return True
        return False

    # --- what it may
    @staticmethod
    def _role(arn: str):
        try:
            return iam_backends[arn.split(":")[4]]["aws"].get_role_by_arn(arn)
        except Exception:  # no such role, or no ARN at all
            return None

    def _statements(self, role_arn: str) -> list[dict]:
        role = self._role(role_arn)
        if role is None:
            return []
        documents = list(role.policies.values())
        for policy in role.managed_policies.values():
            documents.append(next(v.document for v in policy.versions if v.is_default))
        return [s for d in documents for s in as_list((json.loads(d) if isinstance(d, str) else d)["Statement"])]

    @staticmethod
    def _concerns(statement: dict, action: str, resource: str) -> bool:
        if "NotAction" in statement:
            acts = not any(matches(a, action, True) for a in as_list(statement["NotAction"]))
        else:
            acts = any(matches(a, action, True) for a in as_list(statement.get("Action")))
        if not acts or resource == ANY:
            return acts
        if "NotResource" in statement:
            return not any(matches(r, resource) for r in as_list(statement["NotResource"]))
        return any(matches(r, resource) for r in as_list(statement.get("Resource")))

    def _decide(self, role: str, action: str, resource: str) -> str:
        """'allow', 'deny' (explicit) or 'none'. A condition counts as met in an Allow and as not met in a Deny."""
        decision = "none"
        for statement in self._statements(role):
            if self._concerns(statement, action, resource):
                if statement["Effect"] == "Allow":
                    decision = "allow"
                elif not statement.get("Condition"):
                    return "deny"
        return decision

    def may(self, role: str, action: str, resource: str) -> bool:
        return self._decide(role, action, resource) == "allow"

    def uses(self, role: str, action: str, resource: str) -> bool:
        """Whether the role may; if so, it counts as used."""
        allowed = self.may(role, action, resource)
        if allowed:
            self.use(role, action, resource)
        return allowed

    def use(self, role: str, action: str, resource: str) -> None:
        key = (role, action, resource)
        self._used[key] = self._used.get(key, 0) + 1

    def authorize(self, session: Session, pairs: Wanted) -> None:
        for action, resource in pairs:
            decision = self._decide(session.role, action, resource)
            if decision != "allow":
                denied = Denied(session, action, resource, decision == "deny")
                self.refuse(session.role, action, resource, str(denied), session.name)
                raise denied
        for action, resource in pairs:
            self.use(session.role, action, resource)

    def authorize_request(self, session: Session, request: Request) -> None:
        if request.service not in UNCHECKED:
            self.authorize(session, wanted(request))

    def refuse(self, who: str, action: str, resource: str, message: str, function: str | None = None) -> None:
        self.denied.append(
            {"role": who, "function": function, "action": action, "resource": resource, "message": message, "at": now()})

    # --- what it did
    def used(self) -> list[dict]:
        return [one for one in self.exercised() if one["action"].split(":")[0] not in UNCHECKED]

    def exercised(self) -> list[dict]:
        return [{"role": role, "action": action, "resource": resource, "count": count}
                for (role, action, resource), count in sorted(self._used.items())]

    def unused(self) -> list[dict]:
        """What the roles of functions are granted and nothing exercised."""
        roles = {function.role for account in list(lambda_backends.values())
                 for backend in list(account.values()) for function in backend.list_functions()}
        found = []
        for role in sorted(roles):
            used = [(action, resource) for who, action, resource in list(self._used) if who == role]
            for statement in self._statements(role):
                if statement["Effect"] != "Allow":
                    continue
                for action in as_list(statement.get("Action")):
                    for resource in as_list(statement.get("Resource")):
                        if action.split(":")[0] not in UNCHECKED and \
                                not any(matches(action, a, True) and (r == ANY or matches(resource, r)) for a, r in used):
                            found.append({"role": role, "action": action, "resource": resource})
        return found


def anonymous_may(request: Request) -> bool:
    """An unsigned request is one to S3, which needs a public bucket policy, or one of Cognito's that nobody signs."""
    if request.access_key or request.target or request.form.get("Action"):
        return True
    name, _ = s3_place(request)
    bucket = find_bucket(name)
    if bucket is None:
        return True
    statements = json.loads(bucket.policy).get("Statement", []) if bucket.policy else []
    request.service = "s3"  # which no signature has named
    return all(resource_policy_allows(statements, "*", action, resource) for action, resource in wanted(request))
