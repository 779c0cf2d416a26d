/** `nimbusc dev`: how long it takes to start, and from saving a file until its change answers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateProject, handlerFile } from './generate.js';
import { nimbuscCli } from './nimbusc.js';
import { markdownTable } from './report.js';
import { median } from './statistics.js';

/** Handler 4 lists accounts: `GET /lists-0004` answers with its revision, once there is an account. */
const HANDLER = 4;
const WARM_UP = 10;
const NO_DEADLINE = 60_000;

export async function measureDev(sizes: readonly number[], runs: number, folder: string): Promise<string> {
  const rows: (string | number)[][] = [];
  for (const size of sizes) {
    const project = join(folder, `dev-${size}`);
    generateProject(project, size);
    const began = performance.now();
    const server = new Server(project);
    try {
      const origin = await server.origin();
      const start = performance.now() - began;
      const url = `${origin}/function/lists-0004`;
      await fetch(url);
      const rebuilt: number[] = [];
      const answered: number[] = [];
      for (let run = 1; run <= WARM_UP + runs; run++) {
        const { path, text } = handlerFile(HANDLER, run);
        const done = server.line(/^rebuilt in/);
        const saved = performance.now();
        writeFileSync(join(project, path), text);
        await done;
        const compiled = performance.now() - saved;
        await (await fetch(url)).arrayBuffer();
        if (run <= WARM_UP) continue;
        rebuilt.push(compiled);
        answered.push(performance.now() - saved);
      }
      rows.push([size, ...[start, median(rebuilt), median(answered)].map((ms) => `${Math.round(ms)} ms`)]);
    } finally {
      await server.end();
    }
  }
  return markdownTable(['handlers', 'start, without a cache', 'saved to rebuilt', 'saved to answered'], rows);
}

class Server {
  private readonly process: ChildProcess;
  private readonly waiting = new Set<{ pattern: RegExp; resolve(match: RegExpExecArray): void }>();

  constructor(project: string) {
    const args = [nimbuscCli, 'dev', '--project', project, '--port', '0', '--ws-port', '0', '--no-cache'];
    this.process = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let rest = '';
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.see(line);
    });
  }

  async origin(): Promise<string> {
    const lines = [this.line(/^ {2}functions +http:\/\/localhost:(\d+)\/function/), this.line(/Ctrl-C ends it/)];
    const [[, port] = []] = await Promise.all(lines);
    return `http://127.0.0.1:${port}`;
  }

  /** The next line that fits. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the dev server never says ${pattern.source}`)), NO_DEADLINE);
      const one = {
        pattern,
        resolve: (match: RegExpExecArray) => {
          clearTimeout(timer);
          this.waiting.delete(one);
          resolve(match);
        },
      };
      this.waiting.add(one);
    });
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGINT');
    await ended;
  }

  private see(line: string): void {
    for (const one of this.waiting) {
      const match = one.pattern.exec(line);
      if (match !== null) one.resolve(match);
    }
  }
}
