/** Merging and sorting of diagnostics: what makes the output of two runs over the same project the same. */
import { compareSpans, compareText } from '../ir/span.js';
import type { Diagnostic, Fix, Label } from './diagnostic.js';

/** Problems of the project as a whole first, then by file, start, code. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) =>
      comparePlaces(a.primary, b.primary) ||
      compareText(a.code, b.code) ||
      (a.primary?.span.end ?? 0) - (b.primary?.span.end ?? 0) ||
      compareText(a.message, b.message),
  );
}

function comparePlaces(a: Label | null, b: Label | null): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  return compareText(a.span.file, b.span.file) || a.span.start - b.span.start;
}

/**
 * The same code, place and message is one problem. Found in several stages it lists them; found once without a stage it
 * does not depend on the stage.
 */
export function mergeDuplicates(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const merged = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const span = diagnostic.primary?.span;
    const key = JSON.stringify([diagnostic.code, span?.file, span?.start, span?.end, diagnostic.message]);
    const former = merged.get(key);
    merged.set(key, former === undefined ? diagnostic : merge(former, diagnostic));
  }
  return [...merged.values()];
}

function merge(a: Diagnostic, b: Diagnostic): Diagnostic {
  const everywhere = a.stages.length === 0 || b.stages.length === 0;
  return {
    ...a,
    primary: a.primary !== null && a.primary.text === '' ? b.primary : a.primary,
    related: unique<Label>([...a.related, ...b.related]).sort(
      (x, y) => compareSpans(x.span, y.span) || compareText(x.text, y.text),
    ),
    notes: unique([...a.notes, ...b.notes]),
    hint: a.hint ?? b.hint,
    fixes: unique<Fix>([...a.fixes, ...b.fixes]),
    stages: everywhere ? [] : unique([...a.stages, ...b.stages]).sort(compareText),
  };
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
