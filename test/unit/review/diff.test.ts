// What `nimbusc diff` is made of: a host over a commit, two modules compared, and both sides compiled in one cache.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { GitError, type Repository, repositoryOf } from '../../../bin/git-host.js';
import { diff } from '../../../compiler/diff.js';
import type { CompileOptions } from '../../../compiler/pipeline.js';
import type { Review } from '../../../compiler/review/model.js';
import { changedPackages } from '../../../compiler/review/packages.js';
import { createAws } from '../../../providers/aws/index.js';
import { said } from '../../support/plans.js';
import { compiledBase, optionsFor, tempProject } from '../../support/temp-project.js';

const SETTINGS = { failOn: null, today: '2026-11-22', sizes: false };

describe('A host over a commit', () => {
  let root: string;
  let repository: Repository;
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
  };
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=n@example.com', '-c', 'commit.gpgsign=false', ...args], {
      cwd: root,
      encoding: 'utf8',
    });

  before(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'nimbusc-git-')));
    git('init', '-q', '-b', 'main');
    write({
      'app/src/a.ts': 'first\n',
      'app/\u00e4 "b"\n.ts': 'odd',
      'empty.txt': '',
      'app/node_modules/x/index.js': 'committed',
    });
    symlinkSync('src/a.ts', join(root, 'app', 'link.ts'));
    symlinkSync('/etc/hostname', join(root, 'app', 'out.ts'));
    git('add', '-A', '-f');
    git('commit', '-q', '-m', 'first');
    write({ 'app/src/a.ts': 'second\n', 'app/src/b.ts': 'new', 'app/node_modules/x/index.js': 'installed' });
    repository = repositoryOf(join(root, 'app')) as Repository;
  });
  after(() => rmSync(root, { recursive: true }));

  it('reads files as they were committed, whatever lies there now', () => {
    const host = repository.host(repository.commit('main') as string, join(root, 'app'), '/nowhere');
    const at = (file: string): string => join(root, file);
    expect(host.readText(at('app/src/a.ts'))).to.equal('first\n');
    expect(host.readText(at('empty.txt'))).to.equal('');
    expect(host.readText(at('app/\u00e4 "b"\n.ts'))).to.equal('odd');
    expect([host.readText(at('app/src/b.ts')), host.kind(at('app/src/b.ts')), host.signature(at('app/src/b.ts'))]).to.deep.equal([
      null,
      null,
      null,
    ]);
    expect([host.kind(at('app')), host.kind(at('app/src')), host.kind(at('app/src/a.ts')), host.kind(at('x'))]).to.deep.equal([
      'folder',
      'folder',
      'file',
      null,
    ]);
    expect(host.list(at('app/src'))).to.deep.equal([{ name: 'a.ts', kind: 'file' }]);
    expect(host.list(at('app/src/a.ts'))).to.equal(null);
    expect(host.signature(at('app/src/a.ts'))).to.match(/^[0-9a-f]{40}$/);
  });

  it('follows links inside of the commit and none out of it, and takes packages from the disk', () => {
    const host = repository.host(repository.commit('main') as string, join(root, 'app'), '/nowhere');
    expect(host.readText(join(root, 'app/link.ts'))).to.equal('first\n');
    expect(host.readText(join(root, 'app/out.ts'))).to.equal(null);
    expect(host.readText(join(root, 'app/node_modules/x/index.js'))).to.equal('installed');
  });

  it('writes nothing', () => {
    const host = repository.host(repository.commit('main') as string, root, '/nowhere');
    expect(() => host.write(join(root, 'x'), '')).to.throw('cannot be written');
    expect(() => host.remove(root)).to.throw('cannot be written');
    expect(() => host.makeFolder(join(root, 'y'))).to.throw('cannot be written');
  });

  it('takes no name for a flag, and says what git cannot read', () => {
    expect(repository.commit('--upload-pack=x')).to.equal(null);
    expect(repository.commit('nothing')).to.equal(null);
    expect(() => repository.host('0'.repeat(40), root, '/nowhere')).to.throw(GitError);
    expect(repositoryOf(tmpdir())).to.equal(null);
  });
});

