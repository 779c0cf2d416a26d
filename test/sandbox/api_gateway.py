"""What HTTP and WebSocket APIs have in common: finding them in moto, and calling a function for them."""
from __future__ import annotations

import json
import re
import time
from http import HTTPStatus

from moto.apigatewayv2.models import apigatewayv2_backends

from common import ACCOUNT, Tracker, parsed
from functions import Functions
from iam import Iam, resource_policy_allows

SERVICE = "apigateway.amazonaws.com"
# what Terraform calls aws_lambda_function.invoke_arn
INVOKE_URI = r"^arn:[\w-]+:apigateway:[\w-]+:lambda:path/2015-03-31/functions/(arn:[^/]+)/invocations$"


def compact(value) -> bytes:
    """As JSON.stringify writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


class Reply:
    """An answer over HTTP."""

    def __init__(self, status: int, body="", headers: list[tuple[str, str]] | None = None) -> None:
        self.status = status
        self.body = compact(body) if isinstance(body, (dict, list)) else body if isinstance(body, bytes) else str(body).encode()
        self.headers = headers if headers is not None else [("content-type", "application/json")]

    @property
    def status_line(self) -> str:
        known = self.status in HTTPStatus._value2member_map_
        return f"{self.status} {HTTPStatus(self.status).phrase if known else 'Status'}"


class Refused(Exception):
    """Ends the handling of a request with this answer."""

    def __init__(self, status: int, body="", headers: list[tuple[str, str]] | None = None) -> None:
        super().__init__(status)
        self.reply = Reply(status, body, headers)


class Uncallable(Exception):
    """A function that the API may not call or that has failed: 'setup', 'permission', 'function' or 'timeout'."""


def find_api(api_id: str, protocol: str):
    return next((api for api in every_api() if api.api_id == api_id and api.protocol_type == protocol), None)


def every_api():
    for account in list(apigatewayv2_backends.values()):
        for backend in list(account.values()):
            yield from list(backend.apis.values())


def region_of(api) -> str:
    return api.backend.region_name


def domain_of(api) -> str:
    return f"{api.api_id}.execute-api.{region_of(api)}.amazonaws.com"


def execution_arn(api, rest: str) -> str:
    return f"arn:aws:execute-api:{region_of(api)}:{ACCOUNT}:{api.api_id}/{rest}"


def deployed(stage) -> bool:
    """Without a deployment a stage serves nothing."""
    return bool(stage.auto_deploy or stage.config.get("deploymentId"))


def integration_of(api, route):
    return api.integrations.get((route.target or "").split("/")[-1])


def request_time() -> str:
    return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime())


class ApiGateway:
    def __init__(self, functions: Functions, iam: Iam, tracker: Tracker) -> None:
        self.functions, self.iam, self.tracker = functions, iam, tracker

    def call(self, uri: str | None, source_arn: str, event: dict):
        """The function's result, for an integration or an authorizer with this URI."""
        function = self.functions.find(re.sub(INVOKE_URI, r"\1", uri or ""))
        if function is None:
            raise Uncallable("setup")
        arn = function.function_arn
        if not resource_policy_allows(function.policy.statements, SERVICE, "lambda:InvokeFunction", arn, source_arn):
            self.iam.refuse(SERVICE, "lambda:InvokeFunction", arn,
                            f"the function's policy (aws_lambda_permission) does not let API Gateway invoke it for {source_arn}")
            raise Uncallable("permission")
        result = self.functions.invoke(function, json.dumps(event), f"apigateway {source_arn}")
        if result.error:
            raise Uncallable("timeout" if result.timed_out else "function")
        return parsed(result.payload)
