/** Values of a plan: what differs, what is not known yet, and how they may be shown. */
import type { JsonObject, JsonValue } from '../../../compiler/ir/json.js';
import { compareText } from '../../../compiler/ir/span.js';
import type { PlannedChange, PlannedChanges } from '../../../compiler/review/plan.js';

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : value === undefined || value === null ? [] : [value];
}

/** A nested block: Terraform has a list of it in plans, and mostly the block itself in modules. */
export function block(value: JsonValue | undefined): JsonObject | null {
  const first = Array.isArray(value) ? (value as readonly JsonValue[])[0] : value;
  return isObject(first) ? first : null;
}

export function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

export function textsOf(value: JsonValue | undefined): readonly string[] {
  return listOf(value).filter((one) => typeof one === 'string');
}

/** Terraform makes no difference between a setting that is absent and one that is empty. */
function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every((one) => isEmpty(one));
}

export function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one: JsonValue, index) => isSame(one, b[index] as JsonValue));
  }
  if (isObject(a) && isObject(b)) {
    return Object.keys({ ...a, ...b }).every((key) => isSame(a[key], b[key]));
  }
  return false;
}

/** Whether any part of a value is marked (as unknown, or as sensitive). */
export function isMarked(mark: JsonValue | undefined): boolean {
  if (mark === true) return true;
  if (Array.isArray(mark)) return mark.some((one: JsonValue) => isMarked(one));
  return isObject(mark) && Object.values(mark).some((one) => isMarked(one));
}

export function markOf(mark: JsonValue | undefined, key: string): JsonValue {
  return mark === true ? true : isObject(mark) ? (mark[key] ?? false) : false;
}

/** Where two modules are compared, the size of each zip stands beside its settings. */
export const BYTES = '(bytes)';

export const SOURCE_TAG = 'nimbus:source';

/** Settings that change, sorted. Those that AWS chooses do not count, nor does the tag that only says where the line is now. */
export function changedSettings(change: PlannedChange, plan: PlannedChanges): readonly string[] {
  const { before, after, unknown } = change;
  if (before === null || after === null) return [];
  const written = plan.settings(change.address, 'after');
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  if (isObject(unknown)) for (const key of Object.keys(unknown)) keys.add(key);
  return [...keys]
    .filter((key) => {
      if (key === 'tags_all' || key === BYTES) return false;
      // What is made anew gets from AWS again what nobody has written.
      if (change.action === 'replace' && written !== null && !(key in written)) return false;
      if (key === 'tags') return !isSame(withoutSource(before[key]), withoutSource(after[key]));
      if (isMarked(markOf(unknown, key)))
        return written !== null && !isEmpty(written[key] ?? null) ? true : isUnwritten(written, key);
      return !isSame(before[key], after[key]);
    })
    .sort(compareText);
}

/** An expression has no constant value, but its key is there. */
function isUnwritten(written: JsonObject | null, key: string): boolean {
  return written !== null && key in written;
}

export function movesOnly(change: PlannedChange): boolean {
  const { before, after } = change;
  return before !== null && after !== null && !isSame(before['tags'], after['tags']);
}

function withoutSource(tags: JsonValue | undefined): JsonValue {
  if (!isObject(tags)) return {};
  const { [SOURCE_TAG]: _, ...others } = tags;
  return others;
}

const LONGEST = 80;

/** A setting in words; never what is sensitive, and never the values of an environment, which often are. */
export function shown(change: PlannedChange, key: string, side: 'before' | 'after'): string {
  if (isMarked(markOf(change.sensitive[side], key))) return '(sensitive)';
  if (side === 'after' && isMarked(markOf(change.unknown, key))) return '(known after the apply)';
  const value = change[side]?.[key];
  const other = change[side === 'before' ? 'after' : 'before']?.[key];
  // In a plan the default stands where a module has nothing.
  if (isEmpty(value) && typeof other === 'boolean') return 'false';
  if (isEmpty(value) && typeof other === 'number') return '0';
  return valueInWords(value);
}

export function valueInWords(value: JsonValue | undefined): string {
  if (isEmpty(value)) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LONGEST ? text : `${[...text].slice(0, LONGEST - 3).join('')}...`;
}
