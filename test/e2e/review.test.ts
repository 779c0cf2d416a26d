// Plans that real Terraform makes of edits, reviewed; and the same edits reviewed from git's objects alone. Both must say the
// same, and what expected/review has.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { expectGolden, isUpdating } from '../support/golden.js';
import { Project } from './support/project.js';
import { repositoryRoot } from './support/repository.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Change, type Edit, reviewChanges } from './support/review-edits.js';
import { cleanEnvironment, type Finished, run } from './support/run.js';
import { type Sandbox, startSandbox } from './support/sandbox.js';
import { TerraformWorkspace } from './support/terraform.js';

const REGION = 'eu-west-1';
const EXPECTED = join(repositoryRoot, 'test', 'e2e', 'expected', 'review');
const BASE = 'base';
const ENV = { AWS_REGION: REGION, TF_VAR_PEOPLE_PASSWORD: 'open sesame' };

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

/** A copy of the project with its own repository and its own Terraform; what is deployed is the same for all. */
class Lane {
  private constructor(
    readonly project: Project,
    readonly terraform: TerraformWorkspace,
  ) {}

  static async first(sandbox: Promise<Sandbox>): Promise<Lane> {
    const project = await Lane.base();
    const [running] = await Promise.all([sandbox, project.build()]);
    const output = project.path('nimbus.out', 'dev');
    const terraform = await TerraformWorkspace.create(output, { sandbox: running, env: ENV });
    return new Lane(project, terraform);
  }

  async fork(project: Project): Promise<Lane> {
    const terraform = await this.terraform.fork();
    return new Lane(project, terraform);
  }

  static async base(): Promise<Project> {
    const project = await Project.copy('test/e2e/projects/review');
    await project.install('pg', 'mysql2');
    await project.write('.gitignore', 'node_modules\nnimbus.out\n');
    await git(project, 'init', '-q', '-b', BASE);
    // Of this build users commit the lock, too: by it the next one knows what was renamed.
    await project.build();
    await commit(project, 'base');
    return project;
  }

  async stop(): Promise<void> {
    await this.terraform.remove();
    await this.project.remove();
  }

  /** The change as a branch that is built and planned; the plan as a file. Then the working tree is that of the base again. */
  async plan({ name, edits }: Change, more: Readonly<Record<string, object>> = {}, ...args: readonly string[]): Promise<string> {
    const { project, terraform } = this;
    await git(project, 'checkout', '-q', '-f', '-b', name, BASE);
    for (const [file, piece, replacement] of edits.flatMap((one) => one.edits)) {
      if (piece !== null) await project.edit(file, piece, replacement);
      else if (replacement === '') await rm(project.path(file));
      else await project.write(file, replacement);
    }
    await commit(project, name);
    await project.build();
    await git(project, 'checkout', '-q', '-f', BASE);
    await terraform.update(project.path('nimbus.out', 'dev'));
    for (const [file, module] of Object.entries(more)) await writeFile(join(terraform.folder, file), JSON.stringify(module));
    const file = project.path('nimbus.out', `${name}.plan`);
    await writeFile(file, JSON.stringify(await terraform.plan(...args)));
    return file;
  }

  /** The change by both commands. */
  async review(change: Change): Promise<{ readonly ofPlan: Reviewed; readonly ofSource: Reviewed; readonly pretty: string }> {
    const file = await this.plan(change, {}, '-refresh=false');
    const [ofPlan, pretty, ofSource] = await Promise.all([
      this.project.run(['review', file, '--format', 'json']),
      this.project.run(['review', file]),
      this.project.run(['diff', BASE, change.name, '--format', 'json', ...(isWithSizes(change) ? ['--sizes'] : [])]),
    ]);
    expect(await git(this.project, 'status', '--porcelain')).to.equal('');
    return { ofPlan: parsed(ofPlan), ofSource: parsed(ofSource), pretty: pretty.stderr.replace(/ {2}\d+\.\d KB.*$/gm, '') };
  }
}

async function git(project: Project, ...args: readonly string[]): Promise<string> {
  const identity = ['-c', 'user.name=nimbusc', '-c', 'user.email=nimbusc@example.com', '-c', 'commit.gpgsign=false'];
  const finished = await run('git', [...identity, ...args], { cwd: project.folder });
  expect(finished.status, finished.stderr).to.equal(0);
  return finished.stdout;
}

