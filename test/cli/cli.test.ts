// The command line as a process: exit codes, what goes to which stream, and what it does with input that is wrong or odd.
import { readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { nimbusc, Project } from '../e2e/support/project.js';
import { repositoryRoot } from '../e2e/support/repository.js';
import type { Finished, RunOptions } from '../e2e/support/run.js';

const GREETER = `import { HttpServerlessFunction } from 'nimbusc';

export class Greeter {
  @HttpServerlessFunction({ method: 'GET', path: 'hello' })
  hello(): string {
    return 'hello';
  }
}
`;
const HEALTHY = { 'nimbus.yml': 'projectName: healthy\n', 'src/greeter.ts': GREETER };

/** Three problems of the source: two errors in files with unusual names, and a warning. */
const SICK = {
  'nimbus.yml': 'projectName: sick\n',
  'src/a file.ts': GREETER.replace("'hello' })", 'String(1) })'),
  'src/\u00fcber.ts': GREETER.replace('Greeter', 'Other').replace("'hello' })", "'other', tiemout: 3 })"),
  'src/slow.ts': GREETER.replace('Greeter', 'Slow').replace("'hello' })", "'slow', timeout: 60 })"),
};

interface JsonDiagnostic {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly start: number | null;
  readonly end: number | null;
  readonly hint: string | null;
}

interface JsonReport {
  readonly schemaVersion: number;
  readonly tool: { readonly name: string; readonly version: string };
  readonly diagnostics: readonly JsonDiagnostic[];
  readonly summary: { readonly errors: number; readonly warnings: number };
}

interface SarifLocation {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string };
    readonly region: Readonly<Record<string, number>>;
  };
}

interface Sarif {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: { readonly name: string; readonly semanticVersion: string; readonly rules: readonly { id: string }[] };
    };
    readonly columnKind: string;
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly SarifLocation[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
    }[];
  }[];
}

