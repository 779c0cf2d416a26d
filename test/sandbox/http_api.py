"""The data plane of HTTP APIs: routes, CORS, Lambda authorizers and Lambda proxy integrations, payload format 2.0."""
from __future__ import annotations

import base64
import json
import re
import threading
import time
import uuid
from urllib.parse import parse_qsl, unquote

from api_gateway import (ApiGateway, Refused, Reply, Uncallable, compact, deployed, domain_of, execution_arn, find_api,
                         integration_of, request_time)
from aws_request import Request
from common import ACCOUNT, as_list

INTERNAL = {"message": "Internal Server Error"}
NOT_FOUND = {"message": "Not Found"}
TEXT = ("application/json", "application/xml", "application/javascript", "")


class HttpApis:
    def __init__(self, gateway: ApiGateway) -> None:
        self._gateway = gateway
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        self._authorized: dict[tuple, tuple[float, dict]] = {}  # (authorizer, identity) -> until when, its answer

    def handle(self, request: Request, api_id: str) -> Reply:
        api = find_api(api_id, "HTTP")
        if api is None:
            raise Refused(404, NOT_FOUND)
        first, _, rest = request.path.lstrip("/").partition("/")
        if unquote(first) in api.stages:
            stage, path = api.stages[unquote(first)], f"/{rest}"
        elif "$default" in api.stages:
            stage, path = api.stages["$default"], request.path or "/"
        else:
            raise Refused(404, NOT_FOUND)
        return self._with_cors(request, api, stage, path)

    # --- CORS
    def _with_cors(self, request: Request, api, stage, path: str) -> Reply:
        cors, origin = api.cors_configuration, request.environ.get("HTTP_ORIGIN")
        route, parameters = self._route(api, request.method, path)
        if not cors:
            return self._answer(request, api, stage, path, route, parameters)
        preflight = request.method == "OPTIONS" and origin and request.environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
        if preflight and route is None:  # a route for OPTIONS, even ANY or $default, takes preflights itself
            return Reply(204, "", self._cors_headers(cors, origin, True))
        try:
            reply = self._answer(request, api, stage, path, route, parameters)
        except Refused as refused:
            reply = refused.reply
        # the API's configuration replaces what the function says
        own = [(name, value) for name, value in reply.headers if not name.lower().startswith("access-control-")]
        reply.headers = own + self._cors_headers(cors, origin, False)
        return reply

    @staticmethod
    def _cors_headers(cors: dict, origin: str | None, preflight: bool) -> list[tuple[str, str]]:
        get = lambda name: cors.get(name) or cors.get(name[0].upper() + name[1:]) or []
        fits = lambda allowed: allowed == "*" or re.fullmatch(re.escape(allowed).replace(r"\*", ".*"), origin or "", re.I)
        allowed = next((one for one in get("allowOrigins") if fits(one)), None)
        if not origin or not allowed:
            return []
        headers = [("access-control-allow-origin", "*" if allowed == "*" else origin)]
        if get("allowCredentials"):
            headers.append(("access-control-allow-credentials", "true"))
        if get("exposeHeaders"):
            headers.append(("access-control-expose-headers", ",".join(get("exposeHeaders"))))
        if preflight:
            headers += [(f"access-control-allow-{name.lower()}", ",".join(get(f"allow{name}")))
                        for name in ("Methods", "Headers") if get(f"allow{name}")]
            if get("maxAge"):
                headers.append(("access-control-max-age", str(get("maxAge"))))
        return headers

    # --- routes
    def _route(self, api, method: str, path: str):
        routes = list(api.routes.values())
        found = best_match([(*r.route_key.split(" ", 1), r) for r in routes if " " in r.route_key], method, path)
        return found or (next((r for r in routes if r.route_key == "$default"), None), {})

    def _answer(self, request: Request, api, stage, path: str, route, parameters: dict) -> Reply:
        if route is None or not deployed(stage):
            raise Refused(404, NOT_FOUND)
        integration = integration_of(api, route)
        if integration is None:
            raise Refused(500, INTERNAL)
        if integration.integration_type != "AWS_PROXY" or integration.integration_subtype or \
                integration.payload_format_version != "2.0":
            raise Refused(501, {"message": "sandbox: only AWS_PROXY integrations with payload format 2.0"})
        method, _, pattern = route.route_key.partition(" ")
        place = f"{'*' if method == 'ANY' else method}{pattern}"
        source_arn = execution_arn(api, f"{stage.name}/{place}")
        raw_path = path if stage.name == "$default" else f"/{stage.name}{path}"
        event = self._event(request, api, stage, route.route_key, raw_path, parameters)
        context = self._authorize(api, route, event, source_arn)
        if context is not None:
            event["requestContext"]["authorizer"] = {"lambda": context}
        try:
            return proxied(self._gateway.call(integration.integration_uri, source_arn, event))
        except Uncallable as problem:
            if str(problem) == "timeout":
                raise Refused(503, {"message": "Service Unavailable"})
            raise Refused(500, INTERNAL)

    @staticmethod
    def _event(request: Request, api, stage, route_key: str, path: str, parameters: dict) -> dict:
        environ, domain = request.environ, domain_of(api)
        sent = {name.removeprefix("HTTP_"): value for name, value in environ.items()
                if value and (name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH"))}
        headers = {name.replace("_", "-").lower(): value for name, value in sent.items()}
        source = environ.get("REMOTE_ADDR", "127.0.0.1")
        headers |= {"host": domain, "x-forwarded-for": source, "x-forwarded-port": "443", "x-forwarded-proto": "https"}
        cookies = headers.pop("cookie", None)
        body, encoded = body_of(request)
        event = {
            "version": "2.0", "routeKey": route_key, "rawPath": path, "rawQueryString": environ.get("QUERY_STRING", ""),
            "headers": headers,
            "requestContext": {
                "accountId": ACCOUNT, "apiId": api.api_id, "domainName": domain, "domainPrefix": api.api_id,
                "http": {"method": request.method, "path": path, "protocol": "HTTP/1.1", "sourceIp": source,
                         "userAgent": environ.get("HTTP_USER_AGENT", "")},
                "requestId": str(uuid.uuid4()), "routeKey": route_key, "stage": stage.name, "time": request_time(),
                "timeEpoch": int(time.time() * 1000)},
            "isBase64Encoded": encoded}
        query: dict[str, str] = {}
        for name, value in parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True):
            query[name] = f"{query[name]},{value}" if name in query else value
        optional = {"cookies": [one.strip() for one in cookies.split(";")] if cookies else None,
                    "queryStringParameters": query or None, "pathParameters": parameters or None, "body": body}
        return event | {name: value for name, value in optional.items() if value is not None}

    # --- authorizers
    def _authorize(self, api, route, event: dict, source_arn: str) -> dict | None:
        """The authorizer's context; None for a route without one."""
        if (route.authorization_type or "NONE") == "NONE":
            return None
        authorizer = api.authorizers.get(route.authorizer_id)
        if route.authorization_type != "CUSTOM" or authorizer is None or authorizer.auth_payload_format_version != "2.0" \
                or not authorizer.enable_simple_response:
            raise Refused(501, {"message": "sandbox: only Lambda authorizers with payload format 2.0 and simple responses"})
        identity = tuple(self._identity(source, event) for source in as_list(authorizer.identity_source))
        if not all(identity):
            raise Refused(401, {"message": "Unauthorized"})
        key = (api.api_id, authorizer.id, identity)
        until, answer = self._authorized.get(key, (0.0, None))
        if answer is None or until < time.monotonic():
            where = execution_arn(api, f"authorizers/{authorizer.id}")
            try:
                answer = self._gateway.call(authorizer.authorizer_uri, where, {
                    **event, "type": "REQUEST", "identitySource": list(identity), "routeArn": source_arn})
            except Uncallable:
                answer = None
            if not isinstance(answer, dict):
                raise Refused(500, INTERNAL)
            ttl = 300 if authorizer.auth_result_ttl is None else int(authorizer.auth_result_ttl)  # 0 means none, and must be said
            if ttl and identity:
                with self._lock:
                    self._authorized[key] = (time.monotonic() + ttl, answer)
        if answer.get("isAuthorized") is not True:
            raise Refused(403, {"message": "Forbidden"})
        return answer.get("context") or {}

    @staticmethod
    def _identity(source: str, event: dict) -> str | None:
        """The value of $request.header.<name> or $request.querystring.<name>."""
        _, place, name = source.split(".", 2)
        return event["headers"].get(name.lower()) if place == "header" else (event.get("queryStringParameters") or {}).get(name)


def best_match(routes: list[tuple[str, str, object]], method: str, path: str):
    """(route, path parameters) of the most specific (method, pattern, route), None when none fits: literal segments before
    {one} before {greedy+}, and a method before ANY."""
    parts = path.split("/")[1:]
    best = None
    for route_method, pattern, route in routes:
        if route_method not in (method, "ANY"):
            continue
        rank, parameters = _fit(pattern.split("/")[1:], parts)
        if rank is not None:
            order = (rank, route_method == "ANY")
            if best is None or order < best[0]:
                best = (order, route, parameters)
    return best and best[1:]


def _fit(pattern: list[str], parts: list[str]) -> tuple[list[int] | None, dict[str, str]]:
    """How specific each segment is (less is more), None when it does not fit; the path parameters."""
    rank: list[int] = []
    parameters: dict[str, str] = {}
    for at, segment in enumerate(pattern):
        if greedy := re.fullmatch(r"\{(.+)\+\}", segment):
            rest = "/".join(parts[at:])
            parameters[greedy[1]] = unquote(rest)
            return ([*rank, 2] if rest else None), parameters
        one = re.fullmatch(r"\{(.+)\}", segment)
        if at >= len(parts) or (not parts[at] if one else unquote(parts[at]) != segment):
            return None, parameters
        if one:
            parameters[one[1]] = unquote(parts[at])
        rank.append(1 if one else 0)
    return (rank if len(parts) == len(pattern) else None), parameters


def body_of(request: Request) -> tuple[str | None, bool]:
    """The body as the event carries it, and whether that is base64."""
    if not request.body:
        return None, False
    kind = request.environ.get("CONTENT_TYPE", "").split(";")[0].strip().lower()
    if kind.startswith("text/") or kind.endswith(("+json", "+xml")) or kind in TEXT:
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode(), True


def proxied(result) -> Reply:
    """What a function returned, as an answer: a result without statusCode is the body."""
    if not isinstance(result, dict) or "statusCode" not in result:
        return Reply(200, result if isinstance(result, str) else compact(result))
    body = result.get("body")
    try:
        status = int(result["statusCode"])
        if body is not None and not isinstance(body, str):
            raise TypeError("a body is a string")
        raw = base64.b64decode(body or "") if result.get("isBase64Encoded") else (body or "").encode()
    except (TypeError, ValueError):
        raise Refused(500, INTERNAL)
    text = lambda value: value if isinstance(value, str) else json.dumps(value)
    headers = [(str(name).lower(), text(value)) for name, value in (result.get("headers") or {}).items()]
    headers += [("set-cookie", cookie) for cookie in result.get("cookies") or []]
    if not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", "text/plain;charset=UTF-8"))
    return Reply(status, raw, headers)
