/**
 * YAML with places, through the `yaml` package. Aliases and merge keys (`<<`) are followed, within bounds; tags and
 * several documents have no meaning in a configuration. Reports nothing itself.
 */
import * as yaml from 'yaml';
import {
  type ConfigEntry,
  type ConfigNode,
  DEEPEST,
  MOST_NODES,
  type Parsed,
  type ParseProblem,
  type Range,
} from './config-node.js';
import { yamlProblem } from './yaml-problems.js';

export function parseYaml(text: string): Parsed {
  const excess = tooLarge(text);
  if (excess !== null) return { ok: false, problem: excess };
  const document = yaml.parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  const mistakes = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const first = mistakes[0];
  if (first !== undefined) return { ok: false, problem: yamlProblem(first, text, document) };
  try {
    return { ok: true, root: document.contents === null ? null : new Converter(text).convert(document.contents, 0) };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, problem: error.problem };
    throw error;
  }
}

const LARGEST = 1_000_000;
/** Brackets left open, or indentation: generous, because brackets within quotes count too. */
const DEEPEST_LOOKING = 4 * DEEPEST;

/**
 * Looks at the text before the package does: its recursion over thousands of levels ends not in an exception but,
 * when V8 compiles a regular expression with the last of the stack, in the end of the process.
 */
function tooLarge(text: string): ParseProblem | null {
  const problem = (words: string, at: number): ParseProblem => ({
    why: 'too-large',
    problem: words,
    hint: null,
    label: '',
    at: { start: at, end: Math.min(at + 1, text.length) },
  });
  if (text.length > LARGEST) return problem(`it has more than ${LARGEST} characters`, 0);
  let open = 0;
  let lead: number | null = 0;
  for (let offset = 0; offset < text.length; offset += 1) {
    const character = text[offset] ?? '';
    if (character === '\n' || character === '\r') lead = 0;
    else if (lead !== null) lead = ' \t-?:'.includes(character) ? lead + 1 : null;
    if (character === '[' || character === '{') open += 1;
    else if (character === ']' || character === '}') open = Math.max(open - 1, 0);
    if (open > DEEPEST_LOOKING || (lead ?? 0) > DEEPEST_LOOKING)
      return problem(`values are nested more than ${DEEPEST} deep`, offset);
  }
  return null;
}

/** Leaves the recursion; never leaves this file. */
class Stop extends Error {
  constructor(readonly problem: ParseProblem) {
    super(problem.problem);
  }
}

class Converter {
  private nodes = 0;
  private readonly anchors = new Map<string, yaml.Node>();
  /** Nodes that are being converted; an alias to one of them would never end. */
  private readonly open = new Set<yaml.Node>();
  /** The alias whose value is being converted, the outermost of several: what repeats the rest. */
  private repeating: yaml.Alias | null = null;

  constructor(private readonly text: string) {}

  convert(node: yaml.Node | null, depth: number): ConfigNode {
    if (node === null) return { t: 'null', at: { start: 0, end: 0 } };
    this.nodes += 1;
    if (this.nodes > MOST_NODES) this.tooLarge(`it has more than ${MOST_NODES} values`, this.repeating ?? node);
    if (depth > DEEPEST) this.tooLarge(`values are nested more than ${DEEPEST} deep`, this.repeating ?? node);
    if (yaml.isAlias(node)) return this.alias(node, depth);
    if (!yaml.isScalar(node) && !yaml.isCollection(node)) return { t: 'null', at: this.rangeOf(node) };
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    if (yaml.isScalar(node)) return scalar(node.value, this.rangeOf(node));
    this.open.add(node);
    const converted = this.collection(node, depth);
    this.open.delete(node);
    return converted;
  }

  private collection(node: yaml.Node, depth: number): ConfigNode {
    const at = this.rangeOf(node);
    if (yaml.isSeq<yaml.Node>(node)) {
      return { t: 'list', items: node.items.map((item) => this.convert(item, depth + 1)), at };
    }
    const own: ConfigEntry[] = [];
    const merged: ConfigEntry[] = [];
    if (yaml.isMap<yaml.Node, yaml.Node | null>(node)) {
      for (const pair of node.items) {
        const { key, keyAt } = this.key(pair.key);
        const value = pair.value === null ? { t: 'null' as const, at: keyAt } : this.convert(pair.value, depth + 1);
        if (key === '<<' && yaml.isScalar(pair.key) && pair.key.type === 'PLAIN') merged.push(...this.mergeable(value, keyAt));
        else own.push({ key, keyAt, value });
      }
    }
    return { t: 'map', entries: withMerged(own, merged), at };
  }

  private key(node: yaml.Node): { key: string; keyAt: Range } {
    const target = yaml.isAlias(node) ? this.anchors.get(node.source) : node;
    const keyAt = this.rangeOf(node);
    if (yaml.isAlias(node) || target === undefined || !yaml.isScalar(target)) {
      throw new Stop({ why: 'syntax', problem: 'a key is not plain text', hint: null, label: '', at: keyAt });
    }
    if (target.anchor !== undefined) this.anchors.set(target.anchor, target);
    return { key: typeof target.value === 'string' ? target.value : this.text.slice(keyAt.start, keyAt.end), keyAt };
  }

  private alias(node: yaml.Alias, depth: number): ConfigNode {
    const at = this.rangeOf(node);
    const target = this.anchors.get(node.source);
    if (target === undefined) {
      const hint = `write &${node.source} in front of the value that is meant, above this line; or quote the text if it is meant to start with *`;
      throw new Stop({ why: 'syntax', problem: `there is no anchor "${node.source}" above`, hint, label: '', at });
    }
    if (this.open.has(target)) this.tooLarge(`the value "${node.source}" contains itself`, node);
    const outer = this.repeating;
    this.repeating ??= node;
    const value = this.convert(target, depth + 1);
    this.repeating = outer;
    // what is wrong with a repeated value as a whole is wrong where it is repeated
    return { ...value, at };
  }

  private mergeable(value: ConfigNode, keyAt: Range): readonly ConfigEntry[] {
    const maps = value.t === 'list' ? value.items : [value];
    return maps.flatMap((map) => {
      if (map.t === 'map') return map.entries;
      throw new Stop({ why: 'syntax', problem: '"<<" merges something that has no keys', hint: null, label: '', at: keyAt });
    });
  }

  private tooLarge(problem: string, node: yaml.Node): never {
    throw new Stop({ why: 'too-large', problem, hint: null, label: '', at: this.rangeOf(node) });
  }

  /** Without the line breaks and spaces that the package counts to a block. */
  private rangeOf(node: yaml.Node): Range {
    const [start, end] = node.range ?? [0, 0];
    return { start, end: start + this.text.slice(start, end).trimEnd().length };
  }
}

function scalar(value: unknown, at: Range): ConfigNode {
  if (typeof value === 'string') return { t: 'string', value, at };
  if (typeof value === 'boolean') return { t: 'boolean', value, at };
  if (typeof value === 'number' || typeof value === 'bigint') return { t: 'number', value: Number(value), at };
  return { t: 'null', at };
}

/** A map's own keys win over merged ones, earlier merged ones over later. */
function withMerged(own: readonly ConfigEntry[], merged: readonly ConfigEntry[]): readonly ConfigEntry[] {
  const taken = new Set(own.map((entry) => entry.key));
  return [
    ...own,
    ...merged.filter((entry) => {
      if (taken.has(entry.key)) return false;
      taken.add(entry.key);
      return true;
    }),
  ];
}
