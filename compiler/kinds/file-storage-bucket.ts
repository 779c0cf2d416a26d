/** Buckets of files, the functions that their changes start, and the client that reads and writes them. */
import { contentHash } from '../hash.js';
import type { ClassShape, NodeBase, NodeId } from '../ir/graph.js';
import type { Spanned } from '../ir/span.js';
import type { SymbolRef } from '../ir/static-value.js';
import { s } from '../schema/schema.js';
import { classOrText, decorator, type Kind, type LinkContext } from './definition.js';
import { bucketCodes } from './file-storage-bucket-codes.js';
import { functionOptions } from './function-options.js';

export interface FileStorageBucketNode extends NodeBase<'file-storage-bucket'> {
  /** As written, without the stage. */
  readonly bucketName: string;
  /** The class that declares it; null when only a function names it. */
  readonly class: ClassShape | null;
  /** Null: no website. */
  readonly website: { readonly indexFile: string; readonly errorFile: string } | null;
  readonly allowedCorsOrigins: readonly Origin[];
}

export const FILE_EVENTS = ['OBJECT_CREATED', 'OBJECT_DELETED'] as const;
export type FileEvent = (typeof FILE_EVENTS)[number];

/** A function listens to one sort of change of a bucket. */
export interface FileListenerNode extends NodeBase<'file-listener'> {
  readonly event: FileEvent;
}

/** An origin as browsers send it, `*`, or the URL of a website of the stage. */
export type Origin = { readonly text: string } | { readonly variable: string; readonly website: NodeId };

/** A bucket by its class or by its name; exactly one is to be given. */
export const bucketReference = {
  fileStorageBucket: s.reference('a class marked @FileStorageBucket').optional(),
  bucketName: s.string({ nonEmpty: true }).optional(),
};

interface GivenReference {
  readonly fileStorageBucket: Spanned<SymbolRef> | undefined;
  readonly bucketName: Spanned<string> | undefined;
}

/** Two decorators with equal texts mean the same bucket. */
export function referenceIdentity({ fileStorageBucket, bucketName }: GivenReference): string {
  const ref = fileStorageBucket?.value;
  if (ref === undefined) return `name:${bucketName?.value ?? ''}`;
  return ref.of === 'class' || ref.of === 'function' ? `${ref.file}#${ref.name}` : `${ref.of}:${ref.name}`;
}

/** The bucket that a decorator means; null when it was reported why there is none. `create`: what to do about an unknown name. */
export function bucketOf(
  reference: GivenReference,
  decl: { readonly spec: { readonly name: string }; readonly span: Spanned<unknown>['span'] },
  context: LinkContext,
  create?: (bucketName: string) => FileStorageBucketNode,
): FileStorageBucketNode | null {
  const { fileStorageBucket, bucketName } = reference;
  const report = context.sink.for(bucketCodes);
  const decorator = decl.spec.name;
  if ((fileStorageBucket === undefined) === (bucketName === undefined)) {
    report.report('NIM6201', { decorator, both: bucketName !== undefined }, bucketName?.span ?? decl.span);
    return null;
  }
  if (fileStorageBucket !== undefined) {
    const kinds = ['file-storage-bucket'];
    return context.resource(fileStorageBucket, kinds, decorator, 'fileStorageBucket') as FileStorageBucketNode | null;
  }
  const name = bucketName as Spanned<string>;
  const known = bucketsOf(context);
  const found = known.find((bucket) => bucket.bucketName === name.value);
  if (found !== undefined) return found;
  if (context.declaredElsewhere(name, 'file-storage-bucket', decorator)) return null;
  if (create !== undefined) return context.shared(plainId(name.value), () => create(name.value)) as FileStorageBucketNode;
  if (!context.incomplete) {
    const names = known.map((bucket) => bucket.bucketName);
    report.report('NIM6202', { bucket: name.value, decorator, known: names }, name.span, { stages: [context.stage] });
  }
  return null;
}

/** Sorted by name, so that no order of files shows. */
export function bucketsOf(context: LinkContext): readonly FileStorageBucketNode[] {
  return context.resourcesOf('file-storage-bucket') as readonly FileStorageBucketNode[];
}

/** No class has such a name. */
const plainId = (bucketName: string): NodeId => `file-storage-bucket:bucketName=${bucketName}`;

