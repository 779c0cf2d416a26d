/**
 * The configuration's schema: what load-config.ts checks by and what is published for editors. Every key has its
 * description here and nowhere else.
 */

import { closest } from '../diagnostics/suggest.js';
import { STAGE_NAME, STAGE_NAME_IN_WORDS } from '../schema/schema.js';
import { configDefaults } from './config.js';
import { type ConfigNode, entryOf } from './config-node.js';
import { type JsonSchema, published } from './json-schema.js';

const word = (more: JsonSchema = {}): JsonSchema => ({ type: 'string', minLength: 1, ...more });

const text = (description: string, more: JsonSchema = {}): JsonSchema => ({ ...word(more), description });

/** `my chat!` was probably meant to be `my-chat`. */
const withDashes = (value: string): string =>
  value
    .trim()
    .replace(/[^A-Za-z0-9-]+/gu, '-')
    .replace(/^-+|-+$/gu, '');

const stageName: JsonSchema = { type: 'string', pattern: STAGE_NAME.source, what: STAGE_NAME_IN_WORDS, repair: withDashes };

const stageList = (description: string, more: JsonSchema = {}): JsonSchema => ({
  type: 'array',
  description,
  items: stageName,
  ...more,
});

const perStage = (value: JsonSchema): JsonSchema => ({
  type: 'object',
  propertyNames: { pattern: STAGE_NAME.source },
  keysAre: STAGE_NAME_IN_WORDS,
  additionalProperties: value,
});

const origin = word({
  pattern: '^(\\*|[a-z][a-z0-9+.-]*://[^\\s/]+|\\S*\\$\\{[A-Za-z0-9_.-]+\\}\\S*)$',
  what: 'an origin such as https://example.com, or "*"',
  // the path of an URL is no part of its origin
  repair: (value) => /^[a-z]+:\/\/[^\s/]+/u.exec(value)?.[0] ?? (/^[\w.-]+\.\w+$/u.test(value) ? `https://${value}` : ''),
});

