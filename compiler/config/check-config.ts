/**
 * Checks a parsed configuration against a schema and reports every problem at its key or value. A small walker over the
 * keywords that the schema uses: a general validator takes longer to load than a build without changes may take, and
 * knows no places. The tests compare it with one.
 */

import { projectCodes } from '../diagnostics/codes/project.js';
import type { DiagnosticSink, ParamsOf, Reported } from '../diagnostics/diagnostic.js';
import { closest } from '../diagnostics/suggest.js';
import { joinWords, quote } from '../diagnostics/words.js';
import type { ProjectPath, Span } from '../ir/span.js';
import type { ConfigMap, ConfigNode, Range } from './config-node.js';
import type { JsonSchema } from './json-schema.js';
import { keyInWords, nodeInWords, quotingHint, schemaInWords } from './words.js';

export interface CheckContext {
  readonly file: ProjectPath;
  readonly text: string;
  readonly sink: DiagnosticSink;
}

/** Keys and list indices from the root. */
export type ConfigPath = readonly (string | number)[];

/** Null when the value is as the schema wants it, else proof that what is wrong was reported. */
export function checkConfig(root: ConfigNode, schema: JsonSchema, context: CheckContext): Reported | null {
  const walker = new Walker(context);
  walker.check(root, schema, [], root.at);
  return walker.failed;
}

class Walker {
  failed: Reported | null = null;

  constructor(private readonly context: CheckContext) {}

  check(node: ConfigNode, schema: JsonSchema, path: ConfigPath, keyAt: Range): void {
    // a key without a value has no text of its own to point at
    const at = node.at.start < node.at.end ? node.at : keyAt;
    if (schema.anyOf !== undefined) {
      const index = schema.choose?.(node) ?? schema.anyOf.findIndex((alternative) => isOfType(node, alternative));
      const alternative = schema.anyOf[index];
      if (alternative === undefined) this.wrongType(node, schema, path, at);
      else this.check(node, alternative, path, keyAt);
      return;
    }
    if (!isOfType(node, schema)) {
      this.wrongType(node, schema, path, at);
      return;
    }
    switch (node.t) {
      case 'string':
        this.checkString(node.value, schema, path, at);
        break;
      case 'number':
        if (!isAllowed(node.value, schema)) this.wrongNumber(node.value, schema, path, at);
        break;
      case 'list':
        this.checkList(node.items, schema, path, at);
        break;
      case 'map':
        this.checkMap(node, schema, path, at);
        break;
      default:
        break;
    }
  }

  private checkString(value: string, schema: JsonSchema, path: ConfigPath, at: Range): void {
    const tooShort = value.length < (schema.minLength ?? 0);
    const fits = schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(value);
    if (!tooShort && fits && isAllowed(value, schema)) return;
    const nearest = closest(value, (schema.enum ?? []).map(String)) ?? repaired(value, schema);
    this.report('NIM1012', at, {
      key: keyInWords(path, this.context.file),
      value: quote(value),
      expected: schema.what ?? (tooShort ? 'a non-empty string' : schemaInWords(schema)),
      nearest: nearest === null ? null : quote(nearest),
      hint: null,
    });
  }

  private wrongNumber(value: number, schema: JsonSchema, path: ConfigPath, at: Range): void {
    const numbers = (schema.enum ?? []).filter((allowed) => typeof allowed === 'number');
    const nearest = [
      ...numbers.filter((allowed) => allowed < value).slice(-1),
      ...numbers.filter((allowed) => allowed > value).slice(0, 1),
    ];
    this.report('NIM1012', at, {
      key: keyInWords(path, this.context.file),
      value: String(value),
      expected: schemaInWords(schema),
      nearest: null,
      hint: nearest.length === 1 ? `the nearest one is ${nearest[0]}` : `the nearest ones are ${nearest.join(' and ')}`,
    });
  }

  private checkList(items: readonly ConfigNode[], schema: JsonSchema, path: ConfigPath, at: Range): void {
    if (items.length < (schema.minItems ?? 0)) {
      const params = { key: keyInWords(path, this.context.file), amount: items.length, least: schema.minItems ?? 0 };
      this.report('NIM1022', at, params);
    }
    items.forEach((item, index) => {
      if (schema.items !== undefined) this.check(item, schema.items, [...path, index], item.at);
    });
  }

