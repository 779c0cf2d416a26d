/** Fields as rows for the documentation and as JSON Schema. */
import type { Field, Fields, FieldType } from './schema.js';
import { STAGE_NAME } from './schema.js';
import { inWords } from './words.js';

export interface FieldRow {
  readonly name: string;
  readonly type: string;
  /** `required`, `optional`, or the default as it is written in TypeScript. */
  readonly default: string;
  readonly text: string;
}

export function describeFields(fields: Fields): readonly FieldRow[] {
  return Object.entries(fields).map(([name, field]) => ({
    name,
    type: inWords(field.type),
    default: field.presence === 'defaulted' ? written(field.fallback) : field.presence,
    text: field.text,
  }));
}

/** The options object of a decorator; 2020-12. References to classes have no JSON form and are left open. */
export function fieldsToJsonSchema(fields: Fields): object {
  const names = Object.keys(fields);
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, withText(fields[name])])),
    required: names.filter((name) => fields[name]?.presence === 'required'),
    additionalProperties: false,
  };
}

function withText(field: Field<unknown> | undefined): object {
  if (field === undefined) return {};
  return {
    ...typeSchema(field.type),
    ...(field.text === '' ? {} : { description: field.text }),
    ...(field.presence === 'defaulted' ? { default: field.fallback } : {}),
  };
}

function typeSchema(type: FieldType): object {
  switch (type.t) {
    case 'string': {
      const { nonEmpty, maxLength, pattern } = type.rules;
      return {
        type: 'string',
        ...(nonEmpty === true ? { minLength: 1 } : {}),
        ...(maxLength === undefined ? {} : { maxLength }),
        ...(pattern === undefined ? {} : { pattern: pattern.source }),
      };
    }
    case 'number': {
      const { min, max } = type.rules;
      return {
        type: type.whole ? 'integer' : 'number',
        ...(min === undefined ? {} : { minimum: min }),
        ...(max === undefined ? {} : { maximum: max }),
      };
    }
    case 'boolean':
      return { type: 'boolean' };
    case 'enum':
      return { type: 'string', enum: type.values };
    case 'list':
      return { type: 'array', items: withText(type.item), ...(type.nonEmpty ? { minItems: 1 } : {}) };
    case 'stages':
      return { type: 'array', items: { type: 'string', minLength: 1, pattern: STAGE_NAME.source } };
    case 'reference':
      return { description: `${type.what[0]?.toUpperCase() ?? ''}${type.what.slice(1)}.` };
  }
}

/** JSON is close enough to what a user writes; single quotes are this project's style. */
function written(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}
