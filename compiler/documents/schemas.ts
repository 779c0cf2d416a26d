/**
 * In: a stage's graph. Out: one JSON Schema (2020-12) with a definition for each thing that travels or is stored: what functions
 * take (`Orders.place.body`), what they give (`Orders.place.result`), the items of stores (`Order.item`), and the types
 * that these name. Null where there is none of them.
 */
import type { FunctionNode, StageGraph } from '../ir/graph.js';
import type { JsonObject } from '../ir/json.js';
import { compareText } from '../ir/span.js';
import { itemOf, underlying, type WireType } from '../ir/wire-type.js';
import { type AnyResource, kindByName } from '../kinds/index.js';
import { Components } from './components.js';
import { resultOf, withoutUndefined } from './stage-api.js';

export function schemasOf(graph: StageGraph<AnyResource>): JsonObject | null {
  const subjects = [...graph.functions.flatMap(ofFunction), ...graph.resources.flatMap(ofStore)];
  if (subjects.length === 0) return null;
  const types = new Components(
    subjects.map(([, type]) => type),
    '#/$defs/',
    new Set(subjects.map(([name]) => name)),
  );
  const definitions = [
    ...subjects.map(([name, type]): [string, JsonObject] => [name, types.schema(type)]),
    ...Object.entries(types.schemas()),
  ];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `${graph.project} ${graph.stage}`,
    $defs: Object.fromEntries(definitions.sort(([a], [b]) => compareText(a, b))),
  };
}

type Subject = readonly [name: string, type: WireType];

function ofFunction(fn: FunctionNode): readonly Subject[] {
  const kind = kindByName.get(fn.trigger);
  const [first] = fn.params.filter((param) => param.role === 'body');
  // Items of stores come as they are, and are listed with their store.
  const isItem = kind?.reader !== undefined;
  const taken = first === undefined || isItem ? null : kind?.handler?.lists === true ? itemOf(first.wire) : first.wire;
  const given = resultOf(fn);
  return [
    ...(taken === null ? [] : [[`${fn.name}.body`, taken] as const]),
    ...(saysNothing(given) ? [] : [[`${fn.name}.result`, given] as const]),
  ].map(([name, type]): Subject => [name, withoutUndefined(type).type]);
}

function ofStore(node: AnyResource): readonly Subject[] {
  return 'item' in node ? [[`${node.name}.item`, node.item.wire]] : [];
}

/** Without a value, or with one that nothing is known about because the source does not say it. */
function saysNothing(type: WireType): boolean {
  const { t } = underlying(type);
  return t === 'undefined' || t === 'any';
}
