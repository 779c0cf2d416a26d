import { expect } from 'chai';
import { toExpression } from '../../../providers/aws/runtime/dynamodb/conditions.js';
import type { Shape } from '../../../runtime/core/shape.js';
import {
  AttributeExists,
  AttributeNotExists,
  ComparisonOperator,
  type Condition,
  ConditionBuilder,
  ConditionVariable,
  NonRetryableException,
} from '../../../runtime/index.js';

const columns = new Map<string, { column: string; shape: Shape }>([
  ['a', { column: 'a', shape: 'number' }],
  ['b', { column: 'b', shape: 'number' }],
  ['c', { column: 'c', shape: 'number' }],
  ['name', { column: 'the name', shape: 'string' }],
  ['joined', { column: 'joined', shape: 'date' }],
  ['total', { column: 'total', shape: 'bigint' }],
  ['either', { column: 'either', shape: { u: ['string', 'date'] } }],
]);

const lower = (condition: Condition) => toExpression(condition, columns, 'Order');

/** The expression with its placeholders filled in, for reading. */
function readable(condition: Condition): string {
  const { text, names, values } = lower(condition);
  return text
    .replace(/#\w+/g, (name) => names[name] ?? `?${name}`)
    .replace(/:\w+/g, (value) => JSON.stringify(Object.values(values[value] ?? {})[0]));
}

const is = (field: string, value: number) =>
  ConditionBuilder.ifComparison(field, ComparisonOperator.EQUAL, ConditionVariable.numeric(value));
const equals = (field: string, value: number) => is(field, value).build();

describe('ConditionBuilder', () => {
  it('makes one comparison', () => {
    expect(readable(equals('a', 1))).to.equal('a = "1"');
  });

  it('binds and tighter than or, whatever the order', () => {
    const condition = is('a', 1).or('b', '=', ConditionVariable.numeric(2)).and(equals('c', 3)).build();
    expect(readable(condition)).to.equal('a = "1" OR b = "2" AND c = "3"');
    const other = is('a', 1).and(equals('b', 2)).or(equals('c', 3)).build();
    expect(readable(other)).to.equal('a = "1" AND b = "2" OR c = "3"');
  });

  it('groups everything so far with inBraces', () => {
    const condition = is('a', 1).or(equals('b', 2)).inBraces().and(equals('c', 3)).build();
    expect(readable(condition)).to.equal('(a = "1" OR b = "2") AND c = "3"');
  });

  it('negates everything so far with not', () => {
    expect(readable(is('a', 1).and(equals('b', 2)).not().build())).to.equal('NOT (a = "1" AND b = "2")');
    expect(readable(is('a', 1).not().and(equals('b', 2)).build())).to.equal('NOT (a = "1") AND b = "2"');
    expect(readable(is('a', 1).not().not().build())).to.equal('NOT (NOT (a = "1"))');
  });

  it('runs through the chain of the language reference', () => {
    const condition = is('a', 1).and(equals('b', 2)).or(equals('c', 3)).not().inBraces().build();
    expect(readable(condition)).to.equal('NOT (a = "1" AND b = "2" OR c = "3")');
  });

  it('treats a condition passed in whole as a group', () => {
    const either = is('a', 1).or(equals('b', 2)).build();
    expect(readable(is('c', 3).and(either).build())).to.equal('c = "3" AND (a = "1" OR b = "2")');
  });

  it('can be used without chaining', () => {
    const builder = is('a', 1);
    builder.and(equals('b', 2));
    expect(readable(builder.build())).to.equal('a = "1" AND b = "2"');
  });

  it('does not change what it has built', () => {
    const builder = is('a', 1);
    const before = builder.and(equals('b', 2)).build();
    builder.and(equals('c', 3));
    expect(readable(before)).to.equal('a = "1" AND b = "2"');
  });

  it('starts with a function as well', () => {
    const condition = ConditionBuilder.ifFunction(new AttributeExists('name')).and(new AttributeNotExists('a')).build();
    expect(readable(condition)).to.equal('attribute_exists(the name) AND attribute_not_exists(a)');
  });
});

describe('conditions on DynamoDB', () => {
  it('have an expression for each operator', () => {
    const operators = Object.values(ComparisonOperator);
    const texts = operators.map((it) => readable(ConditionBuilder.ifComparison('a', it, ConditionVariable.column('b')).build()));
    expect(texts).to.deep.equal(['a = b', 'a <> b', 'a > b', 'a >= b', 'a < b', 'a <= b']);
  });

  it('hold names and values only as placeholders', () => {
    const injected = '" OR attribute_exists(a) OR "';
    const condition = ConditionBuilder.ifComparison('name', '=', ConditionVariable.string(injected)).build();
    expect(lower(condition)).to.deep.equal({
      text: '#n0 = :v0',
      names: { '#n0': 'the name' },
      values: { ':v0': { S: injected } },
    });
  });

  it('name each column once', () => {
    const { text, names } = lower(is('a', 1).and(equals('a', 2)).and(equals('b', 3)).build());
    expect(text).to.equal('#n0 = :v0 AND #n0 = :v1 AND #n1 = :v2');
    expect(names).to.deep.equal({ '#n0': 'a', '#n1': 'b' });
  });

  it('write values the way the field is stored', () => {
    const stored = (field: string, value: ConditionVariable) =>
      lower(ConditionBuilder.ifComparison(field, '=', value).build()).values[':v0'];
    const date = new Date(0);
    expect(stored('joined', ConditionVariable.obj(date))).to.deep.equal({ S: date.toISOString() });
    expect(stored('total', ConditionVariable.numeric(5n))).to.deep.equal({ N: '5' });
    expect(stored('total', ConditionVariable.numeric(5))).to.deep.equal({ N: '5' });
    expect(stored('either', ConditionVariable.obj(date))).to.have.nested.property('M.$nimbus.S', 'date');
    expect(stored('a', ConditionVariable.booleanValue(true))).to.deep.equal({ BOOL: true });
    expect(stored('a', ConditionVariable.obj(null))).to.deep.equal({ NULL: true });
  });

  it('refuse a field that is not stored, and list those that are', () => {
    const wrong = () => lower(new AttributeExists('nmae'));
    expect(wrong).to.throw(NonRetryableException, 'Order has no stored field "nmae"; its fields are a, b, c, name, joined');
    const column = ConditionBuilder.ifComparison('a', '=', ConditionVariable.column('zzz')).build();
    expect(() => lower(column)).to.throw(NonRetryableException, '"zzz"');
  });

  it('refuse what is not a condition', () => {
    expect(() => lower(is('a', 1) as unknown as Condition)).to.throw(NonRetryableException, 'build()');
    expect(() => lower({ test: 'compare', field: 'a', operator: 'x OR' as '=', with: { value: 1 } })).to.throw(
      NonRetryableException,
    );
    expect(() => lower(ConditionBuilder.ifComparison('a', '=', ConditionVariable.obj(undefined)).build())).to.throw(
      NonRetryableException,
      'AttributeNotExists',
    );
    expect(() => lower(ConditionBuilder.ifComparison('a', '=', ConditionVariable.numeric(Number.NaN)).build())).to.throw(
      NonRetryableException,
      'NaN',
    );
  });
});
