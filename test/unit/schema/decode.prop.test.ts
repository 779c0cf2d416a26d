import { expect } from 'chai';
import fc from 'fast-check';
import type { Spanned } from '../../../compiler/ir/span.js';
import { decodeOptions } from '../../../compiler/schema/decode.js';
import { type Field, type Fields, s } from '../../../compiler/schema/schema.js';
import { classNamed, newSink, Printer, symbol } from './static.js';

/** A field and values that it accepts, written as a test would write them. */
interface Sample {
  readonly field: Field<unknown>;
  readonly value: unknown;
}

const leaf: fc.Arbitrary<Sample> = fc.oneof(
  fc.record({ field: fc.constant(s.string()), value: fc.string() }),
  fc.record({ field: fc.constant(s.int({ min: -5, max: 5 })), value: fc.integer({ min: -5, max: 5 }) }),
  fc.record({ field: fc.constant(s.number()), value: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
  fc.record({ field: fc.constant(s.boolean()), value: fc.boolean() }),
  fc.record({ field: fc.constant(s.enum(['A', 'B'])), value: fc.constantFrom('A', 'B') }),
  fc.record({ field: fc.constant(s.reference()), value: fc.constantFrom('X', 'Y').map((name) => symbol(classNamed(name))) }),
);

const sample: fc.Arbitrary<Sample> = fc.oneof(
  leaf,
  fc.tuple(leaf, fc.nat(4)).map(([{ field, value }, length]) => ({ field: s.list(field), value: Array(length).fill(value) })),
  fc.array(fc.constantFrom('dev', 'prod', 'a_b-1')).map((value) => ({ field: s.stages(), value })),
);

const presence = fc.constantFrom('required', 'optional', 'absent', 'defaulted');

/** Fields with the options that fit them; some optional ones are left out. */
const schema = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/u), fc.tuple(sample, presence), { maxKeys: 6 }).map((samples) => {
  const fields: Record<string, Field<unknown>> = {};
  const options: Record<string, unknown> = {};
  for (const [name, [{ field, value }, how]] of Object.entries(samples)) {
    fields[name] = how === 'required' ? field : how === 'defaulted' ? field.default('the default') : field.optional();
    if (how === 'required' || how === 'optional') options[name] = value;
  }
  return { fields: fields as Fields, options };
});

/** Decoded values as they were written. */
function written(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: Spanned<unknown>) => written(item.value));
  return typeof value === 'object' && value !== null && 'of' in value ? symbol(value as never) : value;
}

describe('decoding', () => {
  it('gives back what was printed, and again', () => {
    fc.assert(
      fc.property(schema, ({ fields, options }) => {
        const decode = (from: object): Record<string, unknown> => {
          const sink = newSink();
          const outcome = decodeOptions(new Printer().value(from), fields, { decorator: 'Any' }, sink);
          expect(sink.finish()).to.deep.equal([]);
          const entries = outcome.ok ? Object.entries(outcome.value as Record<string, Spanned<unknown> | undefined>) : [];
          const given = entries.filter(([name, value]) => value !== undefined && Object.hasOwn(from, name));
          return Object.fromEntries(given.map(([name, value]) => [name, written(value?.value)]));
        };
        const once = decode(options);
        expect(once).to.deep.equal(options);
        expect(decode(once)).to.deep.equal(once);
      }),
    );
  });

  it('gives a default for every defaulted option that is left out', () => {
    fc.assert(
      fc.property(schema, ({ fields, options }) => {
        const outcome = decodeOptions(new Printer().value(options), fields, { decorator: 'Any' }, newSink());
        const values = outcome.ok ? (outcome.value as Record<string, Spanned<unknown> | undefined>) : {};
        for (const [name, field] of Object.entries(fields)) {
          if (field.presence === 'defaulted') expect(values[name]?.value).to.equal('the default');
        }
      }),
    );
  });

  it('reports every unknown option exactly once, and nothing else', () => {
    const unknown = fc.uniqueArray(fc.stringMatching(/^[A-Z]{1,6}$/u), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(schema, unknown, ({ fields, options }, names) => {
        const sink = newSink();
        const all = { ...options, ...Object.fromEntries(names.map((name) => [name, 1])) };
        expect(decodeOptions(new Printer().value(all), fields, { decorator: 'Any' }, sink).ok).to.equal(false);
        const found = sink.finish();
        expect(found.map((one) => one.code)).to.deep.equal(names.map(() => 'NIM1201'));
        for (const name of names) expect(found.filter((one) => one.message === `@Any has no option "${name}"`)).to.have.length(1);
      }),
    );
  });

  it('never throws, whatever the options are', () => {
    fc.assert(
      fc.property(schema, fc.anything({ withObjectString: false, withNullPrototype: false }), ({ fields }, anything) => {
        const json: unknown = JSON.parse(JSON.stringify(anything ?? null) ?? 'null');
        const sink = newSink();
        const outcome = decodeOptions(new Printer().value(json), fields, { decorator: 'Any' }, sink);
        expect(outcome.ok).to.equal(!sink.failed);
      }),
    );
  });
});
