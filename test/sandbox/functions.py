"""Lambda without docker: the code of each function that moto knows runs in warm Node processes."""
from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import threading
import time
import uuid
import zipfile
from pathlib import Path
from typing import NamedTuple

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaBackend, LambdaFunction, lambda_backends
from moto.awslambda.responses import LambdaResponse

from common import ACCOUNT, Tracker, now, parsed
from hooks import replace
from iam import Iam
from worker import HERE, Worker

SDK_SCOPES = ("@aws-sdk", "@smithy", "@aws", "@aws-crypto")  # what the real runtime offers beside the code
INIT_SECONDS = 10
KEEP_WARM = 32
INTERFACES = (  # what Lambda does with the role of a function in a VPC
    "CreateNetworkInterface", "DescribeNetworkInterfaces", "DescribeSubnets", "DeleteNetworkInterface",
    "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses")
RESERVED = {
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}


class Result(NamedTuple):
    payload: str
    error: bool
    logs: str

    @property
    def timed_out(self) -> bool:
        return self.error and (parsed(self.payload) or {}).get("errorType") == "Sandbox.Timedout"


def failure(kind: str, request_id: str, reason: str, logs: str) -> Result:
    return Result(json.dumps({"errorType": kind, "errorMessage": f"RequestId: {request_id} Error: {reason}"}), True, logs)


