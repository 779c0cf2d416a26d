/** Diagnostics for programs: everything, never cut, with offsets and with lines and columns. */
import type { Span } from '../ir/span.js';
import type { Diagnostic } from './diagnostic.js';
import { createPlaces, type Places } from './places.js';
import { type RenderContext, summarise, TOOL_NAME } from './render-context.js';

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
const SCHEMA_VERSION = 1;

export function renderJson(diagnostics: readonly Diagnostic[], context: RenderContext): string {
  const places = createPlaces(context.texts);
  const document = {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: TOOL_NAME, version: context.toolVersion },
    diagnostics: diagnostics.map((diagnostic) => toJson(diagnostic, places)),
    summary: summarise(diagnostics),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function toJson(diagnostic: Diagnostic, places: Places): unknown {
  const { code, slug, severity, message, primary, related, notes, hint, fixes, stages } = diagnostic;
  return {
    code,
    slug,
    severity,
    message,
    ...placeOf(primary?.span ?? null, places),
    label: primary === null || primary.text === '' ? null : primary.text,
    related: related.map((label) => ({ ...placeOf(label.span, places), text: label.text })),
    notes,
    hint,
    fixes: fixes.map((fix) => ({
      title: fix.title,
      edits: fix.edits.map((edit) => ({ ...placeOf(edit.span, places), newText: edit.newText })),
    })),
    stages,
  };
}

/** Null where there is no place; lines and columns are null too when the text is not at hand. */
function placeOf(span: Span | null, places: Places): Record<string, string | number | null> {
  const region = span === null ? null : places.region(span);
  return {
    file: span?.file ?? null,
    line: region?.line ?? null,
    column: region?.column ?? null,
    endLine: region?.endLine ?? null,
    endColumn: region?.endColumn ?? null,
    start: span?.start ?? null,
    end: span?.end ?? null,
  };
}
