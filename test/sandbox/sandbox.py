#!/usr/bin/env python3
"""A local AWS: moto's server in this process, with Lambda execution, triggers, API Gateway's data plane and IAM for the
roles of functions. See README.md."""
from __future__ import annotations

import argparse
import json
import logging
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs, unquote

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")  # AWSLambdaBasicExecutionRole and its like exist
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
sys.dont_write_bytecode = True

from moto.core.base_backend import BackendDict  # noqa: E402
from moto.core.model_instances import reset_model_data  # noqa: E402
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402

from api_gateway import ApiGateway, Refused, Reply, every_api, region_of  # noqa: E402
from aws_request import Request, denial, invalid_token  # noqa: E402
import databases  # noqa: E402
import dynamodb  # noqa: E402
from common import Tracker  # noqa: E402
from functions import Functions  # noqa: E402
from http_api import HttpApis  # noqa: E402
from iam import Denied, Iam, anonymous_may  # noqa: E402
from triggers import Triggers  # noqa: E402
from website import website  # noqa: E402
from websocket_api import HOST as API_HOST  # noqa: E402
from websocket_api import WebSocketApis  # noqa: E402

WEBSITE_HOST = r"(.+)\.s3-website[.-][\w-]+\.amazonaws\.com"


class Sandbox:
    """The WSGI application."""

    def __init__(self, endpoint: str, host: str, websocket_port: int) -> None:
        self.endpoint = endpoint
        self._work = Path(tempfile.mkdtemp(prefix="nimbusc-sandbox-"))
        self._iam = Iam()
        self._tracker = Tracker()
        self._functions = Functions(endpoint, self._iam, self._tracker, self._work)
        databases.install()
        dynamodb.install()
        self._triggers = Triggers(self._functions, self._iam, self._tracker)
        gateway = ApiGateway(self._functions, self._iam, self._tracker)
        self._http = HttpApis(gateway)
        self._websockets = WebSocketApis(gateway)
        self.websocket = f"ws://{host}:{self._websockets.serve(host, websocket_port)}"
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict, start_response):
        path = environ.get("PATH_INFO", "")
        if path.startswith("/_sandbox/"):
            return self._control(environ, start_response, path.removeprefix("/_sandbox/"))
        base = ""
        if path.startswith("/_host/"):  # a name of AWS's, as a function or a test called it
            host, _, rest = path.removeprefix("/_host/").partition("/")
            base = f"/_host/{host}"
            environ |= {"HTTP_HOST": host, "PATH_INFO": f"/{rest}"}
            for name in ("RAW_URI", "REQUEST_URI"):
                raw = environ.get(name, "").removeprefix(base)
                environ[name] = raw if raw.startswith("/") else f"/{raw}"
        host = environ.get("HTTP_HOST", "")
        request = Request(environ)
        if api := re.fullmatch(API_HOST, host):
            return _respond(start_response, request, self._api(request, api[1]))
        if bucket := re.fullmatch(WEBSITE_HOST, host):
            return _respond(start_response, request, website(bucket[1], request.path, base))
        return self._aws(request, start_response)

    # --- AWS's own APIs
    def _aws(self, request: Request, start_response):
        temporary = request.access_key is not None and request.access_key.startswith("ASIA")
        session = self._iam.session_of(request.access_key) if temporary else None
        self._functions.caller.value = f"function {session.name}" if session else None
        refusal = None
        if temporary and session is None:
            refusal = invalid_token()
        elif not anonymous_may(request):
            refusal = denial(request, "Access Denied")
        elif session:
            try:
                self._iam.authorize_request(session, request)
            except Denied as denied:
                refusal = denial(request, str(denied))
        if refusal:
            status, headers, body = refusal
            request.body  # read what is left, or the client sees a broken connection
            start_response(status, [*headers, ("Content-Length", str(len(body)))])
            return [body]
        if request.service == "dynamodb":  # one at a time, so that conditional writes are atomic
            with self._triggers.dynamodb:
                return [b"".join(self._moto(request.environ, start_response))]
        return self._moto(request.environ, start_response)

    # --- deployed APIs
    def _api(self, request: Request, api_id: str) -> Reply:
        try:
            if connection := re.fullmatch(r"/([^/]+)/@connections/([^/]+)", unquote(request.path)):
                return self._websockets.manage(request, api_id, connection[1], connection[2])
            return self._http.handle(request, api_id)
        except Refused as refused:
            return refused.reply

    # --- /_sandbox/
    def _control(self, environ: dict, start_response, name: str):
        query = {key: values[0] for key, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        action = getattr(self, f"_{environ['REQUEST_METHOD'].lower()}_{name.replace('-', '_')}", None)
        if action is None:
            reply = Reply(404, {"error": f"{environ['REQUEST_METHOD']} {name}: no such thing"})
        else:
            result = action(query)
            reply = result if isinstance(result, Reply) else Reply(200, json.dumps(result, default=str))
        return _respond(start_response, Request(environ), reply)

    def _get_health(self, query):
        return {"endpoint": self.endpoint, "websocket": self.websocket}

    def _get_idle(self, query):
        """Once nothing is in flight, or when time is up."""
        busy = self._wait(float(query.get("timeout", 60)))
        return Reply(408 if busy else 200, {"idle": not busy, "busy": busy})

    def _get_invocations(self, query):
        return [one for one in list(self._functions.invocations) if query.get("function") in (None, one["function"])]

    def _get_denied(self, query):
        return list(self._iam.denied)

    def _get_dropped(self, query):
        return list(self._functions.dropped)

    def _get_used_permissions(self, query):
        return {"used": self._iam.used(), "unused": self._iam.unused()}

    def _get_exercised(self, query):
        return self._iam.exercised()

    def _get_apis(self, query):
        return [{"id": api.api_id, "name": api.name, "protocol": api.protocol_type, "region": region_of(api),
                 "stages": list(api.stages), "routes": [route.route_key for route in api.routes.values()]} for api in every_api()]

    def _get_connections(self, query):
        connections = list(self._websockets.connections.values())
        return [{"id": one.id, "api": one.api.api_id, "stage": one.stage.name} for one in connections]

    def _post_fire_rule(self, query):
        fired = self._triggers.fire(query.get("name", ""), query.get("bus", "default"))
        return Reply(200 if fired else 404, {"fired": fired})

    def _post_restart(self, query):
        return {"instances": self._functions.restart(query.get("function", ""))}

    def _post_expire_visibility(self, query):
        return {"messages": self._triggers.expire_visibility(query.get("queue"))}

    def _post_clear(self, query):
        """Empties the lists."""
        self._functions.clear()
        self._iam.clear()
        return {}

    def _post_reset(self, query):
        """Back to an account in which there is nothing."""
        self._websockets.reset()
        self._functions.reset()
        self._wait(2)
        BackendDict.reset()
        reset_model_data()
        self._http.reset()
        self._triggers.sources.reset()
        self._iam.reset()
        self._functions.reset()
        return {}

    def _wait(self, timeout: float) -> list[str]:
        """What is still in flight when time is up; empty when nothing is."""
        deadline, quiet = time.monotonic() + timeout, 0
        while True:
            busy = self._tracker.running() or self._triggers.sources.pending()
            quiet = 0 if busy else quiet + 1
            if quiet >= 3 or time.monotonic() > deadline:  # thrice: between two steps of one event nothing may be counted
                return busy
            time.sleep(0.02)

    def close(self) -> None:
        self._functions.reset()
        shutil.rmtree(self._work, ignore_errors=True)


def _respond(start_response, request: Request, reply: Reply):
    headers = [(name, value) for name, value in reply.headers if name.lower() != "content-length"]
    start_response(reply.status_line, [*headers, ("content-length", str(len(reply.body)))])
    return [b"" if request.method == "HEAD" else reply.body]


class Quiet(WSGIRequestHandler):
    def log_request(self, *args) -> None:
        pass


def end_with_stdin() -> None:
    """Whoever started the sandbox holds the other end, and its end, however it came, is the sandbox's too."""
    while sys.stdin.buffer.read(4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    options = argparse.ArgumentParser(description="A local AWS for end-to-end tests.")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=0, help="default: a free one")
    options.add_argument("--websocket-port", type=int, default=0, help="default: a free one")
    options.add_argument("--end-with-stdin", action="store_true", help="stop when standard input ends")
    chosen = options.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server(chosen.host, chosen.port, None, threaded=True, request_handler=Quiet)
    server.daemon_threads = True
    server.app = sandbox = Sandbox(f"http://{chosen.host}:{server.server_port}", chosen.host, chosen.websocket_port)
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: sys.exit(0))
    if chosen.end_with_stdin:
        threading.Thread(target=end_with_stdin, daemon=True).start()
    print(json.dumps({"endpoint": sandbox.endpoint, "websocket": sandbox.websocket}), flush=True)
    try:
        server.serve_forever()
    finally:
        sandbox.close()


if __name__ == "__main__":
    main()
