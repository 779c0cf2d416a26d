import { expect } from 'chai';
import type { StaticValue } from '../../../compiler/ir/static-value.js';
import { decodeArgument, decodeOptions, exactlyOneOf, noOptions } from '../../../compiler/schema/decode.js';
import { type Fields, s } from '../../../compiler/schema/schema.js';
import { classNamed, dynamic, newSink, Printer, symbol } from './static.js';

const fields = {
  path: s.string({ nonEmpty: true, maxLength: 20, pattern: /^[a-z/]+$/u, what: 'an HTTP path such as users/{id}' }),
  method: s.enum(['GET', 'POST']),
  timeout: s.int({ min: 1, max: 900, unit: 'seconds' }).default(10),
  ratio: s.number({ min: 0 }).optional(),
  fifo: s.boolean().default(false),
  headers: s.list(s.string({ nonEmpty: true })).optional(),
  dataModel: s.reference('a class marked @DocumentStore').optional(),
  stages: s.stages(),
};

const context = { decorator: 'Http' };

/** Codes with the offset of the place, and messages. */
function problems(value: StaticValue, of: Fields = fields): readonly string[] {
  const sink = newSink();
  const outcome = decodeOptions(value, of, context, sink);
  const found = sink.finish();
  expect(outcome.ok).to.equal(found.length === 0);
  return found.map((one) => `${one.code}@${one.primary?.span.start}: ${one.message}`);
}

function decoded(value: StaticValue) {
  const outcome = decodeOptions(value, fields, context, newSink());
  if (!outcome.ok) throw new Error('the options were not decoded');
  return outcome.value;
}

