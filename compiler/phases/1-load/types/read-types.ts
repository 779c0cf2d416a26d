/**
 * In: the methods and classes whose types are wanted, by place. Out: these types. TypeScript's checker answers, for the files
 * that nothing is remembered of; what is remembered counts as long as every file that an answer depends on is as it was.
 */
import { ts } from 'ts-morph';
import { contentHash } from '../../../hash.js';
import type { SentValue } from '../../../ir/sent-value.js';
import type { ProjectPath, Span } from '../../../ir/span.js';
import { ANY, type Doc, type MethodResult, optionally, type TypeDecl, type WireType } from '../../../ir/wire-type.js';
import type { Host } from '../../../options.js';
import type { Inputs } from '../inputs.js';
import type { SourceProgram } from '../load-program.js';
import { maySend, sentValues } from './sends.js';
import { createTypeProgram, type TypeProgram, typeOptions } from './type-program.js';
import { type TypeNote, TypeReader } from './type-reader.js';

/** A class, by the place of its name. */
export interface ClassRequest {
  readonly file: ProjectPath;
  readonly at: Span;
  /** Methods by the places of their names; parameters by theirs, null where the type is not asked for. */
  readonly methods: readonly MethodRequest[];
  /** True when the type of its instances is wanted. */
  readonly self: boolean;
  /** The names of fields whose types are wanted as they are stored: private fields of what they hold included. */
  readonly stored: readonly string[];
}

export interface MethodRequest {
  readonly at: Span;
  readonly params: readonly (Span | null)[];
  /** True when a result that is not declared is to be inferred at once. */
  readonly infer: boolean;
}

export interface ClassTypes {
  readonly methods: readonly MethodTypes[];
  readonly self: WireType | null;
  /** The names of accessors of its instances, which are no data; only where `self` is wanted. */
  readonly computed: readonly string[];
  /** In the order of the names. `undefined` in a type says that the field may be absent. */
  readonly stored: readonly WireType[];
}

export interface MethodTypes {
  readonly params: readonly (BodyTypes | null)[];
  /** As declared; `any` where it is left to be inferred, unless that was asked for. */
  readonly result: MethodResult;
  readonly doc: Doc | null;
}

export interface BodyTypes {
  readonly type: WireType;
  readonly notes: readonly TypeNote[];
}

/** Of each method of a class, what it gives, declared or inferred. */
export type ResultTypes = readonly MethodResult[];

export interface TypeAnswers {
  /** In the order of the requests. */
  classes(): readonly ClassTypes[];
  /** The same for results. Inferring them takes most of the time, and only documents need them, so it is done when asked. */
  results(): readonly ResultTypes[];
  /** What the project's code sends as JSON, as far as it can be traced; in the order of files and places. */
  sends(): readonly SentValue[];
}

/** What is remembered of a file; types with numbers in the place of declarations. */
export interface StoredTypes {
  /** Hash of the settings, and of what was asked. */
  readonly key: string;
  /** The files that the answer depends on, and what they were. */
  readonly inputs: readonly (readonly [path: string, hash: string])[];
  readonly classes: Frozen;
  readonly results: Frozen | null;
}

interface Frozen {
  readonly declarations: readonly unknown[];
  readonly value: unknown;
}

export interface TypesCache {
  get(file: string): StoredTypes | undefined;
  set(file: string, types: StoredTypes): void;
}

export function readTypes(
  requests: readonly ClassRequest[],
  host: Host,
  source: SourceProgram,
  runtimeDir: string,
  cache: TypesCache,
): TypeAnswers {
  return new Answers(requests, host, source, runtimeDir, cache);
}

interface Readers {
  readonly program: TypeProgram;
  readonly reader: TypeReader;
  /** For what is stored. */
  readonly whole: TypeReader;
}

/** Before the name of a file: what is remembered of its calls. */
const SENDS = 'sends:';

class Answers implements TypeAnswers {
  private readonly inputs: Inputs;
  /** Declarations by key, of all files: one declaration is one object, whichever file names it. */
  private readonly declared = new Map<string, TypeDecl>();
  private readonly byFile = new Map<ProjectPath, ClassRequest[]>();
  private readonly stored = new Map<ProjectPath, StoredTypes>();
  private loaded: Readers | null = null;

  constructor(
    private readonly requests: readonly ClassRequest[],
    private readonly host: Host,
    private readonly source: SourceProgram,
    private readonly runtimeDir: string,
    private readonly cache: TypesCache,
  ) {
    this.inputs = source.inputs;
    for (const request of requests) this.byFile.set(request.file, [...(this.byFile.get(request.file) ?? []), request]);
  }