async function commit(project: Project, message: string): Promise<void> {
  await git(project, 'add', '-A');
  await git(project, 'commit', '-q', '--allow-empty', '-m', message);
}

function parsed({ status, stdout, stderr }: Finished): Reviewed {
  expect(status, stderr).to.be.oneOf([0, 1]);
  const reviewed = JSON.parse(stdout) as Reviewed;
  expect(reviewed.passed).to.equal(status === 0);
  return reviewed;
}

/** Every other change: with sizes or without, what a diff says is the same but for them. */
function isWithSizes(change: Change): boolean {
  return reviewChanges.indexOf(change) % 2 === 0;
}

/**
 * What both commands must say alike, one line each. Only `diff` can know which files functions differ in, and what tables hold.
 */
function common({ passed, reviews: [{ findings, changes, functions }] }: Reviewed, withSizes: boolean): readonly string[] {
  return [
    { passed },
    ...findings.filter(({ rule }) => !rule.startsWith('stored-data/')),
    ...changes.map((change) => ({ ...change, reason: null })),
    ...functions.map((fn) => ({ ...fn, causes: [], ...(withSizes ? {} : { bytes: null }) })),
  ].map((one) => JSON.stringify(one));
}

function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  return lines.filter((line) => !others.includes(line));
}

describe('Reviews of plans and of changes', function () {
  this.timeout('10m');
  let sandbox: Sandbox;
  let lanes: readonly Lane[] = [];
  let reviews: ReadonlyMap<string, ReturnType<Lane['review']>>;
  const expected = new Map<string, string>();

  before(async function () {
    await requirementsOrSkip(this);
    const starting = startSandbox();
    const [first, other] = await Promise.all([Lane.first(starting), Lane.base()]);
    sandbox = await starting;
    lanes = [first];
    await first.terraform.apply();
    lanes = [first, await first.fork(other)];
    reviews = reviewAll(lanes);
  });
  after(async () => {
    await Promise.all(lanes.map((lane) => lane.stop()));
    await sandbox?.stop();
  });

  /** Each lane takes the next change when it is done with one. */
  function reviewAll(all: readonly Lane[]): ReadonlyMap<string, ReturnType<Lane['review']>> {
    const free = all.map((lane): [Lane, Promise<unknown>] => [lane, Promise.resolve()]);
    const found = new Map<string, ReturnType<Lane['review']>>();
    for (const [index, change] of reviewChanges.entries()) {
      const slot = free[index % free.length] as [Lane, Promise<unknown>];
      const review = slot[1].then(() => slot[0].review(change));
      // The test of the change tells of it.
      slot[1] = review.catch(() => undefined);
      found.set(change.name, review);
    }
    return found;
  }

  for (const change of reviewChanges) {
    const { name, edits } = change;
    it(`agree about ${edits.map((edit) => edit.name).join(', ')}`, async () => {
      const { ofPlan, ofSource, pretty } = await (reviews.get(name) as ReturnType<Lane['review']>);
      expected.set(`${name}.txt`, pretty);
      const [source, plan] = [common(ofSource, isWithSizes(change)), common(ofPlan, isWithSizes(change))];
      expect({ ofSource: without(source, plan), ofPlan: without(plan, source) }).to.deep.equal({ ofSource: [], ofPlan: [] });
      expect(source).to.deep.equal(plan);
      if (!isUpdating()) expect(pretty).to.equal(await readFile(join(EXPECTED, `${name}.txt`), 'utf8'));
    });
  }

  it('say what is expected of each change, and of no other', function () {
    if (expected.size < reviewChanges.length) this.skip();
    expectGolden(EXPECTED, expected);
  });

  it('find every kind of data loss, exposure and permission among the edits', async () => {
    const texts = await Promise.all(reviewChanges.map(({ name }) => readFile(join(EXPECTED, `${name}.txt`), 'utf8')));
    const rules = new Set(texts.join('').match(/(?<=\[)[a-z-]+\/[a-z-]+(?=\])/g));
    expect([...rules]).to.include.members([
      'data-loss/table-destroyed',
      'data-loss/table-replaced',
      'data-loss/queue-replaced',
      'data-loss/topic-destroyed',
      'data-loss/bucket-destroyed',
      'data-loss/stream-changed',
      'data-loss/database-destroyed',
      'data-loss/database-replaced',
      'data-loss/secret-destroyed',
      'data-loss/secret-replaced',
      'log-loss/log-group-destroyed',
      'log-loss/retention-shortened',
      'exposure/public-policy',
      'exposure/bucket-opened',
      'exposure/cors-widened',
      'exposure/route-added',
      'exposure/authorizer-removed',
      'exposure/authorizer-changed',
      'exposure/security-group-opened',
      'permissions/gained',
      'permissions/lost',
      'replacement/made-anew',
      'behaviour/authorizer',
      'behaviour/schedule',
      'behaviour/memory',
      'behaviour/capacity',
    ]);
  });

  it('know a move, what nimbusc has not made, and what was changed outside of Terraform', async () => {
    await Promise.allSettled(reviews.values());
    const [lane] = lanes as [Lane];
    const queue = { QueueUrl: `${sandbox.endpoint}/123456789012/e2e-review-dev-parcels`, Attributes: { DelaySeconds: '7' } };
    await sandbox.awsJson('sqs', 'AmazonSQS.SetQueueAttributes', queue, REGION);
    const renamed = reviewChanges.flatMap(({ edits }) => edits).find(({ name }) => name === 'store-renamed') as Edit;
    const kept = ['src/stores.ts', '@DocumentStore()', "@DocumentStore({ tableName: 'Order' })"] as const;
    const file = await lane.plan(
      { name: 'store-moved', edits: [renamed, { name: 'name-kept', edits: [kept] }] },
      {
        'moved.tf.json': { moved: [{ from: 'aws_dynamodb_table.Order', to: 'aws_dynamodb_table.Purchase' }] },
        'foreign.tf.json': {
          resource: {
            aws_sqs_queue: { mine: { name: 'mine', for_each: '${toset(["a|b", "c"])}' } },
            aws_vpc_security_group_ingress_rule: {
              mine: {
                security_group_id: '${aws_security_group.People-server.id}',
                ...{ ip_protocol: 'tcp', from_port: 5432, to_port: 5432, cidr_ipv4: '0.0.0.0/0' },
              },
            },
          },
          variable: { secret: { default: 'hunter2', sensitive: true } },
        },
      },
    );
    const [{ findings, changes }] = parsed(await lane.project.run(['review', file, '--format', 'json'])).reviews;
    expect(findings.filter(({ address }) => address.startsWith('aws_dynamodb_table'))).to.deep.equal([]);
    const moved = changes.find(({ address }) => address === 'aws_dynamodb_table.Purchase');
    expect([moved?.action, moved?.previousAddress]).to.deep.equal(['move', 'aws_dynamodb_table.Order']);
    expect(changes.filter(({ foreign }) => foreign).map(({ address }) => address)).to.deep.equal([
      'aws_sqs_queue.mine["a|b"]',
      'aws_sqs_queue.mine["c"]',
    ]);
    const told = (category: string): string[] =>
      findings.filter(({ rule }) => rule.startsWith(category)).map(({ rule, message }) => `${rule} ${message}`);
    expect(told('drift/')).to.deep.equal([
      'drift/undone parcels (aws_sqs_queue) was changed outside of Terraform: delay_seconds from 0 to 7',
    ]);
    expect(told('exposure/')).to.deep.equal([
      'exposure/security-group-opened The security group People-server lets in 0.0.0.0/0 tcp 5432',
    ]);
  });

  it('need no network for a change of the source, and say what is no commit', async () => {
    const project = (
      lanes.find((_, index) => index === reviewChanges.findIndex(({ name }) => name === 'gone') % lanes.length) as Lane
    ).project;
    const env = { ...cleanEnvironment(), HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' };
    const finished = await project.run(['diff', BASE, 'gone', '--format', 'markdown', '--fail-on', 'none'], { env });
    expect(finished.status, finished.stderr).to.equal(0);
    expect(finished.stdout).to.contain('The table Session is destroyed');
    const unknown = await project.run(['diff', 'no-such-branch']);
    expect([unknown.status, unknown.stderr]).to.deep.equal([
      2,
      'nimbusc: no-such-branch is neither a commit of this repository nor a folder\n',
    ]);
  });
});
