/**
 * In: an expression as facts. Out: its `StaticValue`: what JavaScript would compute for literals, templates, arithmetic,
 * constants, enums, static readonly fields, object and array literals with spreads, and conditionals over such things,
 * across files. Everything else is `dynamic` with the reason. User code is never executed: this file is the interpreter.
 */

import { closest } from '../../diagnostics/suggest.js';
import type { Expr, OperandExpr, PropExpr, SpreadExpr, ValueFact } from '../../ir/facts.js';
import type { ProjectPath, Span } from '../../ir/span.js';
import type { DynamicReason, StaticEntry, StaticValue } from '../../ir/static-value.js';
import { valueInWords } from '../../schema/words.js';
import { type Binding, type ModuleGraph, spanOf } from './module-graph.js';
import { isPrimitive, operate, raw, truthy } from './primitives.js';

/** The members of nimbusc's own constant objects (`HttpMethod.GET`), by export and member name. */
export type NimbusConstants = { readonly [exportName: string]: { readonly [member: string]: string | number } };

/** What a name stands for while members are looked up in it: things that are no values by themselves. */
type Entity =
  | { readonly t: 'value'; readonly value: StaticValue }
  | { readonly t: 'binding'; readonly binding: Binding }
  /** An optional chain has ended: all of it is undefined. */
  | { readonly t: 'ended' };

const GLOBAL_CLASSES = new Set([
  'String',
  'Number',
  'Boolean',
  'BigInt',
  'Date',
  'Uint8Array',
  'Buffer',
  'Array',
  'Object',
  'Map',
  'Set',
  'Symbol',
]);

/** References followed for one value; beyond it a constant chases its own tail in a way the cycle check cannot see. */
const MAX_DEPTH = 500;
/** Parts of one value; constants that are made of each other twice over double at every step. */
const MAX_PARTS = 200_000;
/** Characters of one text; nothing that is told to a cloud may be longer by far. */
const MAX_TEXT = 1_000_000;

type EnumBinding = Extract<Binding, { of: 'value' }> & { readonly fact: Extract<ValueFact, { t: 'enum' }> };

export class Evaluator {
  private readonly active = new Set<string>();
  private depth = 0;
  /** Constants that many decorators use are evaluated once. */
  private readonly known = new Map<string, StaticValue>();
  private parts = 0;
  /** While a member of it is evaluated: the enum whose other members are in scope by their bare names. */
  private within: EnumBinding | null = null;

  constructor(
    private readonly graph: ModuleGraph,
    private readonly constants: NimbusConstants,
  ) {}

  evaluate(file: ProjectPath, expr: Expr): StaticValue {
    if (this.depth === 0) this.parts = 0;
    this.parts++;
    if (this.depth > MAX_DEPTH || this.parts > MAX_PARTS)
      return dynamic('unsupported-syntax', describe(expr), spanOf(file, expr.at));
    this.depth++;
    try {
      return this.evaluateNow(file, expr);
    } finally {
      this.depth--;
    }
  }

  private evaluateNow(file: ProjectPath, expr: Expr): StaticValue {
    const span = spanOf(file, expr.at);
    switch (expr.t) {
      case 'lit':
        return primitive(expr.v, span);
      case 'opaque':
        // A hole has no text; what stands there is the comma behind it.
        if (expr.text === '') return problem('a list cannot have holes', { ...span, end: span.end + 1 });
        return dynamic(opaqueReason(expr), expr.text, span);
      case 'template':
        return this.template(file, expr, span);
      case 'unary':
        return this.unary(expr.op, this.evaluate(file, expr.e), span);
      case 'binary':
        return this.binary(file, expr, span);
      case 'cond': {
        const condition = this.evaluate(file, expr.c);
        if (condition.t === 'dynamic') return condition;
        return respan(this.evaluate(file, truthy(condition) ? expr.a : expr.b), span);
      }
      case 'array':
        return this.array(file, expr.items, span);
      case 'object':
        return this.object(file, expr.props, span);
      case 'name':
      case 'member':
      case 'index': {
        const entity = this.entity(file, expr);
        if (entity.t === 'ended') return { t: 'undefined', span };
        return entity.t === 'value'
          ? respan(entity.value, span)
          : respan(this.bindingValue(entity.binding, span, describe(expr)), span);
      }
    }
  }

