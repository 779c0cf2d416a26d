/**
 * Buckets in AWS: a bucket with its settings, which are resources of their own, the website where it is one, and exactly one
 * notification configuration for all functions that listen, since S3 keeps one and forgets what it does not name.
 */
import type { DiagnosticSink } from '../../../compiler/diagnostics/diagnostic.js';
import { compareText } from '../../../compiler/ir/span.js';
import type { PlannedFunction, PlannedResource } from '../../../compiler/ir/stage-plan.js';
import type {
  FileEvent,
  FileListenerNode,
  FileOperation,
  FileStorageBucketNode,
} from '../../../compiler/kinds/file-storage-bucket.js';
import { bucketCodes } from '../codes/buckets.js';
import { address, isProtected, tags } from '../handles.js';
import { type AnyFragment, fragment, type Grant, type KindLowering, part } from '../lowering.js';
import { fitName } from '../names.js';
import type { PlanView } from '../plan-view.js';
import { block, blockAfter } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';
import { ref, render, type Template } from '../template.js';
import { canonicalJson, escapeTemplate } from '../text.js';

type Bucket = PlannedResource<FileStorageBucketNode>;

export const BUCKET = 'aws_s3_bucket';
const ACCESS = 'aws_s3_bucket_public_access_block';
const OWNERSHIP = 'aws_s3_bucket_ownership_controls';
const ENCRYPTION = 'aws_s3_bucket_server_side_encryption_configuration';
const WEBSITE = 'aws_s3_bucket_website_configuration';
const POLICY = 'aws_s3_bucket_policy';
const CORS = 'aws_s3_bucket_cors_configuration';
const NOTIFICATION = 'aws_s3_bucket_notification';
const PERMISSION = 'aws_lambda_permission';

const actions: { readonly [O in FileOperation]: readonly Grant[] } = {
  // who may not list is told that a missing file is forbidden
  get: [
    { actions: ['s3:GetObject'], on: 'files' },
    { actions: ['s3:ListBucket'], on: 'bucket' },
  ],
  save: [{ actions: ['s3:PutObject'], on: 'files' }],
  tag: [{ actions: ['s3:PutObject', 's3:PutObjectTagging'], on: 'files' }],
  delete: [{ actions: ['s3:DeleteObject'], on: 'files' }],
  list: [{ actions: ['s3:ListBucket'], on: 'bucket' }],
};

export const fileStorageBucket: KindLowering<FileStorageBucketNode> = {
  actions,
  // docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  nameRule: { what: 'S3 bucket', min: 3, max: 63 },
  hasClient: true,
  address: () => BUCKET,
  names: ({ bucketName }, { settings }) => ({
    logicalId: bucketId(bucketName),
    physicalName: `${bucketName}${settings.stage}`.toLowerCase(),
  }),
  arn: (bucket, on) => (on === 'files' ? [arnOf(bucket), '/*'] : [arnOf(bucket)]),
  attribute(bucket, attribute) {
    if (attribute === 'name') return [ref(`${address(BUCKET, bucket.logicalId)}.bucket`, (bucket.physicalName ?? '').length)];
    if (attribute === 'url') return websiteUrl(bucket);
    throw new Error(`a bucket has no attribute ${attribute}`);
  },
  check(bucket, view, sink) {
    checkName(bucket, view, sink);
    checkListeners(bucket, view, sink);
  },
  fragments(bucket, view) {
    const { logicalId, node } = bucket;
    const ends = [ENCRYPTION, node.website === null ? OWNERSHIP : POLICY].map((type) => address(type, logicalId));
    const website = node.website === null ? [] : [fragment(websitePart, websiteInput(bucket), [address(WEBSITE, logicalId)])];
    const origins = node.allowedCorsOrigins.map((origin) =>
      'text' in origin ? escapeTemplate(origin.text) : render(websiteUrl(view.resource(origin.website) as Bucket)),
    );
    const cors = origins.length === 0 ? [] : [fragment(corsPart, { id: logicalId, origins }, [address(CORS, logicalId)])];
    return [fragment(bucketPart, bucketInput(bucket, view), ends), ...website, ...cors, ...notification(bucket, view)];
  },
};