/** `UPLOADS_URL`: the variable that stands for the URL of a website, in files and in origins. */
export const urlVariable = (bucketName: string): string => `${bucketName.toUpperCase()}_URL`;

const fields = {
  bucketName: s.string({ nonEmpty: true }),
  staticWebsite: s.boolean().default(false),
  indexFile: s.string({ nonEmpty: true, pattern: /^[^/]+$/, what: 'a file name without "/"' }).optional(),
  errorFile: s.string({ nonEmpty: true, pattern: /^[^/]/, what: 'a path without "/" before it' }).optional(),
  allowedCorsOrigins: s.list(s.string({ nonEmpty: true })).optional(),
  stages: s.stages(),
};

const declares = decorator({
  name: 'FileStorageBucket',
  role: 'declares',
  target: 'class',
  form: 'options',
  repeatable: true,
  fields,
  textName: (options) => options.bucketName.value,

  declare(owner, decl, context) {
    const { bucketName, staticWebsite, indexFile, errorFile } = decl.options;
    const report = context.sink.for(bucketCodes);
    for (const [option, given] of Object.entries({ indexFile, errorFile })) {
      if (given !== undefined && !staticWebsite.value) report.report('NIM6204', { bucket: owner.name, option }, given.span);
    }
    const node: FileStorageBucketNode = {
      kind: 'file-storage-bucket',
      id: `file-storage-bucket:${owner.name}`,
      name: owner.name,
      source: decl.span,
      bucketName: bucketName.value,
      class: { name: owner.name, module: owner.file, local: owner.local, fields: [] },
      website: staticWebsite.value
        ? { indexFile: indexFile?.value ?? 'index.html', errorFile: errorFile?.value ?? 'error.html' }
        : null,
      allowedCorsOrigins: [],
    };
    const before = context.existing(node.id);
    if (before === null) {
      context.add(node);
      return;
    }
    report.report('NIM6203', { bucket: owner.name }, decl.span, {
      related: [{ span: before.source, text: 'the first one is here' }],
      stages: [context.stage],
    });
  },

  /** Origins may be URLs of websites, and those are known only when all buckets are. */
  connect(owner, decl, context) {
    const given = decl.options.allowedCorsOrigins?.value ?? [];
    const node = context.existing(`file-storage-bucket:${owner.name}`) as FileStorageBucketNode | null;
    if (given.length === 0 || node?.source !== decl.span) return;
    const origins = given.flatMap((origin) => {
      const found = originOf(origin.value, context);
      if (!('problem' in found)) return [found];
      context.sink.for(bucketCodes).report('NIM6206', { origin: origin.value, problem: found.problem }, origin.span);
      return [];
    });
    context.add({ ...node, allowedCorsOrigins: origins } as FileStorageBucketNode);
  },
});

/** The origin that a text means; or what is wrong with it, as a predicate. */
export function originOf(text: string, context: LinkContext): Origin | { readonly problem: string } {
  if (text === '*') return { text };
  const variable = /\$\{([^}]*)\}/.exec(text)?.[1];
  if (variable !== undefined) {
    const website = bucketsOf(context).find((bucket) => bucket.website !== null && urlVariable(bucket.bucketName) === variable);
    if (website === undefined) return { problem: `asks for \${${variable}}, but the project has no website of that name` };
    if (text === `\${${variable}}`) return { variable, website: website.id };
    return { problem: `has more in it than \${${variable}}, which is a whole origin` };
  }
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { problem: 'has no scheme such as https://' };
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+$/i.test(text)) return { text };
  return { problem: /\s/.test(text) ? 'contains white space' : 'has a path; browsers send origins without one' };
}

const triggers = decorator({
  name: 'FileStorageServerlessFunction',
  role: 'triggers',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields: { ...bucketReference, eventType: s.enum(FILE_EVENTS), ...functionOptions },
  identity: (options) => `${referenceIdentity(options)} ${options.eventType.value}`,

  trigger(decl, target, context) {
    const { span, options } = decl;
    const bucket = bucketOf(options, decl, context, (bucketName) => ({
      kind: 'file-storage-bucket',
      id: plainId(bucketName),
      name: bucketName,
      source: span,
      bucketName,
      class: null,
      website: null,
      allowedCorsOrigins: [],
    }));
    if (bucket === null) return;
    const event = options.eventType.value;
    const node: FileListenerNode = {
      kind: 'file-listener',
      id: `file-listener:${bucket.name} ${event} ${target.name}`,
      name: `${bucket.name} ${event}`,
      source: span,
      event,
    };
    const before = context.existing(node.id);
    if (before !== null) {
      context.sink.for(bucketCodes).report('NIM6205', { fn: target.name, event, bucket: bucket.name }, span, {
        related: [{ span: before.source, text: 'the first one is here' }],
        stages: [context.stage],
      });
      return;
    }
    context.add(node);
    context.edge({ kind: 'contains', from: bucket.id, to: node.id, source: span });
    context.edge({ kind: 'triggers', from: node.id, to: target.id, source: span });
  },
});

