/**
 * `nimbusc diff` of a change of one handler, over a build that bundles nothing: whole processes without a cache, in turn. Such a
 * build is `openapi`, which checks and infers what the documents of a build need, and what `lowering.ts` measures.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchProject } from '../builds.js';
import { measureNode } from '../measure.js';
import { nimbusc } from '../nimbusc.js';
import { type Cell, markdownTable } from '../report.js';
import { median } from '../statistics.js';

const LOWERING = join(import.meta.dirname, 'lowering.js');
const BASE = 'base';

interface Round {
  readonly check: number;
  readonly openapi: number;
  readonly lowering: number;
  readonly diff: number;
  readonly sizes: number;
}

/** The parts take turns within each round; a first one warms the disk's cache. */
export async function measureDiff(
  sizes: readonly number[],
  runs: number,
  parent: string,
  progress: (text: string) => void,
): Promise<string> {
  const rows: Cell[][] = [];
  for (const size of sizes) {
    const project = new BenchProject(parent, size);
    commit(project.folder);
    project.editHandler();
    const rounds: Round[] = [];
    for (let round = 0; round <= runs; round++) {
      progress(`N=${size}, round ${round} of ${runs}: diff`);
      const measured = await measureRound(project);
      if (round > 0) rounds.push(measured);
    }
    rmSync(project.folder, { recursive: true, force: true });
    rows.push(rowOf(size, rounds));
  }
  const head = ['handlers', '`check`', '`openapi`', 'lowering', '`diff`', 'over check + lowering', 'over openapi + lowering'];
  return markdownTable([...head, 'aim', '`diff --sizes`'], rows);
}

async function measureRound(project: BenchProject): Promise<Round> {
  const { folder } = project;
  const seconds = async (...args: readonly string[]): Promise<number> => {
    project.removeOutput();
    return (await measureNode(args, folder)).seconds;
  };
  const lowering = await measureNode([LOWERING, folder], folder);
  return {
    check: await seconds(...nimbusc('check', folder)),
    openapi: await seconds(...nimbusc('openapi', folder)),
    lowering: (JSON.parse(lowering.stdout) as { readonly seconds: number }).seconds,
    diff: await seconds(...nimbusc('diff', folder), BASE),
    sizes: await seconds(...nimbusc('diff', folder), BASE, '--sizes'),
  };
}

function commit(folder: string): void {
  const git = (...args: readonly string[]) => execFileSync('git', ['-C', folder, ...args], { stdio: 'ignore' });
  writeFileSync(join(folder, '.gitignore'), 'node_modules\nnimbus.out\n');
  git('init', '-q', '-b', BASE);
  git('add', '-A');
  git('-c', 'user.name=bench', '-c', 'user.email=bench@example.com', '-c', 'commit.gpgsign=false', 'commit', '-q', '-m', BASE);
}

function rowOf(size: number, rounds: readonly Round[]): Cell[] {
  const seconds = (of: (round: Round) => number): string => median(rounds.map(of)).toFixed(2);
  return [
    size,
    seconds(({ check }) => check),
    seconds(({ openapi }) => openapi),
    seconds(({ lowering }) => lowering),
    seconds(({ diff }) => diff),
    seconds(({ diff, check, lowering }) => diff / (check + lowering)),
    seconds(({ diff, openapi, lowering }) => diff / (openapi + lowering)),
    size === 500 ? '1.3' : '',
    seconds(({ sizes }) => sizes),
  ];
}
