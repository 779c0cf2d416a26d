/**
 * JSON with places: `JSON.parse` accepts the same texts but tells neither where a value stands nor, in all versions of
 * Node, where a mistake is. Stops at the first mistake.
 */
import { type ConfigEntry, type ConfigNode, DEEPEST, type Parsed, type ParseProblem, type Range } from './config-node.js';

export function parseJson(text: string): Parsed {
  const reader = new JsonReader(text);
  try {
    return { ok: true, root: reader.document() };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** Leaves the recursion; never leaves this file. */
class Stop extends Error {
  constructor(readonly problem: ParseProblem) {
    super(problem.problem);
  }
}

const BYTE_ORDER_MARK = 0xfeff;
const SPACE = /[\t\n\r ]*/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/uy;
/** Letters, digits and what else a person may have meant as one word. */
const WORD = /[^\s,:{}[\]"]+/uy;
const ESCAPE = /["\\/bfnrt]|u[0-9a-fA-F]{4}/uy;

class JsonReader {
  private at = 0;

  constructor(private readonly text: string) {
    if (text.charCodeAt(0) === BYTE_ORDER_MARK) this.at = 1;
  }

  document(): ConfigNode | null {
    this.space();
    if (this.at === this.text.length) return null;
    const root = this.value(0);
    this.space();
    if (this.at < this.text.length) this.stop('there is more text behind the end of the value');
    return root;
  }

  private value(depth: number): ConfigNode {
    if (depth > DEEPEST) this.stop(`values are nested more than ${DEEPEST} deep`, { why: 'too-large' });
    this.space();
    const start = this.at;
    const next = this.text[start];
    if (next === '{') return this.map(depth);
    if (next === '[') return this.list(depth);
    if (next === '"') return { t: 'string', value: this.string(), at: { start, end: this.at } };
    const number = this.match(NUMBER);
    if (number !== null && this.peek(WORD) === null) {
      return { t: 'number', value: Number(number), at: { start, end: this.at } };
    }
    this.at = start;
    const word = this.match(WORD);
    const at = { start, end: this.at };
    if (word === 'true' || word === 'false') return { t: 'boolean', value: word === 'true', at };
    if (word === 'null') return { t: 'null', at };
    return this.noValue(word, at);
  }

  private noValue(word: string | null, at: Range): never {
    if (word === null) return this.stop('a value is missing');
    if (word.startsWith('//') || word.startsWith('/*'))
      return this.stop('it has a comment', { at, hint: 'JSON has no comments; nimbus.yml has' });
    if (word.startsWith("'")) return this.stop('text is in single quotes', { at, hint: 'JSON needs double quotes' });
    return this.stop('text is not in quotes', { at, hint: `write "${word}" in double quotes` });
  }

  private map(depth: number): ConfigNode {
    const start = this.at;
    const entries: ConfigEntry[] = [];
    this.separated('}', start, () => {
      const keyStart = this.at;
      if (this.text[keyStart] !== '"') {
        const key = this.match(WORD);
        if (key === null) this.stop('a key is missing');
        this.noValue(key, { start: keyStart, end: this.at });
      }
      const key = this.string();
      const keyAt = { start: keyStart, end: this.at };
      this.space();
      if (this.text[this.at] !== ':') this.stop(`the key "${key}" is not followed by ":"`);
      this.at += 1;
      entries.push({ key, keyAt, value: this.value(depth + 1) });
    });
    return { t: 'map', entries, at: { start, end: this.at } };
  }

  private list(depth: number): ConfigNode {
    const start = this.at;
    const items: ConfigNode[] = [];
    this.separated(']', start, () => items.push(this.value(depth + 1)));
    return { t: 'list', items, at: { start, end: this.at } };
  }

  /** Elements between commas up to the closing bracket. */
  private separated(close: string, start: number, element: () => void): void {
    this.at += 1;
    this.space();
    if (this.text[this.at] === close) {
      this.at += 1;
      return;
    }
    for (;;) {
      element();
      this.space();
      const comma = this.at;
      const next = this.text[comma];
      if (next === undefined) {
        this.stop(`the closing ${close} is missing`, { at: { start, end: start + 1 }, label: 'opened here' });
      }
      this.at += 1;
      if (next === close) return;
      if (next !== ',') this.stop(`"," or "${close}" is missing`, { at: { start: comma, end: comma + 1 } });
      this.space();
      if (this.text[this.at] === close) {
        this.stop(`there is a "," before the closing ${close}`, {
          at: { start: comma, end: comma + 1 },
          hint: 'remove the comma',
        });
      }
    }
  }

  private string(): string {
    const start = this.at;
    this.at += 1;
    for (;;) {
      const unit = this.text[this.at];
      if (unit === undefined || unit === '\n' || unit === '\r') {
        return this.stop('the closing quote is missing', { at: { start, end: this.at }, label: 'opened here' });
      }
      this.at += 1;
      if (unit === '"') return JSON.parse(this.text.slice(start, this.at)) as string;
      if (unit === '\\') this.escape();
      else if (unit < ' ') this.control();
    }
  }

  private escape(): void {
    const start = this.at - 1;
    if (this.match(ESCAPE) !== null) return;
    const at = { start, end: Math.min(start + 2, this.text.length) };
    this.stop(`there is no escape sequence ${this.text.slice(at.start, at.end).trim()}`, {
      at,
      hint: 'write \\\\ for a backslash',
    });
  }

  private control(): never {
    const at = { start: this.at - 1, end: this.at };
    return this.stop('text contains a tab or another control character', { at, hint: 'write \\t for a tab' });
  }

  private space(): void {
    this.match(SPACE);
  }

  private match(pattern: RegExp): string | null {
    const found = this.peek(pattern);
    if (found !== null) this.at += found.length;
    return found;
  }

  private peek(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0] ?? null;
  }

  /** At the next character unless said otherwise. */
  private stop(problem: string, more: Partial<ParseProblem> = {}): never {
    const at = { start: this.at, end: Math.min(this.at + 1, this.text.length) };
    throw new Stop({ why: 'syntax', problem, hint: null, label: '', at, ...more });
  }
}
