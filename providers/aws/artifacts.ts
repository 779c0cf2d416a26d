/**
 * Zips too large to be sent with the function: they go through a bucket of the stage. Keys are the content's hash, so a
 * new zip is a new object and the old one stays until the function has moved on.
 */

import type { PlannedFunction, StageSettings } from '../../compiler/ir/stage-plan.js';
import type { ArtifactFacts } from '../../compiler/provider.js';
import { tags } from './handles.js';
import { type AnyFragment, fragment, part } from './lowering.js';
import { block } from './synth/block.js';
import { exportsOf } from './synth/exports-of.js';
import { escapeTemplate } from './text.js';

/**
 * AWS takes 50 MB in a request, and counts the encoded request (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 * The smaller reading of MB leaves room for the rest of the request.
 */
const DIRECT_UPLOAD_MAX = 50_000_000;

/** No class has a name with `-` in it. */
const BUCKET_ID = 'nimbus-artifacts';
/** AWS provider: 63 less the 26 characters that it appends. */
const BUCKET_PREFIX_MAX = 37;

export function goesThroughBucket(artifact: ArtifactFacts): boolean {
  return artifact.packedBytes > DIRECT_UPLOAD_MAX;
}

export function artifactReference(fn: PlannedFunction): { readonly bucket: string; readonly key: string } {
  const object = `aws_s3_object.${fn.logicalId}`;
  return { bucket: `\${${object}.bucket}`, key: `\${${object}.key}` };
}

/** Nothing when every zip is small. */
export function artifactFragments(
  settings: StageSettings,
  large: readonly { readonly fn: PlannedFunction; readonly artifact: ArtifactFacts }[],
): readonly AnyFragment[] {
  if (large.length === 0) return [];
  return [
    fragment(bucket, { prefix: bucketPrefix(settings), tags: tags(settings, null) }),
    ...large.map(({ fn, artifact }) =>
      fragment(object, {
        id: fn.logicalId,
        key: `${fn.logicalId}/${artifact.sha256}.zip`,
        file: `\${path.module}/${escapeTemplate(artifact.path)}`,
        tags: tags(settings, fn.sourceTag),
      }),
    ),
  ];
}

/** Bucket names are one space for all of AWS, so the provider completes the name. */
function bucketPrefix({ project, stage }: StageSettings): string {
  const name = `${project}-${stage}`
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .replace(/^-+/, '');
  return `${name.slice(0, BUCKET_PREFIX_MAX - 1)}-`;
}

type BucketInput = { readonly prefix: string; readonly tags: { readonly [key: string]: string } };

const bucket = part({
  name: 'artifact-bucket',
  load: async () => ({
    ...(await exportsOf(import('@cdktf/provider-aws/lib/s3-bucket/index.js'))),
    ...(await exportsOf(import('@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js'))),
  }),
  build({ S3Bucket, S3BucketPublicAccessBlock }, input: BucketInput, stack) {
    // nothing in it is worth keeping: every object is made from a file of the build
    block(new S3Bucket(stack, 'bucket', { bucketPrefix: input.prefix, forceDestroy: true, tags: input.tags }), BUCKET_ID);
    const closed = new S3BucketPublicAccessBlock(stack, 'access', {
      bucket: `\${aws_s3_bucket.${BUCKET_ID}.id}`,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    block(closed, BUCKET_ID);
  },
});

type ObjectInput = {
  readonly id: string;
  readonly key: string;
  readonly file: string;
  readonly tags: { readonly [key: string]: string };
};

const object = part({
  name: 'artifact-object',
  load: () => exportsOf(import('@cdktf/provider-aws/lib/s3-object/index.js')),
  build({ S3Object }, input: ObjectInput, stack) {
    const made = new S3Object(stack, 'object', {
      bucket: `\${aws_s3_bucket.${BUCKET_ID}.id}`,
      key: input.key,
      source: input.file,
      contentType: 'application/zip',
      lifecycle: { createBeforeDestroy: true },
      tags: input.tags,
    });
    block(made, input.id);
  },
});
