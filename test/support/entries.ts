/** Functions as the compiler's generated entries put them together, at work in this process, without a bundler. */
import type { FunctionNode } from '../../compiler/ir/graph.js';
import type { WireType } from '../../compiler/ir/wire-type.js';
import type { ClientBinding, RuntimeData } from '../../compiler/kinds/definition.js';
import { entryExport, entryModel } from '../../compiler/phases/6-bundle/entry-source.js';
import * as decode from '../../runtime/core/decode.js';
import * as encode from '../../runtime/core/encode.js';
import * as core from '../../runtime/core/entry.js';
import { classes } from './wire-types.js';

const SPAN = { file: 'src/a.ts', start: 0, end: 1 };

export interface EntryParts {
  readonly params?: readonly (WireType | 'event')[];
  readonly result?: WireType;
  /** What the adapter is told beside its parameters. */
  readonly data?: { readonly [key: string]: RuntimeData };
  readonly givesBodies?: boolean;
  readonly clients?: readonly { readonly kind: string; readonly binding: ClientBinding }[];
}

export interface Entry<H> {
  readonly handler: H;
  /** What each client would be registered with. */
  readonly registered: readonly { readonly target: unknown; readonly data: unknown }[];
}

/** @param adapt the adapter of the trigger; `handle` is the user's method */
export function entryOf<S, H>(adapt: (spec: S) => H, handle: (...args: never[]) => unknown, parts: EntryParts = {}): Entry<H> {
  const params = (parts.params ?? []).map((it) =>
    it === 'event'
      ? ({ role: 'event', name: 'event', wire: { t: 'any' }, source: SPAN } as const)
      : ({ role: 'body', name: 'body', wire: it, source: SPAN } as const),
  );
  const fn: FunctionNode = {
    ...{ kind: 'function', id: 'function:A.handle', name: 'A.handle', source: SPAN, className: 'A', method: 'handle' },
    ...{ module: 'src/a.ts', exportName: 'A', trigger: 'any', timeoutSeconds: 10, memoryMb: 128, environment: [] },
    ...{ factory: null, params, result: parts.result ?? { t: 'any' }, doc: null, packages: [] },
  };
  const model = entryModel({
    function: fn,
    clients: parts.clients ?? [],
    adapter: { module: 'any', data: parts.data ?? {}, ...(parts.givesBodies ? { givesBodies: true } : {}) },
    wrappers: [],
  });
  class Handler {
    handle = handle;
  }
  const registered: { target: unknown; data: unknown }[] = [];
  const modules: Readonly<Record<string, object>> = {
    'nimbusc:decode': decode,
    'nimbusc:encode': encode,
    'nimbusc:core': core,
    'nimbusc:adapter/any': { adapt },
    './src/a.ts': { ...Object.fromEntries([...classes].map(([local, c]) => [entryExport(local), c])), A: Handler },
  };
  const scope = new Map<string, unknown>();
  for (const { name, as, from } of model.imports) {
    const module = JSON.parse(from) as string;
    const register = (target: unknown, data: unknown): void => void registered.push({ target, data });
    scope.set(as, module.startsWith('nimbusc:client/') ? register : (modules[module] as Record<string, unknown>)[name]);
  }
  const lines = [
    ...model.shapes.map((s) => `const ${s.as} = classShape(${s.class}, ${s.name});`),
    ...model.shapes.map((s) => (s.fields === null ? '' : `${s.as}.f = ${s.fields};`)),
    ...model.constants.map((c) => `const ${c.as} = ${c.code};`),
    ...model.registrations.map((r) => `${r.register}(${r.target}, ${r.data});`),
    `return ${model.handler};`,
  ];
  const handler = new Function(...scope.keys(), `"use strict";\n${lines.join('\n')}`)(...scope.values()) as H;
  return { handler, registered };
}