/** `http://...s3-website...`, without a slash at the end. Website endpoints of S3 have no TLS. */
export function websiteUrl({ logicalId, physicalName }: PlannedResource): Template {
  const longest = `${physicalName ?? ''}.s3-website-ap-southeast-99.amazonaws.com.cn`.length;
  return ['http://', ref(`${address(WEBSITE, logicalId)}.website_endpoint`, longest)];
}

/** The Terraform name: of the bucket's name and not of its class, since that is what the files hang on. */
function bucketId(bucketName: string): string {
  // the last one is the bucket that large zips go through
  const clean = /^(?!nimbus-artifacts$)[A-Za-z][A-Za-z0-9_-]*$/;
  const text = /^[A-Za-z]/.test(bucketName) ? bucketName : `bucket_${bucketName}`;
  return fitName(text, { clean, allowed: /^[A-Za-z0-9_-]$/, max: 200 }, bucketName);
}

function arnOf({ logicalId, physicalName }: Bucket) {
  return ref(`${address(BUCKET, logicalId)}.arn`, `arn:aws-us-gov:s3:::${physicalName ?? ''}`.length);
}

// --- limits

const RESERVED_BEGINNINGS = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_ENDS = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

function checkName({ node, physicalName }: Bucket, { settings }: PlanView, sink: DiagnosticSink): void {
  const name = physicalName ?? '';
  const problem = nameProblem(name);
  if (problem === null) return;
  // what no stage could mend is said once, and not for each stage in other words
  const own = node.bucketName.toLowerCase();
  const given = nameProblem(`${own}0`) === problem ? own : name;
  sink.for(bucketCodes).report('NIM3070', { name: given, problem }, node.source, { stages: [settings.stage] });
}

/** A predicate; null for names that S3 takes, whatever their length. */
function nameProblem(name: string): string | null {
  const other = /[^a-z0-9.-]/u.exec(name)?.[0];
  if (other !== undefined) return `has the character ${JSON.stringify(other)}, and S3 allows small letters, digits, "-" and "."`;
  if (!/^[a-z0-9]/.test(name)) return `begins with "${name[0]}", and S3 wants a letter or a digit there`;
  if (!/[a-z0-9]$/.test(name)) return `ends with "${name.at(-1)}", and S3 wants a letter or a digit there`;
  if (name.includes('..')) return 'has two dots side by side, which S3 does not allow';
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return 'looks like an IP address, which S3 does not allow';
  const beginning = RESERVED_BEGINNINGS.find((text) => name.startsWith(text));
  if (beginning !== undefined) return `begins with "${beginning}", which S3 keeps for itself`;
  const end = RESERVED_ENDS.find((text) => name.endsWith(text));
  return end === undefined ? null : `ends with "${end}", which S3 keeps for itself`;
}

/** S3 refuses two destinations for one sort of event, and tells so only when deployed. */
function checkListeners(bucket: Bucket, view: PlanView, sink: DiagnosticSink): void {
  const byEvent = new Map<FileEvent, Listener>();
  for (const listener of listenersOf(bucket, view)) {
    const { event, source } = listener.node;
    const first = byEvent.get(event);
    if (first === undefined) byEvent.set(event, listener);
    else {
      const params = { bucket: bucket.node.name, event, first: first.fn.node.name, second: listener.fn.node.name };
      sink.for(bucketCodes).report('NIM3071', params, source, {
        related: [{ span: first.node.source, text: `${first.fn.node.name} listens here` }],
        stages: [view.settings.stage],
      });
    }
  }
}

// --- the bucket and its settings

type BucketInput = {
  readonly id: string;
  readonly name: string;
  readonly website: boolean;
  readonly protected: boolean;
  readonly tags: { readonly [key: string]: string };
};

