/** Files of the project that a deployment puts into a bucket, with live values in the place of a few variables. */
import type { NodeBase, NodeId } from '../ir/graph.js';
import type { Span } from '../ir/span.js';
import { s } from '../schema/schema.js';
import { contentTypeOf } from './content-type.js';
import { type DecoratorDecl, decorator, type Kind, type LinkContext, type ProjectFile } from './definition.js';
import { bucketOf, bucketReference, bucketsOf, referenceIdentity, urlVariable } from './file-storage-bucket.js';
import { uploadCodes } from './file-upload-codes.js';
import { filesAt } from './file-upload-files.js';
import { HTTP_API_ID } from './http-api.js';
import { WEBSOCKET_API_ID } from './websocket-api.js';

export interface FileUploadNode extends NodeBase<'file-upload'> {
  readonly bucket: NodeId;
  /** Relative to the project's folder. */
  readonly localPath: string;
  /** Without slashes at its ends; empty for the root of the bucket. */
  readonly targetPath: string;
  /** Sorted by key. */
  readonly files: readonly UploadedFile[];
}

export interface UploadedFile {
  readonly key: string;
  readonly contentType: string;
  readonly file: ProjectFile;
  /** What is replaced in it; sorted by name. */
  readonly variables: readonly Variable[];
}

/** `${name}` stands for an attribute of a resource. */
export interface Variable {
  readonly name: string;
  readonly resource: NodeId;
  readonly attribute: string;
}

const fields = {
  ...bucketReference,
  localPath: s.string({ nonEmpty: true }),
  targetPath: s.string({}),
  substituteNimbusVariables: s.boolean().default(false),
  substituteNimbusVariablesFileRegex: s.string({ nonEmpty: true }).optional(),
  stages: s.stages(),
};

type Decl = DecoratorDecl<typeof fields>;

const uploads = decorator({
  name: 'FileUpload',
  role: 'declares',
  target: 'class',
  form: 'options',
  repeatable: true,
  fields,
  identity: (options) => `${referenceIdentity(options)} ${trimSlashes(options.targetPath.value)}`,

  connect(_owner, decl, context) {
    const { localPath, targetPath } = decl.options;
    const report = context.sink.for(uploadCodes);
    const pattern = patternOf(decl, context);
    const found = filesAt(localPath, context);
    const bucket = bucketOf(decl.options, decl, context);
    if (found === null || bucket === null || pattern === 'wrong') return;
    const target = targetPath.value.replace(/^\/+/, '');
    const problem = targetProblem(target, found.single);
    if (problem !== null) {
      report.report('NIM6305', { target: targetPath.value, problem, isFile: found.single }, targetPath.span);
      return;
    }
    const under = trimSlashes(target);
    const known = knownVariables(context);
    const files = found.files.map(({ file, relative }): UploadedFile => {
      const key = found.single ? under : under === '' ? relative : `${under}/${relative}`;
      const { type, binary } = contentTypeOf([key, file.path], file.placeholders !== null);
      const replaced = pattern !== null && !binary && pattern.test(relative);
      const names = replaced ? (file.placeholders ?? []) : [];
      for (const name of names) checkAvailable(name, file, known, decl.span, context);
      return {
        key,
        contentType: type,
        file,
        variables: names.flatMap((name) => known.get(name) ?? []),
      };
    });
    const node: FileUploadNode = {
      kind: 'file-upload',
      id: `file-upload:${bucket.bucketName}/${under} ${found.path}`,
      name: `${found.path} to ${bucket.name}`,
      source: decl.span,
      bucket: bucket.id,
      localPath: found.path,
      targetPath: under,
      files,
    };
    const before = context.existing(node.id);
    if (before !== null) {
      reportTwice(node, before, files[0]?.key ?? under, context);
      return;
    }
    context.add(node);
    context.edge({ kind: 'contains', from: bucket.id, to: node.id, source: decl.span });
  },
});