const BASE = {
  'src/app.ts': `
import { DocumentStore, HttpServerlessFunction, Key, UsesDocumentStore, ClientBuilder } from 'nimbusc';
import { greeting } from './greeting.js';
import settings from './settings.json' with { type: 'json' };
@DocumentStore() export class Note { @Key() id = ''; }
export class Notes {
  private readonly notes = ClientBuilder.getDocumentStoreClient(Note);
  @HttpServerlessFunction({ method: 'GET', path: 'notes' })
  @UsesDocumentStore(Note)
  async list(): Promise<string> { return greeting + settings.mark + (await this.notes.getAll()).length; }
}
`,
  'src/greeting.ts': `export const greeting = 'hello';\n`,
  'src/settings.json': '{ "mark": "!" }\n',
  'tsconfig.json':
    '{ "compilerOptions": { "module": "nodenext", "target": "es2022", "resolveJsonModule": true }, "include": ["src"] }',
};

const ITEMS = `
import { Attribute, DocumentStore, Key } from 'nimbusc';
@DocumentStore() export class Item {
  @Key() id = '';
  @Attribute() count = 0;
  @Attribute() state: 'open' | 'shut' = 'open';
  @Attribute() mail = new Date(0);
  @Attribute() note?: string;
  // more
}
`;

const GUARD = `
import { HttpApi, type HttpAuthorizerEvent } from 'nimbusc';
export class Guard {
  async authorize(event: HttpAuthorizerEvent): Promise<boolean> { return event.authorizationToken === 'open'; }
}
@HttpApi({ authorizer: Guard })
export class Doors {}
`;

/** By class, how its function comes by something of a file, and that file. */
const USES: Readonly<Record<string, readonly [head: string, value: string, file: string, text: string]>> = {
  Ambient: [`import { value } from './old.js';`, 'value', 'src/old.js', 'export const value = 1;\n'],
  Attached: [
    `import './effect.js';`,
    '(globalThis as { mark?: number }).mark',
    'src/effect.ts',
    'Object.assign(globalThis, { mark: 1 });\n',
  ],
  Body: ['', 'null', 'src/body.ts', 'export class Body { text = "1"; }\n'],
  Computed: ['', 'import(`./parts/${String(Date.now() % 1)}.ts`)', 'src/parts/0.ts', 'export const value = 1;\n'],
  Imported: [`import { value } from './mapped.js';`, 'value', 'src/imported.ts', 'export const value = 1;\n'],
  Json: [`import data from './data.json' with { type: 'json' };`, 'data.value', 'src/data.json', '{ "value": 1 }\n'],
  Late: ['', `(await import('./late.js')).value`, 'src/late.ts', 'export const value = 1;\n'],
  Mapped: [`import { value } from '@mapped/value';`, 'value', 'src/paths/value.ts', 'export const value = 1;\n'],
  Required: [
    'declare const require: (name: string) => unknown;',
    `require('./required.cjs')`,
    'src/required.cjs',
    'exports.value = 1;\n',
  ],
  Starred: [`import { value } from './star.js';`, 'value', 'src/starred.ts', 'export const value = 1;\n'],
  Text: [`import { other } from 'left';`, 'other', 'node_modules/left/index.js', 'exports.other = 1;\n'],
};

const FORMS = {
  'nimbus.yml': 'projectName: test\ndiagnostics: { NIM1702: off }\n',
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      resolveJsonModule: true,
      allowJs: true,
      paths: { '@mapped/*': ['./src/paths/*.ts'] },
    },
    include: ['src'],
  }),
  'src/old.d.ts': 'export const value: number;\n',
  'src/mapped.ts': `export { value } from './imported.js';\n`,
  'src/star.ts': `export * from './starred.js';\n`,
  'node_modules/left/package.json': '{ "name": "left", "version": "1.0.0", "main": "index.js", "types": "index.d.ts" }',
  'node_modules/left/index.d.ts': 'export const other: number;',
  ...Object.fromEntries(Object.values(USES).map(([, , file, text]) => [file, text])),
  ...Object.fromEntries(
    Object.entries(USES).map(([name, [head, value]]) => [
      `src/${name.toLowerCase()}-function.ts`,
      `import { HttpServerlessFunction } from 'nimbusc';
${name === 'Body' ? `import type { Body as Given } from './body.js';` : head}
export class ${name} {
  @HttpServerlessFunction({ method: 'POST', path: '${name}' })
  async run(${name === 'Body' ? 'body: Given' : ''}): Promise<unknown> { return ${name === 'Body' ? 'body' : value}; }
}
`,
    ]),
  ),
};

