/** The review for people at a terminal: one safe line per thing, the worst first. */
import { oneSafeLine } from '../diagnostics/display-width.js';
import { createPalette } from '../diagnostics/palette.js';
import type { Verdict } from './gate.js';
import type { Finding } from './model.js';
import { changeInWords, findingLines, functionInWords, placeOf, sectionsOf, signs, sizeInWords } from './sections.js';

const SEVERITIES = { error: 'error', warning: 'warning', note: 'info' } as const;

export function renderPretty(verdict: Verdict, color: boolean): string {
  const paint = createPalette(color);
  const sections = sectionsOf(verdict);
  const lines: string[] = [`${paint.strong(oneSafeLine(sections.title))}: ${sections.summary}`, ''];
  const item = (finding: Finding): string[] => [
    `  ${paint.severity[SEVERITIES[finding.level]](finding.level)}: ${oneSafeLine(finding.message)}`,
    ...findingLines(finding).map((line) => `      ${oneSafeLine(line)}`),
    `      ${paint.faint(oneSafeLine(`${placeOf(finding.source)}  ${finding.address}  [${finding.rule}]`))}`,
  ];
  for (const { title, items } of sections.findings) lines.push(paint.strong(title), ...items.flatMap(item), '');
  if (sections.groups.length > 0) {
    lines.push(paint.strong('What changes, by the line that causes it'));
    for (const { place, changes } of sections.groups) {
      lines.push(`  ${oneSafeLine(place)}`);
      for (const change of changes) {
        const words = changeInWords(change);
        lines.push(
          `    ${signs[change.action]} ${oneSafeLine(change.address)}${words === '' ? '' : `  ${paint.faint(oneSafeLine(words))}`}`,
        );
      }
    }
    lines.push('');
  }
  if (sections.movedLines > 0) lines.push(`${movedInWords(sections.movedLines)}`, '');
  if (sections.functions.length > 0) {
    lines.push(paint.strong('Functions that are deployed'));
    for (const fn of sections.functions) {
      lines.push(
        `  ${oneSafeLine(`${signs[fn.action]} ${fn.name}: ${functionInWords(fn)}  ${sizeInWords(fn.bytes)}`).trimEnd()}`,
      );
    }
    lines.push('');
  }
  if (sections.foreign.length > 0) {
    lines.push(paint.strong('Not made by nimbusc'));
    for (const change of sections.foreign)
      lines.push(`  ${signs[change.action]} ${oneSafeLine(`${change.address}  ${changeInWords(change)}`).trimEnd()}`);
    lines.push('');
  }
  lines.push(...sections.notes.map((note) => `note: ${oneSafeLine(note)}`));
  lines.push(sections.passed ? 'The review passes.' : paint.severity.error(`The review ${sections.verdict}.`));
  return `${lines.join('\n')}\n`;
}

export function movedInWords(amount: number): string {
  return amount === 1
    ? 'Of 1 resource only the line in its tag changes.'
    : `Of ${amount} resources only the line in their tags changes.`;
}
