import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { storesOf } from '../../support/data-stores.js';

const KILLS = 200;
/** Folders that are written to at the same time. */
const FOLDERS = 4;
const MOST_LINES = 60;
const LONGEST_MS = 3;
const writer = fileURLToPath(new URL('../../support/data-writer.js', import.meta.url));

/** The same moments on each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What a process said before it was killed, after so many lines and milliseconds more. A line that was cut off was not said. */
function killed(dir: string, round: string, lines: number, after: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, dir, round], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [said, errors, begun] = ['', '', false];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (begun || said.split('\n').length <= lines) return;
      begun = true;
      setTimeout(() => child.kill('SIGKILL'), after);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (_, signal) => {
      if (signal === 'SIGKILL') resolve(said.split('\n').slice(0, -1));
      else reject(new Error(`the writer ended by itself: ${errors}`));
    });
  });
}

const wordsOf = (said: readonly string[], verb: string): string[] =>
  said.flatMap((line) => (line.startsWith(`${verb} `) ? [line.slice(verb.length + 1)] : []));

describe('a data folder of a process that is killed', function () {
  this.timeout(120_000);
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'nimbusc-kills-'));
  after(() => fs.rmSync(root, { recursive: true, force: true }));

  async function killing(dir: string, kills: number, seed: number): Promise<number> {
    const next = random(seed);
    const notes = new Map<string, string | null>();
    const sent = new Set<string>();
    let moves = 0;
    let acknowledged = 0;
    for (let kill = 0; kill < kills; kill++) {
      const round = `r${kill}`;
      const said = await killed(dir, round, next() * MOST_LINES, next() * LONGEST_MS);
      acknowledged += said.length - 1;
      for (const id of wordsOf(said, 'put')) notes.set(id, 'there');
      for (const id of wordsOf(said, 'deleting')) notes.delete(id);
      for (const id of wordsOf(said, 'delete')) notes.set(id, null);
      for (const body of wordsOf(said, 'send')) sent.add(body);
      const last = Number(wordsOf(said, 'move').at(-1) ?? 0);

      const kept = await storesOf(dir);
      try {
        const there = new Set(await kept.notes.getAllKeys<string>());
        const wrong = [...notes].filter(([id, state]) => there.has(id) !== (state !== null));
        expect(wrong, `after kill ${kill} of ${dir}`).to.deep.equal([]);
        const bodies = new Set(kept.bodies());
        expect([...sent].filter((body) => !bodies.has(body))).to.deep.equal([]);
        const [a, b] = await kept.accounts.getAll();
        // Nothing is made or lost between two accounts, and the note of the same transaction says as many moves.
        expect((a?.amount ?? 0) + (b?.amount ?? 0)).to.equal(0);
        const noted = Number((await kept.notes.get(`moves ${round}`))?.text ?? 0);
        expect(noted).to.be.at.least(last);
        moves += noted;
        expect(Math.abs(a?.amount ?? 0)).to.equal(moves);
      } finally {
        await kept.folder.close();
      }
    }
    return acknowledged;
  }

  it(`has every acknowledged write, and no half transaction, after ${KILLS} kills at any moment`, async () => {
    const all = await Promise.all(
      Array.from({ length: FOLDERS }, (_, at) => killing(path.join(root, String(at)), KILLS / FOLDERS, at + 1)),
    );
    // Enough was going on for the kills to be in the middle of something.
    expect(all.reduce((sum, one) => sum + one)).to.be.greaterThan(KILLS * 5);
  });
});
