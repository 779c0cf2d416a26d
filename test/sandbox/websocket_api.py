"""The data plane of WebSocket APIs: connections (RFC 6455), routes, and @connections to send to them."""
from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import socketserver
import struct
import threading
import time
import uuid
from http import HTTPStatus
from queue import SimpleQueue
from urllib.parse import parse_qsl, unquote

from api_gateway import (INVOKE_URI, ApiGateway, Refused, Reply, Uncallable, compact, deployed, domain_of, execution_arn,
                         find_api, integration_of, request_time)
from aws_request import Request
from common import now, parsed
from iam import Denied

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
LARGEST_MESSAGE, LARGEST_FRAME = 128 * 1024, 32 * 1024
CLOSE_SECONDS = 2  # how long a client may take to answer a close frame
MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
HOST = r"([\w-]+)\.execute-api\.[\w-]+\.amazonaws\.com"


class WebSocketApis:
    def __init__(self, gateway: ApiGateway) -> None:
        self.gateway = gateway
        self.connections: dict[str, Connection] = {}

    def serve(self, host: str, port: int) -> int:
        """Accepts connections in the background; returns the port."""
        apis = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                try:
                    Connection(apis, self.request).serve()
                except OSError:
                    pass  # the client has gone during its handshake

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True
            request_queue_size = 128

        server = Server((host, port), Handler)
        threading.Thread(target=server.serve_forever, name="websockets", daemon=True).start()
        return server.server_address[1]

    def reset(self) -> None:
        for connection in list(self.connections.values()):
            connection.quiet = True
            connection.close(1001, "Going away")
        self.connections.clear()

    # --- the management API
    def manage(self, request: Request, api_id: str, stage: str, connection_id: str) -> Reply:
        api = find_api(api_id, "WEBSOCKET")
        if api is None or stage not in api.stages:
            raise Refused(403, {"message": "Forbidden"}, error_type("ForbiddenException"))
        if request.access_key is None:
            raise Refused(403, {"message": "Missing Authentication Token"}, error_type("MissingAuthenticationTokenException"))
        session = self.gateway.iam.session_of(request.access_key)
        if session:
            resource = execution_arn(api, f"{stage}/{request.method}/@connections/{connection_id}")
            try:
                self.gateway.iam.authorize(session, [("execute-api:ManageConnections", resource)])
            except Denied as denied:
                raise Refused(403, {"Message": str(denied)}, error_type("AccessDeniedException"))
        gone = Refused(410, {"message": ""}, error_type("GoneException"))
        connection = self.connections.get(connection_id)
        if connection is None or connection.api.api_id != api_id or connection.stage.name != stage:
            raise gone
        if request.method == "POST":
            if len(request.body) > LARGEST_MESSAGE:
                raise Refused(413, {"message": "Payload too large"}, error_type("PayloadTooLargeException"))
            if not connection.send(request.body):
                raise gone
            return Reply(200)
        if request.method == "DELETE":
            connection.close(1000, "Connection Closed Normally")
            return Reply(204)
        return Reply(200, {"connectedAt": connection.connected_at, "lastActiveAt": connection.last_active_at,
                           "identity": {"sourceIp": "127.0.0.1", "userAgent": connection.headers.get("user-agent", "")}})


def error_type(name: str) -> list[tuple[str, str]]:
    return [("x-amzn-ErrorType", name), ("content-type", "application/json")]


class TooLarge(Exception):
    pass


