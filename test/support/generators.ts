/**
 * Small valid applications: as a model that tests can reason about, and as source text in many styles that all mean the
 * same. A model is valid by construction: routes and topics are unique, and nothing is used in a stage where it is absent.
 */
import fc from 'fast-check';

/** `stages` as written; null: the default stages. */
export interface Placed {
  readonly stages: readonly string[] | null;
}

export interface StoreModel extends Placed {
  readonly kind: 'document' | 'key-value';
  readonly name: string;
  readonly file: string;
  readonly fields: readonly { readonly name: string; readonly type: string }[];
}

export type TriggerModel = Placed &
  (
    | { readonly on: 'http'; readonly method: string; readonly path: string }
    | { readonly on: 'websocket'; readonly topic: string }
    | { readonly on: 'deployment'; readonly isTest: boolean }
  );

export interface MethodModel {
  readonly name: string;
  readonly triggers: readonly TriggerModel[];
  readonly timeout: number | null;
  readonly uses: readonly (Placed & { readonly store: string })[];
  readonly sockets: readonly Placed[];
  readonly environment: readonly (Placed & { readonly key: string; readonly value: string })[];
  /** Types in the order of the parameters. */
  readonly parameters: readonly string[];
}

export interface HandlerModel {
  readonly name: string;
  readonly file: string;
  readonly methods: readonly MethodModel[];
}

export interface AppModel {
  readonly stages: readonly string[];
  readonly defaultStages: readonly string[];
  readonly stores: readonly StoreModel[];
  readonly handlers: readonly HandlerModel[];
}

/** The stages in which something is there. */
export function stagesOf(app: Pick<AppModel, 'defaultStages'>, placed: Placed): readonly string[] {
  return placed.stages ?? app.defaultStages;
}

export function isIn(app: Pick<AppModel, 'defaultStages'>, placed: Placed, stage: string): boolean {
  return stagesOf(app, placed).includes(stage);
}

/** Functions of a stage. */
export function functionsIn(
  app: AppModel,
  stage: string,
): readonly { readonly handler: HandlerModel; readonly method: MethodModel }[] {
  return app.handlers.flatMap((handler) =>
    handler.methods.filter((m) => m.triggers.some((t) => isIn(app, t, stage))).map((method) => ({ handler, method })),
  );
}

// --- models

// No name is part of another, so that a text search finds what it is for.
const STAGES = ['dev', 'prod', 'qa'];
const STORES = ['Amber', 'Basil', 'Cedar', 'Dune'];
const HANDLERS = ['Quartz', 'Raven', 'Slate', 'Tulip'];
const METHODS = ['open', 'close', 'fetch', 'send'];
const FILES = ['src/app.ts', 'src/models/records.ts', 'src/zeta.ts'];
const FIELDS = ['title', 'count', 'created', 'tags', 'nested'];
const TYPES = ['string', 'number', 'Date', 'string[]', 'Set<string>', 'bigint', 'Uint8Array', 'Map<string, Date>'];
const HTTP_METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const SPECIAL_TOPICS = ['$connect', '$disconnect', '$default'];

const stagesArbitrary = (stages: readonly string[]): fc.Arbitrary<Placed['stages']> =>
  fc.option(fc.subarray([...stages], { minLength: 1 }), { nil: null });

const storeArbitrary = (name: string, stages: readonly string[]): fc.Arbitrary<StoreModel> =>
  fc.record({
    kind: fc.constantFrom('document' as const, 'key-value' as const),
    name: fc.constant(name),
    file: fc.constantFrom(...FILES),
    fields: fc
      .subarray(FIELDS)
      .chain((names) =>
        fc.tuple(...names.map((field) => fc.record({ name: fc.constant(field), type: fc.constantFrom(...TYPES) }))),
      ),
    stages: stagesArbitrary(stages),
  });

interface Draft {
  readonly on: 'http' | 'websocket' | 'deployment';
  readonly triggers: readonly { readonly stages: Placed['stages']; readonly verb: string; readonly isTest: boolean }[];
  readonly timeout: number | null;
  readonly uses: readonly { readonly store: number; readonly stages: Placed['stages'] }[];
  readonly sockets: readonly Placed['stages'][];
  readonly environment: readonly Placed['stages'][];
  readonly parameters: number;
}

