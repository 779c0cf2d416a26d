/** The few colours of nimbusc's text output. Without colour every function gives its text back. */
import type { Severity } from './diagnostic.js';

type Paint = (text: string) => string;

export interface Palette {
  readonly severity: Readonly<Record<Severity, Paint>>;
  readonly strong: Paint;
  readonly faint: Paint;
  /** Line numbers, bars and arrows. */
  readonly frame: Paint;
  /** Marks and labels of related places. */
  readonly related: Paint;
  readonly code: Paint;
}

export function createPalette(color: boolean): Palette {
  const paint = (start: number, end: number): Paint =>
    color ? (text) => (text === '' ? '' : `\u001b[${start}m${text}\u001b[${end}m`) : (text) => text;
  const bold = paint(1, 22);
  const red = paint(31, DEFAULT_COLOR);
  const yellow = paint(33, DEFAULT_COLOR);
  const blue = paint(34, DEFAULT_COLOR);
  const cyan = paint(36, DEFAULT_COLOR);
  return {
    severity: {
      error: (text) => bold(red(text)),
      warning: (text) => bold(yellow(text)),
      info: (text) => bold(cyan(text)),
    },
    strong: bold,
    faint: paint(2, 22),
    frame: blue,
    related: blue,
    code: cyan,
  };
}

const DEFAULT_COLOR = 39;
