/**
 * What a kind is: one file per layer says everything about it. This is the compiler's layer; `runtime/kinds`,
 * `runtime/adapters` and `providers/<name>/kinds` hold the others under the same base name.
 */
import type { CodeTable, DiagnosticSink } from '../diagnostics/diagnostic.js';
import type {
  ClassShape,
  EdgeBase,
  EnvironmentVariable,
  ExportedSymbol,
  ForcedPackage,
  FunctionNode,
  NodeBase,
  NodeId,
  TypeShape,
} from '../ir/graph.js';
import type { JsonObject } from '../ir/json.js';
import type { Span, Spanned } from '../ir/span.js';
import type { SymbolRef } from '../ir/static-value.js';
import type { Doc, HttpAnswer, WireType } from '../ir/wire-type.js';
import type { Decoded, Fields } from '../schema/schema.js';

/** declares: makes a resource of a class. triggers: makes a function of a method. uses: grants. configures: settles the rest. */
export type DecoratorRole = 'declares' | 'triggers' | 'uses' | 'configures' | 'field';

/** A decorator of nimbusc: how it is written, and what it does to the graph of a stage. */
export interface DecoratorDefinition<F extends Fields> {
  /** The name that nimbusc exports. */
  readonly name: string;
  readonly role: DecoratorRole;
  readonly target: 'class' | 'method' | 'property';
  readonly fields: F;
  /**
   * How arguments are written. options: `({...})`, which may be left out when no field is required.
   * positional: `(Value)` for the field named. either: both. rest: `(a, b, ...)` collected into the list field named.
   */
  readonly form: 'options' | { readonly positional: string } | { readonly either: string } | { readonly rest: string };
  readonly repeatable: boolean;
  /** Which operations a decorator permits that permits the use of a resource; absent: all of the kind. */
  readonly permits?: readonly string[];
  /**
   * Of repeated decorators, which say the same thing and differ by stage only: equal keys. Among those, one that names
   * the stage wins over one that does not.
   */
  identity?(options: Decoded<F>): string;
  /**
   * triggers, on a class: the function is not a method under the decorator, but the method of this name in the class that
   * the option refers to.
   */
  readonly handlerIn?: { readonly option: keyof F & string; readonly method: string };
  /** Without `stages` it applies in every stage, where others apply in the project's default stages. */
  readonly everywhere?: true;
  /** declares: what the resource is called, where that is another name than its class's. Texts may refer to it by that name. */
  nameOf?(options: Decoded<F>): string;
  /** declares: what texts call the resource, where that is neither its own name nor its class's. */
  textName?(options: Decoded<F>): string;

  /** declares: the resource that the class is in one stage. */
  declare?(owner: ClassDecl, decl: DecoratorDecl<F>, context: LinkContext): void;
  /** On a class: what it has to do with other resources of the stage; all of them and all triggers are known by then. */
  connect?(owner: ClassDecl, decl: DecoratorDecl<F>, context: LinkContext): void;
  /** triggers: what starts the function. */
  trigger?(decl: DecoratorDecl<F>, target: FunctionDraft, context: LinkContext): void;
  /** uses: the grants; all resources and triggers of the stage are known by then. */
  use?(decl: DecoratorDecl<F>, user: FunctionDraft, context: LinkContext): void;
  /** configures: on the method itself, or on its class. */
  configure?(decl: DecoratorDecl<F>, target: FunctionDraft, context: LinkContext): void;
}

export type DecoratorSpec = DecoratorDefinition<Fields>;

/**
 * Checks a definition against the types of its own options, and then forgets them: phases treat all decorators alike,
 * and hand each only options that were decoded with its own fields.
 */
export function decorator<F extends Fields>(definition: DecoratorDefinition<F>): DecoratorSpec {
  return definition as unknown as DecoratorSpec;
}