  /** A name, or a member of one, before it is decided whether it is a value, a class or a namespace. */
  private entity(file: ProjectPath, expr: Expr): Entity {
    if (expr.t === 'name') {
      if (this.within?.fact.members.some((m) => m.name === expr.name)) {
        return { t: 'value', value: this.enumMember(this.within, expr.name, expr.name, spanOf(file, expr.at)) };
      }
      return { t: 'binding', binding: this.graph.lookup(file, expr.name) };
    }
    if (expr.t !== 'member' && expr.t !== 'index') return { t: 'value', value: this.evaluate(file, expr) };
    const span = spanOf(file, expr.at);
    let object = this.entity(file, expr.o);
    if (object.t === 'ended') {
      if (expr.chain === 'part') return object;
      object = { t: 'value', value: { t: 'undefined', span: spanOf(file, expr.o.at) } };
    }
    if (this.isEnvironment(file, expr)) return { t: 'value', value: dynamic('environment', describe(expr), span) };
    const key = expr.t === 'member' ? primitive(expr.name, spanOf(file, expr.nameAt)) : this.evaluate(file, expr.i);
    if (key.t === 'dynamic') return { t: 'value', value: key };
    if (key.t !== 'string' && key.t !== 'number') {
      return { t: 'value', value: dynamic('unsupported-syntax', describe(expr), key.span) };
    }
    if (expr.chain === 'link') return this.linked(object, key.value, describe(expr), span);
    return this.memberOf(object, key.value, describe(expr), span);
  }

  /** `a?.b`: undefined where there is no `a`, or where it has no `b`; the author expects either. */
  private linked(object: Exclude<Entity, { t: 'ended' }>, key: string | number, text: string, span: Span): Entity {
    if (object.t === 'value' && (isNullish(object.value) || isAbsent(object.value))) return { t: 'ended' };
    const found = this.memberOf(object, key, text, span);
    const absent = found.t === 'value' && isAbsent(found.value) && !isInherited(String(key));
    return absent ? { t: 'value', value: { t: 'undefined', span } } : found;
  }

  /** All of `process.env.NAME` and `import.meta.env.NAME`, so that messages show the whole of it. */
  private isEnvironment(file: ProjectPath, expr: Expr): boolean {
    let inner = expr;
    while (inner.t === 'member' || inner.t === 'index') inner = inner.o;
    if (inner.t === 'opaque') return inner.text.startsWith('import.meta');
    if (inner.t !== 'name') return false;
    const binding = this.graph.lookup(file, inner.name);
    return binding.of === 'global' && binding.name === 'process';
  }

  private memberOf(object: Exclude<Entity, { t: 'ended' }>, key: string | number, text: string, span: Span): Entity {
    if (object.t === 'value') return { t: 'value', value: this.memberOfValue(object.value, key, text, span) };
    const { binding } = object;
    const inner = this.graph.member(binding, String(key));
    if (inner !== null) return { t: 'binding', binding: inner };
    if (binding.of === 'nimbus') return { t: 'value', value: this.nimbusConstant(binding.name, key, text, span) };
    if (isEnum(binding)) return { t: 'value', value: this.enumMember(binding, key, text, span) };
    const owner = this.graph.classOf(binding);
    if (owner !== null) return { t: 'value', value: this.staticField(owner, String(key), text, span, 0) };
    if (binding.of === 'global' && binding.name === 'Number' && key === 'MAX_SAFE_INTEGER') {
      return { t: 'value', value: primitive(Number.MAX_SAFE_INTEGER, span) };
    }
    return { t: 'value', value: this.memberOfValue(this.bindingValue(binding, span, text), key, text, span) };
  }