describe('decodeOptions', () => {
  it('gives every value with its place', () => {
    const options = new Printer().value({ path: 'a', method: 'GET', timeout: 3, headers: ['x'], stages: ['dev'] });
    const result = decoded(options);
    const at = (start: number) => ({ file: 'src/a.ts', start, end: start + 5 });
    expect(result.path).to.deep.equal({ value: 'a', span: at(30) });
    expect(result.timeout).to.deep.equal({ value: 3, span: at(70) });
    expect(result.headers).to.deep.equal({ value: [{ value: 'x', span: at(100) }], span: at(90) });
    expect(result.stages?.value.map((stage) => stage.value)).to.deep.equal(['dev']);
    expect(result.ratio).to.equal(undefined);
  });

  it('gives defaults the place of the whole options', () => {
    const options = new Printer().value({ path: 'a', method: 'GET' });
    expect(decoded(options).timeout).to.deep.equal({ value: 10, span: options.span });
    expect(decoded(options).fifo).to.deep.equal({ value: false, span: options.span });
  });

  it('takes undefined for an absent value', () => {
    const result = decoded(new Printer().value({ path: 'a', method: 'GET', timeout: undefined, ratio: undefined }));
    expect(result.timeout.value).to.equal(10);
    expect(result.ratio).to.equal(undefined);
    expect(problems(new Printer().value({ path: undefined, method: 'GET' }))).to.deep.equal([
      'NIM1202@30: @Http needs the option "path"',
    ]);
  });

  it('lets the last of several values of one option count, as JavaScript does', () => {
    const printer = new Printer();
    const entry = (value: unknown) => ({ key: 'path', keySpan: printer.span(), value: printer.value(value) });
    const options: StaticValue = { t: 'record', entries: [entry(1), entry('b')], span: printer.span() };
    const outcome = decodeOptions(options, { path: s.string() }, context, newSink());
    expect(outcome.ok && outcome.value.path.value).to.equal('b');
  });

  it('decodes no options at all when none are needed', () => {
    const outcome = decodeOptions(noOptions(new Printer().span()), { stages: s.stages() }, context, newSink());
    expect(outcome).to.deep.equal({ ok: true, value: { stages: undefined } });
  });

  it('reports all problems of one object', () => {
    const options = new Printer().value({
      pth: 'a',
      method: 'get',
      timeout: 1000,
      fifo: 'yes',
      ratio: -1,
      headers: ['', 3],
      stages: ['my stage'],
    });
    expect(problems(options)).to.deep.equal([
      'NIM1201@20: @Http has no option "pth"',
      'NIM1206@50: "get" is no value for "method" of @Http',
      'NIM1204@70: "timeout" of @Http must be a whole number of seconds between 1 and 900, not 1000',
      'NIM1203@90: "fifo" of @Http must be true or false, this is a string',
      'NIM1204@110: "ratio" of @Http must be a number of at least 0, not -1',
      'NIM1207@140: an item of "headers" of @Http must not be empty',
      'NIM1203@150: an item of "headers" of @Http must be a string, this is a number',
      'NIM1205@180: an item of "stages" of @Http must be a stage name of letters, digits, - and _, not "my stage"',
    ]);
  });

  it('reports a missing option, but not when it is merely misspelt', () => {
    expect(problems(new Printer().value({ method: 'GET' }))).to.deep.equal(['NIM1202@10: @Http needs the option "path"']);
    expect(problems(new Printer().value({ Path: 'a', method: 'GET' }))).to.deep.equal(['NIM1201@20: @Http has no option "Path"']);
  });

  it('suggests the nearest option and the nearest value', () => {
    const sink = newSink();
    decodeOptions(new Printer().value({ path: 'a', method: 'get', timeoutSeconds: 3 }), fields, context, sink);
    expect(sink.finish().map((one) => one.hint)).to.deep.equal(['did you mean "GET"?', 'did you mean "timeout"?']);
  });

  it('does not take members of every object for options', () => {
    expect(problems(new Printer().value({ path: 'a', method: 'GET', constructor: 1, toString: 2 }))).to.deep.equal([
      'NIM1201@60: @Http has no option "constructor"',
      'NIM1201@80: @Http has no option "toString"',
    ]);
  });

  it('checks the form and the length of text', () => {
    expect(problems(new Printer().value({ path: 'A?', method: 'GET' }))).to.deep.equal([
      'NIM1205@30: "path" of @Http must be an HTTP path such as users/{id}, not "A?"',
    ]);
    expect(problems(new Printer().value({ path: 'a'.repeat(21), method: 'GET' }))).to.deep.equal([
      'NIM1208@30: "path" of @Http has 21 characters, 20 are allowed',
    ]);
  });

  it('gives all others beside a wrong number that may be left out, and an option that there is not', () => {
    const partial = (value: StaticValue) => {
      const outcome = decodeOptions(value, fields, context, newSink());
      return outcome.ok ? outcome : outcome.partial;
    };
    const options = { path: 'a', method: 'POST', timeout: 901, ratio: -1, timeoutt: 3, zzzzzzzz: true };
    const found = partial(new Printer().value(options)) as ReturnType<typeof decoded>;
    expect([found.path.value, found.method.value, found.timeout.value, found.ratio]).to.deep.equal(['a', 'POST', 10, undefined]);

    for (const wrong of [
      { method: 'PUT' },
      { path: undefined },
      { fifo: 1 },
      { fifoo: true },
      { headers: [''] },
      { stages: 'dev' },
    ]) {
      expect(partial(new Printer().value({ path: 'a', method: 'GET', ...wrong })), JSON.stringify(wrong)).to.equal(null);
    }
  });

  it('refuses numbers with a fraction where whole ones are needed', () => {
    expect(problems(new Printer().value({ path: 'a', method: 'GET', timeout: 1.5 }))).to.have.length(1);
  });

  it('says what to write when there is no options object', () => {
    const sink = newSink();
    decodeOptions(new Printer().value('users'), fields, context, sink);
    const [one] = sink.finish();
    expect(one?.message).to.equal('@Http takes an object with options, this is a string');
    expect(one?.hint).to.equal('write @Http({ path: ..., method: ... })');
  });

  it('reports a value that is not static where it stops being so, with where its cause is declared', () => {
    const declaredAt = { file: 'src/b.ts', start: 7, end: 8 };
    const sink = newSink();
    const options = new Printer().value({
      path: dynamic('mutable-binding', 'base', declaredAt),
      method: 'GET',
      headers: [dynamic('call', 'f()')],
    });
    expect(decodeOptions(options, fields, context, sink).ok).to.equal(false);
    const [call, binding] = sink.finish();
    expect([call?.code, binding?.code]).to.deep.equal(['NIM1101', 'NIM1103']);
    expect(call?.primary).to.deep.equal({
      span: { file: 'src/a.ts', start: 1, end: 2 },
      text: '"headers" of @Http must be known while compiling',
    });
    expect(binding?.related).to.deep.equal([{ span: declaredAt, text: 'declared here' }]);
  });

  it('gives each reason its own code', () => {
    const reasons = [
      'call',
      'environment',
      'mutable-binding',
      'unresolved',
      'no-such-member',
      'cycle',
      'not-a-number',
      'unsupported-syntax',
    ] as const;
    const codes = reasons.map((reason) => problems(dynamic(reason, 'x'))[0]?.slice(0, 7));
    expect(codes).to.deep.equal(['NIM1101', 'NIM1102', 'NIM1103', 'NIM1104', 'NIM1105', 'NIM1106', 'NIM1107', 'NIM1108']);
  });

  it('gives the target of a reference, and refuses what is no class', () => {
    const options = (value: unknown) => new Printer().value({ path: 'a', method: 'GET', dataModel: value });
    expect(decoded(options(symbol(classNamed('Order')))).dataModel?.value).to.deep.equal(classNamed('Order'));
    expect(decoded(options(symbol({ of: 'global', name: 'String' }))).dataModel?.value.name).to.equal('String');
    const declaredAt = { file: 'src/b.ts', start: 1, end: 2 };
    expect(problems(options(symbol({ of: 'function', file: 'src/b.ts', name: 'order', declaredAt })))).to.deep.equal([
      'NIM1302@1: "dataModel" of @Http must be a class marked @DocumentStore, but "order" is a function',
    ]);
    expect(problems(options('Order'))).to.deep.equal([
      'NIM1203@70: "dataModel" of @Http must be a class marked @DocumentStore, this is a string',
    ]);
  });
});

describe('decodeArgument', () => {
  it('decodes one positional argument', () => {
    const sink = newSink();
    const outcome = decodeArgument(symbol(classNamed('Order')), s.reference('a class'), 'the argument', context, sink);
    expect(outcome.ok && outcome.value.value.name).to.equal('Order');
  });
});

describe('exactlyOneOf', () => {
  const either = { queue: s.reference('a class marked @Queue').optional(), id: s.string().optional() };

  function check(options: object): readonly string[] {
    const sink = newSink();
    const value = new Printer().value(options);
    const outcome = decodeOptions(value, either, context, sink);
    if (!outcome.ok) throw new Error('the options were not decoded');
    exactlyOneOf(outcome.value, ['queue', 'id'], value.span, context, sink);
    return sink.finish().map((one) => `${one.code}@${one.primary?.span.start}: ${one.message}; ${one.hint}`);
  }

  it('accepts one', () => {
    expect(check({ id: 'a' })).to.deep.equal([]);
  });

  it('refuses none and both', () => {
    expect(check({})).to.deep.equal(['NIM1211@10: @Http needs one of the options "queue" and "id"; null']);
    expect(check({ queue: symbol(classNamed('Q')), id: 'a' })).to.deep.equal([
      'NIM1211@50: @Http takes only one of the options "queue" and "id"; keep "queue" and remove "id"',
    ]);
  });
});
