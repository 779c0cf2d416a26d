/** `nimbusc dev`: how long it takes to start, and from saving a file until its change answers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DevProcess } from './dev-process.js';
import { generateProject, handlerFile } from './generate.js';
import { markdownTable } from './report.js';
import { median } from './statistics.js';

/** Handler 4 lists accounts: `GET /lists-0004` answers with its revision, once there is an account. */
const HANDLER = 4;
const WARM_UP = 10;

export async function measureDev(sizes: readonly number[], runs: number, folder: string): Promise<string> {
  const rows: (string | number)[][] = [];
  for (const size of sizes) {
    const project = join(folder, `dev-${size}`);
    generateProject(project, size);
    const began = performance.now();
    const server = new DevProcess(project);
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