const draftArbitrary = (stages: readonly string[]): fc.Arbitrary<Draft> =>
  fc.record({
    on: fc.constantFrom('http' as const, 'http' as const, 'websocket' as const, 'deployment' as const),
    triggers: fc.array(
      fc.record({ stages: stagesArbitrary(stages), verb: fc.constantFrom(...HTTP_METHODS), isTest: fc.boolean() }),
      { minLength: 1, maxLength: 2 },
    ),
    timeout: fc.option(fc.integer({ min: 1, max: 29 }), { nil: null }),
    uses: fc.array(fc.record({ store: fc.nat(3), stages: stagesArbitrary(stages) }), { maxLength: 3 }),
    sockets: fc.array(stagesArbitrary(stages), { maxLength: 1 }),
    environment: fc.array(stagesArbitrary(stages), { maxLength: 2 }),
    parameters: fc.nat(4),
  });

/** Applications with at least one function. */
export const appArbitrary: fc.Arbitrary<AppModel> = fc
  .record({ stages: fc.subarray(STAGES, { minLength: 1 }), defaults: fc.subarray(STAGES, { minLength: 1 }) })
  .map(({ stages, defaults }) => ({ stages, defaultStages: defaults.filter((d) => stages.includes(d)) }))
  .map(({ stages, defaultStages }) => ({ stages, defaultStages: defaultStages.length > 0 ? defaultStages : stages.slice(0, 1) }))
  .chain((base) =>
    fc
      .record({
        stores: fc.subarray(STORES).chain((names) => fc.tuple(...names.map((name) => storeArbitrary(name, base.stages)))),
        handlers: fc.subarray(HANDLERS, { minLength: 1 }).chain((names) =>
          fc.tuple(
            ...names.map((name) =>
              fc.record({
                name: fc.constant(name),
                file: fc.constantFrom(...FILES),
                methods: fc
                  .subarray(METHODS, { minLength: 1 })
                  .chain((methods) =>
                    fc.tuple(
                      ...methods.map((method) => fc.record({ name: fc.constant(method), draft: draftArbitrary(base.stages) })),
                    ),
                  ),
              }),
            ),
          ),
        ),
      })
      .map(({ stores, handlers }) => settle({ ...base, stores, handlers: [] }, handlers)),
  );

/** Makes models of drafts: everything gets a name of its own, and uses keep to the stages that have what they use. */
function settle(
  app: AppModel,
  drafts: readonly {
    readonly name: string;
    readonly file: string;
    readonly methods: readonly { readonly name: string; readonly draft: Draft }[];
  }[],
): AppModel {
  const special = [...SPECIAL_TOPICS];
  const triggers = (handler: string, method: string, draft: Draft): TriggerModel[] =>
    draft.triggers.slice(0, draft.on === 'deployment' ? 1 : 2).map(({ stages, verb, isTest }, i): TriggerModel => {
      if (draft.on === 'http')
        return { on: 'http', stages, method: verb, path: `${handler}/${method}/${i === 0 ? '{id}' : 'all'}` };
      if (draft.on === 'deployment') return { on: 'deployment', stages, isTest };
      return { on: 'websocket', stages, topic: special.shift() ?? `${handler}.${method}.${i}` };
    });
  const handlers = drafts.map(({ name, file, methods }) => ({
    name,
    file,
    methods: methods.map(({ name: method, draft }) => ({ method, draft, triggers: triggers(name, method, draft) })),
  }));
  const socketStages = handlers.flatMap((h) =>
    h.methods.flatMap((m) => m.triggers.filter((t) => t.on === 'websocket').flatMap((t) => stagesOf(app, t))),
  );
  const within = (stages: Placed['stages'], allowed: readonly string[]): Placed[] => {
    const wanted = stagesOf(app, { stages });
    const left = wanted.filter((stage) => allowed.includes(stage));
    return left.length === 0 ? [] : [{ stages: left.length === wanted.length ? stages : left }];
  };
  return {
    ...app,
    handlers: handlers.map(({ name, file, methods }) => ({
      name,
      file,
      methods: methods.map(({ method, draft, triggers: own }) => ({
        name: method,
        triggers: own,
        timeout: draft.timeout,
        uses: draft.uses.flatMap(({ store: index, stages }) => {
          const store = app.stores[index % Math.max(1, app.stores.length)];
          return store === undefined
            ? []
            : within(stages, stagesOf(app, store)).map((placed) => ({ ...placed, store: store.name }));
        }),
        sockets: draft.sockets.flatMap((stages) => within(stages, socketStages)),
        environment: draft.environment.map((stages, i) => ({ stages, key: `SETTING_${i}`, value: `value ${i}` })),
        parameters: parameters(own, draft.parameters),
      })),
    })),
  };
}

