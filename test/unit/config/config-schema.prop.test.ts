import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { checkConfig } from '../../../compiler/config/check-config.js';
import { configDefaults } from '../../../compiler/config/config.js';
import { configSchema, configSchemaText } from '../../../compiler/config/config-schema.js';
import { parseJson } from '../../../compiler/config/parse-json.js';
import { createSink } from '../../../compiler/diagnostics/sink.js';
import { catalogue } from '../diagnostics/example-catalogue.js';

const schema = JSON.parse(configSchemaText());
const validate = new Ajv2020({ allowUnionTypes: true, strict: true, strictRequired: false }).compile(schema);

function accepts(value: unknown): boolean {
  const text = JSON.stringify(value);
  const parsed = parseJson(text);
  if (!parsed.ok || parsed.root === null) throw new Error('the text is JSON');
  const sink = createSink(catalogue);
  const failed = checkConfig(parsed.root, configSchema, { file: 'nimbus.json', text, sink });
  expect(failed !== null).to.equal(sink.failed);
  return failed === null;
}

const word = fc.constantFrom(
  'dev',
  'prod',
  'a b',
  '',
  'arm64',
  'strict',
  'https://a.b',
  '*',
  'eu-west-1',
  '~> 5.100',
  'aws_sqs_queue.A',
  's3',
  'NIM1602',
  'off',
  'nodejs22.x',
  'HEADER',
  'bundled',
);
const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    word,
    fc.constantFrom(0, 1, 14, 14.5, true, false, null),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.oneof(word, fc.constantFrom('local', 'pg', 'minify', 'external', 'awsSdk')), tie('value'), { maxKeys: 2 }),
  ),
})).value;
const key = fc.constantFrom(...Object.keys(configSchema.properties ?? {}), 'unknown', 'toString', '__proto__');

describe('the schema of the configuration', () => {
  it('is a valid JSON Schema with a description for every key', () => {
    for (const [name, property] of Object.entries(configSchema.properties ?? {})) {
      expect(property.description ?? '', name).to.match(/\.$/u);
    }
    expect(schema.$schema).to.equal('https://json-schema.org/draft/2020-12/schema');
    expect(configSchemaText()).to.not.match(/"(what|keysAre|repair|choose)"/u);
  });

  it('documents the defaults that are in force', () => {
    const defaults = Object.entries(configSchema.properties ?? {}).flatMap(([name, property]) =>
      property.default === undefined ? [] : [[name, property.default]],
    );
    for (const [name, given] of defaults) expect(configDefaults, String(name)).to.deep.include({ [String(name)]: given });
    for (const [name, property] of Object.entries(configSchema.properties?.['bundle']?.properties ?? {})) {
      expect(configDefaults.bundle).to.deep.include({ [name]: property.default });
    }
  });

  it('is checked by our own walker exactly as by a general validator', () => {
    const config = fc.dictionary(key, value, { maxKeys: 3 }).map((rest) => ({ projectName: 'chat', ...rest }));
    fc.assert(
      fc.property(fc.oneof(config, value), (any) => {
        const plain: unknown = JSON.parse(JSON.stringify(any));
        expect(accepts(plain), JSON.stringify(plain)).to.equal(validate(plain));
      }),
      { numRuns: 3000 },
    );
  }).timeout(20_000);
});