  /** Files that send something, and what is remembered of that. */
  private readonly senders = new Map<ProjectPath, StoredTypes | null>();

  classes(): readonly ClassTypes[] {
    const settings = typeOptions(this.host, this.source);
    const missing: { readonly file: ProjectPath; readonly asked: readonly ClassRequest[]; readonly key: string }[] = [];
    for (const [file, asked] of this.byFile) {
      const key = contentHash(JSON.stringify([settings, asked]));
      const stored = this.cache.get(file);
      if (stored?.key === key && stored.inputs.every(([path, hash]) => this.inputs.hash(path) === hash))
        this.stored.set(file, stored);
      else missing.push({ file, asked, key });
    }
    for (const file of this.source.files) {
      if (!maySend(this.source.text(file) ?? '')) continue;
      const stored = this.cache.get(`${SENDS}${file}`);
      const isValid = stored?.key === settings && stored.inputs.every(([path, hash]) => this.inputs.hash(path) === hash);
      this.senders.set(file, isValid ? stored : null);
    }
    const senders = [...this.senders].flatMap(([file, stored]) => (stored === null ? [file] : []));
    if (missing.length + senders.length > 0) {
      const { program, reader, whole } = this.load([...new Set([...missing.map(({ file }) => file), ...senders])]);
      for (const file of senders) {
        const classes = freeze(sentValues(file, program, reader));
        const stored = { key: settings, inputs: this.inputs.of(program.dependencies(file)), classes, results: null };
        this.cache.set(`${SENDS}${file}`, stored);
        this.senders.set(file, stored);
      }
      for (const { file, asked, key } of missing) {
        const classes = freeze(asked.map((request) => classTypes(request, program, reader, whole)));
        const stored = { key, inputs: this.inputs.of(program.dependencies(file)), classes, results: null };
        this.cache.set(file, stored);
        this.stored.set(file, stored);
      }
    }
    return this.ordered((stored) => stored.classes);
  }

  results(): readonly ResultTypes[] {
    const missing = [...this.stored].filter(([, stored]) => stored.results === null);
    if (missing.length > 0) {
      // What was loaded for other answers may lack files of which everything but the results is remembered.
      const hasAll = missing.every(([file]) => this.loaded?.program.sourceFile(file) !== undefined);
      const { program, reader } = hasAll && this.loaded !== null ? this.loaded : this.load(missing.map(([file]) => file));
      for (const [file, stored] of missing) {
        const asked = this.byFile.get(file) as readonly ClassRequest[];
        const full = { ...stored, results: freeze(asked.map((request) => resultTypes(request, program, reader))) };
        this.cache.set(file, full);
        this.stored.set(file, full);
      }
      this.loaded = null;
    }
    return this.ordered((stored) => stored.results as Frozen);
  }

  sends(): readonly SentValue[] {
    return [...this.senders.values()].flatMap((stored) => thaw((stored as StoredTypes).classes, this.declared) as SentValue[]);
  }

  private load(roots: readonly ProjectPath[]): Readers {
    const program = createTypeProgram(this.host, this.source, this.source.types, this.runtimeDir, roots);
    this.loaded = { program, reader: new TypeReader(program), whole: new TypeReader(program, true) };
    return this.loaded;
  }

  /** Always by way of the stored form, so that what is read does not depend on what was remembered. */
  private ordered<T>(part: (stored: StoredTypes) => Frozen): readonly T[] {
    const answers = new Map<ClassRequest, T>();
    for (const [file, asked] of this.byFile) {
      const found = thaw(part(this.stored.get(file) as StoredTypes), this.declared) as readonly T[];
      for (const [index, request] of asked.entries()) answers.set(request, found[index] as T);
    }
    return this.requests.map((request) => answers.get(request) as T);
  }
}