  /** `const Site = Website` is the class by another name, and has its static fields. */
  private memberOfValue(value: StaticValue, key: string | number, text: string, span: Span): StaticValue {
    if (value.t !== 'symbol') return memberValue(value, key, text, span);
    const { target } = value;
    if (target.of === 'nimbus') return this.nimbusConstant(target.name, key, text, span);
    const owner = target.of === 'class' ? this.graph.classOf(this.graph.lookup(target.file, target.name)) : null;
    return owner === null ? memberValue(value, key, text, span) : this.staticField(owner, String(key), text, span, 0);
  }

  /** `HttpMethod.GET` */
  private nimbusConstant(name: string, key: string | number, text: string, span: Span): StaticValue {
    const members = Object.hasOwn(this.constants, name) ? this.constants[name] : undefined;
    const found = members && Object.hasOwn(members, key) ? members[key] : undefined;
    if (found !== undefined) return primitive(found, span);
    return members ? noSuchMember(text, span, null, key, Object.keys(members)) : dynamic('unsupported-syntax', text, span);
  }

  private bindingValue(binding: Binding, span: Span, text: string): StaticValue {
    switch (binding.of) {
      case 'nimbus':
        return { t: 'symbol', target: { of: 'nimbus', name: binding.name }, span };
      case 'global':
        if (binding.name === 'undefined') return { t: 'undefined', span };
        if (binding.name === 'NaN' || binding.name === 'Infinity') return dynamic('not-a-number', binding.name, span);
        if (GLOBAL_CLASSES.has(binding.name)) return { t: 'symbol', target: { of: 'global', name: binding.name }, span };
        return binding.name === 'process' ? dynamic('environment', text, span) : dynamic('unresolved', binding.name, span);
      case 'missing':
        if (binding.at === null) return dynamic('no-such-member', text, span);
        return dynamic('unresolved', binding.name === 'default' ? text : binding.name, span, binding.at);
      case 'module':
      case 'nimbus-module':
        return dynamic('unsupported-syntax', text, span);
      case 'type':
        return dynamic('unsupported-syntax', text, span, spanOf(binding.file, binding.fact.at));
      case 'value':
        return this.factValue(binding, span, text);
    }
  }

  private factValue(binding: Extract<Binding, { of: 'value' }>, span: Span, text: string): StaticValue {
    const { file, fact, name } = binding;
    const declaredAt = spanOf(file, fact.at);
    switch (fact.t) {
      case 'class':
        return { t: 'symbol', target: { of: 'class', file, name, declaredAt }, span };
      case 'function':
        return { t: 'symbol', target: { of: 'function', file, name, declaredAt }, span };
      case 'mutable':
        return dynamic('mutable-binding', text, span, declaredAt);
      case 'enum':
        return { t: 'record', entries: this.enumEntries({ ...binding, fact }, span), span };
      case 'namespace':
        return dynamic('unsupported-syntax', text, span, declaredAt);
      case 'const':
      case 'pick':
        if (this.graph.isMutated(file, name)) return dynamic('mutable-binding', text, span, declaredAt);
        return this.once(declaredAt, span, text, null, () => this.constant(file, fact, span, text, declaredAt));
    }
  }

  private constant(
    file: ProjectPath,
    fact: Extract<ValueFact, { t: 'const' | 'pick' }>,
    span: Span,
    text: string,
    declaredAt: Span,
  ): StaticValue {
    if (fact.t === 'pick') {
      let value = this.evaluate(file, fact.source);
      for (const key of fact.path) value = memberValue(value, key, text, span);
      return value;
    }
    if (fact.init !== null) return this.evaluate(file, fact.init);
    // A declaration file: `export declare const TOPIC: "orders"` has its value in its type.
    if (fact.type?.t === 'literal') return primitive(fact.type.v, span);
    return dynamic('unsupported-syntax', text, span, declaredAt);
  }

