"""A request to an AWS API: who signed it, for which service, which (action, resource) pairs it needs to be allowed,
and what its refusal looks like in the service's own protocol."""
from __future__ import annotations

import io
import json
import re
import uuid
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from moto.core.responses import BaseResponse
from moto.s3.models import s3_backends
from moto.s3.responses import ACTION_MAP
from moto.secretsmanager.models import secretsmanager_backends

from common import ACCOUNT

ANY = "?"  # a resource that the sandbox does not work out: it fits every Resource of a statement
IAM_PREFIX = {"monitoring": "cloudwatch", "email": "ses"}  # signing name -> prefix of IAM's actions
QUERY_PROTOCOL = ("sns", "sqs", "sts", "iam", "monitoring", "email")
Wanted = list[tuple[str, str]]


class Request:
    """The parts of a signed AWS request that decide on it."""

    def __init__(self, environ: dict) -> None:
        self.environ = environ
        self.method = environ["REQUEST_METHOD"]
        self.path = (environ.get("RAW_URI") or environ.get("PATH_INFO", "")).split("?")[0]  # as it was sent, still encoded
        self.query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        credential = re.search(r"Credential=([^/,]+)/\d+/([^/]+)/([^/]+)/aws4_request", environ.get("HTTP_AUTHORIZATION", ""))
        self.access_key = self.region = self.service = None
        if credential:
            self.access_key, self.region, self.service = credential.groups()
        elif "X-Amz-Credential" in self.query:
            self.access_key, _, self.region, self.service, _ = self.query["X-Amz-Credential"][0].split("/")
        target = environ.get("HTTP_X_AMZ_TARGET")
        self.target = target.split(".")[-1] if target else None
        self._body: bytes | None = None

    @property
    def body(self) -> bytes:
        """Read once, and put back for whoever handles the request next."""
        if self._body is None:
            stream, length = self.environ["wsgi.input"], self.environ.get("CONTENT_LENGTH")
            if length:
                self._body = stream.read(int(length))
            else:
                self._body = stream.read() if self.environ.get("wsgi.input_terminated") else b""
            self.environ["wsgi.input"] = io.BytesIO(self._body)
            self.environ["CONTENT_LENGTH"] = str(len(self._body))
        return self._body

    @property
    def json(self) -> dict:
        try:
            return json.loads(self.body or b"{}")
        except ValueError:
            return {}

    @property
    def form(self) -> dict[str, str]:
        fields = dict(self.query)
        if self.environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
            fields |= parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[0] for name, values in fields.items()}

    @property
    def protocol(self) -> str:
        if self.service == "s3":
            return "s3"
        if self.target:
            return "json"
        return "query" if self.service in QUERY_PROTOCOL else "rest-json"

    def arn(self, rest: str) -> str:
        """Of a resource in the service, region and account of the request."""
        return rest if rest.startswith("arn:") else f"arn:aws:{self.service}:{self.region}:{ACCOUNT}:{rest}"


def wanted(request: Request) -> Wanted:
    rule = RULES.get(request.service)
    if rule:
        return rule(request)
    action = request.target or (request.form.get("Action") if request.protocol == "query" else _rest_operation(request))
    return [(f"{IAM_PREFIX.get(request.service, request.service)}:{action or '*'}", ANY)]


def _rest_operation(request: Request) -> str | None:
    """The operation's name, by botocore's model of the service."""
    response = BaseResponse(service_name="awslambda" if request.service == "lambda" else request.service)
    response.region = request.region
    try:
        return response._get_action_from_method_and_request_uri(request.method, request.path)
    except Exception:  # a service or a path that the model does not have
        return None


