/**
 * SARIF 2.1.0, for code scanning. Only rules that fired, sorted; paths relative to %SRCROOT%; fingerprints that survive
 * edits above a problem.
 */
import { createHash } from 'node:crypto';
import type { Span } from '../ir/span.js';
import type { CatalogueEntry } from './catalogue.js';
import type { Diagnostic, Fix, Label, Severity } from './diagnostic.js';
import { createPlaces, type Places } from './places.js';
import { docsLink, type RenderContext, TOOL_NAME } from './render-context.js';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };
const ROOT = '%SRCROOT%';

export function renderSarif(diagnostics: readonly Diagnostic[], context: RenderContext): string {
  const places = createPlaces(context.texts);
  const fired = context.catalogue.entries.filter((entry) => diagnostics.some((one) => one.code === entry.code));
  const fingerprints = fingerprintsOf(diagnostics, places);
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: TOOL_NAME,
            semanticVersion: context.toolVersion,
            rules: fired.map((entry) => ruleOf(entry, context.docsUri ?? null)),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [ROOT]: { description: { text: 'The project folder.' } } },
        results: diagnostics.map((diagnostic, index) => ({
          ruleId: diagnostic.code,
          ruleIndex: fired.findIndex((entry) => entry.code === diagnostic.code),
          level: LEVELS[diagnostic.severity],
          message: { text: messageOf(diagnostic) },
          locations: diagnostic.primary === null ? [] : [locationOf(diagnostic.primary, places)],
          ...relatedOf(diagnostic, places),
          partialFingerprints: { 'nimbuscProblem/v1': fingerprints[index] },
          ...fixesOf(diagnostic.fixes, places),
          properties: { slug: diagnostic.slug, stages: diagnostic.stages },
        })),
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function ruleOf(entry: CatalogueEntry, docsUri: string | null): unknown {
  const [first = '', ...rest] = entry.explain.split('\n');
  const full = rest.join('\n').trim();
  return {
    id: entry.code,
    name: entry.slug,
    shortDescription: { text: first },
    fullDescription: { text: full.split(/\n\nBad:/u)[0] ?? '' },
    help: { text: full, markdown: full },
    ...(docsUri === null ? {} : { helpUri: docsLink(docsUri, entry.code) }),
    defaultConfiguration: { level: LEVELS[entry.severity] },
  };
}

function messageOf({ message, notes, hint, stages }: Diagnostic): string {
  const parts = [message, ...notes];
  if (stages.length > 0) parts.push(`stages: ${stages.join(', ')}`);
  if (hint !== null) parts.push(`hint: ${hint}`);
  return parts.join('\n');
}

function relatedOf({ related }: Diagnostic, places: Places): object {
  if (related.length === 0) return {};
  return { relatedLocations: related.map((label, index) => ({ id: index + 1, ...locationOf(label, places) })) };
}

function locationOf(label: Label, places: Places): object {
  return {
    physicalLocation: { artifactLocation: artifactOf(label.span.file), ...regionOf(label.span, places) },
    ...(label.text === '' ? {} : { message: { text: label.text } }),
  };
}

/** SARIF allows no fix without a change. */
function fixesOf(all: readonly Fix[], places: Places): object {
  const fixes = all.filter((fix) => fix.edits.length > 0);
  if (fixes.length === 0) return {};
  return {
    fixes: fixes.map((fix) => ({
      description: { text: fix.title },
      artifactChanges: [...new Set(fix.edits.map((edit) => edit.span.file))].map((file) => ({
        artifactLocation: artifactOf(file),
        replacements: fix.edits
          .filter((edit) => edit.span.file === file)
          .map((edit) => ({
            deletedRegion: regionOf(edit.span, places).region ?? offsetsOf(edit.span),
            insertedContent: { text: edit.newText },
          })),
      })),
    })),
  };
}

function artifactOf(file: string): object {
  const uri = file.split('/').map(encodeURIComponent).join('/');
  return { uri, uriBaseId: ROOT };
}

function regionOf(span: Span, places: Places): { region?: object } {
  const at = places.region(span);
  if (at === null) return {};
  return {
    region: {
      startLine: at.line,
      startColumn: at.column,
      endLine: at.endLine,
      endColumn: at.endColumn,
      ...offsetsOf(span),
    },
  };
}

function offsetsOf(span: Span): object {
  return { charOffset: span.start, charLength: span.end - span.start };
}

/**
 * Code, file, sentence and underlined text, without any line number; equal ones are counted, so that two of them stay
 * two.
 */
function fingerprintsOf(diagnostics: readonly Diagnostic[], places: Places): readonly string[] {
  const seen = new Map<string, number>();
  return diagnostics.map(({ code, message, primary }) => {
    const source = primary === null ? null : places.text(primary.span.file);
    const marked = primary === null || source === null ? '' : source.text.slice(primary.span.start, primary.span.end);
    const identity = JSON.stringify([code, primary?.span.file ?? '', message, marked.replace(/\s+/gu, ' ')]);
    const number = seen.get(identity) ?? 0;
    seen.set(identity, number + 1);
    return createHash('sha256').update(`${identity}${number}`).digest('hex').slice(0, 32);
  });
}
