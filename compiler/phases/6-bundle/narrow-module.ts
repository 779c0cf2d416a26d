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
  const names = [...imports.map(({ name }) => name), ...passedOn];
  if (names.includes('*') || facts.stars.some(isOurs)) return null;
  const taken = new Set(passedOn.filter((name) => runtime.names.has(name)));
  for (const { name, local } of imports) {
    if (runtime.names.has(name)) taken.add(name === local && occursOnce(text, name) ? `-${name}` : name);
  }
  if (names.includes(BUILDER)) for (const name of gettersOf(text, facts, runtime) ?? [BUILDER]) taken.add(name);
  return [...taken].filter((name) => !taken.has(name.slice(1))).sort(compareText);
}

function occursOnce(text: string, name: string): boolean {
  const first = text.indexOf(name);
  return text.indexOf(name, first + 1) < 0;
}

/** Null when anything may be done with `ClientBuilder`. */
function gettersOf(text: string, facts: FileFacts, { getters: known }: RuntimeExports): readonly string[] | null {
  const own = facts.imports.filter(({ from, name }) => from === 'nimbusc' && name === BUILDER);
  if (own.length !== 1 || own[0]?.local !== BUILDER) return null;
  const getters = new Set<string>();
  let others = 0;
  // What stands in a comment or a text counts as something else: then the whole of it is taken, which is never wrong.
  for (const [, getter] of text.matchAll(/\bClientBuilder\b(?:\s*\.\s*([A-Za-z]\w*))?/g)) {
    if (getter === undefined) others++;
    else getters.add(getter);
  }
  // The one is the import.
  const isPlain = others === 1 && getters.size > 0 && [...getters].every((getter) => known.has(getter));
  return isPlain ? [...getters].map((getter) => `${BUILDER}.${getter}`) : null;
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
