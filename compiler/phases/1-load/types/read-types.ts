/**
 * In: the methods and classes whose types are wanted, by place. Out: these types. TypeScript's checker answers, for the files
 * that nothing is remembered of; what is remembered counts as long as every file that an answer depends on is as it was.
 */
import { ts } from 'ts-morph';
import { contentHash, hashOf } from '../../../hash.js';
import type { ProjectPath, Span } from '../../../ir/span.js';
import { ANY, type Doc, type TypeDecl, type WireType } from '../../../ir/wire-type.js';
import type { Host } from '../../../options.js';
import * as paths from '../../../paths.js';
import type { SourceProgram } from '../load-program.js';
import { createTypeProgram, type TypeProgram, typeOptions } from './type-program.js';
import { type TypeNote, TypeReader } from './type-reader.js';

/** A class, by the place of its name. */
export interface ClassRequest {
  readonly file: ProjectPath;
  readonly at: Span;
  /** Methods by the places of their names; parameters by theirs, null where the type is not asked for. */
  readonly methods: readonly { readonly at: Span; readonly params: readonly (Span | null)[] }[];
  /** True when the type of its instances is wanted. */
  readonly self: boolean;
}

export interface ClassTypes {
  readonly methods: readonly MethodTypes[];
  readonly self: WireType | null;
}

export interface MethodTypes {
  readonly params: readonly (BodyTypes | null)[];
  readonly result: WireType;
  readonly doc: Doc | null;
}

export interface BodyTypes {
  readonly type: WireType;
  readonly notes: readonly TypeNote[];
}

/** What is remembered of a file; types with numbers in the place of declarations. */
export interface StoredTypes {
  /** Hash of the settings, and of what was asked. */
  readonly key: string;
  /** The files that the answer depends on, and what they were. */
  readonly inputs: readonly (readonly [path: string, hash: string])[];
  readonly declarations: readonly unknown[];
  readonly classes: readonly unknown[];
}

export interface TypesCache {
  get(file: string): StoredTypes | undefined;
  set(file: string, types: StoredTypes): void;
}

/** The answers in the order of the requests. */
export function readTypes(
  requests: readonly ClassRequest[],
  host: Host,
  source: SourceProgram,
  runtimeDir: string,
  cache: TypesCache,
): readonly ClassTypes[] {
  const inputs = new Inputs(host, source);
  const declared = new Map<string, TypeDecl>();
  const byFile = new Map<ProjectPath, ClassRequest[]>();
  for (const request of requests) byFile.set(request.file, [...(byFile.get(request.file) ?? []), request]);

  const answers = new Map<ClassRequest, ClassTypes>();
  const missing: { file: ProjectPath; asked: readonly ClassRequest[]; key: string }[] = [];
  const settings = typeOptions(source.types);
  for (const [file, asked] of byFile) {
    const key = contentHash(JSON.stringify([settings, asked]));
    const stored = cache.get(file);
    if (stored?.key === key && stored.inputs.every(([path, hash]) => inputs.hash(path) === hash)) {
      const found = thaw(stored, declared);
      for (const [index, request] of asked.entries()) answers.set(request, found[index] as ClassTypes);
    } else missing.push({ file, asked, key });
  }
  if (missing.length > 0) {
    const roots = missing.map(({ file }) => file);
    const program = createTypeProgram(host, source, source.types, runtimeDir, roots);
    const reader = new TypeReader(program);
    for (const { file, asked, key } of missing) {
      const found = asked.map((request) => classTypes(request, program, reader));
      const used = program.dependencies(file).map((path) => [path, inputs.hash(path)] as const);
      const stored = freeze(found);
      cache.set(file, { key, inputs: inputs.compact(used), ...stored });
      // By way of the stored form, so that what is read does not depend on what was remembered.
      const thawed = thaw({ key, inputs: [], ...stored }, declared);
      for (const [index, request] of asked.entries()) answers.set(request, thawed[index] as ClassTypes);
    }
  }
  return requests.map((request) => answers.get(request) as ClassTypes);
}