function bucketInput({ node, logicalId, physicalName, sourceTag }: Bucket, { settings }: PlanView): BucketInput {
  return {
    id: logicalId,
    name: escapeTemplate(physicalName ?? ''),
    website: node.website !== null,
    protected: isProtected(settings, address(BUCKET, logicalId)),
    tags: tags(settings, sourceTag),
  };
}

const bucketPart = part({
  name: 's3-bucket',
  load: async () => ({
    ...(await exportsOf(import('@cdktf/provider-aws/lib/s3-bucket/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js'))),
  }),
  build(
    { S3Bucket, S3BucketOwnershipControls, S3BucketPublicAccessBlock, S3BucketServerSideEncryptionConfigurationA },
    input: BucketInput,
    stack,
  ) {
    const { id } = input;
    const bucket = `\${${address(BUCKET, id)}.id}`;
    const made = new S3Bucket(stack, 'bucket', {
      bucket: input.name,
      ...(input.protected ? { lifecycle: { preventDestroy: true } } : {}),
      tags: input.tags,
    });
    block(made, id);
    // a website is public by its policy, never by ACLs
    const access = new S3BucketPublicAccessBlock(stack, 'access', {
      bucket,
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: !input.website,
      restrictPublicBuckets: !input.website,
    });
    block(access, id);
    const ownership = new S3BucketOwnershipControls(stack, 'ownership', {
      bucket,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
    });
    // S3 refuses changes of one bucket that come at the same time
    blockAfter(ownership, id, [address(ACCESS, id)]);
    const encryption = new S3BucketServerSideEncryptionConfigurationA(stack, 'encryption', {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    });
    block(encryption, id);
  },
});

// --- websites

type WebsiteInput = { readonly id: string; readonly indexFile: string; readonly errorFile: string };

function websiteInput({ node, logicalId }: Bucket): WebsiteInput {
  const { indexFile, errorFile } = node.website as NonNullable<FileStorageBucketNode['website']>;
  return { id: logicalId, indexFile: escapeTemplate(indexFile), errorFile: escapeTemplate(errorFile) };
}

const websitePart = part({
  name: 's3-website',
  load: async () => ({
    ...(await exportsOf(import('@cdktf/provider-aws/lib/s3-bucket-policy/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/s3-bucket-website-configuration/index.js'))),
    TerraformOutput: (await exportsOf(import('cdktf'))).TerraformOutput,
  }),
  build({ S3BucketPolicy, S3BucketWebsiteConfiguration, TerraformOutput }, { id, indexFile, errorFile }: WebsiteInput, stack) {
    const bucket = `\${${address(BUCKET, id)}.id}`;
    const website = new S3BucketWebsiteConfiguration(stack, 'website', {
      bucket,
      indexDocument: { suffix: indexFile },
      errorDocument: { key: errorFile },
    });
    block(website, id);
    const policy = new S3BucketPolicy(stack, 'policy', {
      bucket,
      policy: canonicalJson({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `\${${address(BUCKET, id)}.arn}/*` }],
      }),
    });
    // until the block is lifted S3 refuses a public policy
    blockAfter(policy, id, [address(ACCESS, id), address(OWNERSHIP, id)]);
    const value = `http://\${${address(WEBSITE, id)}.website_endpoint}`;
    block(new TerraformOutput(stack, 'url', { value }), `website_url_${id}`);
  },
});

type CorsInput = { readonly id: string; readonly origins: readonly string[] };

const corsPart = part({
  name: 's3-cors',
  load: () => exportsOf(import('@cdktf/provider-aws/lib/s3-bucket-cors-configuration/index.js')),
  build({ S3BucketCorsConfiguration }, { id, origins }: CorsInput, stack) {
    const made = new S3BucketCorsConfiguration(stack, 'cors', {
      bucket: `\${${address(BUCKET, id)}.id}`,
      corsRule: [{ allowedOrigins: [...origins], allowedMethods: ['GET', 'HEAD'], allowedHeaders: ['*'], maxAgeSeconds: 3600 }],
    });
    block(made, id);
  },
});

