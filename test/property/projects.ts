/** Runs the compiler on projects made of texts: checks in memory, builds in a folder of their own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CheckResult, type CompileOptions, check } from '../../compiler/pipeline.js';
import { filesIn } from '../support/golden.js';
import { optionsFor, tempProject } from '../support/temp-project.js';
import { MemoryHost } from '../unit/compiler/memory-host.js';

export type Files = Readonly<Record<string, string>>;

const inMemory = optionsFor('/project');

/** Nothing is read but the files given. */
export function checkFiles(files: Files): Promise<CheckResult> {
  const host = new MemoryHost(Object.fromEntries(Object.entries(files).map(([path, text]) => [`/project/${path}`, text])));
  return check({ ...inMemory, host });
}

/** Diagnostics as one line each. */
export function problems({ diagnostics, crash }: Pick<CheckResult, 'diagnostics' | 'crash'>): string[] {
  return diagnostics.map((d) => {
    const where = d.primary === null ? '' : ` ${d.primary.span.file}:${d.primary.span.start}`;
    return `${d.severity} ${d.code}${where} ${d.message}${d.code.startsWith('NIM9') ? `\n${crash?.stack}` : ''}`;
  });
}

export const errors = (result: CheckResult): string[] => problems(result).filter((p) => p.startsWith('error'));

/** The graph without places, which are all that may differ between two spellings of one thing. */
export function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'source' && key !== 'because');
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutPlaces(item)]));
}

/** What a build wrote: every file of the output, by path, as Latin-1 text so that bytes are told apart. */
export async function buildFiles(files: Files, changes: Partial<CompileOptions> = {}): Promise<Map<string, string>> {
  const project = tempProject(files);
  try {
    const result = await project.build(changes);
    if (result.failed) throw new Error(`the build failed:\n${problems(result).join('\n')}`);
    return outputOf(project.dir);
  } finally {
    project.remove();
  }
}

export function outputOf(projectDir: string): Map<string, string> {
  const out = join(projectDir, 'nimbus.out');
  return new Map(filesIn(out).map((path) => [path.replaceAll('\\', '/'), readFileSync(join(out, path), 'latin1')]));
}

/** The first difference of two outputs, in words; null when they are equal. */
export function difference(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string | null {
  for (const path of [...new Set([...a.keys(), ...b.keys()])].sort()) {
    const [one, other] = [a.get(path), b.get(path)];
    if (one === other) continue;
    if (one === undefined || other === undefined)
      return `${path} is only in the ${one === undefined ? 'second' : 'first'} output`;
    const at = [...one].findIndex((char, i) => char !== other[i]);
    return `${path} differs at ${at}: ${JSON.stringify(one.slice(Math.max(0, at - 40), at + 80))} and ${JSON.stringify(other.slice(Math.max(0, at - 40), at + 80))}`;
  }
  return null;
}