  private checkMap(map: ConfigMap, schema: JsonSchema, path: ConfigPath, at: Range): void {
    const first = new Map<string, Range>();
    for (const { key, keyAt, value } of map.entries) {
      const former = first.get(key);
      first.set(key, former ?? keyAt);
      if (former !== undefined) {
        const related = [{ span: this.span(former), text: 'first given here' }];
        const params = { key: keyInWords([...path, key], this.context.file) };
        this.failed = this.context.sink.for(projectCodes).report('NIM1013', params, this.span(keyAt), { related });
      }
      const child = this.schemaOf(key, keyAt, schema, path);
      if (child !== null) this.check(value, child, [...path, key], keyAt);
    }
    this.checkPresence(map, first, schema, path, at);
  }

  /** Null when there is nothing to check the key's value by. */
  private schemaOf(key: string, keyAt: Range, schema: JsonSchema, path: ConfigPath): JsonSchema | null {
    const properties = schema.properties ?? {};
    if (Object.hasOwn(properties, key)) return properties[key] ?? null;
    if (schema.propertyNames !== undefined && !new RegExp(schema.propertyNames.pattern, 'u').test(key)) {
      const expected = schema.keysAre ?? 'other keys';
      const params = {
        key: `a key of ${keyInWords(path, this.context.file)}`,
        value: quote(key),
        expected,
        nearest: null,
        hint: null,
      };
      this.report('NIM1012', keyAt, params);
      return null;
    }
    if (typeof schema.additionalProperties === 'object') return schema.additionalProperties;
    if (schema.additionalProperties !== false) return null;
    const known = Object.keys(properties).filter((name) => name !== '$schema');
    const within = path.length === 0 ? null : path.join('.');
    this.report('NIM1003', keyAt, { key, within, nearest: closest(key, known), known });
    return null;
  }

  private checkPresence(
    map: ConfigMap,
    given: ReadonlyMap<string, Range>,
    schema: JsonSchema,
    path: ConfigPath,
    at: Range,
  ): void {
    const { minProperties = 0, maxProperties = Infinity } = schema;
    if (given.size < minProperties || given.size > maxProperties) {
      const value = given.size === 0 ? 'empty' : quote(joinWords([...given.keys()], 'and'));
      const params = {
        key: keyInWords(path, this.context.file),
        value,
        expected: schemaInWords(schema),
        nearest: null,
        hint: null,
      };
      this.report('NIM1012', at, params);
    }
    for (const key of schema.required ?? []) {
      // a misspelt key is reported as such; it is not missing as well
      const misspelt = map.entries.some((entry) => closest(entry.key, Object.keys(schema.properties ?? {})) === key);
      if (given.has(key) || misspelt) continue;
      if (path.length === 0) this.report('NIM1005', { start: map.at.start, end: map.at.start }, { file: this.context.file });
      else this.missing(key, schema, path, at);
    }
  }

  private missing(required: string, schema: JsonSchema, path: ConfigPath, at: Range): void {
    this.report('NIM1012', at, {
      key: keyInWords(path, this.context.file),
      value: `one without ${quote(required)}`,
      expected: schemaInWords(schema),
      nearest: null,
      hint: `add "${required}"`,
    });
  }

  private wrongType(node: ConfigNode, schema: JsonSchema, path: ConfigPath, at: Range): void {
    this.report('NIM1004', at, {
      key: keyInWords(path, this.context.file),
      expected: schemaInWords(schema),
      actual: nodeInWords(node, this.context.text),
      hint: quotingHint(node, schema, this.context.text),
    });
  }

  private report<C extends 'NIM1003' | 'NIM1004' | 'NIM1005' | 'NIM1012' | 'NIM1022'>(
    code: C,
    at: Range,
    params: ParamsOf<(typeof projectCodes)[C]>,
  ): void {
    const reporter = this.context.sink.for(projectCodes);
    this.failed = reporter.report(code, params, this.span(at));
  }

  private span({ start, end }: Range): Span {
    return { file: this.context.file, start, end };
  }
}

function isOfType(node: ConfigNode, schema: JsonSchema): boolean {
  switch (schema.type) {
    case undefined:
      return true;
    case 'object':
      return node.t === 'map';
    case 'array':
      return node.t === 'list';
    case 'integer':
      return node.t === 'number' && Number.isInteger(node.value);
    default:
      return node.t === schema.type;
  }
}

/** Null when a repair helps nothing. */
function repaired(value: string, { repair, pattern = '' }: JsonSchema): string | null {
  const result = repair?.(value) ?? '';
  return result !== '' && result !== value && new RegExp(pattern, 'u').test(result) ? result : null;
}

function isAllowed(value: string | number, schema: JsonSchema): boolean {
  return schema.enum === undefined || schema.enum.includes(value);
}