describe('The command line', function () {
  this.timeout('1m');
  const projects: Project[] = [];
  const project = async (files: Readonly<Record<string, string>> = HEALTHY, name?: string): Promise<Project> => {
    const made = await Project.create(files, name);
    projects.push(made);
    return made;
  };
  after(() => Promise.all(projects.map((one) => one.remove())));

  /** It ended with this code, said this to a person, and nothing to a program. */
  const expectEnd = ({ status, stdout, stderr }: Finished, code: number, said: RegExp): void => {
    expect(stderr).to.match(said);
    expect(stderr, 'a stack').to.not.match(/\n\s+at .+:\d+:\d+/);
    expect(stderr, 'colours').to.not.include('\u001b');
    expect(stdout).to.equal('');
    expect(status, stderr).to.equal(code);
  };

  const version = async (): Promise<string> =>
    (JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8')) as { version: string }).version;

  describe('says', () => {
    it('its version and its commands on standard output', async () => {
      for (const flag of ['--version', '-v']) {
        expect(await nimbusc([flag])).to.include({ status: 0, stdout: `${await version()}\n`, stderr: '' });
      }
      for (const args of [['--help'], ['-h']]) {
        const { status, stdout, stderr } = await nimbusc(args);
        expect([status, stderr]).to.deep.equal([0, '']);
        for (const command of ['build', 'check', 'graph', 'explain'])
          expect(stdout).to.match(new RegExp(`^ .*\\b${command}\\b`, 'm'));
      }
      const help = await nimbusc(['build', '--help']);
      expect([help.status, help.stderr]).to.deep.equal([0, '']);
      for (const flag of ['project', 'config', 'stage', 'out', 'format', 'quiet', 'color', 'cache']) {
        expect(help.stdout).to.include(`--${flag}`);
      }
    });

    it('what a code means, by code, number or name', async () => {
      const { status, stdout, stderr } = await nimbusc(['explain', 'NIM1101']);
      expect([status, stderr]).to.deep.equal([0, '']);
      expect(stdout)
        .to.match(/NIM1101.*@\w+\(/s)
        .and.not.include('\u001b');
      await all(['nim1101', '1101', 'value-from-call'], async (other) => {
        expect(await nimbusc(['explain', other]), other).to.include({ status: 0, stdout });
      });
    });

    it('that there is no such code, and which one is near', async () => {
      expectEnd(await nimbusc(['explain', 'nonsense']), 2, /there is no diagnostic nonsense/);
      expectEnd(await nimbusc(['explain', 'NIM11011']), 2, /did you mean NIM1101\?/);
      expectEnd(await nimbusc(['explain']), 2, /nimbusc --help/);
    });
  });

  describe('ends with', () => {
    it('0 when there is no problem', async () => {
      const healthy = await project();
      expectEnd(await healthy.run(['check']), 0, /^no problems: 1 function in dev\n$/);
      expectEnd(
        await healthy.run(['build']),
        0,
        /Greeter\.hello.*GET \/hello.*terraform -chdir=\S+ init\n.*terraform -chdir=\S+ apply/s,
      );
      for (const command of ['check', 'build']) expectEnd(await healthy.run([command, '--quiet']), 0, /^$/);
    });

    it('0 when there are warnings only', async () => {
      const slow = await project({ ...HEALTHY, 'src/slow.ts': SICK['src/slow.ts'] });
      for (const command of ['check', 'build'])
        expectEnd(await slow.run([command, '--quiet']), 0, /^warning\[NIM3021\].*1 warning/s);
    });

    it('1 when the source has errors, each of which is reported at its place', async () => {
      const sick = await project(SICK);
      await all(['check', 'build', 'graph'], async (command) => {
        const finished = await sick.run([command]);
        expectEnd(
          finished,
          1,
          /--> src\/a file\.ts:4:50.*--> src\/slow\.ts:4.*--> src\/\u00fcber\.ts:4:59.*2 errors, 1 warning/s,
        );
      });
      expect(await readdir(sick.folder)).to.not.include('nimbus.out');
    });

    it('2 when the command line is wrong', async () => {
      const healthy = await project();
      const wrong: readonly (readonly [args: readonly string[], said: RegExp])[] = [
        [[], /name a command/],
        [['bild'], /mean build/],
        [['build', 'more'], /more/],
        [['build', '--nonsense'], /nonsense/],
        [['build', '--stages', 'dev'], /stages/],
        [['check', '--format', 'xml'], /xml.*pretty.*json.*sarif.*github/s],
        [['check', '--stage'], /stage/],
        [['check', '--stage', 'prod'], /NIM1401.*"prod".*"dev"/s],
        [['build', '--out', 'a', '--out', 'b'], /--out was given more than once/],
        [['graph', '--stage', 'dev', '--stage', 'prod'], /one stage/],
        [['graph', '--format', 'png'], /png.*json.*svg.*html.*mermaid.*dot/s],
        [['graph', '--group', 'class'], /--group.* are for pictures/],
        [['graph', '--format', 'svg', '--diff', 'nowhere.json'], /nowhere\.json is (neither a commit|no folder)/],
        [['graph', '--format', 'svg', '--diff', 'nimbus.yml'], /nimbus\.yml is no graph\.json/],
        [['graph', '--format', 'html', '--editor', 'javascript://{file}'], /--editor is an address with \{file\}/],
        [['check', '--config', 'other.yml'], /NIM1015.*other\.yml/s],
      ];
      await all(wrong, async ([args, said]) => expectEnd(await nimbusc(args, { cwd: healthy.folder }), 2, said));
      expect(await readdir(healthy.folder)).to.not.include('nimbus.out');
    });

    it('2 when there is no project', async () => {
      const empty = await project({ 'notes.txt': '' });
      expectEnd(await empty.run(['build']), 2, /NIM1001/);
      expectEnd(await nimbusc(['build', '--project', empty.path('nowhere')]), 2, /NIM1020.*nowhere/s);
      expectEnd(await nimbusc(['build', '--project', empty.path('notes.txt')]), 2, /NIM1020.*notes\.txt/s);
    });

    it('2 when the configuration is wrong, at its place', async () => {
      const wrong: readonly (readonly [text: string, said: RegExp])[] = [
        ['projectName: [unclosed\n', /NIM1002.*--> nimbus\.yml:\d+:\d+/s],
        ['projektName: x\n', /--> nimbus\.yml:1:1.*projectName/s],
        ['projectName: x\ndefaultStages: dev\nrunTime: nodejs22.x\n', /--> nimbus\.yml:2:16.*--> nimbus\.yml:3:1.*"runtime"/s],
        ['projectName: x\ntsconfig: missing.json\n', /NIM1006.*--> nimbus\.yml:2:11/s],
        ['', /NIM1014/],
      ];
      await all(wrong, async ([text, said]) => {
        const sick = await project({ ...HEALTHY, 'nimbus.yml': text });
        expectEnd(await sick.run(['build']), 2, said);
      });
    });

    it('130 when it is interrupted, and leaves the output as it was', async () => {
      const methods = Array.from({ length: 150 }, (_, i) =>
        GREETER.match(/ {2}@.*?\n {2}\}\n/s)?.[0].replaceAll('hello', `hello${i}`),
      );
      const source = `import { HttpServerlessFunction } from 'nimbusc';\n\nexport class Greeter {\n${methods.join('\n')}}\n`;
      const large = await project({ ...HEALTHY, 'src/greeter.ts': source });
      await large.build();
      const before = await large.tree('nimbus.out');
      await large.edit('src/greeter.ts', "return 'hello1'", "return 'changed'");
      // Ctrl-C reaches the whole group of processes, esbuild's too; `kill -INT` this one only.
      for (const [wholeGroup, later] of [...[0, 20, 40, 60, 80].map((ms) => [true, ms] as const), [false, 0] as const]) {
        const finished = await large.run(['build', '--no-cache'], { ...interrupting(wholeGroup, later) });
        expectEnd(finished, 130, /^\s*interrupted; the output is untouched\n$/);
        expect(await large.tree('nimbus.out')).to.deep.equal(before);
        expect(await readdir(large.path('nimbus.out'))).to.deep.equal(['dev']);
      }
    });
  });

  describe('gives programs', () => {
    const diagnosticsOf = async (sick: Project, format: string, command = 'check'): Promise<string> => {
      const { status, stdout, stderr } = await sick.run([command, '--format', format]);
      expect([status, stderr]).to.deep.equal([1, '']);
      return stdout;
    };

    it('JSON', async () => {
      const sick = await project(SICK);
      const text = await diagnosticsOf(sick, 'json');
      expect(await diagnosticsOf(sick, 'json', 'build')).to.equal(text);
      const report = JSON.parse(text) as JsonReport;
      expect(report).to.have.all.keys('schemaVersion', 'tool', 'diagnostics', 'summary');
      expect(report.schemaVersion).to.equal(1);
      expect(report.tool).to.deep.equal({ name: 'nimbusc', version: await version() });
      expect(report.summary).to.deep.include({ errors: 2, warnings: 1 });
      expect(report.diagnostics.map(({ file }) => file)).to.deep.equal(['src/a file.ts', 'src/slow.ts', 'src/\u00fcber.ts']);
      for (const one of report.diagnostics) {
        expect(one.code).to.match(/^NIM\d{4}$/);
        expect(one.severity).to.be.oneOf(['error', 'warning']);
        expect(one.message).to.match(/\S/);
        const source = await sick.read(one.file ?? '');
        const before = source.slice(0, one.start ?? 0).split('\n');
        expect([one.line, one.column]).to.deep.equal([before.length, (before.at(-1)?.length ?? 0) + 1]);
      }
      const [first] = report.diagnostics;
      expect((await sick.read('src/a file.ts')).slice(first?.start ?? 0, first?.end ?? 0)).to.equal('String(1)');
    });

    it('SARIF 2.1.0', async () => {
      const sick = await project(SICK);
      const text = await diagnosticsOf(sick, 'sarif');
      expect(text).to.not.include(sick.folder);
      const sarif = JSON.parse(text) as Sarif;
      expect(sarif.version).to.equal('2.1.0');
      expect(sarif.$schema).to.match(/sarif.*2\.1\.0.*\.json$/);
      expect(sarif.runs).to.have.length(1);
      const { tool, columnKind, results } = sarif.runs[0] as Sarif['runs'][number];
      expect(tool.driver).to.include({ name: 'nimbusc', semanticVersion: await version() });
      expect(columnKind).to.equal('utf16CodeUnits');
      const rules = tool.driver.rules.map(({ id }) => id);
      expect(rules).to.deep.equal([...new Set(results.map(({ ruleId }) => ruleId))].sort());
      for (const result of results) {
        expect(rules[result.ruleIndex]).to.equal(result.ruleId);
        expect(result.level).to.be.oneOf(['error', 'warning', 'note']);
        expect(result.message.text).to.match(/\S/);
        expect(Object.values(result.partialFingerprints).join()).to.match(/^[0-9a-f]{16,}$/);
        expect(result.locations).to.have.length(1);
        const { region } = (result.locations[0] as SarifLocation).physicalLocation;
        for (const key of ['startLine', 'startColumn', 'endLine', 'endColumn']) expect(region[key], key).to.be.at.least(1);
      }
      const artifacts = results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation);
      expect(artifacts).to.deep.equal(
        ['src/a%20file.ts', 'src/slow.ts', 'src/%C3%BCber.ts'].map((uri) => ({ uri, uriBaseId: '%SRCROOT%' })),
      );
      expect(results.map(({ level }) => level)).to.deep.equal(['error', 'warning', 'error']);
    });

    it('fingerprints in SARIF that survive an edit above the problem', async () => {
      const sick = await project(SICK);
      const prints = async (): Promise<unknown> => {
        const { runs } = JSON.parse(await diagnosticsOf(sick, 'sarif')) as Sarif;
        return runs.flatMap(({ results }) => results.map((one) => one.partialFingerprints));
      };
      const before = await prints();
      await sick.edit('src/a file.ts', 'import', '// a new line\n\nimport');
      expect(await prints()).to.deep.equal(before);
    });

    it('annotations for GitHub', async () => {
      const lines = (await diagnosticsOf(await project(SICK), 'github')).trimEnd().split('\n');
      expect(lines).to.have.length(3);
      expect(lines[0]).to.match(/^::error file=src\/a file\.ts,line=4,endLine=4,col=50,endColumn=59,title=NIM1101 [\w-]+::\S/);
      expect(lines[1]).to.match(/^::warning file=src\/slow\.ts,line=4,/);
    });

    it('an empty report when there is nothing to report', async () => {
      const healthy = await project();
      await all(['check', 'build'], async (command) => {
        const json = await healthy.run([command, '--format', 'json']);
        expect([json.status, json.stderr]).to.deep.equal([0, '']);
        expect(JSON.parse(json.stdout)).to.deep.include({ diagnostics: [] });
        const sarif = await healthy.run([command, '--format', 'sarif']);
        expect((JSON.parse(sarif.stdout) as Sarif).runs[0]?.results).to.deep.equal([]);
        expect(await healthy.run([command, '--format', 'github'])).to.include({ status: 0, stdout: '', stderr: '' });
      });
    });

    it('the graph that a build writes, as its published schema describes it', async () => {
      const webchat = await Project.copy('examples/webchat');
      projects.push(webchat);
      await webchat.build();
      const schema: unknown = JSON.parse(await readFile(join(repositoryRoot, 'dist/schema/graph.schema.json'), 'utf8'));
      const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema as object);
      await all(['dev', 'prod'], async (stage) => {
        const { status, stdout, stderr } = await webchat.run(['graph', '--format', 'json', '--stage', stage]);
        expect([status, stderr]).to.deep.equal([0, '']);
        expect(stdout).to.equal(await webchat.read(`nimbus.out/${stage}/graph.json`));
        const graph = JSON.parse(stdout) as { nodes: object[] };
        expect(validate(graph), JSON.stringify(validate.errors)).to.equal(true);
        expect(validate({ ...graph, nodes: [{ ...graph.nodes[0], id: 7 }] })).to.equal(false);
      });
      const unasked = await webchat.run(['graph']);
      expect(unasked.stderr).to.match(/stage dev.*--stage prod/);
      expect(JSON.parse(unasked.stdout)).to.include({ stage: 'dev' });
      await all(['svg', 'html', 'mermaid', 'dot'], async (format) => {
        const args = ['graph', '--format', format, '--stage', 'dev', '--diff', webchat.path('nimbus.out/prod/graph.json')];
        const { status, stdout, stderr } = await webchat.run(args);
        expect([status, stderr], format).to.deep.equal([0, '']);
        expect(stdout, format)
          .to.match(/^(<svg |<!doctype html>|flowchart LR|digraph )/)
          .and.include('onMessage');
        if (format === 'svg') expect((await webchat.run([...args, '--no-cache'])).stdout === stdout).to.equal(true);
      });
    });
  });

  describe('takes', () => {
    const outputOf = async (one: Project, options: RunOptions = {}): Promise<Readonly<Record<string, string>>> => {
      await one.build([], options);
      const { 'dev/nimbus.manifest.json': manifest, 'dev/graph.json': graph, ...others } = await one.tree('nimbus.out');
      expect([manifest, graph]).to.not.include(undefined);
      return others;
    };
    const isZipOrModule = ([path]: readonly [string, string]) => !path.endsWith('.map');
    const partsOf = (tree: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(tree).filter(isZipOrModule));

    it('files with byte order marks and with lines that end in CR LF, as if they had neither', async () => {
      const multiline = "@EnvironmentVariable({ key: 'TEXT', value: `one\ntwo` })\n  hello()";
      const source = GREETER.replace('hello()', multiline).replace('import {', 'import { EnvironmentVariable,');
      const files = { ...HEALTHY, 'src/greeter.ts': source, 'tsconfig.json': '{\n  "include": ["src"]\n}\n' };
      const odd = Object.fromEntries(
        Object.entries(files).map(([path, text]) => [path, `\ufeff${text.replaceAll('\n', '\r\n')}`]),
      );
      const [plain, marked] = [await project(files), await project(odd)];
      expect(partsOf(await outputOf(marked))).to.deep.equal(partsOf(await outputOf(plain)));
      expect(await plain.read('nimbus.out/dev/cdk.tf.json')).to.include('"TEXT": "one\\ntwo"');
      const places = async (one: Project): Promise<unknown> => {
        await one.edit('src/greeter.ts', "path: 'hello'", 'path: String(1)');
        const { diagnostics } = JSON.parse((await one.run(['check', '--format', 'json'])).stdout) as JsonReport;
        return diagnostics.map(({ code, file, line, column }) => [code, file, line, column]);
      };
      const expected = [['NIM1101', 'src/greeter.ts', 4, 50]];
      expect([await places(plain), await places(marked)]).to.deep.equal([expected, expected]);
    });

    it('a file of 50,000 lines', async function () {
      this.slow(5000);
      const lines = Array.from(
        { length: 49_990 },
        (_, i) => `export const value${i} = 'value ${i}' + value${Math.max(0, i - 40_000)};`,
      );
      const source = GREETER.replace("'hello' }", '`hello/${value49989.length}` }').replace(
        'export class',
        `${lines.slice(1).join('\n')}\nexport class`,
      );
      const large = await project({ ...HEALTHY, 'src/greeter.ts': source.replace('\n\n', "\n\nexport const value0 = 'x';\n") });
      expectEnd(await large.run(['build']), 0, /GET \/hello\/\d+/);
    });

    it('imports in a circle, but not values in a circle', async () => {
      const b =
        "import { Greeter } from './greeter.js';\nexport const path = 'circle';\nexport class Friend {\n  greeter?: Greeter;\n}\n";
      const source = GREETER.replace('\n\n', "\nimport { Friend, path } from './b.js';\n\n").replace("'hello' }", 'path }');
      const circle = await project({
        ...HEALTHY,
        'src/b.ts': b,
        'src/greeter.ts': `${source}\nexport const friend = new Friend();\n`,
      });
      expectEnd(await circle.run(['build']), 0, /GET \/circle/);
      await circle.edit('src/greeter.ts', 'export const friend', "export const part = path + '/x';\nexport const friend");
      await circle.edit('src/b.ts', "'circle'", "part + '/y'");
      await circle.edit('src/b.ts', 'Greeter }', 'Greeter, part }');
      expectEnd(await circle.run(['check'], { timeoutSeconds: 20 }), 1, /NIM11\d\d.*--> src\/greeter\.ts:5/s);
    });

    it('no links that lead back to themselves, and does not follow them for ever', async () => {
      const looped = await project({ ...HEALTHY, 'src/inner/other.ts': 'export const other = 1;\n' });
      await symlink('..', looped.path('src/inner/up'));
      expectEnd(await looped.run(['build'], { timeoutSeconds: 20 }), 1, /NIM1016.*src\/inner\/up/s);
      const self = await project();
      await symlink('self.ts', self.path('src/self.ts'));
      expectEnd(await self.run(['build'], { timeoutSeconds: 20 }), 1, /src\/self\.ts/);
    });

    it('syntax errors in several files, all reported in one run', async () => {
      const broken = await project({
        ...HEALTHY,
        'src/a.ts': 'export class {{',
        'src/b.ts': 'const x = = 1;',
        'src/c.ts': 'export function (',
      });
      expectEnd(await broken.run(['check']), 1, /--> src\/a\.ts:1.*--> src\/b\.ts:1.*--> src\/c\.ts:1/s);
    });
  });

  describe('check', () => {
    it('writes nothing but its cache, whatever it finds', async () => {
      await all([HEALTHY, SICK], async (files) => {
        const one = await project(files);
        const before = await one.tree();
        await one.run(['check', '--no-cache']);
        await one.run(['graph', '--no-cache']);
        expect(await one.tree()).to.deep.equal(before);
        expect(await readdir(one.folder)).to.have.members(['nimbus.yml', 'src']);
        await one.run(['check']);
        const added = Object.keys(await one.tree()).filter((path) => !(path in before));
        expect(added.filter((path) => !path.startsWith('node_modules/.cache/nimbusc/'))).to.deep.equal([]);
      });
    });
  });

  it('leaves the output of a former build as it is when the source has errors', async () => {
    const one = await project();
    await one.build();
    const [before, { mtimeMs }] = [await one.tree('nimbus.out'), await stat(one.path('nimbus.out/dev/cdk.tf.json'))];
    await one.edit('src/greeter.ts', "'hello' })", 'String(1) })');
    expectEnd(await one.run(['build']), 1, /NIM1101/);
    expect(await one.tree('nimbus.out')).to.deep.equal(before);
    expect((await stat(one.path('nimbus.out/dev/cdk.tf.json'))).mtimeMs).to.equal(mtimeMs);
  });
});

/** For what may happen at once. */
const all = async <T>(list: readonly T[], act: (one: T) => Promise<void>): Promise<void> => {
  await Promise.all(list.map(act));
};

/** Sends SIGINT once esbuild has been started, which is when most of the time of a large build goes by. */
function interrupting(wholeGroup: boolean, later: number): RunOptions {
  return {
    ownGroup: true,
    onStart: (child) => {
      const { pid = 0 } = child;
      const interrupt = () => process.kill(wholeGroup ? -pid : pid, 'SIGINT');
      const poll = async (): Promise<void> => {
        const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
        if (child.exitCode !== null) return;
        if (children === '') setTimeout(() => void poll(), 2);
        else setTimeout(() => child.exitCode === null && interrupt(), later);
      };
      if (process.platform === 'linux') void poll();
      else setTimeout(interrupt, 700);
    },
  };
}
