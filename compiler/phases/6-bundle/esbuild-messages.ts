/** In: what esbuild says. Out: diagnostics of nimbusc at the same places. */
import type { Message } from 'esbuild';
import { bundleCodes, packageOf } from '../../diagnostics/codes/bundling.js';
import type { DiagnosticSink } from '../../diagnostics/diagnostic.js';
import type { Span } from '../../ir/span.js';
import type { RuntimeImport } from '../../kinds/definition.js';
import type { SourceProgram } from '../1-load/load-program.js';

/** How esbuild names generated entries. */
const ENTRY = /^nimbusc-entry:/;

interface Messages {
  readonly errors: readonly Message[];
  readonly warnings: readonly Message[];
}

/** `needed`: what entries import of packages. */
export function reportMessages(
  result: Messages,
  program: SourceProgram,
  needed: readonly RuntimeImport[],
  sink: DiagnosticSink,
): void {
  const codes = sink.for(bundleCodes);
  /** What entries did not find: told once, however many functions need it. */
  const absent = new Set<string>();
  for (const message of result.errors) {
    const span = spanOf(message, program);
    const missing = /^Could not resolve "(.*)"/.exec(message.text)?.[1];
    if (missing !== undefined && ENTRY.test(message.location?.file ?? '')) {
      absent.add(missing);
      continue;
    }
    if (missing !== undefined) codes.report('NIM4001', { module: missing }, span);
    else codes.report('NIM4002', { problem: message.text }, span, { notes: message.notes.map((n) => n.text) });
  }
  for (const module of absent) {
    const by = new Map(needed.filter(({ from }) => from === module).map((one) => [one.because, one]));
    if (by.size === 0) codes.report('NIM4001', { module }, null);
    for (const { because, source } of by.values()) codes.report('NIM4004', { package: packageOf(module), because }, source);
  }
  for (const message of result.warnings) {
    // What packages do inside is nothing that the project's authors could mend.
    if (message.location?.file.includes('node_modules/')) continue;
    codes.report('NIM4003', { problem: message.text }, spanOf(message, program), { notes: message.notes.map((n) => n.text) });
  }
}

/** esbuild counts columns in bytes of UTF-8, spans count UTF-16 code units. */
function spanOf(message: Message, program: SourceProgram): Span | null {
  const { location } = message;
  if (location === null || (location.namespace !== 'file' && location.namespace !== '')) return null;
  const text = program.text(location.file);
  if (text === null) return null;
  let start = 0;
  for (let line = 1; line < location.line; line++) {
    const next = /\r\n|[\n\r\u2028\u2029]/g;
    next.lastIndex = start;
    const found = next.exec(text);
    if (found === null) return null;
    start = found.index + found[0].length;
  }
  const from = start + units(location.lineText, location.column);
  return {
    file: location.file,
    start: from,
    end:
      from + Math.max(1, units(location.lineText, location.column + location.length) - units(location.lineText, location.column)),
  };
}

function units(line: string, bytes: number): number {
  return new TextDecoder().decode(new TextEncoder().encode(line).subarray(0, bytes)).length;
}
