/**
 * Expected files. One switch for every suite that has some: UPDATE_GOLDEN=1 rewrites them and prints what changed, so
 * that the change can be looked at. Refused where CI is set: there nobody looks.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { expect } from 'chai';
import { repositoryRoot } from './repository.js';

export function isUpdating(environment: NodeJS.ProcessEnv = process.env): boolean {
  if ((environment['UPDATE_GOLDEN'] ?? '') === '') return false;
  if ((environment['CI'] ?? '') !== '')
    throw new Error('UPDATE_GOLDEN rewrites what tests expect, and CI is set: update on your own machine');
  return true;
}

/** Fails unless the folder holds exactly the files given, byte for byte. When updating, makes it so instead. */
export function expectGolden(folder: string, produced: ReadonlyMap<string, string>, updating: boolean = isUpdating()): void {
  const expected = new Map(filesIn(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  if (updating) {
    for (const line of updateGolden(folder, expected, produced)) console.log(`      ${line}`);
    return;
  }
  const names = (files: ReadonlyMap<string, string>): string[] => [...files.keys()].sort();
  expect(names(produced), `the files produced are not those of ${shown(folder)}`).to.deep.equal(names(expected));
  for (const [path, content] of produced) expect(content, shown(join(folder, path))).to.equal(expected.get(path));
}

function updateGolden(folder: string, expected: ReadonlyMap<string, string>, produced: ReadonlyMap<string, string>): string[] {
  const changes: string[] = [];
  for (const path of expected.keys()) {
    if (produced.has(path)) continue;
    rmSync(join(folder, path));
    changes.push(`removed  ${shown(join(folder, path))}`);
  }
  for (const [path, content] of produced) {
    const before = expected.get(path);
    if (before === content) continue;
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    changes.push(
      ...(before === undefined ? [`added    ${shown(file)}`] : [`changed  ${shown(file)}`, ...changedLines(before, content)]),
    );
  }
  return changes;
}

const MOST_LINES = 40;

/** What stands between the common start and the common end of two texts. */
export function changedLines(before: string, after: string): string[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const lines = [
    ...a.slice(start, a.length - end).map((line) => `  ${start + 1} - ${line}`),
    ...b.slice(start, b.length - end).map((line) => `  ${start + 1} + ${line}`),
  ];
  return lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES), `  and ${lines.length - MOST_LINES} lines more`];
}

/** Paths of all files in a folder, relative to it and sorted; none when it does not exist. */
export function filesIn(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

function shown(path: string): string {
  return relative(repositoryRoot, path).split(sep).join('/');
}
