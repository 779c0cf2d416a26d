/**
 * In: the text of a JSON file that something imports. Out: `FileFacts`, as of a module whose default export is the value,
 * and which exports each key that is an identifier: what bundlers make of JSON.
 */
import type { ConfigNode } from '../../config/config-node.js';
import { parseJson } from '../../config/parse-json.js';
import { type ExportFact, type Expr, type FileFacts, NO_FACTS, type Range, type ValueFact } from '../../ir/facts.js';

/** Characters; larger files are data, not settings. */
const MAX_LENGTH = 200_000;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

export const isJson = (path: string): boolean => path.endsWith('.json');

export function readJson(path: string, text: string): FileFacts {
  const tooLarge = (): FileFacts =>
    moduleOf({ t: 'opaque', form: 'too-large', text: path.slice(path.lastIndexOf('/') + 1), at: [0, text.length] });
  if (text.length > MAX_LENGTH) return tooLarge();
  const parsed = parseJson(text);
  if (parsed.ok && parsed.root !== null) return moduleOf(exprOf(parsed.root));
  if (!parsed.ok && parsed.problem.why === 'too-large') return tooLarge();
  const { problem, at } = parsed.ok ? { problem: 'the file is empty', at: { start: 0, end: 0 } } : parsed.problem;
  return { ...NO_FACTS, syntaxErrors: [{ message: problem, at: [at.start, at.end] }] };
}

function moduleOf(value: Expr): FileFacts {
  const values: { [name: string]: ValueFact } = { '*default*': { t: 'const', init: value, type: null, at: value.at } };
  const exports = new Map<string, ExportFact>([
    ['default', { name: 'default', local: '*default*', from: null, imported: null, at: value.at }],
  ]);
  for (const prop of value.t === 'object' ? value.props : []) {
    if (prop.t !== 'prop' || typeof prop.key !== 'string' || prop.key === 'default' || !IDENTIFIER.test(prop.key)) continue;
    values[prop.key] = { t: 'const', init: prop.value, type: null, at: prop.keyAt };
    exports.set(prop.key, { name: prop.key, local: prop.key, from: null, imported: null, at: prop.keyAt });
  }
  return { ...NO_FACTS, values, exports: [...exports.values()] };
}

function exprOf(node: ConfigNode): Expr {
  const at: Range = [node.at.start, node.at.end];
  switch (node.t) {
    case 'null':
      return { t: 'lit', v: null, at };
    case 'list':
      return { t: 'array', items: node.items.map(exprOf), at };
    case 'map': {
      const props = node.entries.map(({ key, keyAt, value }) => {
        const inner = exprOf(value);
        const where: Range = [keyAt.start, keyAt.end];
        return { t: 'prop', key, keyAt: where, value: inner, at: [where[0], inner.at[1]] } as const;
      });
      return { t: 'object', props, at };
    }
    default:
      return { t: 'lit', v: node.value, at };
  }
}