export const fileUpload: Kind = {
  name: 'file-upload',
  codes: uploadCodes,
  decorators: [uploads],
  exports: ['FileUploadOptions'],
  describe: {
    'file-upload': (node) => {
      const { localPath, targetPath, files } = node as FileUploadNode;
      const variables = [...new Set(files.flatMap((file) => file.variables.map((variable) => variable.name)))].sort();
      return { localPath, targetPath, files: files.length, variables };
    },
  },
  files: (node) => (node as FileUploadNode).files.map(({ file }) => file),
  local: (node) => ({
    bucket: (node as FileUploadNode).bucket,
    files: (node as FileUploadNode).files.map(({ key, contentType, file, variables }) => ({
      key,
      contentType,
      path: file.path,
      variables: variables.map(({ name, resource, attribute }) => ({ name, resource, attribute })),
    })),
  }),

  check(graph) {
    const byKey = new Map<string, FileUploadNode>();
    const reported = new Set<string>();
    for (const node of graph.resources.filter((n): n is FileUploadNode => n.kind === 'file-upload')) {
      for (const { key } of node.files) {
        const first = byKey.get(`${node.bucket}\0${key}`);
        if (first === undefined) byKey.set(`${node.bucket}\0${key}`, node);
        else if (!reported.has(node.id)) {
          reported.add(node.id);
          reportTwice(node, first, key, graph);
        }
      }
    }
  },
};

function reportTwice(
  node: NodeBase,
  first: NodeBase,
  key: string,
  { sink, stage }: { readonly sink: LinkContext['sink']; readonly stage: string },
): void {
  sink.for(uploadCodes).report('NIM6307', { key }, node.source, {
    related: [{ span: first.source, text: 'the first one is here' }],
    stages: [stage],
  });
}

/** What files have to be like for values to be put in; null when none gets any. */
function patternOf({ options }: Decl, context: LinkContext): RegExp | null | 'wrong' {
  const { substituteNimbusVariables, substituteNimbusVariablesFileRegex: given } = options;
  const report = context.sink.for(uploadCodes);
  try {
    const pattern = new RegExp(given?.value ?? '', 'u');
    if (substituteNimbusVariables.value) return pattern;
    if (given !== undefined) report.report('NIM6310', {}, given.span);
    return null;
  } catch (error) {
    const problem = (error as Error).message.replace(/^Invalid regular expression: /, '');
    report.report('NIM6306', { problem }, (given as NonNullable<typeof given>).span);
    return 'wrong';
  }
}

/** A predicate; null for good ones. */
function targetProblem(target: string, single: boolean): string | null {
  if (single && (target === '' || target.endsWith('/'))) return 'names no file';
  const segments = trimSlashes(target).split('/');
  if (target !== '' && segments.includes('')) return 'has two slashes side by side';
  const dots = segments.find((segment) => segment === '.' || segment === '..');
  return dots === undefined ? null : `has "${dots}" in it, which browsers would resolve`;
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+/, '').replace(/\/+$/, '');
}

/** Of the APIs, which are named in every stage; a website's variable is only known where the website is. */
const API_VARIABLES = [
  { name: 'NIMBUS_REST_API_URL', resource: HTTP_API_ID, what: 'HTTP function' },
  { name: 'NIMBUS_WEBSOCKET_API_URL', resource: WEBSOCKET_API_ID, what: 'WebSocket function' },
] as const;

function knownVariables(context: LinkContext): ReadonlyMap<string, Variable> {
  const apis = API_VARIABLES.filter(({ resource }) => context.existing(resource) !== null);
  const websites = bucketsOf(context).filter((bucket) => bucket.website !== null);
  return new Map(
    [
      ...apis.map(({ name, resource }) => ({ name, resource })),
      ...websites.map((bucket) => ({ name: urlVariable(bucket.bucketName), resource: bucket.id })),
    ].map((variable) => [variable.name, { ...variable, attribute: 'url' }]),
  );
}

function checkAvailable(
  name: string,
  file: ProjectFile,
  known: ReadonlyMap<string, Variable>,
  span: Span,
  context: LinkContext,
): void {
  const api = API_VARIABLES.find((variable) => variable.name === name);
  if (api === undefined || known.has(name) || context.incomplete) return;
  const params = { name, what: api.what, file: file.path };
  context.sink.for(uploadCodes).report('NIM6308', params, span, { stages: [context.stage] });
}
