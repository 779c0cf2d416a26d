// docs/ci.md: what people copy from there is what the example has, and every command in it is one of nimbusc's.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { repositoryRoot } from '../../e2e/support/repository.js';

const page = readFileSync(join(repositoryRoot, 'docs', 'ci.md'), 'utf8');
const folder = join(repositoryRoot, 'examples', 'rest-crud', '.github', 'workflows');
const names = ['nimbusc.yml', 'nimbusc-comment.yml'];
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '');

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly if?: string; readonly steps: readonly { readonly uses?: string; readonly run?: string }[] }>
  >;
}

describe('the page about continuous integration', () => {
  const workflows = names.map((name) => parse(readFileSync(join(folder, name), 'utf8')) as Workflow);
  const [review, comment] = workflows as [Workflow, Workflow];

  it('has the workflows of the example', () => {
    expect(readdirSync(folder).sort()).to.deep.equal([...names].sort());
    expect(blocks('yaml')).to.deep.equal(names.map((name) => readFileSync(join(folder, name), 'utf8')));
  });

  it('has the script of the example, which a shell understands', () => {
    const script = join(repositoryRoot, 'examples', 'rest-crud', 'review.sh');
    expect(blocks('sh').filter((text) => text.startsWith('#!'))).to.deep.equal([readFileSync(script, 'utf8')]);
    expect(statSync(script).mode & 0o111, 'can be executed').not.to.equal(0);
    execFileSync('sh', ['-n', script]);
  });

  it('has workflows of steps that do something', () => {
    const steps = workflows.flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps));
    expect(steps.filter(({ uses, run }) => (uses === undefined) === (run === undefined))).to.deep.equal([]);
    expect(steps.flatMap(({ uses }) => uses ?? []).filter((uses) => !/^[\w-]+\/[\w-]+@v\d+$/.test(uses))).to.deep.equal([]);
  });

  it('calls commands and flags that there are', () => {
    const commands = readdirSync(join(repositoryRoot, 'bin', 'commands')).map((file) => file.replace('.ts', ''));
    const known = readFileSync(join(repositoryRoot, 'bin', 'cli.ts'), 'utf8');
    const runs = workflows.flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps.map(({ run }) => run ?? '')));
    const calls = [...runs, ...blocks('sh')].join('\n').matchAll(/\bnpx nimbusc (\w+)([^\n|>]*)/g);
    const used = [...calls].map(([, command = '', rest = '']) => ({ command, flags: rest.match(/(?<=--)[a-z-]+/g) ?? [] }));
    expect([...new Set(used.map(({ command }) => command))].sort()).to.deep.equal(['build', 'check', 'diff', 'review']);
    for (const { command, flags } of used) {
      expect(commands).to.include(command);
      for (const flag of flags) expect(known, flag).to.match(new RegExp(`\\b${flag}\\b|'${flag}'`));
    }
  });

  it('gives what a fork can change neither secrets nor a token that writes', () => {
    expect(Object.keys(review.on)).to.deep.equal(['pull_request']);
    expect(review.permissions).to.deep.equal({ contents: 'read' });
    const { source, plan } = review.jobs;
    expect(JSON.stringify(source)).not.to.match(/secrets\.|github\.token|role-to-assume/);
    expect(plan?.if).to.contain('github.event.pull_request.head.repo.full_name == github.repository');
    expect(JSON.stringify(comment)).not.to.match(/actions\/checkout|\bnpx\b|\bnpm\b/);
    // Text of a pull request in a script would be run by it.
    for (const { jobs } of workflows)
      for (const job of Object.values(jobs)) expect(job.steps.map(({ run }) => run ?? '').join()).not.to.contain('${{');
  });
});
