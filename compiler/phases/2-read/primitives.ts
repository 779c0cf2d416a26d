/** Static values that are primitives of JavaScript, and what its operators make of them. */
import type { StaticValue } from '../../ir/static-value.js';

type Primitive = Extract<StaticValue, { t: 'string' | 'number' | 'boolean' | 'null' | 'undefined' }>;

export function isPrimitive(value: StaticValue): value is Primitive {
  return value.t === 'string' || value.t === 'number' || value.t === 'boolean' || value.t === 'null' || value.t === 'undefined';
}

export function raw(value: Primitive): string | number | boolean | null | undefined {
  return value.t === 'null' ? null : value.t === 'undefined' ? undefined : value.value;
}

export function truthy(value: StaticValue): boolean {
  return isPrimitive(value) ? Boolean(raw(value)) : true;
}

type Raw = string | number | boolean | null | undefined;

/** JavaScript's own operators on primitives; the host language is the specification. */
export function operate(op: string, l: Raw, r: Raw): Raw {
  // biome-ignore lint/suspicious/noExplicitAny: JavaScript defines these operators for every pair of primitives
  const [a, b] = [l, r] as [any, any];
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '**':
      return a ** b;
    case '===':
      return a === b;
    case '!==':
      return a !== b;
    case '==':
      // biome-ignore lint/suspicious/noDoubleEquals: the operator the user wrote
      return a == b;
    case '!=':
      // biome-ignore lint/suspicious/noDoubleEquals: the operator the user wrote
      return a != b;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '>>>':
      return a >>> b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}
