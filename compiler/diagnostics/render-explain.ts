/** The long text of a code: for `nimbusc explain NIM1234`, and all of them as the documentation page. */
import type { Catalogue, CatalogueEntry } from './catalogue.js';
import { createPalette, type Palette } from './palette.js';
import type { RenderContext } from './render-context.js';

const READABLE_WIDTH = 100;

/** The page of one code for a terminal. */
export function renderExplain(entry: CatalogueEntry, context: Pick<RenderContext, 'color' | 'width'>): string {
  const paint = createPalette(context.color);
  const width = context.width > 0 ? Math.min(context.width, READABLE_WIDTH) : READABLE_WIDTH;
  const head = `${paint.severity[entry.severity](`${entry.severity}[${entry.code}]`)} ${paint.strong(entry.slug)}`;
  const body = blocksOf(entry.explain).map((block) => renderBlock(block, width, paint));
  return `${[head, ...body].join('\n\n')}\n`;
}

/** `docs/diagnostics.md`. */
export function renderCatalogue(catalogue: Catalogue): string {
  const rows = catalogue.entries.map(
    ({ code, slug, severity, explain }) =>
      `| [${code}](#${code.toLowerCase()}) | ${slug} | ${severity} | ${firstLine(explain)} |`,
  );
  const pages = catalogue.entries.map(
    ({ code, slug, severity, explain }) => `## ${code}\n\n\`${slug}\`, ${severity}\n\n${explain.trim()}`,
  );
  return `${[
    '# Diagnostics',
    'Every message of nimbusc has a code that never changes its meaning. `nimbusc explain NIM1234` prints the same text. This page is generated from the catalogue in the code.',
    ['| code | name | severity | meaning |', '|---|---|---|---|', ...rows].join('\n'),
    ...pages,
  ].join('\n\n')}\n`;
}

type Block = { readonly is: 'text' | 'code'; readonly text: string };

/** Paragraphs and fenced code of a page; a page has nothing else. */
function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  for (const part of markdown.trim().split(/^(```\w*\n[\s\S]*?\n```)$/mu)) {
    const code = /^```\w*\n([\s\S]*?)\n```$/u.exec(part)?.[1];
    if (code !== undefined) blocks.push({ is: 'code', text: code });
    else blocks.push(...part.split(/\n{2,}/u).map((text) => ({ is: 'text' as const, text: text.trim() })));
  }
  return blocks.filter((block) => block.text !== '');
}

function renderBlock(block: Block, width: number, paint: Palette): string {
  if (block.is === 'code')
    return block.text
      .split('\n')
      .map((line) => paint.code(`    ${line}`).trimEnd())
      .join('\n');
  const text = wrap(block.text, width);
  return text === 'Bad:' || text === 'Good:' ? paint.strong(text) : text;
}

function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/u)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
