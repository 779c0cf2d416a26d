/** The published JSON Schema (2020-12) of `nimbusc review --format json`. */
import { categories } from './model.js';
import { REVIEW_SCHEMA_VERSION } from './render-json.js';

const ACTIONS = ['create', 'update', 'replace', 'delete', 'forget', 'move', 'import', 'read'] as const;

const text = (description: string): object => ({ type: 'string', description });
const textOrNull = (description: string): object => ({ type: ['string', 'null'], description });
const texts = (description: string): object => ({ type: 'array', items: { type: 'string' }, description });
const lineOrNull = { anyOf: [{ $ref: '#/$defs/line' }, { type: 'null' }] };
const action = { enum: ACTIONS };

/** Closed, and every property is always there. */
const record = (properties: { readonly [key: string]: object }, more: object = {}): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});

const bytes = { type: ['integer', 'null'], minimum: 0 };

export const reviewSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A review of a Terraform plan or of two states of the source, as nimbusc writes it with --format json',
  ...record({
    schemaVersion: { const: REVIEW_SCHEMA_VERSION },
    tool: record({ name: { const: 'nimbusc' }, version: { type: 'string' } }),
    passed: { type: 'boolean', description: 'False when one of the reviews has not passed: the exit code is 1.' },
    reviews: {
      type: 'array',
      items: { $ref: '#/$defs/review' },
      description: 'One of a plan; one per stage of a change of the source.',
    },
  }),
  $defs: {
    review: record({
      project: textOrNull('The name of the project; null when nothing in the plan is of a project.'),
      stage: textOrNull('The stage; null when nothing in the plan is of a stage.'),
      of: { enum: ['plan', 'source'], description: 'What was reviewed: a plan, or two states of the source.' },
      complete: { type: 'boolean', description: 'False when planning ended in an error; then "passed" is false.' },
      passed: { type: 'boolean', description: 'False when a finding of "failOn" is not approved.' },
      failOn: { type: 'array', items: { enum: categories } },
      counts: record(Object.fromEntries(ACTIONS.map((one) => [one, { type: 'integer', minimum: 0 }]))),
      findings: { type: 'array', items: { $ref: '#/$defs/finding' }, description: 'The worst first.' },
      changes: { type: 'array', items: { $ref: '#/$defs/change' }, description: 'By address.' },
      functions: { type: 'array', items: { $ref: '#/$defs/function' }, description: 'Functions that are deployed, by name.' },
      notes: texts('What the review cannot know, or what is odd about its input.'),
    }),
    line: record({
      file: text('Relative to the project.'),
      line: { type: 'integer', minimum: 1 },
      side: { enum: ['before', 'after'], description: '"before": a line of the former source, of what is gone.' },
    }),
    finding: record({
      rule: text('Stable: data-loss/table-destroyed.'),
      category: { enum: categories },
      level: { enum: ['error', 'warning', 'note'] },
      address: text('The Terraform address.'),
      subject: text('What the source calls it.'),
      message: text('One sentence.'),
      notes: texts('What it means, or why it is so.'),
      source: lineOrNull,
      because: { type: 'array', items: { $ref: '#/$defs/line' }, description: 'Lines for which a permission is granted.' },
      foreign: { type: 'boolean', description: 'True when nimbusc has not made the resource.' },
      approved: {
        anyOf: [record({ reason: { type: 'string' }, until: textOrNull('The last day on which it counts.') }), { type: 'null' }],
      },
    }),
    change: record({
      address: text('The Terraform address.'),
      type: text('The Terraform type.'),
      subject: text('What the source calls it.'),
      action,
      previousAddress: textOrNull('The address before it was moved.'),
      attributes: texts('Settings that change; of a replacement, those that force it.'),
      follows: { type: 'boolean', description: 'True when it only follows from other changes.' },
      reason: textOrNull('Why, where Terraform says so.'),
      source: lineOrNull,
      foreign: { type: 'boolean' },
    }),
    function: record({
      address: text('The Terraform address.'),
      name: text('Class.method'),
      action,
      reasons: texts('code, environment with names of variables, or a setting with its values.'),
      causes: {
        type: 'array',
        items: record({ kind: { enum: ['own', 'shared', 'dependency', 'nimbusc'] }, name: { type: 'string' } }),
        description: 'Files and packages by which its code differs, where that is known.',
      },
      bytes: record({ before: bytes, after: bytes }, { description: 'Of the zip.' }),
      source: lineOrNull,
    }),
  },
} as const;

export function reviewSchemaText(): string {
  return `${JSON.stringify(reviewSchema, null, 2)}\n`;
}
