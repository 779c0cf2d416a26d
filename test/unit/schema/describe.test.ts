import { expect } from 'chai';
import { describeFields, fieldsToJsonSchema } from '../../../compiler/schema/describe.js';
import { s } from '../../../compiler/schema/schema.js';

const fields = {
  path: s.string({ nonEmpty: true, pattern: /^\w+$/u, what: 'a path' }).describe('Where it is.'),
  method: s.enum(['GET', 'POST']).default('GET'),
  timeout: s.int({ min: 1, max: 900, unit: 'seconds' }).default(10),
  headers: s.list(s.string()).optional(),
  dataModel: s.reference('a class marked @DocumentStore').optional(),
  stages: s.stages(),
};

describe('describeFields', () => {
  it('gives a row per option', () => {
    expect(describeFields(fields)).to.deep.equal([
      { name: 'path', type: 'a path', default: 'required', text: 'Where it is.' },
      { name: 'method', type: 'one of "GET" or "POST"', default: "'GET'", text: '' },
      { name: 'timeout', type: 'a whole number of seconds between 1 and 900', default: '10', text: '' },
      { name: 'headers', type: 'a list, each item a string', default: 'optional', text: '' },
      { name: 'dataModel', type: 'a class marked @DocumentStore', default: 'optional', text: '' },
      {
        name: 'stages',
        type: 'a list of stage names',
        default: 'optional',
        text: "Stages in which this applies; without it, the project's defaultStages.",
      },
    ]);
  });
});

describe('fieldsToJsonSchema', () => {
  it('gives the schema of the options object', () => {
    expect(fieldsToJsonSchema(fields)).to.deep.equal({
      type: 'object',
      properties: {
        path: { type: 'string', minLength: 1, pattern: '^\\w+$', description: 'Where it is.' },
        method: { type: 'string', enum: ['GET', 'POST'], default: 'GET' },
        timeout: { type: 'integer', minimum: 1, maximum: 900, default: 10 },
        headers: { type: 'array', items: { type: 'string' } },
        dataModel: { description: 'A class marked @DocumentStore.' },
        stages: {
          type: 'array',
          items: { type: 'string', minLength: 1, pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$' },
          description: "Stages in which this applies; without it, the project's defaultStages.",
        },
      },
      required: ['path'],
      additionalProperties: false,
    });
  });
});

describe('fields', () => {
  it('refuse patterns that cannot be used or explained', () => {
    expect(() => s.string({ pattern: /a/gu, what: 'an a' })).to.throw('neither flag g nor y');
    expect(() => s.string({ pattern: /a/u })).to.throw('needs "what"');
  });
});