/** A decorator in the source, its arguments evaluated and decoded. */
export interface DecoratorDecl<F extends Fields = Fields> {
  readonly spec: DecoratorSpec;
  readonly options: Decoded<F>;
  /** Null: the project's default stages. */
  readonly stages: readonly Spanned<string>[] | null;
  /** The whole decorator, from `@` on. */
  readonly span: Span;
}

/** The options of a decorator with their types, for code that looks at another decorator than its own. */
export function optionsOf<F extends Fields>(decl: DecoratorDecl, fields: F): Decoded<F> {
  if ((decl.spec.fields as Fields) !== fields) throw new Error(`@${decl.spec.name} has other options`);
  return decl.options as Decoded<F>;
}

export interface PropertyDecl {
  readonly name: string;
  readonly span: Span;
  readonly optional: boolean;
  readonly decorators: readonly DecoratorDecl[];
  /** `any` until the types are applied. */
  readonly type: TypeShape;
  /** The same with all that the checker knows; absent until the types are applied. */
  readonly wire?: WireType;
  /** The class that declares it: the decorated one or one of its bases. */
  readonly declaredIn: string;
}

export interface MethodDecl {
  readonly name: string;
  readonly span: Span;
  readonly decorators: readonly DecoratorDecl[];
  readonly params: readonly ParamDecl[];
  /** `any` where it is left to be inferred, unless the kind of function answers callers. */
  readonly result: WireType;
  readonly answers: readonly HttpAnswer[] | null;
  readonly doc: Doc | null;
  /** Decorators that are left out because of an error in their arguments. */
  readonly damaged: readonly Pick<DecoratorDecl, 'spec' | 'span'>[];
  /** True when an error was reported about one of its decorators, which is missing here. */
  readonly poisoned: boolean;
}

export interface ParamDecl {
  readonly name: string;
  readonly type: ParamType;
  readonly optional: boolean;
  readonly rest: boolean;
  readonly span: Span;
}

/** What a parameter's type is: an event type of nimbusc by export name, or a list of such events, or a body. */
export type ParamType = { readonly event: string; readonly list: boolean } | { readonly body: WireType };

/** A class that carries at least one decorator of nimbusc, itself or on a member. */
export interface ClassDecl {
  readonly name: string;
  readonly file: string;
  /** The declaration's name inside its module. */
  readonly local: string;
  /** The name under which the module exports it; null only after an error. */
  readonly exportName: string | null;
  readonly span: Span;
  readonly decorators: readonly DecoratorDecl[];
  readonly methods: readonly MethodDecl[];
  /** Own and inherited, base classes first. */
  readonly properties: readonly PropertyDecl[];
  /** The type of its instances; null where nobody asks for it. */
  readonly wire: WireType | null;
  /** The names of accessors of its instances: properties that are no data. */
  readonly computed: readonly string[];
  /** True when an error was reported about it: what refers to it stays silent. */
  readonly poisoned: boolean;
}

/** What one kind of function accepts as parameters. */
export interface HandlerRules {
  /** The event type of nimbusc that a parameter may have; null: none. */
  readonly event: string | null;
  readonly body: boolean;
  /** Parameters may be lists of events and bodies, for triggers that deliver several at once. */
  readonly lists?: boolean;
  /** How many bodies there can be, where that is more than one; which of them there may be is then the kind's to check. */
  readonly bodies?: number;
  /** Callers get the result as a value of its type, which is therefore inferred where it is not declared. */
  readonly answers?: boolean;
}

/** A function while it is being put together; `configures` decorators settle it. */
export interface FunctionDraft {
  readonly id: NodeId;
  readonly name: string;
  readonly owner: ClassDecl;
  readonly method: MethodDecl;
  readonly environment: EnvironmentVariable[];
  readonly packages: ForcedPackage[];
  factory: ExportedSymbol | null;
}

