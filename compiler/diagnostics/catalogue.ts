/**
 * All codes of one run in one table. The owners (core, kinds, providers) hand in their tables; this file knows none of
 * them. A mistake in a table is a mistake of ours, hence an exception and no diagnostic.
 */
import { compareText } from '../ir/span.js';
import type { Code, CodeSpec, CodeTable, Severity } from './diagnostic.js';
import { closest } from './suggest.js';

export interface CatalogueEntry {
  readonly code: Code;
  readonly slug: string;
  readonly severity: Severity;
  readonly explain: string;
}

export interface Catalogue {
  find(code: string): CatalogueEntry | null;
  /** Sorted by code. */
  readonly entries: readonly CatalogueEntry[];
}

const CODE = /^NIM\d{4}$/u;
const SLUG = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u;

export function buildCatalogue(tables: readonly CodeTable[]): Catalogue {
  const byCode = new Map<string, CatalogueEntry>();
  const bySlug = new Map<string, Code>();
  for (const table of tables) {
    for (const [code, spec] of Object.entries(table) as [Code, CodeSpec<unknown>][]) {
      if (!CODE.test(code)) throw new Error(`"${code}" is no diagnostic code: a code is NIM and four digits`);
      if (!SLUG.test(spec.slug)) throw new Error(`the slug "${spec.slug}" of ${code} is not in kebab-case`);
      if (byCode.has(code)) throw new Error(`the diagnostic code ${code} is given twice`);
      const other = bySlug.get(spec.slug);
      if (other !== undefined) throw new Error(`the slug "${spec.slug}" belongs to both ${other} and ${code}`);
      bySlug.set(spec.slug, code);
      byCode.set(code, { code, slug: spec.slug, severity: spec.severity, explain: spec.explain });
    }
  }
  return {
    find: (code) => byCode.get(code) ?? null,
    entries: [...byCode.values()].sort((a, b) => compareText(a.code, b.code)),
  };
}

/** What a person may write for a code: `NIM1201`, `nim1201`, `1201` or `option-unknown`. */
export function findEntry(catalogue: Catalogue, text: string): CatalogueEntry | null {
  const wanted = text.trim();
  const code = /^\d{4}$/u.test(wanted) ? `NIM${wanted}` : wanted.toUpperCase();
  return catalogue.find(code) ?? catalogue.entries.find((entry) => entry.slug === wanted.toLowerCase()) ?? null;
}

/** The code that a wrong one was probably meant to be, null when none is close. */
export function closestCode(catalogue: Catalogue, text: string): Code | null {
  const exact = findEntry(catalogue, text);
  if (exact !== null) return exact.code;
  // numbers that differ in two digits have nothing to do with each other
  const code = closest(
    text,
    catalogue.entries.map((entry) => entry.code),
    1,
  );
  if (code !== null) return code as Code;
  const slug = closest(
    text,
    catalogue.entries.map((entry) => entry.slug),
  );
  return catalogue.entries.find((entry) => entry.slug === slug)?.code ?? null;
}
