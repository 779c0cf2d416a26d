// Writes results by their static type, where they do not say enough themselves. Generated entries import this as
// `nimbusc:encode`. A map is written as an object when its keys are strings, else as pairs; one that is empty, or whose
// keys of several types are all strings today, does not tell. Visitors go to all maps that must be pairs and mark them.
import { replacer } from './shape.js';

type Visitor = (value: unknown) => void;

const asPairs = /* @__PURE__ */ new WeakSet<object>();

/** The JSON text of a value, like `toJson`. */
export const write =
  (visit: Visitor) =>
  (value: unknown): string | undefined => {
    visit(value);
    return JSON.stringify(value, function (this: Record<string, unknown>, key, it: unknown): unknown {
      return it instanceof Map && asPairs.has(it) ? [...it] : replacer.call(this, key, it);
    });
  };

/** A map that is pairs whatever its keys are. */
export const pairs =
  (...parts: readonly Visitor[]): Visitor =>
  (value) => {
    if (!(value instanceof Map)) return;
    asPairs.add(value);
    for (const pair of value) for (const [i, visit] of parts.entries()) visit(pair[i]);
  };

export const none: Visitor = () => {};

/** Arrays and sets. */
export const items =
  (of: Visitor): Visitor =>
  (value) => {
    if (Array.isArray(value) || value instanceof Set) for (const item of value) of(item);
  };

/** Records, and maps with string keys. */
export const values =
  (of: Visitor): Visitor =>
  (value) => {
    if (value instanceof Map) for (const item of value.values()) of(item);
    else if (isObject(value)) for (const item of Object.values(value)) of(item);
  };

/** Objects and tuples: properties that are named, and all others. */
export const fields =
  (of: { readonly [property: string]: Visitor }, others?: Visitor): Visitor =>
  (value) => {
    if (!isObject(value)) return;
    for (const key of Object.keys(others === undefined ? of : value)) {
      if (Object.hasOwn(value, key)) (Object.hasOwn(of, key) ? of[key] : others)!(value[key]);
    }
  };

/** A union whose members are told by a property. */
export const byTag =
  (property: string, ...members: readonly (readonly [of: Visitor, ...tags: unknown[]])[]): Visitor =>
  (value) => {
    if (isObject(value)) members.find(([, ...tags]) => tags.includes(value[property]))?.[0](value);
  };

/** Several members of a union go one after the other. */
export const all =
  (...visitors: readonly Visitor[]): Visitor =>
  (value) => {
    for (const visit of visitors) visit(value);
  };

export const later =
  (get: () => Visitor): Visitor =>
  (value) =>
    get()(value);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