/** What may be asked about a class that a decorator refers to. */
export interface ClassInfo {
  readonly name: string;
  readonly declaredAt: Span;
  readonly module: string;
  readonly exportName: string | null;
  readonly abstract: boolean;
  /** Parameters its constructor cannot do without. */
  readonly requiredConstructorParameters: number;
  /** Public instance methods, inherited ones included. */
  readonly methods: readonly string[];
}

/** Facts a kind may use while it links one stage. */
export interface LinkContext {
  readonly stage: string;
  /** True when something may only be missing because of an error that was reported before. */
  readonly incomplete: boolean;
  readonly sink: DiagnosticSink;
  readonly config: LinkConfig;
  readonly files: ProjectFiles;
  /**
   * The resource that `ref` declares as one of `kinds` in this stage; null when the reason is, or will be, reported.
   * `option` is what messages call the place: `dataModel` unless given.
   */
  resource(ref: Spanned<SymbolRef>, kinds: readonly string[], decorator: string, option?: string): NodeBase | null;
  /** The same for a resource that is named by text, whose id is `<kind>:<name>`. */
  named(name: Spanned<string>, kind: string, decorator: string): NodeBase | null;
  /**
   * The resource of a kind that a text names: the one that a class declares under this name, or else the one that `create`
   * makes when it is first asked for. Null when a class declares it, but not in this stage, which will be reported.
   */
  namedOr(name: Spanned<string>, kind: string, decorator: string, create: () => NodeBase): NodeBase | null;
  /** Whether a class declares the resource that a text names, if not in this stage; then its absence will be reported. */
  declaredElsewhere(name: Spanned<string>, kind: string, decorator: string): boolean;
  /** A class of the project; null when it was reported that `ref` is something else. */
  classInfo(ref: Spanned<SymbolRef>, decorator: string, option?: string): ClassInfo | null;
  /** The resource of a kind that a class has declared so far in this stage; null when there is none. */
  declaredBy(owner: ClassDecl, kind: string): NodeBase | null;
  /** The resources of a kind that are known so far; sorted by id. */
  resourcesOf(kind: string): readonly NodeBase[];
  /** The resource that a whole stage shares (an API); null when nothing has made it. */
  existing(id: NodeId): NodeBase | null;
  /** The same, made by `create` when it is first asked for. */
  shared(id: NodeId, create: () => NodeBase): NodeBase;
  /** Adds a node whose id the caller has checked to be free. */
  add(node: NodeBase): void;
  edge(edge: Pick<EdgeBase, 'kind' | 'from' | 'to' | 'source'> & Partial<Pick<EdgeBase, 'operations' | 'because'>>): void;
}

/** The files of the project. Paths are relative to its folder, with forward slashes. */
export interface ProjectFiles {
  /** The output folder, which is none of the project's files. */
  readonly out: string;
  kind(path: string): 'file' | 'folder' | 'other' | null;
  /** Unsorted; null when it is no folder that can be read. */
  list(path: string): readonly { readonly name: string; readonly kind: 'file' | 'folder' | 'other' }[] | null;
  /** Where links lead to; begins with `..` when that is outside of the project. */
  real(path: string): string;
  /** Null when it cannot be read. */
  read(path: string): ProjectFile | null;
}

/** A file that goes into the output as it is. */
export interface ProjectFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** The NAMEs of all `${NAME}` of capital letters in it, sorted; null when it is no text. */
  readonly placeholders: readonly string[] | null;
}

export interface LinkConfig {
  readonly httpErrorMessageType: 'NONE' | 'PLAIN_TEXT' | 'APPLICATION_JSON' | 'HEADER';
  readonly defaultAllowedOrigin: string | null;
  readonly defaultAllowedHeaders: readonly string[];
  readonly keepWarmStages: readonly string[];
}