const changedForms = (): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.values(USES).map(([, , file, text]) => [file, text.replace('1', '2')]));

async function changed(edits: Readonly<Record<string, string>>, from: Readonly<Record<string, string>> = BASE): Promise<Review> {
  const [before, after] = [tempProject(from), tempProject({ ...from, ...edits })];
  try {
    const { verdicts, diagnostics } = await diff(before.options(), after.options(), SETTINGS);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).to.deep.equal([]);
    expect(verdicts).to.have.length(1);
    return (verdicts[0] as { review: Review }).review;
  } finally {
    before.remove();
    after.remove();
  }
}

describe('A diff of two states of the source', () => {
  it('is empty when nothing changes', async () => {
    const review = await changed({});
    expect([review.findings, review.changes, review.functions]).to.deep.equal([[], [], []]);
  });

  it('says by which file the code of a function differs', async () => {
    const shared = await changed({ 'src/greeting.ts': `export const greeting = 'good day';\n` });
    expect(shared.functions.map(({ name, reasons, causes }) => [name, reasons, causes])).to.deep.equal([
      ['Notes.list', ['code'], [{ kind: 'shared', name: 'src/greeting.ts' }]],
    ]);
    const own = await changed({ 'src/app.ts': BASE['src/app.ts'].replace('.length', '.length + 1') });
    expect(own.functions[0]?.causes).to.deep.equal([{ kind: 'own', name: 'src/app.ts' }]);
    const json = await changed({ 'src/settings.json': '{ "mark": "?" }\n' });
    expect(json.functions[0]?.causes).to.deep.equal([{ kind: 'shared', name: 'src/settings.json' }]);
  });

  it('finds what changes by any form of import, without bundling more than that', async () => {
    const [before, after] = [tempProject(FORMS), tempProject({ ...FORMS, ...changedForms() })];
    try {
      const [quick, exact] = [false, true].map((sizes) => diff(before.options(), after.options(), { ...SETTINGS, sizes }));
      const functionsOf = async (result: typeof quick) => {
        const { verdicts, failed } = (await result) as Awaited<ReturnType<typeof diff>>;
        expect(failed).to.equal(false);
        return (verdicts[0] as { review: Review }).review.functions;
      };
      const all = await functionsOf(exact);
      expect(all.map(({ name }) => name)).to.deep.equal(Object.keys(USES).map((name) => `${name}.run`));
      expect(await functionsOf(quick)).to.deep.equal(all);
    } finally {
      before.remove();
      after.remove();
    }
  });

  it('bundles nothing when no code can differ, and all for their sizes', async () => {
    // Those two cannot be followed, so they are always bundled.
    const others = Object.entries(FORMS).filter(([file]) => !/ambient|computed/.test(file));
    const files: Readonly<Record<string, string>> = Object.fromEntries(others);
    const [before, after] = [
      tempProject(files),
      tempProject({ ...files, 'nimbus.yml': `${files['nimbus.yml']}logRetentionDays: 7\n`, 'src/unused.ts': 'export {};' }),
    ];
    let bundled = 0;
    const counting = (options: CompileOptions): CompileOptions => ({
      ...options,
      host: {
        ...options.host,
        readText(file) {
          // Each call of the bundler reads what the runtime exports.
          if (file === join(options.runtimeDir, 'index.js')) bundled++;
          return options.host.readText(file);
        },
      },
    });
    try {
      const run = async (sizes: boolean) => diff(counting(before.options()), counting(after.options()), { ...SETTINGS, sizes });
      const { verdicts } = await run(false);
      expect(verdicts[0]?.review.functions).to.deep.equal([]);
      expect(verdicts[0]?.review.counts.update).to.be.greaterThan(5);
      // Folders may have other packages installed, so the one that uses some is bundled; in one folder nothing is.
      expect(bundled).to.equal(1);
      bundled = 0;
      const same = counting(after.options());
      await diff(same, same, { ...SETTINGS, sizes: false });
      expect(bundled).to.equal(0);
      await diff(same, same, { ...SETTINGS, sizes: true });
      expect(bundled).to.be.greaterThan(0);
    } finally {
      before.remove();
      after.remove();
    }
  });

  it('says what becomes of items that are stored, with the line, also where the store is renamed by the lock', async () => {
    const from = { ...BASE, 'src/items.ts': ITEMS };
    const stored = (review: Review) =>
      review.findings
        .filter(({ category }) => category === 'stored-data')
        .map(({ rule, address, message, source }) => [rule, address, message, `${source?.file}:${source?.line}`]);
    const edits = ITEMS.replace('count = 0', `count = ''`)
      .replace(`'open' | 'shut'`, `'open'`)
      .replace('mail', 'email')
      .replace('note?: string', 'note!: string');
    expect(stored(await changed({ 'src/items.ts': edits }, from))).to.deep.equal([
      [
        'stored-data/attribute-required',
        'aws_dynamodb_table.Item',
        '"note" of Item is required now: items that are stored may lack it',
        'src/items.ts:8',
      ],
      [
        'stored-data/column-renamed',
        'aws_dynamodb_table.Item',
        'The column "mail" of Item is gone and "email" is new: what is stored under the old name is not read any more',
        'src/items.ts:7',
      ],
      [
        'stored-data/type-changed',
        'aws_dynamodb_table.Item',
        '"count" of Item was number and is string: items that are stored keep the old form',
        'src/items.ts:5',
      ],
      [
        'stored-data/type-narrowed',
        'aws_dynamodb_table.Item',
        '"state" of Item cannot be "shut" any more, but items that are stored may be',
        'src/items.ts:6',
      ],
    ]);
    const moved = { 'nimbus.yml': 'projectName: test\nmoved: { aws_dynamodb_table.Item: aws_dynamodb_table.Thing }\n' };
    const locked = tempProject(from);
    try {
      await locked.build();
      const lock = readFileSync(join(locked.dir, 'nimbus.lock.json'), 'utf8');
      const renamed = { ...moved, 'src/items.ts': edits.replaceAll('Item', 'Thing') };
      const review = await changed(renamed, { ...from, 'nimbus.lock.json': lock });
      expect(stored(review).map(([rule, address]) => [rule, address])).to.have.deep.members([
        ['stored-data/column-renamed', 'aws_dynamodb_table.Thing'],
        ['stored-data/attribute-required', 'aws_dynamodb_table.Thing'],
        ['stored-data/type-changed', 'aws_dynamodb_table.Thing'],
        ['stored-data/type-narrowed', 'aws_dynamodb_table.Thing'],
      ]);
    } finally {
      locked.remove();
    }
    const replaced = edits.replace(`@Key() id = ''`, '@Key() id = 0');
    expect(stored(await changed({ 'src/items.ts': replaced }, from))).to.deep.equal([]);
    const wider = ITEMS.replace(`'open' | 'shut'`, `'open' | 'shut' | 'lost'`).replace('// more', '@Attribute() more?: string;');
    expect(stored(await changed({ 'src/items.ts': wider }, from))).to.deep.equal([]);
    const off = { 'nimbus.yml': 'projectName: test\ndiagnostics: { NIM1811: off, NIM1812: off, NIM1813: off, NIM1814: off }\n' };
    expect(stored(await changed({ ...off, 'src/items.ts': edits }, from))).to.deep.equal([]);
  });

  it('does not take an authorizer for another when it only has another name', async () => {
    const from = { ...BASE, 'src/guard.ts': GUARD };
    const others = async (guard: string) => {
      const { findings } = await changed({ 'src/guard.ts': guard }, from);
      return findings.filter(({ address }) => address.startsWith('aws_apigatewayv2_authorizer')).map(({ rule }) => rule);
    };
    const renamed = GUARD.replaceAll('Guard', 'Porter');
    expect(await others(renamed)).to.deep.equal(['behaviour/authorizer']);
    expect(await others(renamed.replace(`=== 'open'`, `!== ''`))).to.deep.equal(['exposure/authorizer-changed']);
  });

  it('knows the code of a function that has another name', async () => {
    const app = BASE['src/app.ts'];
    const review = await changed({ 'src/app.ts': app.replace('async list()', 'async all()') });
    expect(review.functions.map(({ name, action }) => [name, action])).to.deep.equal([
      ['Notes.all', 'create'],
      ['Notes.list', 'delete'],
    ]);
    expect(review.functions.every(({ bytes }) => (bytes.before ?? bytes.after) !== null)).to.equal(true);
  });

  it('does not call a comment a change', async () => {
    const review = await changed({ 'src/greeting.ts': `// friendly\nexport const greeting = 'hello';\n` });
    expect([review.functions, review.findings]).to.deep.equal([[], []]);
  });

  it('tells of a package of another version, though only one is installed', async () => {
    const lock = (version: string): string =>
      JSON.stringify({ packages: { '': {}, 'node_modules/left': { version }, 'node_modules/other': { version } } });
    const from = {
      ...BASE,
      'src/greeting.ts': `export { greeting } from 'left';\n`,
      'node_modules/left/package.json': '{ "name": "left", "version": "1.0.0", "main": "index.js", "types": "index.d.ts" }',
      'node_modules/left/index.js': `exports.greeting = 'hello';`,
      'node_modules/left/index.d.ts': 'export const greeting: string;',
      'package-lock.json': lock('1.0.0'),
    };
    const review = await changed({ 'package-lock.json': lock('2.0.0') }, from);
    expect(review.functions.map(({ reasons, causes }) => [reasons, causes])).to.deep.equal([
      [['code'], [{ kind: 'dependency', name: 'left 1.0.0 to 2.0.0' }]],
    ]);
    expect(review.notes.at(-1)).to.contain('left 1.0.0 to 2.0.0, other 1.0.0 to 2.0.0');
  });

  it('knows a function that used a package which is not installed any more', async () => {
    const from = {
      ...BASE,
      'src/greeting.ts': `import { hello } from 'left';\nexport const greeting: string = hello;\n`,
      'package-lock.json': JSON.stringify({ packages: { '': {}, 'node_modules/left': { version: '1.0.0' } } }),
    };
    const review = await changed(
      { 'src/greeting.ts': BASE['src/greeting.ts'], 'package-lock.json': '{ "packages": { "": {} } }' },
      from,
    );
    expect(review.functions.map(({ name, reasons, causes }) => [name, reasons, causes])).to.deep.equal([
      ['Notes.list', ['code'], [{ kind: 'shared', name: 'src/greeting.ts' }]],
    ]);
    expect(review.notes.at(-1)).to.contain('left 1.0.0 to none');
  });

  it('finds lost data and permissions in a project that is gone, and everything new in one that is new', async () => {
    const [old, now] = [
      tempProject(BASE),
      tempProject({
        ...BASE,
        'src/app.ts': `import { HttpServerlessFunction } from 'nimbusc';\nexport class Other { @HttpServerlessFunction({ method: 'GET', path: 'x' }) x(): void {} }\n`,
      }),
    ];
    try {
      const lost = await diff(old.options(), now.options(), SETTINGS);
      expect(lost.verdicts[0]?.passed).to.equal(false);
      expect(said((lost.verdicts[0] as { review: Review }).review)).to.include(
        'error data-loss/table-destroyed: The table Note is destroyed: all its items are lost',
      );
      const made = await diff(null, old.options(), SETTINGS);
      expect(made.verdicts[0]?.passed).to.equal(true);
      expect(made.verdicts[0]?.review.counts.create).to.be.greaterThan(5);
      expect(made.verdicts[0]?.review.counts.delete).to.equal(0);
    } finally {
      old.remove();
      now.remove();
    }
  });

  it('reviews each stage, those that are new or gone too', async () => {
    const stages = (list: string): Record<string, string> => ({
      ...BASE,
      'nimbus.yml': `projectName: test\ndefaultStages: ${list}\n`,
    });
    const [before, after] = [tempProject(stages('[dev, old]')), tempProject(stages('[dev, new]'))];
    try {
      const { verdicts } = await diff(before.options(), after.options(), SETTINGS);
      expect(
        verdicts.map(({ review, passed }) => [review.stage, passed, review.counts.create > 0, review.counts.delete > 0]),
      ).to.deep.equal([
        ['dev', true, false, false],
        ['new', true, true, false],
        ['old', false, false, true],
      ]);
      expect((await diff(before.options(), { ...after.options(), stages: ['dev'] }, SETTINGS)).verdicts).to.have.length(1);
    } finally {
      before.remove();
      after.remove();
    }
  });

  it('shows the problems of the side that does not compile', async () => {
    const [good, bad] = [tempProject(BASE), tempProject({ ...BASE, 'src/app.ts': 'export class {' })];
    try {
      expect((await diff(bad.options(), good.options(), SETTINGS)).side).to.equal('before');
      const { side, failed, verdicts } = await diff(good.options(), bad.options(), SETTINGS);
      expect([side, failed, verdicts]).to.deep.equal(['after', true, []]);
    } finally {
      good.remove();
      bad.remove();
    }
  });

  it('compiles a commit like the folder it was made of, and touches neither', async () => {
    const project = tempProject(BASE);
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=n@example.com', ...args], {
        cwd: project.dir,
        encoding: 'utf8',
      });
    try {
      git('init', '-q');
      git('add', '-A');
      git('commit', '-q', '-m', 'one');
      const repository = repositoryOf(project.dir) as Repository;
      const committed: CompileOptions = {
        ...optionsFor(project.dir),
        host: repository.host(repository.commit('HEAD') as string, project.dir, compiledBase),
      };
      const same = await diff(committed, project.options(), SETTINGS);
      expect(same.verdicts[0]?.review.changes).to.deep.equal([]);
      // Every file is another now, so whatever came from the disk would show.
      for (const file of ['src/greeting.ts', 'src/settings.json']) writeFileSync(join(project.dir, file), 'broken (');
      const listed = readdirSync(project.dir).sort();
      const twice = await diff(committed, committed, SETTINGS);
      expect([twice.failed, twice.verdicts[0]?.review.changes]).to.deep.equal([false, []]);
      expect(readdirSync(project.dir).sort()).to.deep.equal(listed);
      expect(readFileSync(join(project.dir, 'src/greeting.ts'), 'utf8')).to.equal('broken (');
    } finally {
      project.remove();
    }
  });
});

