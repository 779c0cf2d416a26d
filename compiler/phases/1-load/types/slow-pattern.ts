/**
 * In: a regular expression that strangers' input is matched with. Out: whether there is input on which matching takes time
 * exponential in its length, `^(\w+\s?)*$`: an engine that backtracks tries all ways in which the same text can go round a
 * loop. Found as ambiguity of the loop in the automaton of the expression's characters (Weideman et al., CIAA 2016).
 *
 * What takes quadratic time is left alone: the usual expression for e-mail addresses does. Where an expression has what is not
 * followed here (references back, loops of more parts than are compared), nothing is said.
 */

/** A place for one character: which ones of a sample of characters it takes, a bit for each. None for `$` and the like. */
interface Place {
  readonly takes: bigint;
}

/** A part of an expression as the places that it can begin and end with, and whether it can be empty. */
interface Part {
  readonly first: readonly Place[];
  readonly last: readonly Place[];
  readonly empty: boolean;
}

const MAX_PLACES = 120;
/** Of `a{1,64}` more copies would show nothing new. */
const MAX_COPIES = 3;

export function isSlowPattern(pattern: string): boolean {
  try {
    return new Automaton(pattern).isSlow();
  } catch (error) {
    if (error instanceof NotFollowed) return false;
    throw error;
  }
}

class NotFollowed extends Error {}

/** Latin letters, digits and signs as in text, and a few others of each sort; beside them, those that the pattern names. */
const SAMPLE = [...Array.from({ length: 0x180 }, (_, i) => i), 0x3a9, 0x416, 0x5d0, 0x2028, 0x20ac, 0x4e2d, 0xfeff, 0x1f600];

class Automaton {
  private at = 0;
  private readonly text: readonly string[];
  private readonly sample: readonly string[];
  private readonly masks = new Map<string, bigint>();
  private readonly places: Place[] = [];
  /** Where a place may go on, once for each way in which it may. */
  private readonly follow = new Map<Place, Place[]>();

  constructor(pattern: string) {
    this.text = [...pattern];
    this.sample = [...new Set([...SAMPLE.map((code) => String.fromCodePoint(code)), ...this.text])];
  }

  isSlow(): boolean {
    const whole = this.alternatives();
    if (this.at < this.text.length) throw new NotFollowed();
    const ends = new Set(whole.empty ? this.places : whole.last);
    return this.places.some((place) => this.isLoopAmbiguous(place, ends));
  }

  // --- the automaton: Glushkov's, with each way of going on counted

  private alternatives(): Part {
    let part = this.sequence();
    while (this.take('|')) {
      const other = this.sequence();
      part = { first: [...part.first, ...other.first], last: [...part.last, ...other.last], empty: part.empty || other.empty };
    }
    return part;
  }

  private sequence(): Part {
    let part: Part = { first: [], last: [], empty: true };
    while (this.at < this.text.length && this.text[this.at] !== '|' && this.text[this.at] !== ')')
      part = this.joined(part, this.repeated());
    return part;
  }

  private joined(a: Part, b: Part): Part {
    this.lead(a.last, b.first);
    return {
      first: a.empty ? [...a.first, ...b.first] : a.first,
      last: b.empty ? [...a.last, ...b.last] : b.last,
      empty: a.empty && b.empty,
    };
  }

  private lead(from: readonly Place[], to: readonly Place[]): void {
    for (const place of from) this.follow.set(place, [...(this.follow.get(place) ?? []), ...to]);
  }

  private repeated(): Part {
    const start = this.at;
    let part = this.atom();
    const counts = this.quantifier();
    if (counts === null) return part;
    const [least, most] = counts;
    const end = this.at;
    const copies = most === null ? Math.max(1, Math.min(least, MAX_COPIES)) : Math.min(most, MAX_COPIES);
    if (copies === 0) return { first: [], last: [], empty: true };
    if (least === 0) part = { ...part, empty: true };
    const isLoop = most === null;
    let whole = part;
    for (let copy = 1; copy < copies; copy++) {
      this.at = start;
      part = this.atom();
      whole = this.joined(whole, copy < least ? part : { ...part, empty: true });
    }
    if (isLoop) this.lead(part.last, part.first);
    this.at = end;
    return whole;
  }