/** A read-only look at a finished stage, for rules that concern several nodes. */
export interface GraphView {
  readonly stage: string;
  readonly sink: DiagnosticSink;
  readonly functions: readonly FunctionNode[];
  readonly resources: readonly NodeBase[];
  readonly edges: readonly EdgeBase[];
  readonly config: LinkConfig;
  resource(id: NodeId): NodeBase | null;
  /** What triggers a function, sorted by id. */
  startersOf(id: NodeId): readonly NodeBase[];
}

/** How a client of a kind reaches its resource at run time. */
export interface ClientBinding {
  /** Environment variables that carry attributes of the resource. */
  readonly environment: readonly { readonly name: string; readonly attribute: string }[];
  /** The class that users hand to `ClientBuilder`; null when there is none. */
  readonly target: ClassShape | null;
  /** Handed to the client module's `register(target, data)`; types inside become their runtime descriptors. */
  readonly data: RuntimeData;
}

/** An import that a function needs for a client of its own. */
export interface RuntimeImport {
  /** A package of the project's, or `nimbusc:...`. */
  readonly from: string;
  readonly name: string;
  /** Who needs it, and where that is said, for the message when it is not installed. */
  readonly because: string;
  readonly source: Span;
}

export type RuntimeData =
  | string
  | number
  | boolean
  | null
  | { readonly shape: ClassShape }
  /** A reader of JSON values at run time; null there where all values of the type are JSON as they are. */
  | { readonly reads: WireType }
  /** What is imported. */
  | { readonly import: RuntimeImport }
  | readonly RuntimeData[]
  | { readonly [key: string]: RuntimeData };

export interface Operation {
  readonly summary: string;
  /** The client's methods that perform it. */
  readonly methods: readonly string[];
  /** Only calls that have a member of that name in that argument perform it. */
  readonly only?: { readonly argument: number; readonly member: string };
  /** Whether performing it on a resource sets off `trigger`: the resource itself, or one that it contains. Not: nothing. */
  starts?(trigger: NodeBase): boolean;
}

/** A getter of `ClientBuilder`, for the analysis of what code does with the client that it gives. */
export interface ClientGetter {
  /** Which argument tells the resource, by its class or a text; absent: a stage has one of the kind. */
  readonly target?: number;
  /** Which argument names a method of that class. */
  readonly method?: number;
  /** Any member of the client does this, for the method that is called like it. */
  readonly everyMember?: string;
  /** What methods give of what came from outside: an item of the class, or several; the result of the method that is called. */
  readonly gives?: { readonly [method: string]: 'item' | 'list' | 'pages' | 'map' | 'result' };
}

/** What code uses: a class, a text, or a method of a class; as the code in question can write it. */
export interface PermittedTarget {
  readonly class: string | null;
  readonly text: string | null;
  readonly method: string | null;
}

/** That what a client of a kind sends is handed to functions as their body. */
export interface Delivery {
  /** The getter of `ClientBuilder`. */
  readonly client: string;
  /** It arrives as text, which a function that takes a string gets as it is, whatever was sent. */
  readonly asText?: boolean;
  /** Functions may take lists of what is sent one by one. */
  readonly lists?: boolean;
}

/** What the guard has to know of something that holds data. */
export interface DataFacts {
  /** What its names are made of: `Order`. */
  readonly called: string;
  /** The user gave the name in the cloud, which is then nobody else's to keep. */
  readonly isNamed: boolean;
  /** What one that was renamed has in common with its former self; null: nothing that would be certain. */
  readonly likeness: string | null;
  /** What cannot be changed in place, by what users call it: `key`. */
  readonly settled?: { readonly [property: string]: string };
  /** The types of what it stores, where they are the source's to say. */
  readonly columns?: readonly StoredColumn[];
}

export interface StoredColumn {
  readonly column: string;
  readonly type: WireType;
  readonly span: Span;
}