class Connection:
    """One WebSocket. Its thread reads frames; another runs the routes, in the order in which the messages came."""

    def __init__(self, apis: WebSocketApis, sock: socket.socket) -> None:
        self._apis, self._gateway, self._sock = apis, apis.gateway, sock
        self.id = base64.urlsafe_b64encode(uuid.uuid4().bytes[:11]).decode()
        self._write_lock = threading.Lock()
        self._buffer = b""
        self._open = False
        self.quiet = False  # no $disconnect: the whole sandbox starts anew
        self._work: SimpleQueue = SimpleQueue()
        self._closing = (1006, "")
        self.connected_at = self.last_active_at = now()
        self._connected_ms = int(time.time() * 1000)

    # --- bytes
    def _receive(self, count: int) -> bytes:
        while len(self._buffer) < count:
            chunk = self._sock.recv(65536)
            if not chunk:
                raise ConnectionError("closed")
            self._buffer += chunk
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _write(self, opcode: int, payload: bytes) -> bool:
        size = len(payload)
        length = bytes([size]) if size < 126 else struct.pack(">BH", 126, size) if size < 65536 else struct.pack(">BQ", 127, size)
        try:
            with self._write_lock:
                self._sock.sendall(bytes([0x80 | opcode]) + length + payload)
            return True
        except OSError:
            return False

    def _frame(self) -> tuple[bool, int, bytes]:
        """(final, opcode, unmasked payload)"""
        first, second = self._receive(2)
        size = second & 0x7F
        if size == 126:
            size, = struct.unpack(">H", self._receive(2))
        elif size == 127:
            size, = struct.unpack(">Q", self._receive(8))
        if size > LARGEST_FRAME:
            raise TooLarge
        mask = self._receive(4) if second & 0x80 else bytes(4)
        data = self._receive(size)
        key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
        return bool(first & 0x80), first & 0x0F, (int.from_bytes(data, "big") ^ key).to_bytes(size, "big")

    def _message(self) -> tuple[int, bytes]:
        """The next whole message, or the close frame; answers pings."""
        kind, message = 0, b""
        while True:
            final, opcode, data = self._frame()
            if opcode == CLOSE:
                return CLOSE, data
            if opcode == PING:
                self._write(PONG, data)
            elif opcode in (0, TEXT, BINARY):
                kind, message = opcode or kind, message + data
                if len(message) > LARGEST_MESSAGE:
                    raise TooLarge
                if final:
                    return kind, message

    # --- for @connections
    def send(self, data: bytes) -> bool:
        """Whether the connection is still open."""
        if not self._open:
            return False
        self.last_active_at = now()
        try:
            data.decode()
            return self._write(TEXT, data)
        except UnicodeDecodeError:
            return self._write(BINARY, data)

    def close(self, code: int, reason: str) -> None:
        self._closing = (code, reason)
        self._open = False
        self._sock.settimeout(CLOSE_SECONDS)  # for the reading thread, which waits for the client's close frame
        self._write(CLOSE, struct.pack(">H", code) + reason.encode())

    # --- a connection's life
    def serve(self) -> None:
        target = self._read_head()
        path, _, self._query = target.partition("?")
        place = re.fullmatch(f"/_host/{HOST}/([^/]+)/?", path)
        self.api = find_api(place[1], "WEBSOCKET") if place else None
        if self.headers.get("upgrade", "").lower() != "websocket" or "sec-websocket-key" not in self.headers:
            return self._refuse(426, "Upgrade Required")
        self.stage = self.api.stages.get(unquote(place[2])) if self.api is not None else None
        if self.stage is None or not deployed(self.stage):
            return self._refuse(403, "Forbidden")
        token = self._gateway.tracker.begin(f"connect {self.id}")
        try:
            status, protocol = self._connect()
        finally:
            self._gateway.tracker.end(token)
        if status >= 300:
            return self._refuse(status, HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Refused")
        try:
            self._accept(protocol)
            self._read_messages()
        except OSError:
            pass
        finally:
            self._open = False
            self._apis.connections.pop(self.id, None)
            self._work.put((self._gateway.tracker.begin(f"disconnect {self.id}"), CLOSE, b""))

    def _read_head(self) -> str:
        """The request target; keeps the headers."""
        while b"\r\n\r\n" not in self._buffer:
            chunk = self._sock.recv(65536)
            if not chunk:
                raise ConnectionError("closed")
            self._buffer += chunk
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        self._sent_headers = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.headers = {name.lower(): value for name, value in self._sent_headers.items()}
        return (first.split(" ") + ["", ""])[1]

    def _refuse(self, status: int, message: str) -> None:
        body = compact({"message": message, "connectionId": self.id, "requestId": str(uuid.uuid4())})
        self._sock.sendall(f"HTTP/1.1 {status} {message}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
                           f"connection: close\r\n\r\n".encode() + body)

    def _accept(self, protocol: str | None) -> None:
        accept = base64.b64encode(hashlib.sha1((self.headers["sec-websocket-key"] + MAGIC).encode()).digest()).decode()
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Accept: {accept}"]
        if protocol:
            lines.append(f"Sec-WebSocket-Protocol: {protocol}")
        threading.Thread(target=self._run_routes, name=f"routes of {self.id}", daemon=True).start()
        # Under the lock, so that nobody who finds the connection can send to it before the handshake is answered, and
        # whoever has seen the answer finds the connection.
        with self._write_lock:
            self._open = True
            self._apis.connections[self.id] = self
            self._sock.sendall("\r\n".join([*lines, "", ""]).encode())

    def _read_messages(self) -> None:
        while True:
            try:
                kind, data = self._message()
            except TooLarge:
                self.close(1009, "Message too long")
                return
            if kind == CLOSE:
                if self._open:
                    code = struct.unpack(">H", data[:2])[0] if len(data) >= 2 else 1005
                    self._closing = (code, data[2:].decode("utf-8", "replace"))
                    self._write(CLOSE, data[:2])
                return
            if self._open:
                self.last_active_at = now()
                self._work.put((self._gateway.tracker.begin(f"message on {self.id}"), kind, data))

    def _run_routes(self) -> None:
        while True:
            token, kind, data = self._work.get()
            try:
                if kind == CLOSE:
                    self._disconnect()
                    return
                self._route_message(kind, data)
            except Exception as problem:
                print(f"sandbox: websocket {self.id}: {problem!r}", flush=True)
            finally:
                self._gateway.tracker.end(token)

    # --- routes
    def _route(self, key: str):
        return next((route for route in list(self.api.routes.values()) if route.route_key == key), None)

    def _context(self, route_key: str, event_type: str) -> dict:
        request_id = uuid.uuid4().hex[:15] + "="
        agent = {"userAgent": self.headers["user-agent"]} if "user-agent" in self.headers else {}
        return {
            "routeKey": route_key, "eventType": event_type, "extendedRequestId": request_id, "requestTime": request_time(),
            "messageDirection": "IN", "stage": self.stage.name, "connectedAt": self._connected_ms,
            "requestTimeEpoch": int(time.time() * 1000), "identity": {"sourceIp": "127.0.0.1", **agent}, "requestId": request_id,
            "domainName": domain_of(self.api), "connectionId": self.id, "apiId": self.api.api_id}

    def _call(self, route, event: dict):
        integration = integration_of(self.api, route)
        if integration is None or integration.integration_type != "AWS_PROXY" or \
                not re.match(INVOKE_URI, integration.integration_uri or ""):  # unlike an HTTP API's, no plain function ARN
            print(f"sandbox: route {route.route_key} has no AWS_PROXY integration with an invoke ARN", flush=True)
            raise Uncallable("setup")
        place = execution_arn(self.api, f"{self.stage.name}/{route.route_key}")
        return self._gateway.call(integration.integration_uri, place, event)

    def _connect(self) -> tuple[int, str | None]:
        """The handshake's status, and the subprotocol that the function chose."""
        route = self._route("$connect")
        if route is None:
            return 200, None
        if (route.authorization_type or "NONE") != "NONE":
            return 501, None
        hop = ("connection", "upgrade", "host")
        headers = {name: value for name, value in self._sent_headers.items() if name.lower() not in hop}
        headers |= {"Host": domain_of(self.api), "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Port": "443",
                    "X-Forwarded-Proto": "https"}
        event = {"headers": headers, "multiValueHeaders": {name: [value] for name, value in headers.items()}}
        many: dict[str, list[str]] = {}
        for name, value in parse_qsl(self._query, keep_blank_values=True):
            many.setdefault(name, []).append(value)
        if many:
            event |= {"queryStringParameters": {name: values[-1] for name, values in many.items()},
                      "multiValueQueryStringParameters": many}
        try:
            result = self._call(route, event | {"requestContext": self._context("$connect", "CONNECT"), "isBase64Encoded": False})
            status = int(result["statusCode"])
        except Uncallable as problem:
            return (500 if str(problem) in ("setup", "permission") else 502), None
        except (TypeError, KeyError, ValueError):
            return 502, None
        if not 200 <= status < 300:
            return (status if status >= 300 else 502), None
        chosen = {name.lower(): value for name, value in (result.get("headers") or {}).items()}
        return 200, chosen.get("sec-websocket-protocol")

    def _select(self, data: bytes) -> str:
        """The route key that the API's route selection expression finds in a message."""
        body = parsed(data)

        def value(found: re.Match) -> str:
            at = body
            for part in found[1].split("."):
                at = at.get(part) if isinstance(at, dict) else None
            return at if isinstance(at, str) else "" if at is None else json.dumps(at)

        return re.sub(r"\$\{?request\.body\.([\w.-]+)\}?", value, self.api.route_selection_expression or "")

    def _route_message(self, kind: int, data: bytes) -> None:
        key = self._select(data) if kind == TEXT else ""
        route = (self._route(key) if key and key not in ("$connect", "$disconnect") else None) or self._route("$default")
        request_id = uuid.uuid4().hex[:15] + "="
        if route is None:
            self.send(compact({"message": "Forbidden", "connectionId": self.id, "requestId": request_id}))
            return
        body = data.decode() if kind == TEXT else base64.b64encode(data).decode()
        context = {**self._context(route.route_key, "MESSAGE"), "messageId": request_id}
        try:
            result = self._call(route, {"requestContext": context, "body": body, "isBase64Encoded": kind == BINARY})
        except Uncallable:
            self.send(compact({"message": "Internal server error", "connectionId": self.id, "requestId": request_id}))
            return
        if route.route_response_selection_expression and route.route_responses:
            answer = result.get("body") if isinstance(result, dict) else result
            if answer is not None:
                self.send(answer.encode() if isinstance(answer, str) else compact(answer))

    def _disconnect(self) -> None:
        route = self._route("$disconnect")
        if route is None or self.quiet:
            return
        code, reason = self._closing
        headers = {"Host": domain_of(self.api), "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}
        context = {**self._context("$disconnect", "DISCONNECT"), "disconnectStatusCode": code, "disconnectReason": reason}
        try:
            self._call(route, {"headers": headers, "multiValueHeaders": {name: [value] for name, value in headers.items()},
                               "requestContext": context, "isBase64Encoded": False})
        except Uncallable:
            pass  # it is in the list of invocations, or in that of refusals
