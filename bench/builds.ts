/** The rows of the table of builds: whole processes on generated projects, measured in turn within each round. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FLOOR_OUTPUT } from './floors/bundle.js';
import { generateProject, handlerFile } from './generate.js';
import { type Memory, measureMemory, measureNode } from './measure.js';
import { nimbusc } from './nimbusc.js';
import { type Cell, markdownTable } from './report.js';
import { median, pairedRatio } from './statistics.js';

export interface BuildRow {
  readonly name: string;
  readonly title: string;
  readonly aim: string;
  readonly needsNimbusc: boolean;
  readonly prepare: (project: BenchProject) => void | Promise<void>;
  readonly command: (folder: string) => readonly string[];
}

const FLOOR = 'cdktf';

/** In the order of measuring. Each row prepares what it needs itself, so that any of them may be left out. */
export const BUILD_ROWS: readonly BuildRow[] = [
  {
    name: 'esbuild',
    title: 'floor: raw esbuild, one call, SDK external',
    aim: '',
    needsNimbusc: false,
    prepare: (project) => project.removeFloorOutput(),
    command: (folder) => [join(import.meta.dirname, 'floors/esbuild.js'), folder],
  },
  {
    name: FLOOR,
    title: 'floor: TypeScript parser + esbuild + zip + CDKTF synth',
    aim: '',
    needsNimbusc: false,
    prepare: (project) => project.removeFloorOutput(),
    command: (folder) => [join(import.meta.dirname, 'floors/cdktf.js'), folder],
  },
  {
    name: 'check',
    title: '`nimbusc check`, no cache',
    aim: '',
    needsNimbusc: true,
    prepare: (project) => project.removeOutput(),
    command: (folder) => nimbusc('check', folder),
  },
  {
    name: 'cold',
    title: '`nimbusc build`, no cache, no output',
    aim: '0.9 / 1.7 / 3.8 s, ratio 1.25, 400 MiB',
    needsNimbusc: true,
    prepare: (project) => project.removeOutput(),
    command: (folder) => nimbusc('build', folder),
  },
  {
    name: 'no-op',
    title: '`nimbusc build`, nothing changed',
    aim: '0.25 s at 500',
    needsNimbusc: true,
    prepare: (project) => project.ensureBuilt(),
    command: (folder) => nimbusc('build', folder),
  },
  {
    name: 'changed',
    title: '`nimbusc build`, one handler changed',
    aim: '0.7 s at 500',
    needsNimbusc: true,
    prepare: async (project) => {
      await project.ensureBuilt();
      project.editHandler();
    },
    command: (folder) => nimbusc('build', folder),
  },
  {
    name: 'check-again',
    title: '`nimbusc check`, nothing changed',
    aim: '',
    needsNimbusc: true,
    prepare: (project) => project.ensureBuilt(),
    command: (folder) => nimbusc('check', folder),
  },
];

/** A generated project and what has been done to it. */
export class BenchProject {
  readonly folder: string;
  private revision = 0;
  private built = false;

  constructor(
    parent: string,
    readonly handlers: number,
  ) {
    this.folder = join(parent, `bench-${handlers}`);
    generateProject(this.folder, handlers);
  }

  removeFloorOutput(): void {
    this.remove(FLOOR_OUTPUT);
  }

  removeOutput(): void {
    this.remove('nimbus.out');
    this.remove('node_modules/.cache');
    this.built = false;
  }

  async ensureBuilt(): Promise<void> {
    if (!this.built) await measureNode(nimbusc('build', this.folder), this.folder);
    this.built = true;
  }

  /** A new text in one handler's body each time, so that no cache knows it from an earlier round. */
  editHandler(): void {
    this.revision += 1;
    const { path, text } = handlerFile(Math.floor(this.handlers / 2), this.revision);
    writeFileSync(join(this.folder, path), text);
  }

  private remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true, force: true });
  }
}

interface Samples {
  readonly seconds: number[];
  memory: Memory;
}

/** Results of one size, by the row's name. */
type Results = ReadonlyMap<string, Samples>;

/** Measures the rows at each size. A first round, which warms the disk's cache, is used for memory and not for time. */
export async function measureBuilds(
  rows: readonly BuildRow[],
  sizes: readonly number[],
  runs: number,
  parent: string,
  progress: (text: string) => void,
): Promise<string> {
  const results: Results[] = [];
  for (const size of sizes) {
    const project = new BenchProject(parent, size);
    const samples = new Map<string, Samples>();
    for (const row of rows) {
      progress(`N=${size}, memory: ${row.name}`);
      await row.prepare(project);
      samples.set(row.name, { seconds: [], memory: await measureMemory(row.command(project.folder), project.folder) });
    }
    for (let round = 1; round <= runs; round++) {
      for (const row of rows) {
        progress(`N=${size}, round ${round} of ${runs}: ${row.name}`);
        await row.prepare(project);
        const { seconds } = await measureNode(row.command(project.folder), project.folder);
        samples.get(row.name)?.seconds.push(seconds);
      }
    }
    rmSync(project.folder, { recursive: true, force: true });
    results.push(samples);
  }
  return buildTable(rows, sizes, results);
}

function buildTable(rows: readonly BuildRow[], sizes: readonly number[], results: readonly Results[]): string {
  const head = ['what', ...sizes.map((size) => `N=${size}`), `MiB at ${sizes.at(-1)}`, 'aim'];
  const lines = rows.map((row): Cell[] => [
    row.title,
    ...results.map((ofSize) => timeCell(ofSize.get(row.name), ofSize.get(FLOOR))),
    memoryCell(results.at(-1)?.get(row.name)),
    row.aim,
  ]);
  return markdownTable(head, lines);
}

/** Seconds, and in brackets the ratio to the floor with CDKTF. */
function timeCell(own: Samples | undefined, floor: Samples | undefined): string {
  const seconds = own?.seconds ?? [];
  const text = median(seconds).toFixed(2);
  return floor === undefined ? text : `${text} (${pairedRatio(seconds, floor.seconds).toFixed(2)})`;
}

function memoryCell(samples: Samples | undefined): string {
  if (samples === undefined) return '';
  const { largestProcess, together } = samples.memory;
  return `${largestProcess.toFixed(0)} / ${together.toFixed(0)}`;
}
