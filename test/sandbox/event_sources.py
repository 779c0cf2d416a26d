"""Event source mappings: who polls queues and streams for a function, with the function's role, batch by batch."""
from __future__ import annotations

import json
import threading
import time
import uuid
from base64 import b64encode
from datetime import datetime

from moto.awslambda.models import lambda_backends
from moto.core.utils import unix_time, unix_time_millis
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import StreamRecord, StreamShard
from moto.dynamodb.models.utilities import dynamo_json_dump
from moto.sqs.models import Queue, sqs_backends

from common import Tracker, now, parsed
from event_patterns import passes
from functions import Functions, Result
from iam import Iam

SQS_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
STREAM_ACTIONS = ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams")
SQS_RETRY_SECONDS = 0.5  # a failed message shows again after this, not after the queue's visibility timeout...
FAST_RETRIES = 5         # ...for so many receives
STREAM_RETRIES = 3       # where the mapping sets no limit (AWS: until the record expires)
STREAM_RETRY_SECONDS = 0.1
CONCURRENCY = 5
POLL_SECONDS = 0.1
LINGER_SECONDS = 0.02    # how long a batch that is not full waits for more, where the mapping has no window
LONGEST_WINDOW = 1       # a mapping's window counts up to here


class State:
    """What the poller remembers of a mapping."""

    def __init__(self) -> None:
        self.running = 0
        self.since: float | None = None  # when the first message of the batch to come was seen
        self.at = 0                      # position in the stream
        self.limit: int | None = None    # size of the next batch, after a bisection
        self.tries = 0
        self.not_before = 0.0