class Functions:
    def __init__(self, endpoint: str, iam: Iam, tracker: Tracker, work: Path) -> None:
        self._endpoint, self._iam, self._tracker, self._work = endpoint, iam, tracker, work
        self._lock = threading.Lock()
        self._idle: dict[str, list[Worker]] = {}
        self._busy: set[Worker] = set()
        self._keys: dict[str, str] = {}  # function ARN -> key of its present code and configuration
        self.invocations: list[dict] = []
        self.dropped: list[dict] = []  # events that AWS would have lost: no permission, or retries used up
        self.caller = threading.local()  # .value: who sent the request that this thread serves
        self._install()

    def find(self, arn_or_name: str, region: str | None = None) -> LambdaFunction | None:
        parts = arn_or_name.split(":")
        if len(parts) > 6:
            region = parts[3]
        try:
            return lambda_backends[ACCOUNT][region].get_function(arn_or_name)
        except Exception:  # no such function
            return None

    def drop(self, what: str, why: str, event) -> None:
        self.dropped.append({"what": what, "why": why, "event": event, "at": now()})

    def clear(self) -> None:
        with self._lock:
            self.invocations.clear()
            self.dropped.clear()

    def reset(self) -> None:
        with self._lock:
            workers = [worker for group in self._idle.values() for worker in group]
            busy = list(self._busy)
            self._idle.clear()
            self._keys.clear()
        self.clear()
        for worker in busy:  # the thread that reads from it closes it
            worker.kill()
        for worker in workers:
            worker.close()

    def restart(self, name: str) -> int:
        """Lets no instance of a function be used again that is idle now; how many there were."""
        with self._lock:
            stale = [worker for key in list(self._idle) if json.loads(key)[0].endswith(f":{name}") for worker in self._idle.pop(key)]
        for one in stale:
            one.close()
        return len(stale)

    # --- invocations
    def invoke(self, function: LambdaFunction, payload: str, source: str, kind: str = "RequestResponse",
               attempt: int = 1) -> Result:
        request_id = str(uuid.uuid4())
        entry = {
            "requestId": request_id, "function": function.function_name, "role": function.role, "source": source,
            "type": kind, "attempt": attempt, "event": parsed(payload), "startedAt": now(), "status": "running",
            "result": None, "error": None, "durationMs": None, "coldStart": False, "logs": "",
        }
        with self._lock:
            self.invocations.append(entry)
        token = self._tracker.begin(f"{function.function_name} {request_id}")
        started = time.monotonic()
        try:
            try:
                result = self._run(function, payload, request_id, entry)
            except Exception as problem:  # the sandbox's own, e.g. a zip that does not open
                result = Result(json.dumps({"errorType": "Sandbox.Failure", "errorMessage": repr(problem)}), True, "")
            duration = round((time.monotonic() - started) * 1000)
            entry |= {"durationMs": duration, "logs": result.logs, "status": "failed" if result.error else "succeeded",
                      "error" if result.error else "result": parsed(result.payload)}
            logs = (f"START RequestId: {request_id} Version: {function.version}\n{result.logs}END RequestId: {request_id}\n"
                    f"REPORT RequestId: {request_id}\tDuration: {duration} ms\tMemory Size: {function.memory_size} MB\n")
            self._save_logs(function, logs)
            return result._replace(logs=logs)
        finally:
            self._tracker.end(token)

    def invoke_async(self, function: LambdaFunction, payload: str, source: str) -> None:
        self._tracker.spawn(f"async {function.function_name}", self._attempts, function, payload, source)

    def _attempts(self, function: LambdaFunction, payload: str, source: str) -> None:
        config = function.event_invoke_config[-1].config if function.event_invoke_config else {}
        attempts = 1 + config.get("MaximumRetryAttempts", 2)
        for attempt in range(1, attempts + 1):  # AWS waits a minute or two between them; here at once
            if not self.invoke(function, payload, source, "Event", attempt).error:
                return
        self.drop(f"async invocation of {function.function_name}", f"failed {attempts} times", parsed(payload))

    def _run(self, function: LambdaFunction, payload: str, request_id: str, entry: dict) -> Result:
        if not (function.run_time or "").startswith("nodejs"):
            raise ValueError(f"the sandbox runs Node functions only, not {function.run_time}")
        key, worker = self._acquire(function)
        if worker:
            worker.thaw()
        else:
            entry["coldStart"] = True
            worker = self._start(function)
        try:
            if entry["coldStart"]:
                frame = worker.read(time.monotonic() + INIT_SECONDS)
                if frame is None or frame["t"] != "next":
                    worker.alive = False
                    logs = worker.take_output()
                    if frame is None:
                        return failure("Sandbox.Timedout", request_id, "Init timed out", logs)
                    if frame["t"] == "initError":
                        return Result(frame["body"], True, logs)
                    return failure("Runtime.ExitError", request_id,
                                   f"Runtime exited with error: exit status {frame['status']}", logs)
            limit = float(function.timeout)
            worker.send({"bodyJson": payload, "headers": {
                "lambda-runtime-aws-request-id": request_id, "lambda-runtime-invoked-function-arn": function.function_arn,
                "lambda-runtime-deadline-ms": str(int((time.time() + limit) * 1000)),
                "lambda-runtime-trace-id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Sampled=0"}})
            frame = worker.read(time.monotonic() + limit)
            if frame is None:
                worker.alive = False
                return failure("Sandbox.Timedout", request_id, f"Task timed out after {limit:.2f} seconds", worker.take_output())
            if frame["t"] == "exit":
                return failure("Runtime.ExitError", request_id,
                               f"Runtime exited with error: exit status {frame['status']}", worker.take_output())
            after = worker.read(time.monotonic() + 2)  # asks for the next event, or exits after an uncaught error
            if not after or after["t"] != "next":
                worker.alive = False
            return Result(frame["body"], frame["t"] == "error", worker.take_output())
        finally:
            self._release(function, key, worker)

    def _save_logs(self, function: LambdaFunction, logs: str) -> None:
        """To CloudWatch, as Lambda does: with the role's permissions, and only if it has them."""
        group = f"arn:aws:logs:{function.region}:{ACCOUNT}:log-group:{function.logs_group_name}"
        may = lambda action: any(self._iam.may(function.role, action, arn) for arn in (f"{group}:log-stream:x", group))
        exists = function.logs_group_name in function.logs_backend.groups
        actions = ["logs:CreateLogStream", "logs:PutLogEvents"] + ([] if exists else ["logs:CreateLogGroup"])
        missing = [action for action in actions if not may(action)]
        if not missing:
            if not exists:
                function.logs_backend.ensure_log_group(function.logs_group_name)
            function.save_logs(logs)
            for action in actions:
                self._iam.use(function.role, action, f"{group}:log-stream:x")
        elif any(map(may, actions[:2])):  # a role that asks for no logs at all misses none
            for action in missing:
                self._iam.refuse(function.role, action, group, f"the role may not perform {action}", function.function_name)

    # --- processes
    def _key(self, function: LambdaFunction) -> str:
        return json.dumps([function.function_arn, function.code_sha_256, function.handler, function.role,
                           function.environment_vars, function.memory_size, function.timeout], sort_keys=True)

    def _acquire(self, function: LambdaFunction) -> tuple[str, Worker | None]:
        """A warm process of the function as it is now, if there is one; those of its former code end."""
        key = self._key(function)
        with self._lock:
            old = self._keys.get(function.function_arn)
            stale = self._idle.pop(old, []) if old and old != key else []
            self._keys[function.function_arn] = key
            worker = self._idle[key].pop() if self._idle.get(key) else None
            if worker:
                self._busy.add(worker)
        for one in stale:
            one.close()
        return key, worker

    def _start(self, function: LambdaFunction) -> Worker:
        task = self._task(function)
        worker = Worker(task, function.handler, self._environment(function, task))
        with self._lock:
            self._busy.add(worker)
        return worker

    def _release(self, function: LambdaFunction, key: str, worker: Worker) -> None:
        surplus: list[Worker] = []
        with self._lock:
            self._busy.discard(worker)
            if worker.alive and self._keys.get(function.function_arn) == key:
                worker.freeze()
                self._idle.setdefault(key, []).append(worker)
                while sum(map(len, self._idle.values())) > KEEP_WARM:
                    surplus.append(next(group for group in self._idle.values() if group).pop(0))
            else:
                surplus.append(worker)
        for one in surplus:
            one.close()

    def _task(self, function: LambdaFunction) -> Path:
        """The unpacked zip; the SDK is resolvable beside it, nothing else is."""
        root = self._work / "code" / hashlib.sha256(function.code_sha_256.encode()).hexdigest()[:24]
        with self._lock:
            if not (root / "task").exists():
                shutil.rmtree(root, ignore_errors=True)
                modules = root / "node_modules"
                modules.mkdir(parents=True)
                for scope in SDK_SCOPES:
                    if (HERE / "node_modules" / scope).is_dir():
                        (modules / scope).symlink_to(HERE / "node_modules" / scope)
                with zipfile.ZipFile(io.BytesIO(function.code_bytes)) as archive:
                    archive.extractall(root / "unpacking")
                (root / "unpacking").rename(root / "task")
        return root / "task"

    def _environment(self, function: LambdaFunction, task: Path) -> dict[str, str]:
        session = self._iam.session(function.role, function.function_name, function.account_id, function.region)
        return {
            **{name: str(value) for name, value in function.environment_vars.items()},
            "PATH": os.environ["PATH"], "LANG": "en_US.UTF-8", "TZ": ":UTC",
            "LAMBDA_TASK_ROOT": str(task), "LAMBDA_RUNTIME_DIR": str(HERE), "_HANDLER": function.handler,
            "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001", "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_REGION": function.region, "AWS_DEFAULT_REGION": function.region,
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name, "AWS_LAMBDA_FUNCTION_VERSION": str(function.version),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
            "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
            "AWS_LAMBDA_LOG_STREAM_NAME": f"{time.strftime('%Y/%m/%d')}/[{function.version}]{uuid.uuid4().hex}",
            "AWS_ACCESS_KEY_ID": session.access_key_id, "AWS_SECRET_ACCESS_KEY": session.secret_access_key,
            "AWS_SESSION_TOKEN": session.session_token, "AWS_ENDPOINT_URL": self._endpoint,
            **{name: os.environ.get(name, "") for name in ("SANDBOX_DATABASES", "SANDBOX_CERTIFICATES")},
        }

    # --- in moto's place
    def _install(self) -> None:
        def invoke(function: LambdaFunction, body, request_headers, response_headers):
            """The API's Invoke."""
            payload = body.decode() if isinstance(body, bytes) else (body or "{}")
            try:
                json.loads(payload)
            except ValueError:
                raise InvalidParameterValueException("Could not parse request body into json")
            source = getattr(self.caller, "value", None) or "client"
            kind = request_headers.get("x-amz-invocation-type") or request_headers.get("X-Amz-Invocation-Type")
            if kind == "DryRun":
                return b""
            if kind == "Event":
                self.invoke_async(function, payload, source)
                return b""
            result = self.invoke(function, payload, source)
            response_headers["x-amz-executed-version"] = str(function.version)
            if result.error:
                response_headers["x-amz-function-error"] = "Unhandled"
            response_headers["x-amz-log-result"] = base64.b64encode(result.logs.encode()[-4096:]).decode()
            return result.payload.encode()

        def check(spec: dict) -> None:
            """What AWS checks when a function is made or configured."""
            reserved = sorted(RESERVED & set((spec.get("Environment") or {}).get("Variables", {})))
            if reserved:
                raise InvalidParameterValueException(
                    "Lambda was unable to configure your environment variables because the environment variables you have "
                    "provided contains reserved keys that are currently not supported for modification. Reserved keys used in "
                    f"this request: {', '.join(reserved)}")
            if spec.get("Role") and not self._iam.trusts(spec["Role"], "lambda.amazonaws.com"):
                raise InvalidParameterValueException("The role defined for the function cannot be assumed by Lambda.")
            if spec.get("Role") and (spec.get("VpcConfig") or {}).get("SubnetIds"):
                for action in INTERFACES:
                    if not self._iam.uses(spec["Role"], f"ec2:{action}", "*"):
                        self._iam.refuse(spec["Role"], f"ec2:{action}", "*", "Lambda puts functions into a VPC with their roles")
                        raise InvalidParameterValueException(
                            f"The provided execution role does not have permissions to call {action} on EC2")

        def create_function(backend, spec):
            check(spec)
            return create(backend, spec)

        def update_function_configuration(backend, function_name, qualifier, body):
            check(body)
            return configure(backend, function_name, qualifier, body)

        def parameter(response, name, if_none=None):
            """An invocation's body is the payload, any JSON; moto takes it for an object of parameters."""
            if response.path.endswith("/invocations"):
                return response.querystring.get(name, [if_none])[0]
            return moto_parameter(response, name, if_none)

        replace(LambdaFunction, "invoke", invoke)
        moto_parameter = replace(LambdaResponse, "_get_param", parameter)
        create = replace(LambdaBackend, "create_function", create_function)
        configure = replace(LambdaBackend, "update_function_configuration", update_function_configuration)
