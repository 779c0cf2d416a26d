// One and the same test of one and the same project, under each test runner and with both flavours of decorators.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { repositoryRoot } from '../e2e/support/repository.js';
import { inPairs } from '../support/pairs.js';

const SOURCE = `
import { Attribute, ClientBuilder, DocumentStore, HttpException, HttpServerlessFunction, Key, Queue, QueueServerlessFunction, UsesDocumentStore, UsesQueue } from 'nimbusc';

@DocumentStore()
export class Note {
  @Key() id = '';
  @Attribute() made: Date = new Date(0);
}

@Queue({ id: 'notes' })
export class Notes {}

/** A body that no test hands over. */
export class Draft {
  id!: string;
  made!: Date;
  year(): number { return this.made.getUTCFullYear(); }
}

export class Desk {
  #calls = 0;
  private readonly notes = ClientBuilder.getDocumentStoreClient(Note);
  private readonly queue = ClientBuilder.getQueueClient(Notes);

  @HttpServerlessFunction({ method: 'POST', path: 'notes' })
  @UsesQueue({ queue: Notes })
  async add(draft: Draft): Promise<{ calls: number; year: number }> {
    if (draft.id === 'none') throw new HttpException(404, 'no');
    await this.queue.sendMessageAsJson(draft);
    return { calls: ++this.#calls, year: draft.year() };
  }

  @QueueServerlessFunction({ queue: Notes, batchSize: 1 })
  @UsesDocumentStore(Note)
  async keep({ id, made }: Draft): Promise<void> {
    await this.notes.put(Object.assign(new Note(), { id, made }));
  }
}
`;

const test = (imports: string) => `
import assert from 'node:assert/strict';
${imports}
import { HttpRequest, LocalNimbusDeployment } from 'nimbusc/testing';
import { Desk, Note, Notes } from '../src/desk.ts';

describe('the desk', () => {
  it('keeps notes', async () => {
    const desk = await LocalNimbusDeployment.getNewInstance(Desk, Note, Notes);
    const send = (id: string) =>
      desk.sendHttpRequest(new HttpRequest('notes', 'POST').withBodyFromObject({ id, made: new Date('2024-02-29') }));
    assert.deepEqual((await send('a')).json(), { calls: 1, year: 2024 });
    const note = await desk.getDocumentStore(Note).get('a');
    assert.ok(note instanceof Note && note.made instanceof Date);
    assert.equal((await send('none')).statusCode, 404);
    assert.equal(desk.getMethod(Desk, 'keep').timesInvoked, 1);
    assert.equal(desk.getQueue(Notes).itemsAdded.length, 1);
    desk.close();
  });
});
`;

/** jest has no transpiler of TypeScript that takes both flavours; esbuild does, as in the other runners. */
const TRANSFORM = `
import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
const tsconfigRaw = readFileSync(new URL('tsconfig.json', import.meta.url), 'utf8');
export default {
  process: (text, sourcefile) => ({
    code: transformSync(text, { loader: 'ts', format: 'esm', target: 'node20', sourcefile, sourcemap: 'inline', tsconfigRaw }).code,
  }),
};
`;

interface Runner {
  readonly imports: string;
  readonly command: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: string;
}

const module = (path: string): string => join(repositoryRoot, 'node_modules', path);

const runners: { readonly [name: string]: Runner } = {
  mocha: {
    imports: "import { describe, it } from 'mocha';",
    command: [module('mocha/bin/mocha.js'), '--import=tsx', '--timeout=20000', 'test/desk.test.ts'],
  },
  'node:test': {
    imports: "import { describe, it } from 'node:test';",
    command: ['--import=tsx', '--test', 'test/desk.test.ts'],
  },
  vitest: {
    imports: "import { describe, it } from 'vitest';",
    command: [module('vitest/vitest.mjs'), 'run'],
  },
  jest: {
    imports: "import { describe, it } from '@jest/globals';",
    command: [module('jest/bin/jest.js')],
    options: '--experimental-vm-modules',
    files: {
      'transform.mjs': TRANSFORM,
      'jest.config.json': JSON.stringify({
        testEnvironment: 'node',
        testMatch: ['**/test/*.test.ts'],
        extensionsToTreatAsEsm: ['.ts'],
        transform: { '\\.ts$': './transform.mjs' },
        watchman: false,
      }),
    },
  },
};

const flavours = { standard: {}, legacy: { experimentalDecorators: true } };

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** The examples run under mocha with the standard ones. */
const wanted = Object.keys(flavours).map((flavour) => ({
  flavour: flavour as keyof typeof flavours,
  names: Object.keys(runners).filter((name) => name !== 'mocha' || flavour === 'legacy'),
}));

interface Outcome {
  readonly status: number;
  readonly output: string;
}

/** A project with the test under each runner, one after the other: what the first has compiled the others find in the cache. */
async function runAll(flavour: keyof typeof flavours, names: readonly string[]): Promise<ReadonlyMap<string, Outcome>> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nimbusc-runner-')));
  const outcomes = new Map<string, Outcome>();
  try {
    const compilerOptions = { target: 'es2022', module: 'nodenext', strict: true, ...flavours[flavour] };
    write(folder, {
      'package.json': '{ "name": "desk", "type": "module", "private": true }',
      'nimbus.yml': 'projectName: desk\n',
      'tsconfig.json': JSON.stringify({ compilerOptions, include: ['src'] }),
      'src/desk.ts': SOURCE,
    });
    // Links of packages, not of the whole folder, which is where caches go.
    mkdirSync(join(folder, 'node_modules'));
    for (const one of ['nimbusc', 'mocha', 'tsx', 'vitest', 'jest', '@jest', 'esbuild'])
      symlinkSync(module(one), join(folder, 'node_modules', one));
    const { NODE_OPTIONS: _, ...env } = process.env;
    for (const name of names) {
      const { imports, command, files = {}, options } = runners[name] as Runner;
      write(folder, { 'test/desk.test.ts': test(imports), ...files });
      const given = { cwd: folder, env: { ...env, CI: 'true', ...(options && { NODE_OPTIONS: options }) } };
      const outcome = await new Promise<Outcome>((resolve) => {
        execFile(process.execPath, [...command], given, (error, stdout, stderr) =>
          resolve({ status: error === null ? 0 : 1, output: stdout + stderr }),
        );
      });
      outcomes.set(name, outcome);
    }
    return outcomes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('nimbusc/testing', function () {
  this.timeout(240_000);
  let outcomes: readonly ReadonlyMap<string, Outcome>[];
  before(async () => {
    outcomes = await inPairs(
      wanted.map(
        ({ flavour, names }) =>
          () =>
            runAll(flavour, names),
      ),
    );
  });

  for (const [at, { flavour, names }] of wanted.entries()) {
    for (const name of names) {
      it(`runs under ${name} with ${flavour} decorators`, () => {
        const { status, output } = (outcomes[at] as ReadonlyMap<string, Outcome>).get(name) as Outcome;
        expect(status, output).to.equal(0);
        expect(output).to.match(/1 passing|1 passed|pass 1\b/);
      });
    }
  }
});
