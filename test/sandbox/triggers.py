"""What makes AWS call a function: queues, streams, topics, buckets, rules and schedules. moto delivers some of these in
the sender's thread, one by one and without permissions; here they go as on AWS, in the background."""
from __future__ import annotations

import copy
import json
import threading
import time
import uuid
from base64 import b64encode
from datetime import datetime, timezone

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaBackend
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import StreamShard
from moto.events.models import EventTemplateParser, Rule, events_backends
from moto.s3 import notifications as s3_notifications
from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend
from moto.scheduler.models import scheduler_backends
from moto.sns.models import Subscription
from moto.sqs.models import Queue, sqs_backends

from common import ACCOUNT, Tracker, as_list, now, parsed
from event_sources import SQS_ACTIONS, STREAM_ACTIONS, EventSources
from functions import Functions
from hooks import replace
from iam import Iam, resource_policy_allows

DEDUPLICATION_MS = 300_000


class Triggers:
    def __init__(self, functions: Functions, iam: Iam, tracker: Tracker) -> None:
        self._functions, self._iam = functions, iam
        self.dynamodb = threading.RLock()  # moto's tables are not safe for parallel conditional writes
        self.sources = EventSources(functions, iam, tracker, self.dynamodb)
        self._install_sources()
        self._install_sns()
        self._install_s3()
        self._moto_send_to_targets = replace(Rule, "send_to_targets", self._send_to_targets())

    # --- permission of a service, by the policy of what it calls
    def _permitted(self, function, service: str, source_arn: str) -> bool:
        arn = function.function_arn
        if resource_policy_allows(function.policy.statements, service, "lambda:InvokeFunction", arn, source_arn):
            return True
        self._iam.refuse(service, "lambda:InvokeFunction", arn,
                         f"the function's policy (aws_lambda_permission) does not let {service} invoke it for {source_arn}")
        return False

    def _call(self, function_arn: str, service: str, source_arn: str, event) -> None:
        function = self._functions.find(function_arn)
        if function is None:
            self._functions.drop(f"{service} {source_arn}", f"no function {function_arn}", event)
        elif not self._permitted(function, service, source_arn):
            self._functions.drop(f"{service} {source_arn}", f"no permission to invoke {function.function_name}", event)
        else:
            self._functions.invoke_async(function, json.dumps(event), f"{service} {source_arn}")

    def _queue_takes(self, queue_arn: str, service: str, source_arn: str, event) -> bool:
        _, _, _, region, account, name = queue_arn.split(":")
        queue = sqs_backends[account][region].queues.get(name)
        statements = parsed(queue.policy).get("Statement", []) if queue is not None and queue.policy else []
        if queue is not None and resource_policy_allows(statements, service, "sqs:SendMessage", queue_arn, source_arn):
            return True
        self._iam.refuse(service, "sqs:SendMessage", queue_arn,
                         f"the queue's policy does not let {service} send to it for {source_arn}")
        self._functions.drop(f"{service} {source_arn}", f"no permission to send to {name}", event)
        return False

    def expire_visibility(self, name: str | None) -> int:
        """Messages in flight show again at once: of a queue, or of all."""
        count = 0
        for account in list(sqs_backends.values()):
            for backend in list(account.values()):
                for queue in list(backend.queues.values()):
                    for message in list(queue._messages) if name in (None, queue.name) else []:
                        count += not message.visible
                        message.visible_at = 0
        self.sources.wake()
        return count

    # --- queues and streams
    def _install_sources(self) -> None:
        def create_event_source_mapping(backend, spec):
            function = self._functions.find(spec.get("FunctionName", ""), backend.region_name)
            if function is not None:
                self._check_source(backend, function, spec.get("EventSourceArn", ""))
            mapping = create(backend, spec)
            self.sources.start(mapping)
            return mapping

        def add_message(queue, message):
            """A FIFO queue knows a deduplication id for five minutes; moto's, only as long as the message lies in it."""
            if queue.fifo_queue and message.deduplication_id:
                known = vars(queue).setdefault("sandbox_deduplication_ids", {})
                if message.sent_timestamp < known.get(message.deduplication_id, 0) + DEDUPLICATION_MS:
                    return
                known[message.deduplication_id] = message.sent_timestamp
            add_to_queue(queue, message)
            self.sources.wake()

        def set_attributes(queue, attributes, now=None):
            """moto forgets the policy when another attribute is set."""
            kept = queue.policy if hasattr(queue, "_policy_json") and "Policy" not in attributes else None
            set_on_queue(queue, attributes, now)
            if kept:
                queue.policy = kept

        def attributes(queue):
            """The redrive policy as it was sent: with moto's spaces, Terraform plans a change for ever."""
            result = moto_attributes.fget(queue)
            if "RedrivePolicy" in result:
                result["RedrivePolicy"] = json.dumps(queue.redrive_policy, separators=(",", ":"))
            return result

        def add_record(shard, old, new):
            if old is not None and new is not None and old.to_json() == new.to_json():
                return  # AWS writes no record for a write that changes nothing
            add_to_shard(shard, old, new)
            self.sources.wake()

        def transact_write_items(backend, items):
            with self.dynamodb:  # the stream shows a transaction when it is done, or not at all
                return transact(backend, items)

        create = replace(LambdaBackend, "create_event_source_mapping", create_event_source_mapping)
        add_to_queue = replace(Queue, "add_message", add_message)
        set_on_queue = replace(Queue, "_set_attributes", set_attributes)
        moto_attributes = replace(Queue, "attributes", property(attributes))
        add_to_shard = replace(StreamShard, "add", add_record)
        transact = replace(DynamoDBBackend, "transact_write_items", transact_write_items)

    def _check_source(self, backend, function, source: str) -> None:
        """What AWS checks when an event source mapping is made."""
        if ":sqs:" in source:
            for action in SQS_ACTIONS:
                if not self._iam.may(function.role, action, source):
                    raise InvalidParameterValueException(
                        f"The provided execution role does not have permissions to call {action.split(':')[1]} on SQS")
            queue = sqs_backends[backend.account_id][backend.region_name].queues.get(source.split(":")[-1])
            if queue is not None and int(queue.visibility_timeout) < int(function.timeout):
                raise InvalidParameterValueException(
                    f"Queue visibility timeout: {queue.visibility_timeout} seconds is less than "
                    f"Function timeout: {function.timeout} seconds")
        if ":dynamodb:" in source and not all(self._iam.may(function.role, action, source) for action in STREAM_ACTIONS):
            raise InvalidParameterValueException(
                f"Cannot access stream {source}. Please ensure the role can perform the GetRecords, GetShardIterator, "
                "DescribeStream, and ListStreams Actions on your stream in IAM.")

    # --- topics
    def _install_sns(self) -> None:
        def publish_to(subscription, message, message_id, subject=None, message_attributes=None, group_id=None,
                       deduplication_id=None, message_structure=None):
            matcher = subscription._filter_policy_matcher
            if matcher is not None and not matcher.matches(message_attributes, message):
                return
            topic = subscription.topic.arn
            if subscription.protocol == "sqs" and \
                    not self._queue_takes(subscription.endpoint, "sns.amazonaws.com", topic, message):
                return
            if subscription.protocol != "lambda":
                publish(subscription, message, message_id, subject=subject, message_attributes=message_attributes,
                        group_id=group_id, deduplication_id=deduplication_id, message_structure=message_structure)
                return
            if message_structure == "json":
                message = subscription._parse_message_structure(message, "lambda")
            text = lambda value: b64encode(value).decode() if isinstance(value, bytes) else str(value)
            attributes = {name: {"Type": attribute["Type"], "Value": text(attribute["Value"])}
                          for name, attribute in (message_attributes or {}).items()}
            self._call(subscription.endpoint, "sns.amazonaws.com", topic, {"Records": [{
                "EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": subscription.arn, "Sns": {
                    "Type": "Notification", "MessageId": message_id, "TopicArn": topic, "Subject": subject,
                    "Message": message, "Timestamp": now(), "MessageAttributes": attributes, "SignatureVersion": "1",
                    "Signature": "SANDBOX", "SigningCertUrl": "https://sandbox/cert.pem",
                    "UnsubscribeUrl": "https://sandbox/unsubscribe"}}]})

        publish = replace(Subscription, "publish", publish_to)

    # --- buckets
    def _install_s3(self) -> None:
        def completed(event):
            """moto's event has placeholders where AWS tells when and who."""
            for record in event["Records"]:
                record |= {"eventTime": now(), "userIdentity": {"principalId": "AWS:SANDBOX"},
                           "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                           "responseElements": {"x-amz-request-id": uuid.uuid4().hex[:16].upper(), "x-amz-id-2": "SANDBOX"}}
                record["s3"]["bucket"]["ownerIdentity"] = {"principalId": "SANDBOX"}
                about = record["s3"]["object"]
                about["sequencer"] = f"{time.time_ns():016X}"
                if record["eventName"].startswith("ObjectRemoved"):
                    del about["size"], about["eTag"]
            return event

        def invoke_function(account_id, event, function_arn, region_name):
            self._call(function_arn, "s3.amazonaws.com", event["Records"][0]["s3"]["bucket"]["arn"], completed(event))

        def send_to_queue(account_id, event, queue_name, region_name):
            if "Records" in event:  # and not S3's test event
                bucket = event["Records"][0]["s3"]["bucket"]["arn"]
                queue = f"arn:aws:sqs:{region_name}:{account_id}:{queue_name}"
                if not self._queue_takes(queue, "s3.amazonaws.com", bucket, event):
                    return
                event = completed(event)
            send(account_id, event, queue_name, region_name)

        def put_bucket_notification_configuration(backend, bucket_name, configuration):
            """AWS checks at once that S3 may invoke each function, so the configuration must come after the permissions."""
            for one in as_list((configuration or {}).get("CloudFunctionConfiguration")):
                function = self._functions.find(one.get("CloudFunction") or one.get("LambdaFunctionArn"))
                if function is None or not self._permitted(function, "s3.amazonaws.com", f"arn:aws:s3:::{bucket_name}"):
                    raise S3ClientError("InvalidArgument", "Unable to validate the following destination configurations")
            return configure(backend, bucket_name, configuration)

        def put_object(backend, *args, **options):
            """moto tells of an upload in parts twice: as of one that was put, and as of one that was completed."""
            if options.get("multipart") is not None:
                options["disable_notification"] = True
            return put(backend, *args, **options)

        def put_bucket_policy(backend, bucket_name, policy):
            block = backend.get_bucket(bucket_name).public_access_block  # none set: a new bucket blocks
            public = any(s.get("Effect") == "Allow" and s.get("Principal") in ("*", {"AWS": "*"}) and not s.get("Condition")
                         for s in as_list(json.loads(policy)["Statement"]))
            if public and (block is None or block.block_public_policy):
                raise S3ClientError("AccessDenied", (
                    f"User: arn:aws:iam::{ACCOUNT}:user/deployer is not authorized to perform: s3:PutBucketPolicy on resource: "
                    f'"arn:aws:s3:::{bucket_name}" because public policies are prevented by the BlockPublicPolicy setting in S3 '
                    "Block Public Access."))
            put_policy(backend, bucket_name, policy)

        replace(s3_notifications, "_invoke_awslambda", invoke_function)
        send = replace(s3_notifications, "_send_sqs_message", send_to_queue)
        configure = replace(S3Backend, "put_bucket_notification_configuration", put_bucket_notification_configuration)
        put = replace(S3Backend, "put_object", put_object)
        put_policy = replace(S3Backend, "put_bucket_policy", put_bucket_policy)

    # --- rules
    def _send_to_targets(self):
        def send_to_targets(rule, original_event, transform_input=True):
            if rule.state != "ENABLED" or not rule.event_pattern.matches_event(original_event):
                return
            event = {name: value for name, value in original_event.items() if name != "ingestion-time"}
            if not isinstance(event.get("time"), str):
                moment = datetime.fromtimestamp(float(event.get("time") or time.time()), timezone.utc)
                event["time"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
            self._to_targets(rule, event)

        return send_to_targets

    def _to_targets(self, rule: Rule, event: dict) -> None:
        for target in rule.targets:
            if ":lambda:" in target["Arn"]:
                self._call(target["Arn"], "events.amazonaws.com", rule.arn, self._input(target, event))
            elif ":sqs:" not in target["Arn"] or self._queue_takes(target["Arn"], "events.amazonaws.com", rule.arn, event):
                self._leave_to_moto(rule, target, event)

    @staticmethod
    def _input(target: dict, event: dict):
        if "Input" in target:
            return json.loads(target["Input"])
        if transformer := target.get("InputTransformer"):
            made = EventTemplateParser.parse(transformer.get("InputTemplate"), transformer.get("InputPathsMap", {}),
                                             {**event, "ingestion-time": event["time"]})
            return parsed(made) if isinstance(made, str) else made
        for part in target.get("InputPath", "$").lstrip("$.").split("."):
            event = event.get(part) if part else event
        return event

    def _leave_to_moto(self, rule: Rule, target: dict, event: dict) -> None:
        alone = copy.copy(rule)
        alone.targets = [target]
        alone.event_pattern = type("Every", (), {"matches_event": staticmethod(lambda event: True)})
        moment = datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()
        try:
            self._moto_send_to_targets(alone, {**event, "time": moment})
        except NotImplementedError:
            self._functions.drop(f"rule {rule.name}", f"the sandbox has no such target: {target['Arn']}", event)

    # --- schedules, which come due by hand
    def fire(self, name: str, bus: str) -> bool:
        """A rule with a schedule, or an EventBridge Scheduler schedule, comes due; whether there is an enabled one."""
        for account in list(events_backends.values()):
            for backend in list(account.values()):
                rule = backend.event_buses[bus].rules.get(name) if bus in backend.event_buses else None
                if rule is not None and rule.state == "ENABLED":
                    self._to_targets(rule, self._scheduled_event(rule.region_name, rule.arn, "aws.events"))
                    return True
        for account in list(scheduler_backends.values()):
            for backend in list(account.values()):
                for group in backend.schedule_groups.values():
                    schedule = group.schedules.get(name)
                    if schedule is not None and schedule.state == "ENABLED":
                        self._fire_schedule(schedule)
                        return True
        return False

    def _fire_schedule(self, schedule) -> None:
        service, target = "scheduler.amazonaws.com", schedule.target
        arn, role = target["Arn"], target.get("RoleArn") or ""
        function = self._functions.find(arn)
        if function is None:
            self._functions.drop(f"schedule {schedule.name}", f"the sandbox has no target {arn}", None)
        elif not self._iam.trusts(role, service):
            self._iam.refuse(service, "sts:AssumeRole", role, f"the role of schedule {schedule.name} does not trust {service}")
        elif not self._iam.uses(role, "lambda:InvokeFunction", arn):
            self._iam.refuse(role, "lambda:InvokeFunction", arn,
                             f"the role of schedule {schedule.name} may not invoke its target")
        else:
            event = target.get("Input") or json.dumps(
                {**self._scheduled_event(schedule.arn.split(":")[3], schedule.arn, "aws.scheduler"), "detail": "{}"})
            self._functions.invoke_async(function, event, f"schedule {schedule.name}")

    @staticmethod
    def _scheduled_event(region: str, arn: str, source: str) -> dict:
        return {"version": "0", "id": str(uuid.uuid4()), "detail-type": "Scheduled Event", "source": source, "account": ACCOUNT,
                "time": now()[:19] + "Z", "region": region, "resources": [arn], "detail": {}}
