// Compiling executes nothing of the user's: proved by the system calls of a build of a project that would do harm.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { expect } from 'chai';
import { nimbusc, nimbuscBinary, Project } from './support/project.js';
import { inOwnStep } from './support/requirements.js';
import type { Finished } from './support/run.js';
import { strace, straceOrSkip } from './support/strace.js';

/** What each file does as soon as it is executed, by whichever way: as a module, a class, a decorator's argument. */
const harm = (mark: string, port: number): string => `
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const harm = (): string => {
  console.log('EXECUTED');
  writeFileSync('${mark}', 'EXECUTED');
  connect(${port}, '127.0.0.1');
  createServer().listen(0);
  execFileSync('sh', ['-c', 'echo EXECUTED > ${mark}']);
  process.exit(77);
};
`;

const sources = (mark: string, port: number): Record<string, string> => ({
  'nimbus.yml': 'projectName: harmful\n',
  'package.json': JSON.stringify({ name: 'harmful', type: 'module', scripts: { prepare: 'exit 77', build: 'exit 77' } }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: { module: 'esnext', plugins: [{ name: './plugin.cjs' }] },
    include: ['src'],
  }),
  'plugin.cjs': `require('node:fs').writeFileSync('${mark}', 'EXECUTED'); process.exit(77);`,
  'src/module.ts': `${harm(mark, port)}
harm();
export const path = 'module' as const;
export default await Promise.resolve(harm());
`,
  'src/handlers.ts': `${harm(mark, port)}
import { CustomFactory, DocumentStore, HttpServerlessFunction, Key } from 'nimbusc';
import packaged from 'harmful-package';
import { path } from './module.js';

function own(_why: string): (...args: unknown[]) => void {
  harm();
  return () => void harm();
}

enum Paths {
  Constant = 'constant',
  Other = \`other-\${path}\`,
}

@DocumentStore()
@own('class')
export class Item {
  static readonly made = harm();
  static {
    harm();
  }
  @Key()
  id: string = harm();
}

export class HandlersFactory {
  constructor() {
    harm();
  }
  create(): Handlers {
    harm();
    return new Handlers();
  }
}

@CustomFactory(HandlersFactory)
export class Handlers {
  readonly field = harm() + packaged;

  @HttpServerlessFunction({ method: 'GET', path: \`\${Paths.Constant}/\${path}/\${Paths.Other}\` })
  @own('method')
  get(): string {
    return harm();
  }
}

harm();
`,
  'node_modules/harmful-package/package.json': '{"name":"harmful-package","version":"1.0.0","main":"index.js"}',
  'node_modules/harmful-package/index.js': `require('node:fs').writeFileSync('${mark}', 'EXECUTED'); module.exports = process.exit(77);`,
});

/** The same, with an argument whose value only execution could give: an error, and still nothing is executed. */
const WRONG =
  "import { HttpServerlessFunction } from 'nimbusc';\nexport class Wrong {\n  @HttpServerlessFunction({ method: 'GET', path: process.exit(77) })\n  get(): void {}\n}\n";