const headers: JsonSchema = {
  type: 'array',
  items: word({ pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", what: 'the name of a header' }),
};

/** Those of Terraform 1.5 and later. `cloud` is no backend but a block of its own. */
const BACKENDS = ['azurerm', 'consul', 'cos', 'gcs', 'http', 'kubernetes', 'local', 'oss', 'pg', 'remote', 's3'] as const;

const backend: JsonSchema = {
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  properties: Object.fromEntries(
    BACKENDS.map((type) => [
      type,
      { type: 'object', description: `Settings of Terraform's backend "${type}".`, additionalProperties: true },
    ]),
  ),
  additionalProperties: false,
  what: 'one backend of Terraform with its settings, such as { s3: { bucket: ..., key: ..., region: ... } }',
};

const isBackend = (key: string): boolean => BACKENDS.some((type) => type === key);

/** A stage may be called like a backend (`local`); then the key below it tells. */
function chooseBackend(node: ConfigNode): number {
  const SINGLE = 0;
  const PER_STAGE = 1;
  if (node.t !== 'map') return SINGLE;
  const stages = node.entries.some(
    ({ value }) => value.t === 'map' && value.entries.some((entry) => isBackend(entry.key) && entry.value.t === 'map'),
  );
  if (stages) return PER_STAGE;
  const types = node.entries.some(({ key }) => isBackend(key) || closest(key, BACKENDS) !== null);
  return types || node.entries.length === 0 ? SINGLE : PER_STAGE;
}

/** How "backend" of a checked configuration is to be read. */
export function chosenBackend(root: ConfigNode): 'single' | 'per-stage' {
  const node = entryOf(root, 'backend')?.value;
  return node === undefined || chooseBackend(node) === 0 ? 'single' : 'per-stage';
}

/** A constraint as Terraform writes it: one or more versions, each perhaps with an operator. */
const VERSION = '(?:=|!=|>=|<=|>|<|~>)?\\s*\\d+(?:\\.\\d+){0,2}(?:-[0-9A-Za-z.-]+)?';

export const logRetentionDays: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const ADDRESS = '^[A-Za-z][A-Za-z0-9_]*\\.[A-Za-z_][A-Za-z0-9_-]*(?:\\[[^\\]]+\\])?$';
const address = word({ pattern: ADDRESS, what: 'a Terraform address such as aws_dynamodb_table.Order' });

/** Those of compiler/review/model.ts, which knows the configuration; a test compares them. */
export const reviewCategories = [
  'data-loss',
  'log-loss',
  'stored-data',
  'exposure',
  'permissions',
  'replacement',
  'drift',
  'behaviour',
];

const approvedFinding: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['rule', 'reason'],
  what: 'a finding with "rule" and "reason"',
  properties: {
    rule: text('A rule such as data-loss/table-destroyed, or all of a kind: exposure.', {
      pattern: `^(?:${reviewCategories.join('|')})(?:/[a-z-]+)?$`,
      what: 'a rule of a review such as data-loss/table-destroyed, or the part before the slash',
    }),
    address: text('The Terraform address that the finding is about. Default: any.'),
    reason: text('Why it is right. Shown in the review.'),
    until: text('The last day on which this counts. Default: it counts for ever.', {
      pattern: '^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$',
      what: 'a day such as 2026-12-31',
    }),
  },
};

export const configSchema: JsonSchema = {
  type: 'object',
  what: 'made of keys, such as "projectName: my-project"',
  required: ['projectName'],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', description: 'The JSON Schema that editors check this file with.' },
    projectName: text('The first part of the names of all that is deployed. Changing it replaces everything.', {
      pattern: '^[A-Za-z0-9][A-Za-z0-9-]*$',
      what: 'a name of letters, digits and dashes',
      repair: withDashes,
      examples: ['webchat'],
    }),
    source: {
      description: "Which files are compiled, relative to the project folder. Default: the tsconfig's files.",
      anyOf: [word(), { type: 'array', items: word(), minItems: 1 }],
      what: 'a pattern such as "src/**/*.ts", or a list of them',
      examples: [['src/**/*.ts']],
    },
    tsconfig: text('The tsconfig that the source is read with, relative to the project folder. Default: tsconfig.json.'),
    defaultStages: stageList('Stages of every decorator that names none.', {
      minItems: 1,
      default: configDefaults.defaultStages,
    }),
    keepWarmStages: stageList('Stages in which @KeepWarm has its effect.', { default: configDefaults.keepWarmStages }),
    region: text('The AWS region. Default: that of the environment in which Terraform runs.', {
      pattern: '^[a-z]{2,}(?:-[a-z]+)+-\\d+$',
      what: 'an AWS region such as eu-west-1',
    }),
    out: text('The output folder; one folder per stage is written into it.', { default: configDefaults.out }),
    backend: {
      description: 'Where Terraform keeps its state: one backend, or one per stage. Default: local state beside the output.',
      anyOf: [backend, { ...perStage(backend), minProperties: 1 }],
      choose: chooseBackend,
      what: 'a backend of Terraform such as { s3: { ... } }, or one per stage',
      examples: [{ s3: { bucket: 'terraform-state', key: 'webchat', region: 'eu-west-1' } }],
    },
    permissions: {
      type: 'string',
      enum: ['strict', 'infer'],
      default: configDefaults.permissions,
      description: 'strict: handlers declare with @Uses... what they do. infer: permissions follow from the code alone.',
    },
    runtime: {
      type: 'string',
      enum: ['nodejs20.x', 'nodejs22.x', 'nodejs24.x'],
      default: configDefaults.runtime,
      description: 'The Lambda runtime of all functions.',
    },
    architecture: {
      type: 'string',
      enum: ['arm64', 'x86_64'],
      default: configDefaults.architecture,
      description: 'The processor architecture of all functions.',
    },
    logRetentionDays: {
      type: 'integer',
      enum: logRetentionDays,
      default: configDefaults.logRetentionDays,
      description: 'How long CloudWatch keeps the logs of the functions.',
      what: 'a number of days that CloudWatch knows',
    },
    httpErrorMessageType: {
      type: 'string',
      enum: ['NONE', 'PLAIN_TEXT', 'APPLICATION_JSON', 'HEADER'],
      default: configDefaults.httpErrorMessageType,
      description: 'How the message of an HttpException reaches the client; HEADER is nimbus-error-message.',
    },
    defaultAllowedOrigin: {
      description: 'The CORS origin of HTTP functions that name none: one, or one per stage.',
      anyOf: [origin, perStage(origin)],
      what: 'an origin such as https://example.com, or one per stage',
    },
    defaultAllowedHeaders: {
      description: 'CORS headers of all HTTP functions besides the usual ones: one list, or one per stage.',
      anyOf: [headers, perStage(headers)],
      what: 'a list of header names, or one list per stage',
    },
    bundle: {
      type: 'object',
      description: 'How the zips of the functions are made.',
      additionalProperties: false,
      properties: {
        minify: { type: 'boolean', default: true, description: 'Whether the code is minified.' },
        sourceMaps: { type: 'boolean', default: false, description: 'Whether source maps go into the zips.' },
        awsSdk: {
          type: 'string',
          enum: ['bundled', 'runtime'],
          default: 'bundled',
          description: "Whether the AWS SDK comes with the zip or is the Lambda runtime's.",
        },
        external: {
          type: 'array',
          items: word(),
          default: [],
          description: 'Packages that are copied beside the bundle instead of into it.',
        },
      },
    },
    sourceTags: { type: 'boolean', default: true, description: 'Whether resources carry the tag nimbus:source (file:line).' },
    awsProviderVersion: text("The version constraint of Terraform's AWS provider.", {
      pattern: `^\\s*${VERSION}(?:\\s*,\\s*${VERSION})*\\s*$`,
      what: 'a version constraint such as ~> 5.100',
      default: configDefaults.awsProviderVersion,
    }),
    protect: stageList('Stages whose data may not be destroyed. Default: every stage but dev.'),
    allowDestroy: {
      type: 'array',
      items: address,
      default: [],
      description: 'Terraform addresses that may be destroyed in protected stages all the same.',
    },
    moved: {
      type: 'object',
      propertyNames: { pattern: ADDRESS },
      keysAre: 'a Terraform address such as aws_dynamodb_table.Order',
      additionalProperties: address,
      description: 'Old Terraform address to new one, for things that were renamed.',
    },
    review: {
      type: 'object',
      description: 'What fails a review of a plan or of a change, and what has been approved.',
      additionalProperties: false,
      properties: {
        failOn: {
          type: 'array',
          items: { type: 'string', enum: reviewCategories, description: 'A kind of finding.' },
          default: ['data-loss'],
          description: 'Findings that fail a review. An empty list: none.',
        },
        approved: {
          type: 'array',
          default: [],
          items: approvedFinding,
          description: 'Findings that do not fail a review, with the reason.',
        },
      },
      examples: [
        {
          failOn: ['data-loss', 'exposure'],
          approved: [
            {
              rule: 'data-loss/table-destroyed',
              address: 'aws_dynamodb_table.Order',
              reason: 'moved to the other project',
              until: '2026-12-31',
            },
          ],
        },
      ],
    },
    diagnostics: {
      type: 'object',
      propertyNames: { pattern: '^NIM\\d{4}$' },
      keysAre: 'a code such as NIM1602',
      additionalProperties: { type: 'string', enum: ['off', 'info', 'warning', 'error'] },
      description: 'Severity of warnings by code. Errors cannot be changed.',
      examples: [{ NIM1602: 'off' }],
    },
  },
};

/** The text of `schema/nimbus.schema.json`. */
export function configSchemaText(): string {
  const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Configuration of a nimbusc project' };
  return `${JSON.stringify({ ...head, ...(published(configSchema) as object) }, null, 2)}\n`;
}
