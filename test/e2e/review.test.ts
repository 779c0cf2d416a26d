// Plans that real Terraform makes of edits, reviewed; and the same edits reviewed from git's objects alone. Both must say the
// same, and what expected/review has.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { expectGolden, isUpdating } from '../support/golden.js';
import { Project } from './support/project.js';
import { repositoryRoot } from './support/repository.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Edit, reviewEdits } from './support/review-edits.js';
import { cleanEnvironment, type Finished, run } from './support/run.js';
import { type Sandbox, startSandbox } from './support/sandbox.js';
import { TerraformWorkspace } from './support/terraform.js';

const REGION = 'eu-west-1';
const EXPECTED = join(repositoryRoot, 'test', 'e2e', 'expected', 'review');
const BASE = 'base';

interface Reviewed {
  readonly passed: boolean;
  readonly reviews: readonly [
    {
      readonly findings: readonly {
        readonly rule: string;
        readonly address: string;
        readonly message: string;
        readonly foreign: boolean;
      }[];
      readonly changes: readonly {
        readonly action: string;
        readonly address: string;
        readonly previousAddress: string | null;
        readonly foreign: boolean;
      }[];
      readonly functions: readonly object[];
    },
  ];
}

describe('Reviews of plans and of changes', function () {
  this.timeout('4m');
  let project: Project;
  let sandbox: Sandbox;
  let terraform: TerraformWorkspace;
  let folder: string;
  const expected = new Map<string, string>();

  before(async function () {
    await requirementsOrSkip(this);
    folder = await mkdtemp(join(tmpdir(), 'nimbusc-review-'));
    project = await Project.copy('test/e2e/projects/review');
    await project.write('.gitignore', 'node_modules\nnimbus.out\n');
    await git('init', '-q', '-b', BASE);
    await commit('base');
    [sandbox] = await Promise.all([startSandbox(), project.build()]);
    terraform = await TerraformWorkspace.create(project.path('nimbus.out', 'dev'), { sandbox, env: { AWS_REGION: REGION } });
    await terraform.apply();
  });
  after(async () => {
    await sandbox?.stop();
    await terraform?.remove();
    await project?.remove();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  async function git(...args: readonly string[]): Promise<string> {
    const identity = ['-c', 'user.name=nimbusc', '-c', 'user.email=nimbusc@example.com', '-c', 'commit.gpgsign=false'];
    const finished = await run('git', [...identity, ...args], { cwd: project.folder });
    expect(finished.status, finished.stderr).to.equal(0);
    return finished.stdout;
  }

  async function commit(message: string): Promise<void> {
    await git('add', '-A');
    await git('commit', '-q', '--allow-empty', '-m', message);
  }

  /** The edit as a branch that is built and planned; the plan as a file. Leaves the working tree as it is in that branch. */
  async function plan(
    { name, edits }: Edit,
    more: Readonly<Record<string, object>> = {},
    ...args: readonly string[]
  ): Promise<string> {
    await git('checkout', '-q', '-f', '-b', name, BASE);
    for (const [file, piece, replacement] of edits) {
      if (piece !== null) await project.edit(file, piece, replacement);
      else if (replacement === '') await rm(project.path(file));
      else await project.write(file, replacement);
    }
    await commit(name);
    await project.build();
    await terraform.update(project.path('nimbus.out', 'dev'));
    for (const [file, module] of Object.entries(more)) await writeFile(join(terraform.folder, file), JSON.stringify(module));
    const file = join(folder, `${name}.json`);
    await writeFile(file, JSON.stringify(await terraform.plan(...args)));
    return file;
  }

  function parsed({ status, stdout, stderr }: Finished): Reviewed {
    expect(status, stderr).to.be.oneOf([0, 1]);
    const reviewed = JSON.parse(stdout) as Reviewed;
    expect(reviewed.passed).to.equal(status === 0);
    return reviewed;
  }

  /** What both commands must say alike; of functions, only `diff` can know which files they differ in. */
  function common({ passed, reviews: [{ findings, changes, functions }] }: Reviewed): object {
    return {
      passed,
      findings,
      changes: changes.map((change) => ({ ...change, reason: null })),
      functions: functions.map((fn) => ({ ...fn, causes: [] })),
    };
  }

  for (const edit of reviewEdits) {
    it(`agree about the edit ${edit.name}`, async () => {
      const file = await plan(edit, {}, '-refresh=false');
      const ofPlan = parsed(await project.run(['review', file, '--format', 'json']));
      const pretty = await project.run(['review', file]);
      expected.set(`${edit.name}.txt`, pretty.stderr.replace(/ {2}\d+\.\d KB.*$/gm, ''));
      // The files of another branch lie there now, and stay as they are.
      await git('checkout', '-q', '-f', BASE);
      const ofSource = parsed(await project.run(['diff', BASE, edit.name, '--format', 'json']));
      expect(common(ofSource)).to.deep.equal(common(ofPlan));
      expect(await git('status', '--porcelain')).to.equal('');
      if (!isUpdating())
        expect(expected.get(`${edit.name}.txt`)).to.equal(await readFile(join(EXPECTED, `${edit.name}.txt`), 'utf8'));
    });
  }

  it('say what is expected of each edit, and of no other', function () {
    if (expected.size < reviewEdits.length) this.skip();
    expectGolden(EXPECTED, expected);
  });

  it('find every kind of data loss, exposure and permission among the edits', async () => {
    const texts = await Promise.all(reviewEdits.map(({ name }) => readFile(join(EXPECTED, `${name}.txt`), 'utf8')));
    const rules = new Set(texts.join('').match(/(?<=\[)[a-z-]+\/[a-z-]+(?=\])/g));
    expect([...rules]).to.include.members([
      'data-loss/table-destroyed',
      'data-loss/table-replaced',
      'data-loss/queue-replaced',
      'data-loss/topic-destroyed',
      'data-loss/bucket-destroyed',
      'data-loss/stream-changed',
      'log-loss/log-group-destroyed',
      'log-loss/retention-shortened',
      'exposure/public-policy',
      'exposure/bucket-opened',
      'exposure/cors-widened',
      'exposure/route-added',
      'permissions/gained',
      'permissions/lost',
      'replacement/made-anew',
      'behaviour/schedule',
      'behaviour/memory',
      'behaviour/capacity',
    ]);
  });

  it('know a move, and what nimbusc has not made', async () => {
    const renamed = reviewEdits.find(({ name }) => name === 'store-renamed') as Edit;
    const kept = {
      name: 'store-moved',
      edits: [...renamed.edits, ['src/stores.ts', '@DocumentStore()', "@DocumentStore({ tableName: 'Order' })"] as const],
    };
    const file = await plan(
      kept,
      {
        'moved.tf.json': { moved: [{ from: 'aws_dynamodb_table.Order', to: 'aws_dynamodb_table.Purchase' }] },
        'foreign.tf.json': {
          resource: { aws_sqs_queue: { mine: { name: 'mine', for_each: '${toset(["a|b", "c"])}' } } },
          variable: { secret: { default: 'hunter2', sensitive: true } },
        },
      },
      '-refresh=false',
    );
    const [{ findings, changes }] = parsed(await project.run(['review', file, '--format', 'json'])).reviews;
    expect(findings.filter(({ address }) => address.startsWith('aws_dynamodb_table'))).to.deep.equal([]);
    const moved = changes.find(({ address }) => address === 'aws_dynamodb_table.Purchase');
    expect([moved?.action, moved?.previousAddress]).to.deep.equal(['move', 'aws_dynamodb_table.Order']);
    expect(changes.filter(({ foreign }) => foreign).map(({ address }) => address)).to.deep.equal([
      'aws_sqs_queue.mine["a|b"]',
      'aws_sqs_queue.mine["c"]',
    ]);
  });

  it('show what was changed outside of Terraform', async () => {
    const attributes = { QueueUrl: `${sandbox.endpoint}/123456789012/e2e-review-dev-parcels`, Attributes: { DelaySeconds: '7' } };
    await sandbox.awsJson('sqs', 'AmazonSQS.SetQueueAttributes', attributes, REGION);
    const file = await plan({ name: 'drifted', edits: [] });
    const [{ findings }] = parsed(await project.run(['review', file, '--format', 'json'])).reviews;
    const drift = findings.filter(({ rule }) => rule.startsWith('drift/')).map(({ rule, message }) => `${rule} ${message}`);
    expect(drift).to.deep.equal([
      'drift/undone parcels (aws_sqs_queue) was changed outside of Terraform: delay_seconds from 0 to 7',
    ]);
  });

  it('need no network for a change of the source, and say what is no commit', async () => {
    const env = { ...cleanEnvironment(), HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' };
    const finished = await project.run(['diff', BASE, 'store-renamed', '--format', 'markdown', '--fail-on', 'none'], { env });
    expect(finished.status, finished.stderr).to.equal(0);
    expect(finished.stdout).to.contain('The table Order is destroyed');
    const unknown = await project.run(['diff', 'no-such-branch']);
    expect([unknown.status, unknown.stderr]).to.deep.equal([
      2,
      'nimbusc: no-such-branch is neither a commit of this repository nor a folder\n',
    ]);
  });
});