function classTypes(request: ClassRequest, program: TypeProgram, reader: TypeReader): ClassTypes {
  const file = program.sourceFile(request.file);
  const node = file === undefined ? undefined : classAt(file, request.at);
  const { checker } = program;
  const methods = request.methods.map(({ at, params }): MethodTypes => {
    const method = node?.members.find(
      (m): m is ts.MethodDeclaration => ts.isMethodDeclaration(m) && startOf(m.name) === at.start,
    );
    const signature = method === undefined ? undefined : checker.getSignatureFromDeclaration(method);
    if (method === undefined || signature === undefined)
      return { params: params.map((p) => (p === null ? null : { type: ANY, notes: [] })), result: ANY, doc: null };
    const result = checker.getReturnTypeOfSignature(signature);
    const symbol = checker.getSymbolAtLocation(method.name);
    return {
      params: params.map((at): BodyTypes | null => {
        if (at === null) return null;
        const parameter = method.parameters.find((p) => startOf(p.name) === at.start || p.getStart() === at.start);
        if (parameter === undefined) return { type: ANY, notes: [] };
        const name = ts.isIdentifier(parameter.name) ? parameter.name.text : 'body';
        return reader.read(checker.getTypeAtLocation(parameter), name, parameter);
      }),
      result: reader.read(checker.getAwaitedType(result) ?? result, 'result', method).type,
      doc: symbol === undefined ? null : reader.comment(symbol).doc,
    };
  });
  const self = request.self && node !== undefined ? reader.read(checker.getTypeAtLocation(node), 'item').type : null;
  return { methods, self };
}

function classAt(file: ts.SourceFile, at: Span): ts.ClassLikeDeclaration | undefined {
  const visit = (node: ts.Node): ts.ClassLikeDeclaration | undefined => {
    if (node.end <= at.start || node.pos > at.start) return undefined;
    if (ts.isClassLike(node) && (node.name === undefined ? node.getStart() <= at.start : startOf(node.name) === at.start)) {
      const inner = node.name === undefined ? ts.forEachChild(node, visit) : undefined;
      return inner ?? node;
    }
    return ts.forEachChild(node, visit);
  };
  return ts.forEachChild(file, visit);
}

function startOf(node: ts.Node): number {
  return node.getStart();
}

/** Hashes of what answers depend on, each made once. */
class Inputs {
  private readonly known = new Map<string, string>();

  constructor(
    private readonly host: Host,
    private readonly source: SourceProgram,
  ) {}

  hash(path: string): string {
    let hash = this.known.get(path);
    if (hash === undefined) {
      hash = this.hashNow(path);
      this.known.set(path, hash);
    }
    return hash;
  }

  /** Of packages the manifest, whose version says what its files are; they are many, and change with it only. */
  compact(inputs: readonly (readonly [path: string, hash: string])[]): readonly (readonly [path: string, hash: string])[] {
    const found = new Map<string, string>();
    for (const [path, hash] of inputs) {
      const manifest = manifestOf(path);
      if (manifest === null) found.set(path, hash);
      else found.set(manifest, this.hash(manifest));
    }
    return [...found];
  }

  private hashNow(path: string): string {
    if (this.source.has(path)) {
      const targets = (this.source.facts(path)?.specifiers ?? []).map((s) => JSON.stringify(this.source.resolve(path, s)));
      return hashOf(this.source.hash(path), targets.join());
    }
    const bytes = this.host.readBytes(paths.join(this.source.projectDir, path));
    return bytes === null ? '' : contentHash(bytes);
  }
}

function manifestOf(path: string): string | null {
  const at = path.lastIndexOf('node_modules/');
  if (at < 0) return null;
  const [first = '', second = ''] = path.slice(at + 'node_modules/'.length).split('/');
  return `${path.slice(0, at)}node_modules/${first.startsWith('@') ? `${first}/${second}` : first}/package.json`;
}

/** Declarations become numbers, so that circles can be written. */
function freeze(classes: readonly ClassTypes[]): Pick<StoredTypes, 'declarations' | 'classes'> {
  const numbers = new Map<TypeDecl, number>();
  const pending: TypeDecl[] = [];
  const plain = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, function (this: { readonly t?: unknown }, key, part: unknown) {
        if (key !== 'to' || this.t !== 'ref') return part;
        const decl = part as TypeDecl;
        let number = numbers.get(decl);
        if (number === undefined) {
          number = numbers.size;
          numbers.set(decl, number);
          pending.push(decl);
        }
        return number;
      }),
    );
  const frozen = plain(classes) as unknown[];
  const declarations: unknown[] = [];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) declarations.push(plain(next));
  return { declarations, classes: frozen };
}

/** `declared`: declarations by key, of all files: one declaration is one object, whichever file names it. */
function thaw(stored: StoredTypes, declared: Map<string, TypeDecl>): readonly ClassTypes[] {
  const declarations = stored.declarations.map((frozen) => {
    const decl = { ...(frozen as TypeDecl) };
    const known = declared.get(decl.key);
    if (known !== undefined) return { decl: known, fresh: false };
    declared.set(decl.key, decl);
    return { decl, fresh: true };
  });
  const full = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(full);
    const { t, to } = value as { readonly t?: unknown; readonly to?: unknown };
    if (t === 'ref' && typeof to === 'number') return { t, to: declarations[to]?.decl };
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, full(part)])) as unknown;
  };
  for (const { decl, fresh } of declarations) if (fresh) Object.assign(decl, { type: full(decl.type) });
  return full(stored.classes) as ClassTypes[];
}
