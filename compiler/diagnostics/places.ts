/** Spans to lines and columns, over the texts of a run. Each text is measured once per renderer call. */

import { createLineMap, type LineMap } from '../ir/line-map.js';
import type { Span } from '../ir/span.js';

export interface Region {
  readonly line: number;
  readonly column: number;
  /** The place behind the last character. */
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Places {
  text(file: string): { readonly text: string; readonly map: LineMap } | null;
  /** Null when the text of the file is not at hand. */
  region(span: Span): Region | null;
  /** `src/chat.ts:3:7`, or only the file. */
  shown(span: Span): string;
}

export function createPlaces(texts: (file: string) => string | null): Places {
  const known = new Map<string, { text: string; map: LineMap } | null>();
  const text = (file: string): { text: string; map: LineMap } | null => {
    let entry = known.get(file);
    if (entry === undefined) {
      const content = texts(file);
      entry = content === null ? null : { text: content, map: createLineMap(content) };
      known.set(file, entry);
    }
    return entry;
  };
  const region = (span: Span): Region | null => {
    const map = text(span.file)?.map;
    if (map === undefined) return null;
    const start = map.positionAt(span.start);
    const end = map.positionAt(span.end);
    return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  };
  return {
    text,
    region,
    shown(span) {
      const at = region(span);
      return at === null ? span.file : `${span.file}:${at.line}:${at.column}`;
    },
  };
}
