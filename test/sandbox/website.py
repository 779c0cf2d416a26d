"""Website endpoints of buckets, as anyone sees them: public policy, index and error documents."""
from __future__ import annotations

import json
from urllib.parse import quote, unquote
from xml.etree import ElementTree

from api_gateway import Reply
from aws_request import find_bucket
from iam import resource_policy_allows

KEPT = ("content-type", "cache-control", "content-encoding")


def page(status: int, code: str) -> Reply:
    return Reply(status, f"<html><h1>{status}</h1>{code}</html>", [("content-type", "text/html")])


def website(name: str, path: str, base: str) -> Reply:
    """base is what stands before the path in the URL that the client knows."""
    bucket, key = find_bucket(name), unquote(path).lstrip("/")
    if bucket is None:
        return page(404, "NoSuchBucket")
    if not bucket.website_configuration:
        return page(404, "NoSuchWebsiteConfiguration")
    settings = {e.tag.split("}")[-1]: e.text for e in ElementTree.fromstring(bucket.website_configuration).iter()}
    statements = json.loads(bucket.policy).get("Statement", []) if bucket.policy else []
    readable = lambda key: resource_policy_allows(statements, "*", "s3:GetObject", f"arn:aws:s3:::{name}/{key}")
    index, error = settings.get("Suffix") or "index.html", settings.get("Key")
    if not key or key.endswith("/"):
        key += index
    if key not in bucket.keys and f"{key}/{index}" in bucket.keys:
        return Reply(302, "", [("location", f"{base}/{quote(key)}/")])
    if not readable(key):
        wrong = page(403, "AccessDenied")
    elif key not in bucket.keys:
        wrong = page(404, "NoSuchKey")
    else:
        return _document(bucket.keys[key], 200)
    return _document(bucket.keys[error], wrong.status) if error and error in bucket.keys and readable(error) else wrong


def _document(found, status: int) -> Reply:
    kept = [(name, str(value)) for name, value in found.metadata.items() if name.lower() in KEPT]
    return Reply(status, found.value, kept or [("content-type", "binary/octet-stream")])
