/** Puts pieces of a Terraform module together. Two pieces that make the same thing are a mistake of this provider. */
import type { Json, JsonObject } from './text.js';

export interface Document {
  [section: string]: { [key: string]: Json };
}

/** How deep under a section the names lie that may not repeat; `settings` may be said twice, the later one wins. */
const SECTIONS: { readonly [section: string]: 1 | 2 | 'settings' } = {
  resource: 2,
  data: 2,
  output: 1,
  locals: 1,
  variable: 1,
  provider: 1,
  terraform: 'settings',
};

export function mergeInto(document: Document, piece: JsonObject): void {
  for (const [section, content] of Object.entries(piece)) {
    if (content === undefined) continue;
    const depth = Object.hasOwn(SECTIONS, section) ? SECTIONS[section] : undefined;
    if (depth === undefined || !isObject(content)) throw new Error(`a fragment has the unknown section "${section}"`);
    const into = (document[section] ??= {});
    if (depth === 'settings') assign(into, content);
    else add(into, content, depth, section);
  }
}

function add(into: { [key: string]: Json }, content: JsonObject, depth: number, path: string): void {
  for (const [key, value] of Object.entries(content)) {
    const known = Object.hasOwn(into, key);
    if (depth === 1 || !isObject(value)) {
      if (known) throw new Error(`two fragments make ${path}.${key}`);
      into[key] = value;
    } else {
      if (!known) into[key] = {};
      add(into[key] as { [key: string]: Json }, value, depth - 1, `${path}.${key}`);
    }
  }
}

function assign(into: { [key: string]: Json }, content: JsonObject): void {
  for (const [key, value] of Object.entries(content)) {
    if (!isObject(value)) into[key] = value;
    else {
      const inner = { ...(Object.hasOwn(into, key) && isObject(into[key]) ? into[key] : {}) };
      assign(inner, value);
      into[key] = inner;
    }
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
