/**
 * `ClientBuilder` is a namespace, which a bundler keeps whole wherever it is used: with the getters of all kinds. A file that
 * does nothing with it but call getters by name gets one that has these only.
 */
import type { ImportFact } from '../../ir/facts.js';
import { compareText } from '../../ir/span.js';

const NAME = 'ClientBuilder';

/** The getters that a file calls, sorted; null when it imports no `ClientBuilder`, or may do something else with it. */
export function gettersOf(text: string, imports: readonly ImportFact[], known: ReadonlySet<string>): readonly string[] | null {
  const own = imports.filter(({ from, name }) => from === 'nimbusc' && (name === NAME || name === '*'));
  const [only] = own;
  if (own.length !== 1 || only === undefined || only.name !== NAME || only.local !== NAME) return null;
  const getters = new Set<string>();
  let others = 0;
  // What stands in a comment or a text counts as something else: then the whole of it is taken, which is never wrong.
  for (const [, getter] of text.matchAll(/\bClientBuilder\b(?:\s*\.\s*([A-Za-z]\w*))?/g)) {
    if (getter === undefined) others++;
    else getters.add(getter);
  }
  // The one is the import.
  const isPlain = others === 1 && getters.size > 0 && [...getters].every((getter) => known.has(getter));
  return isPlain ? [...getters].sort(compareText) : null;
}

/** The getters that there are, from the text of the compiled module that exports them. */
export function knownGetters(module: string): ReadonlySet<string> {
  return new Set([...module.matchAll(/\b(?:get|is)[A-Z]\w*/g)].map(([name]) => name));
}

/** The module `nimbusc` with such a `ClientBuilder`. */
export function narrowed(getters: readonly string[]): string {
  return `export * from './index.js';
import { ${getters.join(', ')} } from './client-builder.js';
export const ClientBuilder = { ${getters.join(', ')} };
`;
}
