/** Runs the analysis on source texts, and says what it found in few words. */
import { ts } from 'ts-morph';
import type { BodyFacts } from '../../../../compiler/ir/body-facts.js';
import type { Reached } from '../../../../compiler/ir/reached.js';
import { nimbusExports } from '../../../../compiler/kinds/exports.js';
import { kinds } from '../../../../compiler/kinds/index.js';
import { readBodies } from '../../../../compiler/phases/1-load/bodies/read-bodies.js';
import { ModuleGraph } from '../../../../compiler/phases/2-read/module-graph.js';
import { ClientGetters } from '../../../../compiler/phases/3-link/reach/clients.js';
import { ReachProgram } from '../../../../compiler/phases/3-link/reach/program.js';
import { reachedBy } from '../../../../compiler/phases/3-link/reach/reach.js';
import { moduleSource } from '../modules.js';

const getters = new ClientGetters(kinds);

export function programOf(files: Readonly<Record<string, string>>): ReachProgram {
  const bodies = new Map<string, BodyFacts | null>();
  return new ReachProgram(new ModuleGraph(moduleSource(files), nimbusExports), (file) => {
    const known = bodies.get(file);
    if (known !== undefined) return known;
    const read = readBodies(ts.createSourceFile(file, files[file] ?? '', ts.ScriptTarget.ESNext));
    // Bodies are kept as JSON between runs.
    const kept = JSON.parse(JSON.stringify(read)) as BodyFacts | null;
    bodies.set(file, kept);
    return kept;
  });
}

export function reach(program: ReachProgram, handler = 'main.ts#Handler.run', factory: string | null = null): Reached {
  const [module = '', rest = ''] = handler.split('#');
  const [className = '', method = ''] = rest.split('.');
  const [factoryModule = '', exportName = ''] = factory?.split('#') ?? [];
  return reachedBy(
    {
      module,
      exportName: className,
      className,
      method,
      factory: factory === null ? null : { module: factoryModule, exportName },
    },
    program,
    getters,
  );
}

/** `User.get`, sorted; `User!` for a client that escapes. */
export function operations(reached: Reached): string[] {
  const found = new Set<string>();
  for (const { target, calls, escaped, method } of reached.clients) {
    const name = target.of === 'class' ? target.name : target.of === 'text' ? `'${target.text}'` : target.of;
    const of = method === null ? name : `${name}#${method}`;
    for (const call of calls) found.add(`${of}.${call.method}`);
    if (escaped !== null) found.add(`${of}!`);
  }
  if (reached.unknownGetter !== null) found.add('?');
  return [...found].sort();
}

const STORES = `import { Attribute, ClientBuilder, DocumentStore, Key, KeyValueStore, Queue } from 'nimbusc';
@DocumentStore() export class User { @Key() id = ''; }
@DocumentStore() export class Order { @Key() id = ''; }
@KeyValueStore({ keyType: String }) export class Session { @Attribute() name = ''; }
@Queue({ id: 'jobs' }) export class Jobs {}
`;

/**
 * What `Handler.run` reaches. `text` is what stands after the imports: of nimbusc, and of the stores `User`, `Order`,
 * `Session` and the queue `Jobs`.
 */
export function found(text: string, more: Readonly<Record<string, string>> = {}): string[] {
  return operations(reach(programOf(sources(text, more))));
}

export function sources(text: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const main = `import { ClientBuilder, CustomFactory, type HttpEvent } from 'nimbusc';
import { Jobs, Order, Session, User } from './stores';
const users = ClientBuilder.getDocumentStoreClient(User);
const orders = ClientBuilder.getDocumentStoreClient(Order);
${text}`;
  return { 'main.ts': main, 'stores.ts': STORES, ...more };
}

/** The same for the body of the method. */
export function inBody(body: string, more: Readonly<Record<string, string>> = {}): string[] {
  return found(`export class Handler { async run(event: HttpEvent, input: any) { ${body} } }`, more);
}
