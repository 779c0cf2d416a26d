/**
 * In: what a file imports of `nimbusc`. Out: a module `nimbusc` that has just this. The whole one re-exports from all kinds, and
 * a bundler would look at all of them for each function; and it keeps all of a namespace wherever that is used, so of
 * `ClientBuilder` a file that does nothing with it but call getters by name gets these.
 */
import type { FileFacts } from '../../ir/facts.js';
import { compareText } from '../../ir/span.js';

const BUILDER = 'ClientBuilder';

/** Which of the compiled runtime's modules has what. */
export interface RuntimeExports {
  readonly names: ReadonlyMap<string, string>;
  readonly getters: ReadonlyMap<string, string>;
}

/** From the texts of the compiled modules `index.js` and `client-builder.js`. */
export function runtimeExports(index: string, clientBuilder: string): RuntimeExports {
  return { names: exportsOf(index), getters: exportsOf(clientBuilder) };
}

function exportsOf(module: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, names = '', from = ''] of module.matchAll(/\bexport\s*\{([^}]*)\}\s*from\s*["'](\.[^"']+)["']/g)) {
    for (const name of names.split(',').map((it) => it.trim())) if (name !== '') found.set(name, from);
  }
  return found;
}

/**
 * What the file takes, sorted: names, and getters as `ClientBuilder.getQueueClient`; with `-` before it, what it only imports,
 * as it does with decorators, of which the text has none any more. What is not in the compiled module is a type. Null when the
 * file may take anything.
 */
export function takenNames(text: string, facts: FileFacts, runtime: RuntimeExports): readonly string[] | null {
  const isOurs = ({ from }: { readonly from: string | null }): boolean => from === 'nimbusc';
  const imports = facts.imports.filter(isOurs);
  const passedOn = facts.exports.filter(isOurs).map(({ imported }) => imported ?? '*');
  if (passedOn.includes('*') || facts.stars.some(isOurs)) return null;
  const namespaces = imports.filter(({ name }) => name === '*').map(({ local }) => membersOf(text, local, 1));
  if (namespaces.includes(null)) return null;
  const whole = [...passedOn, ...namespaces.flatMap((members) => members ?? [])];
  const taken = new Set(whole.filter((name) => runtime.names.has(name)));
  for (const { name, local } of imports) {
    if (runtime.names.has(name)) taken.add(name === local && occursOnce(text, name) ? `-${name}` : name);
  }
  const builders = imports.filter(({ name }) => name === BUILDER);
  if (builders.length > 0 || whole.includes(BUILDER)) {
    const isPlain = builders.every(({ local }) => local === BUILDER) && !passedOn.includes(BUILDER);
    const getters = isPlain ? membersOf(text, BUILDER, builders.length) : null;
    const areKnown = getters !== null && getters.length > 0 && getters.every((getter) => runtime.getters.has(getter));
    for (const getter of areKnown ? getters : [null]) taken.add(getter === null ? BUILDER : `${BUILDER}.${getter}`);
  }
  return [...taken].filter((name) => !taken.has(name.slice(1))).sort(compareText);
}

/** Null when the text does more with a name than to import it so many times and to use members of it by name. */
function membersOf(text: string, name: string, imported: number): readonly string[] | null {
  const members = new Set<string>();
  let others = 0;
  // What stands in a comment or a text counts as something else: then the whole of it is taken, which is never wrong.
  const uses = new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])(?:\\s*\\.\\s*([A-Za-z_$][\\w$]*))?`, 'g');
  for (const [, member] of text.matchAll(uses)) {
    if (member === undefined) others++;
    else members.add(member);
  }
  return others === imported ? [...members] : null;
}

function occursOnce(text: string, name: string): boolean {
  const first = text.indexOf(name);
  return text.indexOf(name, first + 1) < 0;
}

/** The module that has these names. */
export function narrowModule(taken: readonly string[], runtime: RuntimeExports): string {
  const lines: string[] = [];
  const getters: string[] = [];
  for (const name of taken) {
    const getter = name.startsWith(`${BUILDER}.`) ? name.slice(BUILDER.length + 1) : null;
    if (name === BUILDER) lines.push(`export * as ${BUILDER} from './client-builder.js';`);
    else if (name.startsWith('-')) lines.push(`export let ${name.slice(1)};`);
    else if (getter === null) lines.push(`export { ${name} } from '${runtime.names.get(name)}';`);
    else {
      lines.push(`import { ${getter} } from '${runtime.getters.get(getter)}';`);
      getters.push(getter);
    }
  }
  if (getters.length > 0) lines.push(`export const ${BUILDER} = { ${getters.join(', ')} };`);
  return lines.map((line) => `${line}\n`).join('');
}