// --- functions that listen

interface Listener {
  readonly node: FileListenerNode;
  readonly fn: PlannedFunction;
}

/** With `:*`, uploads in parts, copies and posts count as well (docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html). */
const EVENTS: { readonly [E in FileEvent]: string } = {
  OBJECT_CREATED: 's3:ObjectCreated:*',
  OBJECT_DELETED: 's3:ObjectRemoved:*',
};

function listenersOf(bucket: Bucket, view: PlanView): readonly Listener[] {
  return view.contentsOf(bucket.node.id).flatMap(({ node }) => {
    return node.kind === 'file-listener' ? [{ node, fn: view.functionStartedBy(node.id) }] : [];
  });
}

function notification(bucket: Bucket, view: PlanView): readonly AnyFragment[] {
  const byFunction = new Map<PlannedFunction, string[]>();
  for (const { node, fn } of listenersOf(bucket, view)) {
    byFunction.set(fn, [...(byFunction.get(fn) ?? []), EVENTS[node.event]]);
  }
  if (byFunction.size === 0) return [];
  const functions = [...byFunction]
    .map(([fn, events]) => ({ id: fn.logicalId, permission: permissionId(bucket, fn), events: events.sort(compareText) }))
    .sort((a, b) => compareText(a.id, b.id));
  const input = { id: bucket.logicalId, functions };
  return [fragment(notificationPart, input, [address(NOTIFICATION, bucket.logicalId)])];
}

/** Also the id of the statement, of which Lambda takes 100 characters. */
function permissionId(bucket: Bucket, fn: PlannedFunction): string {
  const clean = /^[A-Za-z0-9_-]+$/;
  const identity = `${bucket.logicalId}\0${fn.logicalId}`;
  return fitName(`files_${bucket.logicalId}_${fn.logicalId}`, { clean, allowed: /^[A-Za-z0-9_-]$/, max: 100 }, identity);
}

type NotificationInput = {
  readonly id: string;
  readonly functions: readonly { readonly id: string; readonly permission: string; readonly events: readonly string[] }[];
};

const notificationPart = part({
  name: 's3-notification',
  load: async () => ({
    ...(await exportsOf(import('@cdktf/provider-aws/lib/lambda-permission/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/s3-bucket-notification/index.js'))),
  }),
  build({ LambdaPermission, S3BucketNotification }, { id, functions }: NotificationInput, stack) {
    for (const fn of functions) {
      const at = address('aws_lambda_function', fn.id);
      const permission = new LambdaPermission(stack, `permission-${fn.id}`, {
        statementId: fn.permission,
        action: 'lambda:InvokeFunction',
        functionName: `\${${at}.function_name}`,
        principal: 's3.amazonaws.com',
        sourceArn: `\${${address(BUCKET, id)}.arn}`,
        // the ARN of a bucket names no account, and its name may come to belong to another one
        sourceAccount: `\${split(":", ${at}.arn)[4]}`,
        // as for APIs: a function that is replaced under its name takes its policy with it
        lifecycle: { replaceTriggeredBy: [`${at}.arn`] },
      });
      block(permission, fn.permission);
    }
    const made = new S3BucketNotification(stack, 'notification', {
      bucket: `\${${address(BUCKET, id)}.id}`,
      lambdaFunction: functions.map((fn) => ({
        // the provider would make up another one each time
        id: fn.id,
        lambdaFunctionArn: `\${${address('aws_lambda_function', fn.id)}.arn}`,
        events: [...fn.events],
      })),
    });
    // S3 tries whether it may call each function
    const permissions = functions.map((fn) => address(PERMISSION, fn.permission)).sort(compareText);
    blockAfter(made, id, permissions);
  },
});
