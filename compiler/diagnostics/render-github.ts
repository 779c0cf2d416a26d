/** Workflow commands of GitHub Actions: one annotation per diagnostic, at its line. */
import type { Diagnostic, Severity } from './diagnostic.js';
import { createPlaces } from './places.js';
import type { RenderContext } from './render-context.js';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

export function renderGithub(diagnostics: readonly Diagnostic[], context: RenderContext): string {
  const places = createPlaces(context.texts);
  return diagnostics
    .map((diagnostic) => {
      const properties: [name: string, value: string][] = [];
      if (diagnostic.primary !== null) {
        const { span } = diagnostic.primary;
        const region = places.region(span);
        properties.push(['file', span.file]);
        if (region !== null) {
          properties.push(['line', String(region.line)], ['endLine', String(region.endLine)]);
          // GitHub ignores columns of a range of several lines, and complains about them
          if (region.line === region.endLine) {
            properties.push(['col', String(region.column)], ['endColumn', String(region.endColumn)]);
          }
        }
      }
      properties.push(['title', `${diagnostic.code} ${diagnostic.slug}`]);
      const list = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(',');
      const text = messageOf(diagnostic, (span) => places.shown(span));
      return `::${COMMANDS[diagnostic.severity]} ${list}::${escapeData(text)}\n`;
    })
    .join('');
}

type Span = NonNullable<Diagnostic['primary']>['span'];

function messageOf(diagnostic: Diagnostic, shown: (span: Span) => string): string {
  const label = diagnostic.primary?.text ?? '';
  return [
    label === '' ? diagnostic.message : `${diagnostic.message} (${label})`,
    ...diagnostic.related.map((related) => `${shown(related.span)}: ${related.text}`),
    ...diagnostic.notes,
    ...(diagnostic.stages.length === 0 ? [] : [`stages: ${diagnostic.stages.join(', ')}`]),
    ...(diagnostic.hint === null ? [] : [`hint: ${diagnostic.hint}`]),
  ].join('\n');
}

/** A percent sign first, else the others would be escaped twice. */
export function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

export function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