describe('Two modules', () => {
  const aws = createAws(compiledBase);
  const module = (resource: object, more: object = {}) => ({
    text: JSON.stringify({ resource, ...more }),
    bytes: new Map<string, number>(),
    otherCode: new Set<string>(),
  });
  const actions = async (before: object, after: object, more: object = {}): Promise<string[]> => {
    const { changes } = await aws.compare(module(before), module(after, more));
    return changes
      .filter(({ action }) => action !== 'no-op')
      .map(({ action, address, replacePaths }) => `${action} ${address} ${replacePaths.join()}`.trim());
  };
  const queue = (name: string) => ({
    aws_sqs_queue: { q: { name } },
    aws_lambda_event_source_mapping: { m: { event_source_arn: '${aws_sqs_queue.q.arn}', function_name: 'f' } },
    aws_sns_topic: { t: { name: '${aws_sqs_queue.q.name}' } },
  });

  it('replace what cannot be changed, and with it what refers to it', async () => {
    expect(await actions(queue('a'), queue('b'))).to.have.members([
      'replace aws_sqs_queue.q name',
      'replace aws_lambda_event_source_mapping.m event_source_arn',
      'replace aws_sns_topic.t name',
    ]);
  });

  it('replace what is to be replaced with another', async () => {
    const both = (name: string) => ({
      aws_lambda_function: { f: { function_name: name } },
      aws_lambda_permission: { p: { action: 'x', lifecycle: { replace_triggered_by: ['aws_lambda_function.f.arn'] } } },
    });
    expect(await actions(both('a'), both('b'))).to.have.members([
      'replace aws_lambda_function.f function_name',
      'replace aws_lambda_permission.p',
    ]);
  });

  it('know moves', async () => {
    const { changes } = await aws.compare(
      module({ aws_sqs_queue: { a: { name: 'q' } } }),
      module({ aws_sqs_queue: { b: { name: 'q' } } }, { moved: [{ from: 'aws_sqs_queue.a', to: 'aws_sqs_queue.b' }] }),
    );
    expect(changes.map(({ action, address, previousAddress }) => [action, address, previousAddress])).to.deep.equal([
      ['no-op', 'aws_sqs_queue.b', 'aws_sqs_queue.a'],
    ]);
  });
});

describe('Lock files', () => {
  it('are compared by the places of packages, and read as nothing when they are damaged', () => {
    const lock = (packages: object): string => JSON.stringify({ packages });
    expect(
      changedPackages(
        lock({ 'node_modules/a': { version: '1.0.0' } }),
        lock({ 'node_modules/a': { version: '1.1.0' }, 'node_modules/b/node_modules/@s/c': { version: '1.0.0' } }),
      ),
    ).to.deep.equal([
      { name: '@s/c', from: null, to: '1.0.0' },
      { name: 'a', from: '1.0.0', to: '1.1.0' },
    ]);
    expect(changedPackages('{', lock({}))).to.deep.equal([]);
    expect(changedPackages(null, null)).to.deep.equal([]);
  });
});
