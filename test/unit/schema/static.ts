/** Static values for tests: as the evaluator would give them for a piece of source. */

import { createSink } from '../../../compiler/diagnostics/sink.js';
import type { Span } from '../../../compiler/ir/span.js';
import type { DynamicReason, StaticValue, SymbolRef } from '../../../compiler/ir/static-value.js';
import { catalogue } from '../diagnostics/example-catalogue.js';

/** Each value gets a place of its own, so that tests see which one a message points at. */
export class Printer {
  private next = 0;

  span(): Span {
    this.next += 1;
    return { file: 'src/a.ts', start: this.next * 10, end: this.next * 10 + 5 };
  }

  value(value: unknown): StaticValue {
    const span = this.span();
    if (isStatic(value)) return value;
    if (value === undefined) return { t: 'undefined', span };
    if (value === null) return { t: 'null', span };
    if (typeof value === 'string') return { t: 'string', value, span };
    if (typeof value === 'number') return { t: 'number', value, span };
    if (typeof value === 'boolean') return { t: 'boolean', value, span };
    if (Array.isArray(value)) return { t: 'list', items: value.map((item) => this.value(item)), span };
    const entries = Object.entries(value as object).map(([key, item]) => ({
      key,
      keySpan: this.span(),
      value: this.value(item),
    }));
    return { t: 'record', entries, span };
  }
}

export function symbol(target: SymbolRef, start: number = 1): StaticValue {
  return { t: 'symbol', target, span: { file: 'src/a.ts', start, end: start + 1 } };
}

export function classNamed(name: string): SymbolRef {
  return { of: 'class', file: 'src/b.ts', name, declaredAt: { file: 'src/b.ts', start: 3, end: 9 } };
}

export function dynamic(reason: DynamicReason['reason'], detail: string, declaredAt: Span | null = null): StaticValue {
  return { t: 'dynamic', why: { reason, detail, declaredAt }, span: { file: 'src/a.ts', start: 1, end: 2 } };
}

export function newSink() {
  return createSink(catalogue);
}

function isStatic(value: unknown): value is StaticValue {
  return typeof value === 'object' && value !== null && 't' in value && 'span' in value;
}