class EventSources:
    def __init__(self, functions: Functions, iam: Iam, tracker: Tracker, streams: threading.RLock) -> None:
        self._functions, self._iam, self._tracker = functions, iam, tracker
        self._streams = streams  # held while a stream's records are written
        self._wake = threading.Event()
        self._states: dict[str, State] = {}
        threading.Thread(target=self._poll, name="event-source-mappings", daemon=True).start()

    def reset(self) -> None:
        self._states = {}

    def wake(self) -> None:
        self._wake.set()

    def start(self, mapping) -> None:
        """A mapping is new. What moto itself would deliver, in the sender's thread and beyond the mapping's end, it must not."""
        if ":sqs:" in mapping.event_source_arn:
            self._queue(mapping).lambda_event_source_mappings.clear()
        elif ":dynamodb:" in mapping.event_source_arn:
            shard = self._shard(mapping)
            shard.table.lambda_event_source_mappings.clear()
            self._state(mapping).at = 0 if mapping.starting_position == "TRIM_HORIZON" else len(shard.items)
        self.wake()

    def pending(self) -> list[str]:
        """Sources that have something to deliver, now or (after a failure) soon."""
        waiting = []
        for mapping in self._mappings():
            if ":sqs:" in mapping.event_source_arn:
                queue, soon = self._queue(mapping), unix_time_millis() + 2000
                if queue is not None and any(m.visible_at < soon and m.delayed_until < soon for m in list(queue._messages)):
                    waiting.append(mapping.event_source_arn)
            elif ":dynamodb:" in mapping.event_source_arn:
                shard = self._shard(mapping)
                if shard is not None and self._state(mapping).at < len(shard.items):
                    waiting.append(mapping.event_source_arn)
        return waiting

    # --- looking things up
    @staticmethod
    def _mappings():
        for account in list(lambda_backends.values()):
            for backend in list(account.values()):
                for mapping in list(backend._event_source_mappings.values()):
                    if mapping.enabled:
                        yield mapping

    def _state(self, mapping) -> State:
        return self._states.setdefault(mapping.uuid, State())

    @staticmethod
    def _queue(mapping) -> Queue | None:
        return sqs_backends[mapping.account_id][mapping.region].queues.get(mapping.event_source_arn.split(":")[-1])

    @staticmethod
    def _shard(mapping) -> StreamShard | None:
        _, name, _, label = mapping.event_source_arn.split("/")
        table = dynamodb_backends[mapping.account_id][mapping.region].tables.get(name)
        return table.stream_shard if table is not None and table.latest_stream_label == label else None

    def _may_poll(self, function, mapping, actions: tuple[str, ...]) -> bool:
        for action in actions:
            if not self._iam.uses(function.role, action, mapping.event_source_arn):
                if not any(d["role"] == function.role and d["action"] == action for d in self._iam.denied):
                    self._iam.refuse(function.role, action, mapping.event_source_arn,
                                     "the event source mapping polls with the function's role", function.function_name)
                return False
        return True

    # --- the poller
    def _poll(self) -> None:
        while True:
            again = POLL_SECONDS
            for mapping in self._mappings():
                try:
                    if ":sqs:" in mapping.event_source_arn:
                        again = min(again, self._poll_queue(mapping))
                    elif ":dynamodb:" in mapping.event_source_arn:
                        self._poll_stream(mapping)
                except Exception as problem:
                    print(f"sandbox: {mapping.event_source_arn}: {problem!r}", flush=True)
            self._wake.wait(again)
            self._wake.clear()

    # --- queues
    def _poll_queue(self, mapping) -> float:
        """Takes at most one batch; returns the seconds after which to look again."""
        queue, state = self._queue(mapping), self._state(mapping)
        if queue is None or not queue.messages:
            state.since = None
            return POLL_SECONDS
        if state.running >= (mapping.scaling_config or {}).get("MaximumConcurrency", CONCURRENCY):
            return POLL_SECONDS
        state.since = state.since or time.monotonic()
        window = min(mapping.max_batch_window or 0, LONGEST_WINDOW) or LINGER_SECONDS
        if len(queue.messages) < mapping.batch_size and time.monotonic() - state.since < window:
            return LINGER_SECONDS / 2
        function = self._functions.find(mapping.function_arn)
        if function is None or not self._may_poll(function, mapping, SQS_ACTIONS):
            return POLL_SECONDS
        token = self._tracker.begin(f"batch of {queue.name}")
        try:
            self._release(queue)
            messages = sqs_backends[mapping.account_id][mapping.region].receive_message(
                queue.name, mapping.batch_size, 0, int(queue.visibility_timeout), ["All"])
            state.since = None
            if messages:
                state.running += 1
                self._tracker.spawn(f"batch of {queue.name}", self._queue_batch, mapping, queue, function, messages, state)
        finally:
            self._tracker.end(token)
        return LINGER_SECONDS / 2 if messages else POLL_SECONDS

    @staticmethod
    def _release(queue: Queue) -> None:
        """What is visible again is in flight no more. moto notices that message by message while it looks for some to hand
        out, skips the first of a FIFO group for the sake of the second, and then hands out the second alone."""
        for message in list(queue.pending_messages):
            if message.visible:
                queue.pending_messages.discard(message)

    def _queue_batch(self, mapping, queue: Queue, function, messages: list, state: State) -> None:
        try:
            records, ids = [], set()
            for message in messages:
                record, body = self._queue_record(mapping, queue, message), parsed(message.body)
                if passes(mapping.filter_criteria, {**record, "body": body if isinstance(body, dict) else message.body}):
                    records.append(record)
                    ids.add(message.id)
            failed: set[str] = set()
            if records:
                result = self._functions.invoke(function, json.dumps({"Records": records}), f"sqs {mapping.event_source_arn}")
                failed = self._failed(mapping, result, ids)
            again = unix_time_millis() + SQS_RETRY_SECONDS * 1000
            for message in messages:
                if message.id not in failed:
                    try:
                        queue.delete_message(message.receipt_handle)
                    except Exception:
                        pass  # the function has deleted it itself
                elif message.approximate_receive_count <= FAST_RETRIES:
                    for original in list(queue._messages):
                        if original.id == message.id:
                            original.visible_at = again
        finally:
            state.running -= 1
            self.wake()

    @staticmethod
    def _failed(mapping, result: Result, everything: set[str]) -> set[str]:
        """The identifiers that count as failed: all after an error, and after a report that names one nobody knows."""
        if result.error:
            return everything
        if "ReportBatchItemFailures" not in (mapping.function_response_types or []):
            return set()
        answer = parsed(result.payload)
        failures = (answer.get("batchItemFailures") if isinstance(answer, dict) else None) or []
        ids = {f.get("itemIdentifier") if isinstance(f, dict) else None for f in failures}
        return ids if ids <= everything else everything

    @staticmethod
    def _queue_record(mapping, queue: Queue, message) -> dict:
        attributes = {
            "ApproximateReceiveCount": str(message.approximate_receive_count), "SentTimestamp": str(message.sent_timestamp),
            "SenderId": message.sender_id, "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp)}
        if queue.fifo_queue:
            attributes |= {"MessageGroupId": message.group_id, "MessageDeduplicationId": message.deduplication_id,
                           "SequenceNumber": message.sequence_number}
        custom = {}
        for name, value in message.message_attributes.items():
            custom[name] = {"stringListValues": [], "binaryListValues": [], "dataType": value["DataType"]}
            if value.get("BinaryValue") is not None:
                raw = value["BinaryValue"]
                custom[name]["binaryValue"] = b64encode(raw).decode() if isinstance(raw, bytes) else raw
            else:
                custom[name]["stringValue"] = value.get("StringValue")
        return {"messageId": message.id, "receiptHandle": message.receipt_handle, "body": message.body,
                "attributes": attributes, "messageAttributes": custom, "md5OfBody": message.body_md5,
                "eventSource": "aws:sqs", "eventSourceARN": mapping.event_source_arn, "awsRegion": mapping.region}

    # --- streams
    def _poll_stream(self, mapping) -> None:
        state = self._state(mapping)
        if state.running or time.monotonic() < state.not_before:
            return
        with self._streams:
            shard = self._shard(mapping)
            if shard is None:
                return
            state.at = min(state.at, len(shard.items))
            batch = shard.items[state.at:state.at + (state.limit or mapping.batch_size)]
        if not batch:
            return
        function = self._functions.find(mapping.function_arn)
        if function is None or not self._may_poll(function, mapping, STREAM_ACTIONS):
            return
        state.running = 1
        self._tracker.spawn("batch of " + mapping.event_source_arn, self._stream_batch, mapping, function, batch, state)

    def _stream_batch(self, mapping, function, batch: list[StreamRecord], state: State) -> None:
        try:
            records = [self._stream_record(mapping, item) for item in batch]
            numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
            wanted = [record for record in records if passes(mapping.filter_criteria, record)]
            failed: set[str] = set()
            if wanted:
                result = self._functions.invoke(function, json.dumps({"Records": wanted}), f"dynamodb {mapping.event_source_arn}")
                failed = self._failed(mapping, result, {record["dynamodb"]["SequenceNumber"] for record in wanted})
            done = min((numbers.index(number) for number in failed), default=len(batch))
            if done == len(batch):
                state.limit, state.tries = None, 0
            elif done == 0 and mapping.bisect_on_error and len(batch) > 1:
                state.limit = len(batch) // 2  # which is no retry
            else:
                retries = mapping.max_retry_attempts
                state.tries = 1 if done else state.tries + 1
                if state.tries > (STREAM_RETRIES if retries is None or retries < 0 else retries):
                    self._give_up(mapping, function, wanted, state.tries)
                    done, state.limit, state.tries = len(batch), None, 0
            if failed:
                state.not_before = time.monotonic() + STREAM_RETRY_SECONDS
            state.at += done
        finally:
            state.running = 0
            self.wake()

    @staticmethod
    def _stream_record(mapping, item: StreamRecord) -> dict:
        record = item.to_json()
        change = dict(record["dynamodb"])
        if isinstance(change.get("ApproximateCreationDateTime"), datetime):
            change["ApproximateCreationDateTime"] = int(unix_time(change["ApproximateCreationDateTime"]))
        change = json.loads(dynamo_json_dump(change))  # moto keeps bytes and nested values as objects of its own
        return {**record, "eventVersion": "1.1", "awsRegion": mapping.region, "dynamodb": change,
                "eventSourceARN": mapping.event_source_arn}

    def _give_up(self, mapping, function, records: list[dict], tries: int) -> None:
        """Where the records of a batch went astray goes to the mapping's failure destination, with the function's role."""
        source, first, last = mapping.event_source_arn, records[0]["dynamodb"], records[-1]["dynamodb"]
        self._functions.drop(f"dynamodb {source}", f"failed {tries} times", {"Records": records})
        target = ((mapping.destination_config or {}).get("OnFailure") or {}).get("Destination")
        if not target:
            return
        if not self._iam.uses(function.role, "sqs:SendMessage", target):
            self._iam.refuse(function.role, "sqs:SendMessage", target, "the failure destination of the event source mapping",
                             function.function_name)
            return
        moment = lambda change: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(change["ApproximateCreationDateTime"]))
        _, _, service, region, account, name = target.split(":")
        if service != "sqs":
            raise ValueError(f"the sandbox has no failure destination {target}")
        sqs_backends[account][region].send_message(name, json.dumps({
            "requestContext": {"requestId": str(uuid.uuid4()), "functionArn": function.function_arn,
                               "condition": "RetryAttemptsExhausted", "approximateInvokeCount": tries},
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "version": "1.0", "timestamp": now(),
            "DDBStreamBatchInfo": {
                "shardId": "shardId-00000000000000000000-00000000", "startSequenceNumber": first["SequenceNumber"],
                "endSequenceNumber": last["SequenceNumber"], "approximateArrivalOfFirstRecord": moment(first),
                "approximateArrivalOfLastRecord": moment(last), "batchSize": len(records), "streamArn": source}}))
