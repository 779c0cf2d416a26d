// Conditions on the fields of a stored item, as data: a provider lowers them to its own language. The same conditions
// guard writes (`put(obj, condition)`) and select items (`filter(condition)`).
import { NonRetryableException } from './errors.js';

export type Condition = AttributeExists | AttributeNotExists | Comparison | Junction | Negation;

/** Holds when the stored item has a value for the field (`null` is a value). */
export class AttributeExists {
  readonly test = 'exists';
  /** @param field a field of the class, not a column */
  constructor(readonly field: string) {}
}

/** Holds when there is no item, or it has no value for the field. */
export class AttributeNotExists {
  readonly test = 'absent';
  /** @param field a field of the class, not a column */
  constructor(readonly field: string) {}
}

export interface Comparison {
  readonly test: 'compare';
  readonly field: string;
  readonly operator: ComparisonOperator;
  readonly with: ConditionVariable;
}

export interface Junction {
  readonly test: 'all' | 'any';
  readonly of: readonly Condition[];
}

export interface Negation {
  readonly test: 'not';
  readonly of: Condition;
}

export const ComparisonOperator = {
  EQUAL: '=',
  NOT_EQUAL: '<>',
  GREATER_THAN: '>',
  GREATER_THAN_OR_EQUAL: '>=',
  LESS_THAN: '<',
  LESS_THAN_OR_EQUAL: '<=',
} as const;
export type ComparisonOperator = (typeof ComparisonOperator)[keyof typeof ComparisonOperator];

/** The right side of a comparison: a value, or another field of the same item. */
export type ConditionVariable = { readonly value: unknown } | { readonly field: string };

export const ConditionVariable = {
  string: (value: string): ConditionVariable => ({ value }),
  numeric: (value: number | bigint): ConditionVariable => ({ value }),
  booleanValue: (value: boolean): ConditionVariable => ({ value }),
  /** Another field of the same item. */
  column: (field: string): ConditionVariable => ({ field }),
  /** Any value, written the way that the field it is compared with is stored (dates, bigints, bytes, objects, null). */
  obj: (value: unknown): ConditionVariable => ({ value }),
};

/**
 * Builds a condition from left to right. `and` binds tighter than `or`, whatever the order of the calls:
 * `a.or(b).and(c)` is `a or (b and c)`. `inBraces()` makes a group of everything built so far: `a.or(b).inBraces().and(c)`
 * is `(a or b) and c`. `not()` negates everything built so far: `a.and(b).not()` is `not (a and b)`. A condition that is
 * passed in whole (`and(condition)`) is a group of its own.
 *
 * The builder is changed by each call and returned, so calls may be chained or stand alone.
 */
export class ConditionBuilder {
  /** Alternatives, each of which is a list of conditions that hold together. */
  private alternatives: Condition[][];

  private constructor(first: Condition) {
    this.alternatives = [[first]];
  }

  /** Starts with a comparison of a field of the class. */
  static ifComparison(field: string, operator: ComparisonOperator, variable: ConditionVariable): ConditionBuilder {
    return new ConditionBuilder(comparison(field, operator, variable));
  }

  /** Starts with a condition that exists already, for example `new AttributeExists('field')`. */
  static ifFunction(condition: Condition): ConditionBuilder {
    return new ConditionBuilder(condition);
  }

  and(condition: Condition): this;
  and(field: string, operator: ComparisonOperator, variable: ConditionVariable): this;
  and(first: Condition | string, operator?: ComparisonOperator, variable?: ConditionVariable): this {
    this.alternatives.at(-1)!.push(conditionOf(first, operator, variable));
    return this;
  }

  or(condition: Condition): this;
  or(field: string, operator: ComparisonOperator, variable: ConditionVariable): this;
  or(first: Condition | string, operator?: ComparisonOperator, variable?: ConditionVariable): this {
    this.alternatives.push([conditionOf(first, operator, variable)]);
    return this;
  }

  not(): this {
    this.alternatives = [[{ test: 'not', of: this.build() }]];
    return this;
  }

  inBraces(): this {
    this.alternatives = [[this.build()]];
    return this;
  }

  build(): Condition {
    return junction(
      'any',
      this.alternatives.map((conditions) => junction('all', [...conditions])),
    );
  }
}

const junction = (test: 'all' | 'any', of: readonly Condition[]): Condition => (of.length === 1 ? of[0]! : { test, of });

const conditionOf = (
  first: Condition | string,
  operator: ComparisonOperator | undefined,
  variable: ConditionVariable | undefined,
): Condition => (typeof first === 'string' ? comparison(first, operator, variable) : first);

function comparison(
  field: string,
  operator: ComparisonOperator | undefined,
  variable: ConditionVariable | undefined,
): Comparison {
  if (operator === undefined || variable === undefined)
    throw new NonRetryableException(`the comparison of "${field}" lacks an operator or a value`);
  return { test: 'compare', field, operator, with: variable };
}
