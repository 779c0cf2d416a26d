/** Workflow commands of GitHub Actions: one annotation per finding, at its line. */
import { escapeData, escapeProperty } from '../diagnostics/render-github.js';
import type { Verdict } from './gate.js';
import type { Level } from './model.js';
import { findingLines, placeOf } from './sections.js';

const COMMANDS: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', note: 'notice' };

export function renderReviewGithub({ review }: Verdict): string {
  return review.findings
    .map((finding) => {
      const { source, level, approved } = finding;
      // A line that is gone would be shown at whatever stands there now.
      const properties = source?.side === 'after' ? [`file=${escapeProperty(source.file)}`, `line=${source.line}`] : [];
      const place = source?.side === 'before' ? [placeOf(source)] : [];
      const text = [finding.message, ...findingLines(finding), finding.address, ...place].join('\n');
      const command = approved === null ? COMMANDS[level] : 'notice';
      return `::${command} ${[...properties, `title=${escapeProperty(finding.rule)}`].join(',')}::${escapeData(text)}\n`;
    })
    .join('');
}
