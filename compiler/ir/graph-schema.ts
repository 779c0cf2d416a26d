/** The published JSON Schema of `graph.json` (2020-12). Kinds may add options; readers ignore what they do not know. */
import { GRAPH_SCHEMA_VERSION } from './serialise.js';

const place = {
  type: 'object',
  description: 'A place in the source: path relative to the project, 1-based line and column in UTF-16 code units.',
  properties: { file: { type: 'string' }, line: { type: 'integer', minimum: 1 }, column: { type: 'integer', minimum: 1 } },
  required: ['file', 'line', 'column'],
  additionalProperties: false,
};

export const graphSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'The resource graph of one stage, as nimbusc writes it to graph.json',
  type: 'object',
  properties: {
    schemaVersion: { const: GRAPH_SCHEMA_VERSION },
    project: { type: 'string' },
    stage: { type: 'string' },
    nodes: {
      type: 'array',
      description: 'Functions and resources, sorted by id.',
      items: {
        type: 'object',
        properties: {
          id: { type: 'string', description: 'Kind and declared name, never a path or a position: function:Chat.onMessage.' },
          kind: { type: 'string' },
          name: { type: 'string', description: 'What the source calls it.' },
          source: { $ref: '#/$defs/place' },
          options: { type: 'object', description: 'The options as they are settled for this stage, defaults included.' },
        },
        required: ['id', 'kind', 'name', 'source', 'options'],
        additionalProperties: false,
      },
    },
    edges: {
      type: 'array',
      description: 'Sorted by kind, from, to.',
      items: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          kind: { enum: ['triggers', 'uses', 'contains', 'runs-after'] },
          from: { type: 'string', description: 'The id of a node.' },
          to: { type: 'string', description: 'The id of a node.' },
          source: { $ref: '#/$defs/place' },
          operations: { type: 'array', items: { type: 'string' }, description: 'Of "uses": what the function may do, sorted.' },
          because: { type: 'array', items: { $ref: '#/$defs/place' }, description: 'Of "uses": every place that justifies it.' },
        },
        required: ['id', 'kind', 'from', 'to', 'source'],
        additionalProperties: false,
      },
    },
  },
  required: ['schemaVersion', 'project', 'stage', 'nodes', 'edges'],
  additionalProperties: false,
  $defs: { place },
} as const;

export function graphSchemaText(): string {
  return `${JSON.stringify(graphSchema, null, 2)}\n`;
}
