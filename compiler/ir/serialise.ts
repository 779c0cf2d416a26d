/**
 * In: a stage's graph. Out: `graph.json`, its versioned wire form: places instead of offsets, settled options instead of
 * the compiler's own fields, every list sorted. The schema is in `graph-schema.ts`.
 */

import type { EdgeBase, FunctionNode, NodeBase, StageGraph, TypeShape } from './graph.js';
import type { JsonObject, JsonValue } from './json.js';
import { createLineMap, type LineMap } from './line-map.js';
import { compareText, type Place, type Span } from './span.js';
import type { WireType } from './wire-type.js';

export const GRAPH_SCHEMA_VERSION = 1;

export interface GraphJson {
  readonly schemaVersion: typeof GRAPH_SCHEMA_VERSION;
  readonly project: string;
  readonly stage: string;
  readonly nodes: readonly JsonObject[];
  readonly edges: readonly JsonObject[];
}

/** The settled options of a resource, as its kind tells them. */
export type DescribeNode = (node: NodeBase) => JsonObject;

/** Turns spans into places; remembers the lines of each file. */
export class Places {
  private readonly maps = new Map<string, LineMap>();

  constructor(private readonly texts: (file: string) => string | null) {}

  of(span: Span): Place {
    let map = this.maps.get(span.file);
    if (map === undefined) {
      map = createLineMap(this.texts(span.file) ?? '');
      this.maps.set(span.file, map);
    }
    const { line, column } = map.positionAt(span.start);
    return { file: span.file, line, column };
  }
}

export function serialiseGraph(graph: StageGraph, places: Places, describe: DescribeNode): GraphJson {
  const nodes = [
    ...graph.functions.map((fn) => nodeJson(fn, functionOptions(fn, places), places)),
    ...graph.resources.map((node) => nodeJson(node, describe(node), places)),
  ].sort((a, b) => compareText(a['id'] as string, b['id'] as string));
  return {
    schemaVersion: GRAPH_SCHEMA_VERSION,
    project: graph.project,
    stage: graph.stage,
    nodes,
    edges: graph.edges.map((edge) => edgeJson(edge, places)),
  };
}

function nodeJson(node: NodeBase, options: JsonObject, places: Places): JsonObject {
  return { id: node.id, kind: node.kind, name: node.name, source: placeJson(places.of(node.source)), options };
}

function edgeJson(edge: EdgeBase, places: Places): JsonObject {
  return {
    id: `${edge.kind}:${edge.from}->${edge.to}`,
    kind: edge.kind,
    from: edge.from,
    to: edge.to,
    source: placeJson(places.of(edge.source)),
    ...(edge.kind === 'uses'
      ? { operations: [...edge.operations], because: edge.because.map((s) => placeJson(places.of(s))) }
      : {}),
  };
}

function functionOptions(fn: FunctionNode, places: Places): JsonObject {
  return {
    class: fn.className,
    method: fn.method,
    module: fn.module,
    export: fn.exportName,
    trigger: fn.trigger,
    timeout: fn.timeoutSeconds,
    memory: fn.memoryMb,
    factory: fn.factory === null ? null : { module: fn.factory.module, export: fn.factory.exportName },
    parameters: fn.params.map((p) => ({ name: p.name, role: p.role, ...(p.role === 'body' ? { type: wireText(p.wire) } : {}) })),
    ...(fn.packages.length === 0 ? {} : { packages: fn.packages.map((p) => p.name) }),
    environment: fn.environment.map((v) => ({
      key: v.key,
      // Names of the deploying machine's variables, never their values.
      value: v.value.map((part) => (typeof part === 'string' ? part : `\${${part.variable}}`)).join(''),
      variables: v.value.flatMap((part) => (typeof part === 'string' ? [] : [part.variable])),
      source: placeJson(places.of(v.source)),
    })),
  };
}

function placeJson(place: Place): { [key: string]: JsonValue } {
  return { file: place.file, line: place.line, column: place.column };
}

/** A type in TypeScript's notation, by name where it has one. */
export function wireText(type: WireType): string {
  return textOf(type, Number.POSITIVE_INFINITY);
}

/** The same for a message, which nobody would read to the end if it had all of five hundred members. */
export function shortText(type: WireType): string {
  return textOf(type, MOST_SHOWN);
}

const MOST_SHOWN = 10;

/** One more than are shown is shown, too: it takes no more space than saying so. */
export function shortList(parts: readonly string[], by: string, most = MOST_SHOWN): string {
  if (parts.length <= most + 1) return parts.join(by);
  return `${parts.slice(0, most).join(by)}${by}${parts.length - most} more`;
}

function textOf(type: WireType, most: number): string {
  const text = (part: WireType): string => textOf(part, most);
  switch (type.t) {
    case 'ref':
      return type.to.name;
    case 'literal':
      return JSON.stringify(type.value);
    case 'array':
      return type.of.t === 'union' ? `(${text(type.of)})[]` : `${text(type.of)}[]`;
    case 'set':
      return `Set<${text(type.of)}>`;
    case 'record':
      return `Record<string, ${text(type.of)}>`;
    case 'map':
      return `Map<${text(type.key)}, ${text(type.of)}>`;
    case 'tuple': {
      const items = type.items.map((item, index) => `${text(item)}${index < type.required ? '' : '?'}`);
      return `[${shortList([...items, ...(type.rest === null ? [] : [`...${text({ t: 'array', of: type.rest })}`])], ', ', most)}]`;
    }
    case 'union':
      return shortList(type.of.map(text), ' | ', most);
    case 'object': {
      const fields = type.fields.map((f) => `${f.name}${f.optional ? '?' : ''}: ${text(f.type)}`);
      return `{ ${shortList([...fields, ...(type.index === null ? [] : [`[key: string]: ${text(type.index)}`])], '; ', most)} }`;
    }
    case 'date':
      return 'Date';
    case 'bytes':
      return 'Uint8Array';
    default:
      return type.t;
  }
}

/** The same of a shape, whose types have no names but those of classes. */
export function typeText(type: TypeShape): string {
  switch (type.t) {
    case 'array':
      return type.of.t === 'union' ? `(${typeText(type.of)})[]` : `${typeText(type.of)}[]`;
    case 'set':
      return `Set<${typeText(type.of)}>`;
    case 'record':
      return `Record<string, ${typeText(type.of)}>`;
    case 'map':
      return `Map<${typeText(type.key)}, ${typeText(type.of)}>`;
    case 'tuple':
      return `[${type.items.map(typeText).join(', ')}]`;
    case 'union':
      return type.of.map(typeText).join(' | ');
    case 'object':
      return `{ ${type.fields.map((f) => `${f.name}${f.optional ? '?' : ''}: ${typeText(f.type)}`).join('; ')} }`;
    case 'class':
      return type.class.name;
    case 'date':
      return 'Date';
    case 'bytes':
      return 'Uint8Array';
    default:
      return type.t;
  }
}