function parameters(triggers: readonly TriggerModel[], choice: number): readonly string[] {
  const [first] = triggers;
  if (first === undefined || first.on === 'deployment') return [];
  const event = first.on === 'http' ? 'HttpEvent' : 'WebSocketEvent';
  const bodies = ['{ text: string; at?: Date }', 'string[]', 'unknown'];
  const body = bodies[choice % bodies.length] as string;
  const carriesBody = triggers.every((t) => t.on !== 'websocket' || !t.topic.endsWith('connect'));
  return ([[], [event], [body], [event, body], [body, event]][choice] ?? []).filter((type) => carriesBody || type === event);
}

// --- text

/** What may change without changing the meaning. */
export interface Style {
  /** Turns the order of files, declarations, members, decorators, keys and stages. */
  readonly order: number;
  /** How nimbusc is imported. */
  readonly spelling: 'named' | 'alias' | 'namespace';
  readonly quote: "'" | '"' | '`';
  readonly lineEnd: '\n' | '\r\n';
  readonly comments: boolean;
  /** One option per line. */
  readonly spread: boolean;
}

export const PLAIN: Style = { order: 0, spelling: 'named', quote: "'", lineEnd: '\n', comments: false, spread: false };

export const styleArbitrary: fc.Arbitrary<Style> = fc.record({
  order: fc.nat(1_000_000),
  spelling: fc.constantFrom('named', 'alias', 'namespace'),
  quote: fc.constantFrom("'", '"', '`'),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  comments: fc.boolean(),
  spread: fc.boolean(),
});

/** A project of the model: its files by path, in the order in which the style has them. */
export function render(app: AppModel, style: Style = PLAIN): Record<string, string> {
  const printer = new Printer(app, style);
  const files = [...new Set([...app.stores, ...app.handlers].map((declared) => declared.file))];
  const config = `projectName: generated\ndefaultStages: [${app.defaultStages.join(', ')}]\n`;
  return Object.fromEntries([
    ['nimbus.yml', config],
    ...printer.ordered(files).map((file) => [file, printer.file(file)] as const),
  ]);
}

class Printer {
  private seed: number;
  private used = new Set<string>();

  constructor(
    private readonly app: AppModel,
    private readonly style: Style,
  ) {
    this.seed = style.order;
  }

  file(file: string): string {
    this.used = new Set();
    const stores = this.app.stores.filter((s) => s.file === file).map((s) => this.store(s));
    const handlers = this.app.handlers.filter((h) => h.file === file).map((h) => this.handler(h));
    const text = [...this.imports(file), ...this.ordered([...stores, ...handlers])].join('\n');
    return text.replaceAll('\n', this.style.lineEnd);
  }

  /** The same list in an order that depends on the style alone; as it is for order 0. */
  ordered<T>(list: readonly T[]): T[] {
    const left = [...list];
    if (this.style.order === 0) return left;
    return list.map(() => {
      this.seed = (this.seed * 1103515245 + 12345) % 2147483648;
      return left.splice(this.seed % left.length, 1)[0] as T;
    });
  }

  private imports(file: string): string[] {
    const names = this.ordered([...this.used].sort());
    const { spelling } = this.style;
    const own =
      spelling === 'namespace'
        ? `import * as nimbus from ${this.text('nimbusc', false)};`
        : `import { ${names.map((name) => (spelling === 'alias' ? `${name} as ${name}Alias` : name)).join(', ')} } from ${this.text('nimbusc', false)};`;
    const usedStores = new Set(
      this.app.handlers.filter((h) => h.file === file).flatMap((h) => h.methods.flatMap((m) => m.uses.map((u) => u.store))),
    );
    const foreign = this.app.stores.filter((s) => s.file !== file && usedStores.has(s.name));
    const up = '../'.repeat(file.split('/').length - 1) || './';
    return [
      ...(names.length === 0 ? [] : [own]),
      ...this.ordered(foreign).map(
        (s) => `import { ${s.name} } from ${this.text(`${up}${s.file.replace(/\.ts$/, '.js')}`, false)};`,
      ),
    ];
  }