  /** The fewest and the most times; null for any number of times. */
  private quantifier(): readonly [least: number, most: number | null] | null {
    const rest = this.text.slice(this.at, this.at + 30).join('');
    const [all, sign, least, comma, most] = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(rest) ?? [];
    if (all === undefined) return null;
    this.at += all.length;
    if (sign !== undefined) return sign === '*' ? [0, null] : sign === '+' ? [1, null] : [0, 1];
    return [Number(least), comma === '' ? Number(least) : most === '' ? null : Number(most)];
  }

  private atom(): Part {
    const sign = this.text[this.at] ?? '';
    if (sign === '(') return this.group();
    const start = this.at++;
    if (sign === '^' || sign === '$') return this.place(0n);
    if (sign === '[') this.skipClass();
    else if (sign === '\\') {
      const next = this.text[this.at++] ?? '';
      if (next === 'b' || next === 'B') return this.place(0n);
      if (/[1-9k]/.test(next)) throw new NotFollowed();
      const rest = this.text.slice(this.at, this.at + 80).join('');
      const length = /^[pP]$/.test(next) ? /^\{[^}]*\}/ : next === 'x' ? /^../ : next === 'c' ? /^./ : /^(?:\{[^}]*\}|.{4})/;
      if (/^[pPxuc]$/.test(next)) this.at += [...(length.exec(rest)?.[0] ?? '')].length;
    }
    return this.place(this.maskOf(this.text.slice(start, this.at).join('')));
  }

  private group(): Part {
    this.at++;
    const rest = this.text.slice(this.at, this.at + 80).join('');
    const [intro = '', looks] = /^\?(?:(<?[=!])|:|<[^>]*>)/.exec(rest) ?? [];
    this.at += [...intro].length;
    const from = this.places.length;
    const inner = this.alternatives();
    if (!this.take(')')) throw new NotFollowed();
    if (looks === undefined) return inner;
    // It takes no characters, but what comes before may fail by it.
    this.places.splice(from);
    return this.place(0n);
  }

  private skipClass(): void {
    for (; this.text[this.at] !== ']'; this.at++) {
      if (this.at >= this.text.length) throw new NotFollowed();
      if (this.text[this.at] === '\\') this.at++;
    }
    this.at++;
  }

  private place(takes: bigint): Part {
    if (this.places.length >= MAX_PLACES) throw new NotFollowed();
    const place: Place = { takes };
    this.places.push(place);
    return { first: [place], last: [place], empty: false };
  }

  private maskOf(atom: string): bigint {
    let mask = this.masks.get(atom);
    if (mask === undefined) {
      const one = new RegExp(`^(?:${atom})$`, 'u');
      mask = this.sample.reduce((bits, sign, i) => (one.test(sign) ? bits | (1n << BigInt(i)) : bits), 0n);
      this.masks.set(atom, mask);
    }
    return mask;
  }

  private take(sign: string): boolean {
    if (this.text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  // --- ambiguity: two ways from a place back to itself that take the same text

  private isLoopAmbiguous(start: Place, ends: ReadonlySet<Place>): boolean {
    // Where the expression may end in the loop, no way has to be tried twice.
    if (ends.has(start) || start.takes === 0n) return false;
    type State = readonly [a: Place, b: Place, parted: boolean];
    const number = new Map(this.places.map((place, i) => [place, i]));
    const key = ([a, b, parted]: State): string => `${number.get(a)} ${number.get(b)} ${parted}`;
    const open: State[] = [[start, start, false]];
    const seen = new Set<string>();
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      const [a, b, parted] = state;
      for (const [i, x] of (this.follow.get(a) ?? []).entries())
        for (const [j, y] of (this.follow.get(b) ?? []).entries()) {
          if ((x.takes & y.takes) === 0n || !number.has(x) || !number.has(y)) continue;
          // The same place by another way is another way, too.
          const next: State = [x, y, parted || a !== b || i !== j];
          if (next[2] && x === start && y === start) return true;
          if (seen.has(key(next))) continue;
          seen.add(key(next));
          open.push(next);
        }
    }
    return false;
  }
}