  /** Evaluates a declaration, unless that is what is being done already. */
  private once(declaredAt: Span, span: Span, text: string, within: EnumBinding | null, evaluate: () => StaticValue): StaticValue {
    const key = `${declaredAt.file}\0${declaredAt.start}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    if (this.active.has(key)) return dynamic('cycle', text, span, declaredAt);
    const outer = this.within;
    this.active.add(key);
    this.within = within;
    try {
      const value = evaluate();
      // The words of a failure are about the use; within another constant a cycle may have cut the value short.
      if (value.t !== 'dynamic' && this.active.size === 1) this.known.set(key, value);
      return value;
    } finally {
      this.active.delete(key);
      this.within = outer;
    }
  }

  /** The enum itself, as when it gets another name: `const Level = Priority`. */
  private enumEntries(binding: EnumBinding, span: Span): StaticEntry[] {
    return binding.fact.members.map(({ name }) => ({
      key: name,
      keySpan: span,
      value: this.enumMember(binding, name, name, span),
    }));
  }

  private enumMember(binding: EnumBinding, key: string | number, text: string, span: Span): StaticValue {
    const { fact, file } = binding;
    const index = fact.members.findIndex((m) => m.name === key);
    if (index < 0)
      return noSuchMember(
        text,
        span,
        spanOf(file, fact.at),
        key,
        fact.members.map((m) => m.name),
      );
    // A member without initialiser counts on from the nearest one before it that has one.
    const from = fact.members.slice(0, index + 1).findLastIndex((m) => m.init !== null);
    const member = fact.members[from];
    if (member === undefined) return primitive(index, span);
    const declaredAt = spanOf(file, member.at);
    const value = this.once(declaredAt, span, text, binding, () => this.evaluate(file, member.init as Expr));
    if (from === index || value.t === 'dynamic') return value;
    return value.t === 'number'
      ? number(value.value + index - from, span)
      : dynamic('unsupported-syntax', text, span, declaredAt);
  }

  /** `Website.BUCKET`: static readonly fields, inherited ones included. */
  private staticField(
    owner: NonNullable<ReturnType<ModuleGraph['classOf']>>,
    name: string,
    text: string,
    span: Span,
    up: number,
  ): StaticValue {
    const member = owner.fact.members.find((m) => m.static && m.name === name);
    if (this.graph.isMemberWritten(owner, name)) {
      const at = member?.nameAt ?? owner.fact.nameAt;
      return dynamic('mutable-binding', text, span, spanOf(owner.file, at));
    }
    if (member === undefined) {
      const base = up < 50 ? this.graph.classNamed(owner.file, owner.fact.extends) : null;
      const inherited = base === null ? null : this.staticField(base, name, text, span, up + 1);
      if (inherited !== null && !(inherited.t === 'dynamic' && inherited.why.reason === 'no-such-member')) return inherited;
      const statics = owner.fact.members.flatMap((m) => (m.static && m.name !== null ? m.name : []));
      return noSuchMember(text, span, spanOf(owner.file, owner.fact.nameAt), name, statics);
    }
    const declaredAt = spanOf(owner.file, member.nameAt);
    if (member.t !== 'property') return dynamic('call', text, span, declaredAt);
    if (!member.readonly) return dynamic('mutable-binding', text, span, declaredAt);
    if (member.init === null) {
      return member.type?.t === 'literal'
        ? primitive(member.type.v, span)
        : dynamic('unsupported-syntax', text, span, declaredAt);
    }
    const init = member.init;
    return this.once(declaredAt, span, text, null, () => this.evaluate(owner.file, init));
  }

  private template(file: ProjectPath, expr: Extract<Expr, { t: 'template' }>, span: Span): StaticValue {
    let text = '';
    for (const part of expr.parts) {
      if (typeof part === 'string') {
        text += part;
        continue;
      }
      const value = this.evaluate(file, part);
      if (value.t === 'dynamic') return value;
      if (!isPrimitive(value)) return problem(`${valueInWords(value)} cannot be part of a text`, spanOf(file, part.at));
      text += String(raw(value));
      if (text.length > MAX_TEXT) return dynamic('unsupported-syntax', describe(expr), span);
    }
    return primitive(text, span);
  }

  private unary(op: string, value: StaticValue, span: Span): StaticValue {
    if (value.t === 'dynamic') return value;
    if (op === '!') return primitive(!truthy(value), span);
    if (!isPrimitive(value)) return problem(`${valueInWords(value)} cannot be the operand of "${op}"`, span);
    const operand = Number(raw(value));
    return number(op === '-' ? -operand : op === '~' ? ~operand : operand, span);
  }

  private binary(file: ProjectPath, expr: Extract<Expr, { t: 'binary' }>, span: Span): StaticValue {
    let value = this.evaluate(file, expr.first);
    for (const operand of expr.rest) {
      if (value.t === 'dynamic') return value;
      value = this.combine(file, operand, value, spanOf(file, operand.at));
    }
    return respan(value, span);
  }

  private combine(file: ProjectPath, { op, e }: OperandExpr, left: StaticValue, span: Span): StaticValue {
    if (op === '&&') return truthy(left) ? respan(this.evaluate(file, e), span) : left;
    if (op === '||') return truthy(left) ? left : respan(this.evaluate(file, e), span);
    if (op === '??') return isNullish(left) ? respan(this.evaluate(file, e), span) : left;
    const right = this.evaluate(file, e);
    if (right.t === 'dynamic') return right;
    const unfit = (side: StaticValue): StaticValue =>
      problem(`${valueInWords(side)} cannot be an operand of "${op}"`, inside(side.span, span));
    if (!isPrimitive(left)) return unfit(left);
    if (!isPrimitive(right)) return unfit(right);
    const result = operate(op, raw(left), raw(right));
    if (typeof result === 'string' && result.length > MAX_TEXT) return dynamic('unsupported-syntax', op, span);
    return typeof result === 'number' ? number(result, span) : primitive(result, span);
  }

  private array(file: ProjectPath, items: readonly (Expr | SpreadExpr)[], span: Span): StaticValue {
    const out: StaticValue[] = [];
    for (const item of items) {
      if (item.t !== 'spread') {
        out.push(this.evaluate(file, item));
        continue;
      }
      const value = this.evaluate(file, item.e);
      if (value.t === 'list') {
        this.parts += value.items.length;
        if (this.parts > MAX_PARTS) return dynamic('unsupported-syntax', describe(item.e), spanOf(file, item.at));
        for (const inner of value.items) out.push(inner);
      } else
        out.push(
          value.t === 'dynamic' ? value : problem(`${valueInWords(value)} cannot be spread into a list`, spanOf(file, item.e.at)),
        );
    }
    return { t: 'list', items: out, span };
  }

  private object(file: ProjectPath, props: readonly (PropExpr | SpreadExpr)[], span: Span): StaticValue {
    const entries = new Map<string, StaticEntry>();
    for (const prop of props) {
      if (prop.t === 'prop') {
        const key = typeof prop.key === 'string' ? primitive(prop.key, spanOf(file, prop.keyAt)) : this.evaluate(file, prop.key);
        if (key.t === 'dynamic') return key;
        if (key.t !== 'string' && key.t !== 'number')
          return problem(`${valueInWords(key)} cannot be the name of a property`, key.span);
        const name = String(key.value);
        entries.delete(name);
        entries.set(name, { key: name, keySpan: spanOf(file, prop.keyAt), value: this.evaluate(file, prop.value) });
        continue;
      }
      const value = this.evaluate(file, prop.e);
      // What has no properties of its own adds none: `...(condition && { ... })`.
      if (isPrimitive(value) && (value.t !== 'string' || value.value === '')) continue;
      if (value.t === 'dynamic') return value;
      if (value.t !== 'record') return problem(`${valueInWords(value)} cannot be spread into an object`, spanOf(file, prop.e.at));
      for (const entry of value.entries) {
        entries.delete(entry.key);
        entries.set(entry.key, entry);
      }
    }
    return { t: 'record', entries: [...entries.values()], span };
  }
}

function isEnum(binding: Binding): binding is EnumBinding {
  return binding.of === 'value' && binding.fact.t === 'enum';
}

function isNullish(value: StaticValue): boolean {
  return value.t === 'null' || value.t === 'undefined';
}

function isAbsent(value: StaticValue): boolean {
  return value.t === 'dynamic' && value.why.reason === 'no-such-member';
}

/** What values have without its being written anywhere: `toString`, `length`. */
function isInherited(key: string): boolean {
  return [Object, Function, Array, String, Number, Boolean].some(({ prototype }) => key in prototype);
}

function memberValue(value: StaticValue, key: string | number, text: string, span: Span): StaticValue {
  if (value.t === 'dynamic') return value;
  if (value.t === 'record') {
    const entry = value.entries.find((e) => e.key === String(key));
    return entry
      ? respan(entry.value, span)
      : noSuchMember(
          text,
          span,
          outside(value.span, span),
          key,
          value.entries.map((e) => e.key),
        );
  }
  if (value.t === 'list') {
    if (key === 'length') return primitive(value.items.length, span);
    const item = String(Number(key)) === String(key) ? value.items[Number(key)] : undefined;
    return item ? respan(item, span) : dynamic('no-such-member', text, span, outside(value.span, span));
  }
  if (value.t === 'string') {
    if (key === 'length') return primitive(value.value.length, span);
    const character = String(Number(key)) === String(key) ? value.value[Number(key)] : undefined;
    if (character !== undefined) return primitive(character, span);
  }
  return dynamic(isPrimitive(value) ? 'no-such-member' : 'unsupported-syntax', text, span);
}

function problem(text: string, span: Span): StaticValue {
  return { t: 'dynamic', why: { reason: 'unsupported-syntax', detail: '', problem: text, declaredAt: null }, span };
}

/** The part of an expression, or all of it when the part is written elsewhere. */
function inside(part: Span, whole: Span): Span {
  return part.file === whole.file && part.start >= whole.start && part.end <= whole.end ? part : whole;
}

/** Where a thing is declared, when that is another place than where it is used. */
function outside(declared: Span, used: Span): Span | null {
  return declared.file === used.file && declared.start >= used.start && declared.end <= used.end ? null : declared;
}

function noSuchMember(
  text: string,
  span: Span,
  declaredAt: Span | null,
  key: string | number,
  known: readonly string[],
): StaticValue {
  const reason = { reason: 'no-such-member', detail: text, declaredAt, nearest: closest(String(key), known) } as const;
  return { t: 'dynamic', why: reason, span };
}

/**
 * The value seen from another place: errors about it point where the user uses it, while its parts keep the places
 * where they are written. For a dynamic value the place of the cause becomes the "declared here" of the message.
 */
function respan(value: StaticValue, span: Span): StaticValue {
  if (value.t !== 'dynamic') return { ...value, span };
  // Inside the very expression the cause itself is the better place; across files or far away, the use is.
  if (value.span.file === span.file && value.span.start >= span.start && value.span.end <= span.end) return value;
  return { ...value, span, why: { ...value.why, declaredAt: value.why.declaredAt ?? value.span } };
}

function primitive(v: string | number | boolean | null | undefined, span: Span): StaticValue {
  if (v === null) return { t: 'null', span };
  if (typeof v === 'string') return { t: 'string', value: v, span };
  if (typeof v === 'boolean') return { t: 'boolean', value: v, span };
  return v === undefined ? { t: 'undefined', span } : number(v, span);
}

function number(value: number, span: Span): StaticValue {
  return Number.isFinite(value) ? { t: 'number', value, span } : dynamic('not-a-number', String(value), span);
}

function dynamic(reason: DynamicReason['reason'], detail: string, span: Span, declaredAt: Span | null = null): StaticValue {
  return { t: 'dynamic', why: { reason, detail, declaredAt }, span };
}

function opaqueReason(expr: Extract<Expr, { t: 'opaque' }>): DynamicReason['reason'] {
  if (expr.text.startsWith('import.meta')) return 'environment';
  return expr.form === 'call' ? 'call' : 'unsupported-syntax';
}

/** The expression in the user's notation, as far as a message needs it. */
export function describe(expr: Expr): string {
  switch (expr.t) {
    case 'name':
      return expr.name;
    case 'member':
      return `${describe(expr.o)}.${expr.name}`;
    case 'index':
      return `${describe(expr.o)}[${describe(expr.i)}]`;
    case 'lit':
      return typeof expr.v === 'string' ? `'${expr.v}'` : String(expr.v);
    case 'opaque':
      return expr.text;
    case 'array':
      return 'this list';
    case 'object':
      return 'this object';
    default:
      return 'this expression';
  }
}