const starts =
  (event: FileEvent) =>
  (trigger: NodeBase): boolean =>
    trigger.kind === 'file-listener' && (trigger as FileListenerNode).event === event;

const operations = {
  get: { summary: 'read a file', methods: ['getFile', 'getFileAsString'] },
  save: { summary: 'save a file', methods: ['saveFile', 'saveFileWithContentType'], starts: starts('OBJECT_CREATED') },
  tag: { summary: 'save a file with tags', methods: ['saveFile'], only: { argument: 2, member: 'tags' } },
  delete: { summary: 'delete a file', methods: ['deleteFile'], starts: starts('OBJECT_DELETED') },
  list: { summary: 'list the files', methods: ['listFiles'] },
} as const;

export type FileOperation = keyof typeof operations;

const uses = decorator({
  name: 'UsesFileStorageBucket',
  role: 'uses',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields: { ...bucketReference, stages: s.stages() },
  identity: referenceIdentity,

  use(decl, user, context) {
    const bucket = bucketOf(decl.options, decl, context);
    if (bucket === null) return;
    const granted = { operations: Object.keys(operations), because: [decl.span] };
    context.edge({ kind: 'uses', from: user.id, to: bucket.id, source: decl.span, ...granted });
  },
});

export const fileStorageBucket: Kind = {
  name: 'file-storage-bucket',
  label: 'file storage bucket',
  codes: bucketCodes,
  decorators: [declares, triggers, uses],
  constants: { FileStorageEventType: Object.fromEntries(FILE_EVENTS.map((event) => [event, event])) },
  exports: [
    'FileContent',
    'FileInformation',
    'FileNotFoundException',
    'FileStorageBucketOptions',
    'FileStorageBucketReference',
    'FileStorageClient',
    'FileStorageEvent',
    'FileStorageServerlessFunctionOptions',
    'SaveFileOptions',
    'UsesFileStorageBucketOptions',
  ],
  handler: { event: 'FileStorageEvent', body: false },
  operations,
  clients: { getFileStorageClient: { target: 0 } },
  texts: (node) => [(node as FileStorageBucketNode).bucketName],
  permits: (target) => [classOrText(target, 'fileStorageBucket', 'bucketName')],
  data: {
    'file-storage-bucket': (node) => {
      const { bucketName, class: owner } = node as FileStorageBucketNode;
      return { called: bucketName, isNamed: false, likeness: owner?.name ?? null };
    },
  },
  describe: {
    'file-storage-bucket': (node) => {
      const { bucketName, class: owner, website, allowedCorsOrigins } = node as FileStorageBucketNode;
      return {
        bucketName,
        class: owner?.name ?? null,
        module: owner?.module ?? null,
        staticWebsite: website !== null,
        indexFile: website?.indexFile ?? null,
        errorFile: website?.errorFile ?? null,
        allowedCorsOrigins: allowedCorsOrigins.map(originText),
      };
    },
    'file-listener': (node) => ({ eventType: (node as FileListenerNode).event }),
  },
  client(node) {
    const { name, bucketName, class: owner } = node as FileStorageBucketNode;
    const variable = environmentName('BUCKET', bucketName);
    return {
      environment: [{ name: variable, attribute: 'name' }],
      target: owner,
      data: { bucketName, name, bucket: variable },
    };
  },
};

/** As the user wrote it. */
export const originText = (origin: Origin): string => ('text' in origin ? origin.text : `\${${origin.variable}}`);

/** Bucket names hold characters that names of Lambda's environment variables may not. */
export function environmentName(what: string, bucketName: string): string {
  const clean = bucketName.replace(/[^A-Za-z0-9_]/g, '_');
  return `NIMBUS_${what}_${clean === bucketName ? clean : `${clean}_${contentHash(bucketName).slice(0, 8)}`}`;
}
