/** Runs one command as a whole process and says how long it took, or how much memory it and its children had. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Measurement {
  readonly seconds: number;
  readonly stdout: string;
}

/** Peaks in MiB; zero where there is no /proc. */
export interface Memory {
  readonly largestProcess: number;
  /** Of the process and all that it starts (esbuild's service is one): the sum of their peaks. */
  readonly together: number;
}

const SAMPLE_EVERY_MS = 5;
const OUTPUT_SHOWN_ON_FAILURE = 4000;

/** Runs `node` with the arguments. Rejects when it does not exit with 0: a failed run measures nothing. */
export function measureNode(
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Measurement> {
  return run(args, folder, environment, () => {});
}

/** The same command once more for its memory: looking into /proc takes time, so that such a run is not timed. */
export async function measureMemory(args: readonly string[], folder: string): Promise<Memory> {
  const peaks = new Map<number, number>();
  let timer: NodeJS.Timeout | undefined;
  await run(args, folder, {}, (pid) => {
    timer = setInterval(() => samplePeaks(pid, peaks), SAMPLE_EVERY_MS);
  }).finally(() => clearInterval(timer));
  const mebibytes = [...peaks.values()].map((kilobytes) => kilobytes / 1024);
  return { largestProcess: Math.max(0, ...mebibytes), together: mebibytes.reduce((sum, value) => sum + value, 0) };
}

function run(
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
  started: (pid: number) => void,
): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (child.pid !== undefined) started(child.pid);
    let stdout = '';
    let stderr = '';
    let seconds = 0;
    child.stdout.on('data', (text) => (stdout += text));
    child.stderr.on('data', (text) => (stderr += text));
    child.on('error', reject);
    child.on('exit', () => (seconds = Number(process.hrtime.bigint() - start) / 1e9));
    // `close` comes after `exit`, when all output has been read.
    child.on('close', (code, signal) => {
      if (code === 0) return resolve({ seconds, stdout });
      const output = `${stdout}${stderr}`.slice(-OUTPUT_SHOWN_ON_FAILURE);
      reject(new Error(`node ${args.join(' ')} ended with ${signal ?? code}\n${output}`));
    });
  });
}

/** The kernel keeps each process's peak, so that reading it now and then misses only what happens just before the end. */
function samplePeaks(pid: number, peaks: Map<number, number>): void {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    // A process that has ended and was not reaped yet has a status, but no memory in it.
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    if (peak !== undefined) peaks.set(pid, Number(peak));
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8');
      for (const child of children.split(' ')) if (child !== '') samplePeaks(Number(child), peaks);
    }
  } catch {
    // It ended between two reads, or there is no /proc.
  }
}
