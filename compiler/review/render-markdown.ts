/**
 * The review as a comment on a pull request: a table first, details folded. Never longer than GitHub takes: when there is
 * more, each list says how much more.
 */
import Handlebars from 'handlebars';
import type { Verdict } from './gate.js';
import { markdownTemplate } from './markdown-template.js';
import type { Finding, Level, ResourceChange } from './model.js';
import { movedInWords } from './render-pretty.js';
import {
  changeInWords,
  findingLines,
  functionInWords,
  placeOf,
  type Sections,
  sectionsOf,
  signs,
  sizeInWords,
} from './sections.js';

/** GitHub refuses comments of more than 65,536 characters. */
export const LONGEST_COMMENT = 60_000;

/** How many of each list are shown, tried in turn until all of it fits. */
const AMOUNTS = [Number.POSITIVE_INFINITY, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1, 0];

/** Characters of one text of the user's. */
const LONGEST_TEXT = 400;

const MARKS: Readonly<Record<Level, string>> = { error: '&#x274C;', warning: '&#x26A0;&#xFE0F;', note: '&#x2139;&#xFE0F;' };

const fill = Handlebars.compile(markdownTemplate, { noEscape: true, strict: false });

/** The stages of a change share the comment. */
export function renderMarkdown(verdicts: readonly Verdict[]): string {
  const longest = Math.floor(LONGEST_COMMENT / Math.max(1, verdicts.length));
  return verdicts.map((verdict) => renderOne(sectionsOf(verdict), longest)).join('\n');
}

function renderOne(sections: Sections, longest: number): string {
  let text = '';
  for (const most of AMOUNTS) {
    text = `${fill(modelOf(sections, most))
      .replace(/\n{3,}/gu, '\n\n')
      .trimEnd()}\n`;
    if (text.length < longest) break;
  }
  return text;
}

function modelOf(sections: Sections, most: number): object {
  const all = sections.findings.flatMap(({ items }) => items).filter(({ level }) => level !== 'note');
  return {
    title: escapeMarkdown(sections.title),
    summary: escapeMarkdown(sections.summary),
    passed: sections.passed,
    verdict: escapeMarkdown(sections.verdict),
    table: all
      .slice(0, most)
      .map((one) => ({ ...findingModel(one), place: `<code>${escapeMarkdown(placeOf(one.source))}</code>` })),
    tableMore: moreOf(all, most),
    findings: sections.findings.map(({ title, items }) => ({
      title: escapeMarkdown(title),
      count: items.length,
      items: items.slice(0, most).map(findingModel),
      more: moreOf(items, most),
    })),
    groups: sections.groups.slice(0, most).map(({ place, changes }) => ({
      place: escapeMarkdown(place),
      changes: changes.slice(0, most).map(changeModel),
      more: moreOf(changes, most),
    })),
    groupsMore: moreOf(sections.groups, most, 'lines'),
    functions: sections.functions.slice(0, most).map((fn) => ({
      name: escapeMarkdown(`${signs[fn.action]} ${fn.name}`),
      why: escapeMarkdown(functionInWords(fn)),
      size: escapeMarkdown(sizeInWords(fn.bytes)),
    })),
    functionCount: sections.functions.length,
    functionsMore: moreOf(sections.functions, most),
    foreign: sections.foreign.slice(0, most).map(changeModel),
    foreignCount: sections.foreign.length,
    foreignMore: moreOf(sections.foreign, most),
    notes: [...(sections.movedLines > 0 ? [movedInWords(sections.movedLines)] : []), ...sections.notes]
      .slice(0, Math.max(most, NOTES))
      .map(escapeMarkdown),
  };
}

/** A plan has few, and they say what the rest is worth. */
const NOTES = 10;

function moreOf(list: readonly unknown[], most: number, what: string = ''): string {
  const left = list.length - most;
  return left > 0 ? `... and ${left} more${what === '' ? '' : ` ${what}`}, left out to keep this short` : '';
}

function findingModel(finding: Finding): object {
  const details = [
    ...findingLines(finding).map(escapeMarkdown),
    `<code>${escapeMarkdown(finding.address)}</code>, ${escapeMarkdown(placeOf(finding.source))}, ${escapeMarkdown(finding.rule)}`,
  ];
  return {
    level: finding.approved === null ? MARKS[finding.level] : '&#x2705;',
    message: escapeMarkdown(finding.message),
    details: details.join('<br>'),
  };
}

function changeModel(change: ResourceChange): object {
  return {
    action: `<code>${escapeMarkdown(signs[change.action])}</code>`,
    address: escapeMarkdown(change.address),
    words: escapeMarkdown(changeInWords(change)),
  };
}

/**
 * Text that says what it says wherever it stands, also in cells of tables and in HTML: every character that means something
 * becomes an entity. GitHub looks for mentions and issues after that, so a comment keeps `@` and `#` from what follows.
 */
export function escapeMarkdown(text: string): string {
  const characters = [...text.replace(/[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')];
  const cut = characters.length <= LONGEST_TEXT ? characters : [...characters.slice(0, LONGEST_TEXT - 3), '...'];
  return cut
    .join('')
    .replace(/[&<>`|*_~[\]\\]|^[-+=]/gu, (character) => `&#${character.codePointAt(0)};`)
    .replace(/:\/\//gu, '&#58;&#47;&#47;')
    .replace(/www\./giu, (found) => `${found.slice(0, 3)}&#46;`)
    .replace(/(?<!&)[@#]/gu, '$&<!-- -->');
}
