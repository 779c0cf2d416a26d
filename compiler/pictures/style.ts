/** The colours of pictures, as literal values: not every viewer of SVG knows variables. */

interface Colors {
  readonly page: string;
  readonly text: string;
  readonly muted: string;
  readonly code: string;
  readonly codeLine: string;
  readonly resource: string;
  readonly resourceLine: string;
  readonly triggers: string;
  readonly uses: string;
  readonly added: string;
  readonly removed: string;
  readonly changed: string;
  readonly marked: string;
}

export const LIGHT: Colors = {
  page: '#ffffff',
  text: '#1c2430',
  muted: '#566070',
  code: '#eaf1fd',
  codeLine: '#4a74b8',
  resource: '#f6f3ea',
  resourceLine: '#8d7b4c',
  triggers: '#2a5db0',
  uses: '#7a6a3e',
  added: '#0f7a3a',
  removed: '#c02636',
  changed: '#a85b00',
  marked: '#d6409f',
};

export const DARK: Colors = {
  page: '#14181f',
  text: '#e8ecf2',
  muted: '#a3adbb',
  code: '#1d2a40',
  codeLine: '#6d9be6',
  resource: '#2a271e',
  resourceLine: '#bba76c',
  triggers: '#82b0f7',
  uses: '#cdb87c',
  added: '#56cf86',
  removed: '#ff7d88',
  changed: '#f3a94d',
  marked: '#ff8fd0',
};

/** Rules for the classes of the drawing; `root` goes before each of them. */
export function drawingRules(c: Colors, root: string): string {
  const rules: readonly (readonly [string, string])[] = [
    ['.page', `fill:${c.page}`],
    ['text', `fill:${c.text}`],
    ['.note', `fill:${c.muted}`],
    ['.code>rect', `fill:${c.code};stroke:${c.codeLine}`],
    ['.resource>rect', `fill:${c.resource};stroke:${c.resourceLine}`],
    ['.under', `fill:${c.page}`],
    ['.triggers path', `stroke:${c.triggers}`],
    ['.uses path', `stroke:${c.uses}`],
    ['.runs-after path', `stroke:${c.muted}`],
    ['.triggers .tip', `fill:${c.triggers}`],
    ['.uses .tip', `fill:${c.page};stroke:${c.uses}`],
    ['.runs-after .tip', `fill:${c.muted}`],
    ...(['added', 'removed', 'changed'] as const).flatMap((name): (readonly [string, string])[] => [
      [`.${name}>rect:not(.under)`, `stroke:${c[name]}`],
      [`.${name}>text`, `fill:${c[name]}`],
      [`.${name} path`, `stroke:${c[name]}`],
      [`.${name} .tip`, `stroke:${c[name]}`],
    ]),
    ['.marked>rect:not(.under)', `stroke:${c.marked}`],
    ['.marked path', `stroke:${c.marked}`],
    ['.row.marked>rect', `stroke:${c.marked}`],
  ];
  return rules.map(([selector, body]) => `${root}${selector}{${body}}`).join('\n');
}

/** What does not depend on light and dark. Changes are told by marks, dashes and strokes too, for those who see no colours. */
export const SHAPES = [
  'text{font-family:Helvetica,Arial,"Liberation Sans",sans-serif}',
  '.code>rect,.resource>rect{stroke-width:1.25}',
  '.row>rect{fill:transparent;stroke:transparent}',
  '.link path{fill:none;stroke-width:1.6}',
  '.link .tip{stroke-width:1.4}',
  '.triggers path{stroke-width:2}',
  '.runs-after path{stroke-dasharray:2 4}',
  '.added>rect:not(.under),.added path{stroke-width:2.8}',
  '.changed>rect:not(.under),.changed path{stroke-width:2.4}',
  '.removed>rect:not(.under){stroke-dasharray:5 4;stroke-width:2}',
  '.removed path{stroke-dasharray:6 5}',
  '.box.removed>text,.row.removed>text{text-decoration:line-through}',
  '.row>rect:not(.under){stroke-width:1}',
  '.marked>rect:not(.under){stroke-width:3}',
  '.marked path{stroke-width:3.2}',
].join('\n');

/** For a drawing that stands alone: as the viewer likes it. */
export const alone = (): string =>
  `${SHAPES}\n${drawingRules(LIGHT, '')}\n@media (prefers-color-scheme:dark){\n${drawingRules(DARK, '')}\n}`;