  private store(store: StoreModel): string {
    const isDocument = store.kind === 'document';
    const options = { ...(isDocument ? {} : { keyType: { code: 'String' } }), ...this.stages(store) };
    const key = isDocument ? [`  ${this.decorator('Key', null)} id!: string;`] : [];
    const fields = store.fields.map(({ name, type }) => `  ${this.decorator('Attribute', null)} ${name}!: ${type};`);
    return [
      ...this.comment(`${store.name} is kept.`),
      this.decorator(isDocument ? 'DocumentStore' : 'KeyValueStore', options),
      `export class ${store.name} {`,
      ...key,
      ...fields,
      '}',
      '',
    ].join('\n');
  }

  private handler(handler: HandlerModel): string {
    const methods = this.ordered(handler.methods.map((method) => this.method(handler, method)));
    return [`export class ${handler.name} {`, ...methods, '}', ''].join('\n');
  }

  private method(handler: HandlerModel, method: MethodModel): string {
    const { app } = this;
    const kinds = new Map(app.stores.map((s) => [s.name, s.kind]));
    const decorators = [
      ...method.triggers.map((t) => this.trigger(t, method.timeout)),
      ...method.uses.map((u) =>
        this.decorator(kinds.get(u.store) === 'document' ? 'UsesDocumentStore' : 'UsesKeyValueStore', {
          dataModel: { code: u.store },
          ...this.stages(u),
        }),
      ),
      ...method.sockets.map((s) => this.decorator('UsesServerlessFunctionWebSocketClient', this.stages(s))),
      ...method.environment.map((e) => this.decorator('EnvironmentVariable', { key: e.key, value: e.value, ...this.stages(e) })),
    ];
    const parameters = method.parameters.map((type, i) => `p${i}: ${/Event$/.test(type) ? this.name(type) : type}`);
    return [
      ...this.comment(`Does what ${method.name} says.`),
      ...this.ordered(decorators).map((d) => `  ${d}`),
      `  async ${method.name}(${parameters.join(', ')}): Promise<string> {`,
      `    return ${JSON.stringify(`${handler.name}.${method.name}`)};`,
      '  }',
    ].join('\n');
  }

  private trigger(trigger: TriggerModel, timeout: number | null): string {
    const options = { ...(timeout === null ? {} : { timeout }), ...this.stages(trigger) };
    if (trigger.on === 'http') {
      const method = trigger.path.endsWith('all') ? { code: `${this.name('HttpMethod')}.${trigger.method}` } : trigger.method;
      return this.decorator('HttpServerlessFunction', { method, path: trigger.path, ...options });
    }
    if (trigger.on === 'websocket') return this.decorator('WebSocketServerlessFunction', { topic: trigger.topic, ...options });
    return this.decorator('AfterDeployment', { isTest: trigger.isTest, ...options });
  }

  private stages(placed: Placed): { stages?: readonly string[] } {
    return placed.stages === null ? {} : { stages: this.ordered(placed.stages) };
  }

  private decorator(name: string, options: Readonly<Record<string, unknown>> | null): string {
    const entries = this.ordered(Object.entries(options ?? {}).map(([key, value]) => `${key}: ${this.value(value)}`));
    if (entries.length === 0) return `@${this.name(name)}()`;
    const { spread } = this.style;
    return `@${this.name(name)}({${spread ? '\n    ' : ' '}${entries.join(spread ? ',\n    ' : ', ')}${spread ? ',\n  ' : ' '}})`;
  }

  private value(value: unknown): string {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return `[${value.map((item) => this.value(item)).join(', ')}]`;
    return typeof value === 'object' && value !== null ? (value as { code: string }).code : String(value);
  }

  private text(text: string, anyQuote = true): string {
    const quote = anyQuote || this.style.quote !== '`' ? this.style.quote : "'";
    return `${quote}${quote === '`' ? text.replaceAll('$', '\\$') : text}${quote}`;
  }

  private name(name: string): string {
    this.used.add(name);
    const { spelling } = this.style;
    return spelling === 'namespace' ? `nimbus.${name}` : spelling === 'alias' ? `${name}Alias` : name;
  }

  private comment(text: string): string[] {
    return this.style.comments ? [`/* ${text} @Key({ columnName: 'x' }) */`] : [];
  }
}