export interface Kind {
  readonly name: string;
  /** What one of its resources is called, where that is more than the name with spaces: `key-value store`. */
  readonly label?: string;
  /** A stage has one resource of it at most, which needs no name to be told from others. */
  readonly single?: true;
  readonly codes: CodeTable;
  readonly decorators: readonly DecoratorSpec[];
  /** Constant objects that nimbusc exports for this kind: `HttpMethod: { GET: 'GET' }`. */
  readonly constants?: { readonly [exportName: string]: { readonly [member: string]: string } };
  /** Other exports of nimbusc that belong to this kind (event types, classes), so that misspelt imports can be told. */
  readonly exports?: readonly string[];
  readonly handler?: HandlerRules;
  /** What a client of this kind can do; the keys are the operations of grants. */
  readonly operations?: { readonly [operation: string]: Operation };

  /**
   * The getters of its clients, by name. A kind without them is left as it is declared: what code does with its clients is not
   * followed.
   */
  readonly clients?: { readonly [getter: string]: ClientGetter };
  /** The texts that its getters take for a node; absent: its name. */
  texts?(node: NodeBase): readonly string[];
  /** The options of the decorator that permits the use of a resource, as they are written; none: it takes none. */
  permits?(target: PermittedTarget): readonly { readonly option: string; readonly value: string }[];

  readonly delivers?: Delivery;

  /** The resources of a finished stage with what only all of them together settle. */
  settle?(graph: GraphView): readonly NodeBase[];
  check?(graph: GraphView): void;
  /** What the runtime of a function that uses `node` has to know. */
  client?(node: NodeBase): ClientBinding;
  /**
   * Of a kind that triggers functions and whose events only the provider can read: what the provider's module of that name
   * (`nimbusc:client/<kind>`) is told about `node`, in each function that `node` triggers.
   */
  reader?(node: NodeBase): ClientBinding;
  /** The files of the project that a node needs in the output, as `uploads/<path>`. */
  files?(node: NodeBase): readonly ProjectFile[];
  /** What a function is told because of what starts it: attributes of resources, as environment variables. */
  environment?(
    starters: readonly NodeBase[],
    resource: (id: NodeId) => NodeBase | null,
  ): readonly { readonly name: string; readonly resource: NodeId; readonly attribute: string }[];
  /** Of nodes that hold data of users, by the nodes' kind; null for one that is not the stage's own. */
  readonly data?: { readonly [nodeKind: string]: (node: NodeBase) => DataFacts | null };
  /** The settled options of each of the kind's nodes, by the nodes' kind, as `graph.json` shows them. */
  readonly describe: { readonly [nodeKind: string]: (node: NodeBase) => JsonObject };
  /** What the local cloud has to know of a node besides. */
  local?(node: NodeBase): JsonObject | undefined;
  /** The adapter of `target` where it is another one than `runtime/adapters/<kind>`, and what it has to know besides its parameters. */
  adapter?(
    target: FunctionNode,
    graph: GraphView,
  ): {
    readonly module?: string;
    readonly data: { readonly [key: string]: RuntimeData };
    /** The adapter is handed its bodies as values of their types: parameters carry no reader of JSON. */
    readonly givesBodies?: boolean;
  };
  /**
   * What goes around the adapter of a function of any kind: the name of a module in `runtime/adapters` with
   * `wrap(handler)`; null: nothing.
   */
  wrapper?(target: FunctionNode, graph: GraphView): string | null;
}

/** The option for a class, or the one for a text where there is no class. */
export function classOrText(target: PermittedTarget, ofClass: string, ofText: string): { option: string; value: string } {
  if (target.class !== null) return { option: ofClass, value: target.class };
  return { option: ofText, value: `'${(target.text ?? '').replace(/['\\]/g, '\\$&')}'` };
}

/** The decorator that permits operations on resources of a kind: the first that permits all of them. */
export function permittingDecorator(kind: Kind, operations: readonly string[]): DecoratorSpec | undefined {
  return kind.decorators.find(
    ({ role, permits }) => role === 'uses' && (permits === undefined || operations.every((one) => permits.includes(one))),
  );
}
