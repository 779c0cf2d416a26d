/** A small catalogue and small diagnostics for the tests of this folder. */
import { buildCatalogue } from '../../../compiler/diagnostics/catalogue.js';
import { coreTables } from '../../../compiler/diagnostics/core-codes.js';
import { code, type Diagnostic, defineCodes } from '../../../compiler/diagnostics/diagnostic.js';
import type { RenderContext } from '../../../compiler/diagnostics/render-context.js';
import type { Span } from '../../../compiler/ir/span.js';

export const exampleCodes = defineCodes({
  NIM8001: code<{ name: string }>({
    slug: 'example-error',
    severity: 'error',
    message: ({ name }) => `"${name}" is wrong`,
    hint: ({ name }) => `replace "${name}"`,
    explain: 'An example.\n\nWhy it is one.\n\nBad:\n\n```ts\nlet bad;\n```\n\nGood:\n\n```ts\nconst good = 1;\n```\n',
  }),
  NIM8002: code<{ name: string }>({
    slug: 'example-warning',
    severity: 'warning',
    message: ({ name }) => `"${name}" is doubtful`,
    explain: 'An example.\n\nWhy.\n\nBad:\n\n```ts\n1;\n```\n\nGood:\n\n```ts\n2;\n```\n',
  }),
  NIM8003: code({ slug: 'example-info', severity: 'info', message: () => 'by the way', explain: 'An example.\n\nWhy.\n' }),
});

export const catalogue = buildCatalogue([...coreTables, exampleCodes]);

export function span(start: number, end: number, file: string = 'src/a.ts'): Span {
  return { file, start, end };
}

/** The place of a text within another one. */
export function spanOfText(text: string, part: string, file: string = 'src/a.ts'): Span {
  const start = text.indexOf(part);
  if (start < 0) throw new Error(`"${part}" is not in the text`);
  return { file, start, end: start + part.length };
}

export function diagnostic(more: Partial<Diagnostic> = {}): Diagnostic {
  return {
    code: 'NIM8001',
    slug: 'example-error',
    severity: 'error',
    message: 'it is wrong',
    primary: null,
    related: [],
    notes: [],
    hint: null,
    fixes: [],
    stages: [],
    ...more,
  };
}

export function context(texts: Readonly<Record<string, string>>, more: Partial<RenderContext> = {}): RenderContext {
  return { texts: (file) => texts[file] ?? null, toolVersion: '1.2.3', catalogue, color: false, width: 100, ...more };
}
