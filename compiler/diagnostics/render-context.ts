/** What all renderers are given beside the diagnostics. They read nothing else and are pure. */
import type { Catalogue } from './catalogue.js';
import type { Diagnostic, Severity } from './diagnostic.js';

export interface RenderContext {
  /** The text of a file as the compiler has read it; null when it is not at hand. */
  readonly texts: (file: string) => string | null;
  readonly toolVersion: string;
  readonly catalogue: Catalogue;
  /** Text only. */
  readonly color: boolean;
  /** Columns of the terminal; text only. */
  readonly width: number;
  /** Where `docs/diagnostics.md` is published, for links; null when it is not. */
  readonly docsUri?: string | null;
}

export const TOOL_NAME = 'nimbusc';

export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
}

export function summarise(diagnostics: readonly Diagnostic[]): Summary {
  const amount = (severity: Severity): number => diagnostics.filter((one) => one.severity === severity).length;
  return { errors: amount('error'), warnings: amount('warning'), infos: amount('info') };
}

/** `#nim1201` of the published page; the anchor of a heading "NIM1201". */
export function docsLink(docsUri: string, code: string): string {
  return `${docsUri}#${code.toLowerCase()}`;
}
