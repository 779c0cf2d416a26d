/**
 * Uploaded files in AWS: an object each. Where variables are to be replaced, Terraform reads the file and puts the live
 * values in: no value is known when the module is made.
 */
import type { PlannedResource } from '../../../compiler/ir/stage-plan.js';
import type { FileUploadNode, UploadedFile, Variable } from '../../../compiler/kinds/file-upload.js';
import { bucketCodes } from '../codes/buckets.js';
import { address, tags } from '../handles.js';
import { type AnyFragment, fragment, type KindLowering, part, SET_LATE } from '../lowering.js';
import { fitName } from '../names.js';
import type { PlanView } from '../plan-view.js';
import { block } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';
import { expression, type Template } from '../template.js';
import { escapeTemplate } from '../text.js';
import { BUCKET } from './file-storage-bucket.js';
import { loweringOf } from './index.js';

const OBJECT = 'aws_s3_object';
/** docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const KEY_MAX_BYTES = 1_024;

export const fileUpload: KindLowering<FileUploadNode> = {
  actions: {},
  nameRule: null,
  hasClient: false,
  address: () => null,
  names: ({ id }) => ({ logicalId: fitName(id, { clean: NEVER, allowed: WORD, max: 200 }), physicalName: null }),
  check({ node }, view, sink) {
    for (const { key, file } of node.files) {
      const size = Buffer.byteLength(key);
      if (size <= KEY_MAX_BYTES) continue;
      const params = { file: file.path, size, limit: KEY_MAX_BYTES };
      sink.for(bucketCodes).report('NIM3072', params, node.source, { stages: [view.settings.stage] });
    }
  },
  hashedNames: ({ node }, namesOf, view) =>
    node.files.map(({ key }) => ({
      type: OBJECT,
      names: namesOf(view.resource(node.bucket).logicalId).map((bucket) => objectId(bucket, key)),
    })),
  fragments: (upload, view) => upload.node.files.map((file) => objectFragment(upload, file, view)),
};

const NEVER = /^(?!)/;
const WORD = /^[A-Za-z0-9_-]$/;

/** Always with a hash: objects of the artifact bucket have names without one. */
function objectId(bucket: string, key: string): string {
  return fitName(`${bucket}_${key}`, { clean: NEVER, allowed: WORD, max: 200 }, `${bucket}\0${key}`);
}

function objectFragment(
  { node, sourceTag }: PlannedResource<FileUploadNode>,
  uploaded: UploadedFile,
  view: PlanView,
): AnyFragment {
  const bucket = view.resource(node.bucket).logicalId;
  const { key, contentType, file } = uploaded;
  const id = objectId(bucket, key);
  const path = `uploads/${file.path}`;
  const input: ObjectInput = {
    id,
    bucket,
    key: escapeTemplate(key),
    contentType,
    from:
      uploaded.variables.length === 0
        ? { file: `\${path.module}/${escapeTemplate(path)}` }
        : { content: substituted(path, uploaded.variables, view) },
    tags: tags(view.settings, sourceTag),
  };
  const at = address(OBJECT, id);
  return fragment(object, input, [at], [{ path: ['resource', OBJECT, id, 'source_hash'], value: file.sha256 }]);
}

/** `${replace(replace(file("..."), "$${A}", ...), "$${B}", ...)}`; a value holds no variables, so their order is no matter. */
function substituted(path: string, variables: readonly Variable[], view: PlanView): string {
  const read = `file("\${path.module}/${expression([path]).slice(1)})`;
  const replaced = variables.reduce((text, { name, resource, attribute }) => {
    return `replace(${text}, ${expression([`\${${name}}`])}, ${expression(liveValue(resource, attribute, view))})`;
  }, read);
  return `\${${replaced}}`;
}

function liveValue(id: string, attribute: string, view: PlanView): Template {
  const resource = view.resource(id);
  const value = loweringOf(resource.node.kind).attribute?.(resource, attribute, view);
  if (value === undefined) throw new Error(`${id} has no attribute ${attribute}`);
  return value;
}

type ObjectInput = {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
  readonly from: { readonly file: string } | { readonly content: string };
  readonly tags: { readonly [key: string]: string };
};

const object = part({
  name: 's3-upload',
  load: () => exportsOf(import('@cdktf/provider-aws/lib/s3-object/index.js')),
  build({ S3Object }, input: ObjectInput, stack) {
    const made = new S3Object(stack, 'object', {
      bucket: `\${${address(BUCKET, input.bucket)}.id}`,
      key: input.key,
      contentType: input.contentType,
      ...('file' in input.from ? { source: input.from.file } : { content: input.from.content }),
      // and no etag, which is another hash for large or encrypted objects
      sourceHash: SET_LATE,
      tags: input.tags,
    });
    block(made, input.id);
  },
});
