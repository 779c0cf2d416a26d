/**
 * What finding out which clients handlers reach adds to `nimbusc check` without a cache, in user CPU of whole processes. Wall
 * times would say less: reading bodies and following code is one part of a process that waits for disks and other processes.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BenchProject } from '../builds.js';
import { measureNode } from '../measure.js';
import { nimbusc } from '../nimbusc.js';
import { type Cell, markdownTable } from '../report.js';
import { median } from '../statistics.js';
import type { AnalysisSeconds } from './analysis.js';

const AT_EXIT = pathToFileURL(join(import.meta.dirname, '../cpu-at-exit.js')).href;
const ANALYSIS = join(import.meta.dirname, 'analysis.js');

interface Round extends AnalysisSeconds {
  readonly check: number;
}

/** The parts take turns within each round; a first one warms the disk's cache. */
export async function measureReach(
  sizes: readonly number[],
  runs: number,
  parent: string,
  progress: (text: string) => void,
): Promise<string> {
  const rows: Cell[][] = [];
  for (const size of sizes) {
    const project = new BenchProject(parent, size);
    const rounds: Round[] = [];
    for (let round = 0; round <= runs; round++) {
      progress(`N=${size}, round ${round} of ${runs}: what is reached`);
      const measured = await measureRound(project);
      if (round > 0) rounds.push(measured);
    }
    rmSync(project.folder, { recursive: true, force: true });
    rows.push(rowOf(size, rounds));
  }
  return markdownTable(['handlers', 'check', 'reading bodies', 'following code', 'ms per handler', 'added', 'aim'], rows);
}

async function measureRound(project: BenchProject): Promise<Round> {
  project.removeOutput();
  const check = await measureNode(['--import', AT_EXIT, ...nimbusc('check', project.folder)], project.folder);
  const analysis = await measureNode([ANALYSIS, project.folder, String(project.handlers)], project.folder);
  const { user } = lastLine(check.stdout) as { readonly user: number };
  return { check: user, ...(lastLine(analysis.stdout) as AnalysisSeconds) };
}

function lastLine(text: string): unknown {
  return JSON.parse(text.trim().split('\n').at(-1) ?? '');
}

function rowOf(size: number, rounds: readonly Round[]): Cell[] {
  const seconds = (of: (round: Round) => number): string => median(rounds.map(of)).toFixed(2);
  const analysis = ({ bodies, follow }: Round): number => bodies + follow;
  const added = median(rounds.map((round) => analysis(round) / (round.check - analysis(round))));
  return [
    size,
    seconds(({ check }) => check),
    seconds(({ bodies }) => bodies),
    seconds(({ follow }) => follow),
    ((median(rounds.map(analysis)) / size) * 1000).toFixed(2),
    `${(added * 100).toFixed(0)} %`,
    size === 500 ? '30 %' : '',
  ];
}