/** Whatever starts a program, speaks to a network, or changes a file system. Not every processor has each of them. */
const NAMES = [
  ...['execve', 'execveat', 'socket', 'connect', 'bind', 'listen', 'sendto'],
  ...['open', 'openat', 'creat', 'truncate', 'mkdir', 'mkdirat', 'mknod', 'mknodat', 'link', 'linkat', 'symlink', 'symlinkat'],
  ...['rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'rmdir'],
  ...['chmod', 'fchmodat', 'chown', 'fchownat', 'utimensat'],
];
const CALLS = ['--seccomp-bpf', '-y', '-s', '4096', '-e', `trace=${NAMES.map((name) => `?${name}`).join()}`, '-e', 'signal=none'];

interface Trace {
  readonly finished: Finished;
  /** The programs that were started. */
  readonly programs: readonly string[];
  /** Calls about sockets of the internet, whether or not they worked. */
  readonly sockets: readonly string[];
  /** Absolute paths of what was made, changed or removed. */
  readonly written: readonly string[];
}

async function traced(project: Project, args: readonly string[], temporary: string): Promise<Trace> {
  const log = project.path('..', 'strace.log');
  const command = [process.execPath, nimbuscBinary, ...args, '--project', project.folder];
  const env = { ...process.env, TMPDIR: temporary };
  const finished = await strace([...CALLS, '-o', log], command, { cwd: project.folder, env, timeoutSeconds: 120 });
  const lines = (await readFile(log, 'utf8')).split('\n');
  const calls = joinUnfinished(lines);
  const succeeded = calls.filter((call) => !/ = -1 /.test(call));
  return {
    finished,
    programs: succeeded.flatMap((line) => /^execve(?:at)?\(.*?"([^"]+)"/.exec(line)?.[1] ?? []),
    sockets: calls.filter((call) => /^(socket|connect|bind|listen|sendto)\(.*(AF_INET|TCP|UDP)/.test(call)),
    written: succeeded.flatMap((line) => writtenBy(line, project.folder)),
  };
}

/** Calls of several threads are cut in two where they overlap: `1 openat(... <unfinished ...>`, `1 <... openat resumed>...`. */
function joinUnfinished(lines: readonly string[]): string[] {
  const begun = new Map<string, string>();
  return lines.flatMap((line) => {
    const [, thread = '', call = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(call);
    if (unfinished) {
      begun.set(thread, unfinished[1] ?? '');
      return [];
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(call);
    return [resumed ? `${begun.get(thread) ?? ''}${resumed[1]}` : call];
  });
}

/** What a call made, changed or removed. */
function writtenBy(call: string, folder: string): string[] {
  const name = /^\w+/.exec(call)?.[0] ?? '';
  if (/^(exec|socket|connect|bind|listen|sendto)/.test(name)) return [];
  if (/^open/.test(name) && !/O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(call)) return [];
  // Relative paths are relative to the folder before them, or to the current one.
  return [...call.matchAll(/(?:\w+<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g)].map(([, base, path = '']) =>
    isAbsolute(path) ? path : resolve(base ?? folder, path),
  );
}

describe('A build of a project that would do harm if it were executed', function () {
  this.timeout('1m');
  this.slow(10_000);
  let project: Project;
  let server: Server;
  let connections = 0;
  let mark: string;
  let temporary: string;

  before(async function () {
    inOwnStep(this);
    await straceOrSkip(this, 'that compiling executes nothing');
    server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as { port: number };
    project = await Project.create({});
    mark = project.path('..', 'mark');
    temporary = project.path('..', 'tmp');
    await mkdir(temporary);
    for (const [path, text] of Object.entries(sources(mark, port))) await project.write(path, text);
    // The first run of an installation compiles nimbusc's own code, and keeps that beside it.
    const first = await nimbusc(['build', '--no-cache', '--out', project.path('..', 'first'), '--project', project.folder]);
    expect(first.status, first.stderr).to.equal(0);
  });

  after(async () => {
    server?.close();
    await project?.remove();
  });

  /** Not one of its own files, nor anything else on the machine. */
  const expectNothingExecuted = ({ finished, programs, sockets, written }: Trace, mayStart: RegExp): void => {
    expect(finished.stdout + finished.stderr).to.not.include('EXECUTED');
    expect(programs[0]).to.equal(process.execPath);
    expect(programs.slice(1).filter((program) => !mayStart.test(program))).to.deep.equal([]);
    expect(sockets).to.deep.equal([]);
    const own = [project.path('nimbus.out'), project.path('node_modules/.cache'), temporary];
    const others = written.filter((path) => !own.some((folder) => path === folder || path.startsWith(`${folder}/`)));
    expect(others.filter((path) => path !== '/dev/null' && path !== '/dev/tty')).to.deep.equal([]);
    expect(connections).to.equal(0);
  };
  const ESBUILD = /\/esbuild$/;

  it('works, starts no process but esbuild, opens no socket, and writes nothing but its output and cache', async () => {
    const trace = await traced(project, ['build'], temporary);
    expect(trace.finished.stderr).to.include('GET /constant/module/other-module');
    expect(trace.finished.status, trace.finished.stderr).to.equal(0);
    expect(trace.programs.filter((program) => ESBUILD.test(program))).to.have.length(1);
    expect(trace.written).to.include(project.path('nimbus.out'));
    expectNothingExecuted(trace, ESBUILD);
  });

  it('starts no process at all when nothing has changed, or when it only checks', async () => {
    for (const args of [['build'], ['check'], ['check', '--no-cache'], ['graph', '--quiet']]) {
      const trace = await traced(project, args, temporary);
      expect(trace.finished.status, trace.finished.stderr).to.equal(0);
      expectNothingExecuted(trace, /^$/);
    }
  });

  it('executes nothing to find out what it cannot know either', async () => {
    await project.write('src/wrong.ts', WRONG);
    const trace = await traced(project, ['build'], temporary);
    expect(trace.finished.stderr).to.include('process.exit(77)');
    expect(trace.finished.status, trace.finished.stderr).to.equal(1);
    expectNothingExecuted(trace, ESBUILD);
  });

  it('is seen doing harm when it is executed after all, so the proof is one', async () => {
    const file = join(dirname(mark), 'harm.mjs');
    const text = (await project.read('src/module.ts')).replace(/\(\): string =>/, '() =>').replace(' as const', '');
    await writeFile(file, text);
    const log = project.path('..', 'strace.log');
    const { status, stdout } = await strace([...CALLS, '-o', log], [process.execPath, file]);
    expect([status, stdout]).to.deep.equal([77, 'EXECUTED\n']);
    const lines = joinUnfinished((await readFile(log, 'utf8')).split('\n'));
    expect(lines.some((line) => /^socket\(.*AF_INET/.test(line))).to.equal(true);
    expect(lines.flatMap((line) => writtenBy(line, '/'))).to.include(mark);
    expect(lines.filter((line) => /^execve\(.* = 0$/.test(line)).length).to.be.at.least(2);
  });
});