function classTypes(request: ClassRequest, program: TypeProgram, reader: TypeReader, whole: TypeReader): ClassTypes {
  const { checker } = program;
  const node = classAt(program.sourceFile(request.file), request.at);
  const methods = request.methods.map(({ at, params, infer }): MethodTypes => {
    const method = methodAt(node, at);
    const symbol = method === undefined ? undefined : checker.getSymbolAtLocation(method.name);
    return {
      params: params.map((place): BodyTypes | null => {
        if (place === null) return null;
        const parameter = method?.parameters.find((p) => startOf(p.name) === place.start || startOf(p) === place.start);
        if (parameter === undefined) return { type: ANY, notes: [{ note: 'unseen', path: '', at: null }] };
        const name = ts.isIdentifier(parameter.name) ? parameter.name.text : 'body';
        return reader.read(checker.getTypeAtLocation(parameter), name, parameter);
      }),
      result: method === undefined || (method.type === undefined && !infer) ? ANYTHING : resultType(method, checker, reader),
      doc: symbol === undefined ? null : reader.comment(symbol).doc,
    };
  });
  const instance = node === undefined ? null : checker.getTypeAtLocation(node);
  const self = request.self && instance !== null ? reader.read(instance, 'item').type : null;
  const computed = request.self && instance !== null ? checker.getPropertiesOfType(instance).filter(isAccessor) : [];
  const stored = request.stored.map((name): WireType => {
    const field = instance === null ? undefined : checker.getPropertyOfType(instance, name);
    if (node === undefined || field === undefined) return ANY;
    const { type } = whole.read(checker.getTypeOfSymbolAtLocation(field, node), name, field.valueDeclaration);
    return (field.flags & ts.SymbolFlags.Optional) === 0 ? type : optionally(type);
  });
  return { methods, self, computed: computed.map(({ name }) => name), stored };
}

const isAccessor = (property: ts.Symbol): boolean => (property.flags & ts.SymbolFlags.Accessor) !== 0;

function resultTypes(request: ClassRequest, program: TypeProgram, reader: TypeReader): ResultTypes {
  const node = classAt(program.sourceFile(request.file), request.at);
  return request.methods.map(({ at }) => {
    const method = methodAt(node, at);
    return method === undefined ? ANYTHING : resultType(method, program.checker, reader);
  });
}

/** `any` for what the checker runs out of stack with. */
function resultType(method: ts.MethodDeclaration, checker: ts.TypeChecker, reader: TypeReader): MethodResult {
  try {
    return resultTypeNow(method, checker, reader);
  } catch (error) {
    if (error instanceof RangeError) return ANYTHING;
    throw error;
  }
}

const ANYTHING: MethodResult = { type: ANY, answers: null };

function resultTypeNow(method: ts.MethodDeclaration, checker: ts.TypeChecker, reader: TypeReader): MethodResult {
  const signature = checker.getSignatureFromDeclaration(method);
  if (signature === undefined) return ANYTHING;
  const type = checker.getReturnTypeOfSignature(signature);
  return reader.result(checker.getAwaitedType(type) ?? type, method);
}

function methodAt(node: ts.ClassLikeDeclaration | undefined, at: Span): ts.MethodDeclaration | undefined {
  return node?.members.find((m): m is ts.MethodDeclaration => ts.isMethodDeclaration(m) && startOf(m.name) === at.start);
}

function classAt(file: ts.SourceFile | undefined, at: Span): ts.ClassLikeDeclaration | undefined {
  const visit = (node: ts.Node): ts.ClassLikeDeclaration | undefined => {
    if (node.end <= at.start || node.pos > at.start) return undefined;
    if (ts.isClassLike(node) && (node.name === undefined ? node.getStart() <= at.start : startOf(node.name) === at.start)) {
      const inner = node.name === undefined ? ts.forEachChild(node, visit) : undefined;
      return inner ?? node;
    }
    return ts.forEachChild(node, visit);
  };
  return file === undefined ? undefined : ts.forEachChild(file, visit);
}

function startOf(node: ts.Node): number {
  return node.getStart();
}

/** Declarations become numbers, so that circles can be written. */
function freeze(value: unknown): Frozen {
  const numbers = new Map<TypeDecl, number>();
  const pending: TypeDecl[] = [];
  const plain = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    if (Array.isArray(part)) return part.map(plain);
    const { t, to } = part as { readonly t?: unknown; readonly to?: TypeDecl };
    if (t !== 'ref' || to === undefined) return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, plain(item)]));
    let number = numbers.get(to);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(to, number);
      pending.push(to);
    }
    return { t, to: number };
  };
  const frozen = plain(value);
  const declarations: unknown[] = [];
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) declarations.push(plain(next));
  return { declarations, value: frozen };
}

function thaw(frozen: Frozen, declared: Map<string, TypeDecl>): unknown {
  const declarations = frozen.declarations.map((declaration) => {
    const decl = { ...(declaration as TypeDecl) };
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
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, full(part)]));
  };
  for (const { decl, fresh } of declarations) if (fresh) Object.assign(decl, { type: full(decl.type) });
  return full(frozen.value);
}