# --- the rules, one per service that nimbusc's clients call
TRANSACTION_ITEMS = {
    "Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "Get": "GetItem", "ConditionCheck": "ConditionCheckItem"}


def _dynamodb(request: Request) -> Wanted:
    operation, body = request.target, request.json
    table = lambda name: request.arn(name if name.startswith("arn:") else f"table/{name}")
    if operation in ("BatchGetItem", "BatchWriteItem"):
        return [(f"dynamodb:{operation}", table(name)) for name in body.get("RequestItems", {})]
    if operation in ("TransactWriteItems", "TransactGetItems"):
        return [(f"dynamodb:{TRANSACTION_ITEMS[kind]}", table(item["TableName"]))
                for entry in body.get("TransactItems", []) for kind, item in entry.items()]
    if "TableName" in body:
        index = f"/index/{body['IndexName']}" if body.get("IndexName") else ""
        return [(f"dynamodb:{operation}", table(body["TableName"]) + index)]
    return [(f"dynamodb:{operation}", "*")]


S3_QUERY = {"public_access_block": "publicAccessBlock"}  # moto's key -> the query parameter
S3_ACTION = {"HeadBucket": "ListBucket"}  # the operation -> IAM's action, where they differ


def s3_place(request: Request) -> tuple[str, str]:
    """(bucket, key), in path style or in host style."""
    path = unquote(request.path).lstrip("/")
    host = re.match(r"(.+)\.s3[.-].*amazonaws\.com$", request.environ.get("HTTP_HOST", "").split(":")[0])
    bucket, _, key = path.partition("/") if not host else (host[1], "", path)
    return bucket, key


def find_bucket(name: str):
    return next((partition.buckets[name] for account in list(s3_backends.values())
                 for partition in list(account.values()) if name in partition.buckets), None)


def _s3(request: Request) -> Wanted:
    name, key = s3_place(request)
    if not name:
        return [("s3:ListAllMyBuckets", "*")]
    on_bucket, on_key = f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/{key}"
    if not key and request.method == "POST" and "delete" in request.query:
        tree = ElementTree.fromstring(request.body)
        return [("s3:DeleteObject", f"{on_bucket}/{e.text}") for e in tree.iter() if e.tag.split("}")[-1] == "Key"]
    actions = ACTION_MAP["KEY" if key else "BUCKET"].get(request.method, {})
    action = next((a for parameter, a in actions.items() if S3_QUERY.get(parameter, parameter) in request.query),
                  actions.get("DEFAULT", "PutObject"))
    found = [(f"s3:{S3_ACTION.get(action, action)}", on_key if key else on_bucket)]
    bucket = find_bucket(name)
    if action == "GetObject" and bucket is not None and key not in bucket.keys:
        found.append(("s3:ListBucket", on_bucket))  # who may not list is not told that an object is missing
    if key and request.method == "PUT":
        source = request.environ.get("HTTP_X_AMZ_COPY_SOURCE")
        if source:
            found.append(("s3:GetObject", f"arn:aws:s3:::{unquote(source).lstrip('/').split('?')[0]}"))
        if request.environ.get("HTTP_X_AMZ_ACL"):
            found.append(("s3:PutObjectAcl", on_key))
        if request.environ.get("HTTP_X_AMZ_TAGGING"):
            found.append(("s3:PutObjectTagging", on_key))
    return found


def _sqs(request: Request) -> Wanted:
    body = request.json if request.target else request.form
    operation = (request.target or body.get("Action", "")).removesuffix("Batch")
    name = (body.get("QueueUrl") or body.get("QueueName") or "").rstrip("/").split("/")[-1]
    return [(f"sqs:{operation}", request.arn(name) if name else "*")]


def _sns(request: Request) -> Wanted:
    form = request.form
    operation = form.get("Action", "").removesuffix("Batch")
    # Only a topic is a resource to IAM. A subscription is none, so what names just that (Unsubscribe) needs "*".
    return [(f"sns:{operation}", form.get("TopicArn") or form.get("TargetArn") or "*")]


def _lambda(request: Request) -> Wanted:
    found = re.match(r"/[\d-]+/functions/([^/]+)(/.*)?$", request.path)
    if not found:
        return [(f"lambda:{_rest_operation(request) or '*'}", "*")]
    name, rest = unquote(found[1]), found[2] or ""
    qualifier = (request.query.get("Qualifier") or [None])[0]
    arn = name if name.startswith("arn:") else request.arn(f"function:{name.split(':function:')[-1]}")
    resource = f"{arn}:{qualifier}" if qualifier and arn.count(":") == 6 else arn
    invokes = rest.startswith(("/invocations", "/invoke-async", "/response-streaming-invocations"))
    return [("lambda:InvokeFunction" if invokes else f"lambda:{_rest_operation(request) or '*'}", resource)]


def _secretsmanager(request: Request) -> Wanted:
    """By the secret's whole ARN: a policy names that, a caller may give the name alone."""
    body = request.json
    named = body.get("SecretId") or body.get("Name")
    if not named:
        return [(f"secretsmanager:{request.target}", "*")]
    try:
        arn = secretsmanager_backends[ACCOUNT][request.region].secrets[named].arn
    except Exception:  # no such secret (yet)
        arn = request.arn(named if named.startswith("arn:") else f"secret:{named}")
    return [(f"secretsmanager:{request.target}", arn)]


def _cognito(request: Request) -> Wanted:
    pool = request.json.get("UserPoolId")
    return [(f"cognito-idp:{request.target}", request.arn(f"userpool/{pool}") if pool else "*")]


def _sts(request: Request) -> Wanted:
    action = request.form.get("Action")
    return [] if action == "GetCallerIdentity" else [(f"sts:{action}", request.form.get("RoleArn", "*"))]


RULES = {"dynamodb": _dynamodb, "s3": _s3, "sqs": _sqs, "sns": _sns, "lambda": _lambda,
         "secretsmanager": _secretsmanager, "cognito-idp": _cognito, "sts": _sts}


# --- refusals
Answer = tuple[str, list[tuple[str, str]], bytes]  # status line, headers, body


def denial(request: Request, message: str) -> Answer:
    request_id = str(uuid.uuid4())
    headers = [("x-amzn-RequestId", request_id)]
    if request.protocol == "s3":
        body = "" if request.method == "HEAD" else (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>{escape(message)}</Message>'
            f"<RequestId>{request_id}</RequestId></Error>")
        return "403 Forbidden", headers + [("Content-Type", "application/xml")], body.encode()
    if request.protocol == "query":
        code = "AuthorizationError" if request.service == "sns" else "AccessDenied"
        body = (f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
                f"<RequestId>{request_id}</RequestId></ErrorResponse>")
        return "403 Forbidden", headers + [("Content-Type", "text/xml")], body.encode()
    headers += [("x-amzn-ErrorType", "AccessDeniedException")]
    if request.protocol == "json":
        body = json.dumps({"__type": "com.amazon.coral.service#AccessDeniedException", "Message": message, "message": message})
        return "400 Bad Request", headers + [("Content-Type", "application/x-amz-json-1.0")], body.encode()
    return "403 Forbidden", headers + [("Content-Type", "application/json")], json.dumps({"Message": message}).encode()


def invalid_token() -> Answer:
    body = {"__type": "UnrecognizedClientException", "message": "The security token included in the request is invalid."}
    return "403 Forbidden", [("Content-Type", "application/json")], json.dumps(body).encode()
