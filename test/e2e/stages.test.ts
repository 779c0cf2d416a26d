// One project in two stages side by side: what belongs to one of them only, what is said twice, and what the default is.
import { expect } from 'chai';
import { Project } from './support/project.js';
import { expectProved } from './support/proof.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Sandbox, startSandboxBeside } from './support/sandbox.js';
import { TerraformWorkspace } from './support/terraform.js';

const REGION = 'eu-west-1';
const STAGES = ['dev', 'prod'] as const;
type Stage = (typeof STAGES)[number];

describe('Stages', function () {
  this.timeout('10m');
  let sandbox: Sandbox;
  let project: Project;
  const workspaces = new Map<Stage, TerraformWorkspace>();
  const urls = new Map<Stage, string>();

  before(async function () {
    await requirementsOrSkip(this);
    project = await Project.copy('test/e2e/projects/stages');
    [sandbox] = await startSandboxBeside(project.build());
    for (const stage of STAGES) {
      const options = { sandbox, env: { AWS_REGION: REGION } };
      const terraform = await TerraformWorkspace.create(project.path('nimbus.out', stage), options);
      workspaces.set(stage, terraform);
      await terraform.apply();
      urls.set(stage, sandbox.httpUrl(String((await terraform.output())['http_api_url'])));
    }
  });

  after(async () => {
    await sandbox?.stop();
    for (const terraform of workspaces.values()) await terraform.remove();
    await project?.remove();
  });

  const call = async (stage: Stage, method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${urls.get(stage)}/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers } : {}),
    });
    return { status: response.status, body: await response.json() };
  };

  it('have nothing of each other, though they are deployed side by side', async () => {
    expect(await call('dev', 'PUT', 'notes/a', { id: 'a' })).to.deep.equal({
      status: 200,
      body: { stage: 'dev', greeting: 'hello from the default', onlyDev: 'yes', notes: ['a'] },
    });
    expect(await call('prod', 'PUT', 'notes/b', { id: 'b' })).to.deep.equal({
      status: 200,
      body: { stage: 'prod', greeting: 'hello from prod', onlyDev: null, notes: ['b'] },
    });
    const { TableNames: tables } = (await sandbox.awsJson('dynamodb', 'DynamoDB_20120810.ListTables', {}, REGION)) as {
      TableNames: string[];
    };
    expect(tables.sort()).to.deep.equal(['Deletionprod', 'Notedev', 'live-notesprod']);
  });

  it('have what is declared for one of them there only', async () => {
    expect(await call('prod', 'DELETE', 'notes')).to.deep.equal({ status: 200, body: 1 });
    expect((await call('dev', 'DELETE', 'notes')).status).to.equal(404);
    expect(await sandbox.invocations('e2e-stages-prod-Notes-clear')).to.have.length(1);
    expect(await project.read('nimbus.out/dev/cdk.tf.json')).not.to.match(/Deletion|Notes_clear/);
  });

  it('take a decorator that names them before one that names none', async () => {
    const settings = async (stage: string): Promise<unknown> => {
      const { resource } = JSON.parse(await project.read(`nimbus.out/${stage}/cdk.tf.json`));
      const { timeout, memory_size: memory } = resource.aws_lambda_function.Notes_write;
      const { billing_mode: billing, read_capacity: read } = resource.aws_dynamodb_table.Note;
      return { timeout, memory, billing, read };
    };
    const byDefault = { timeout: 10, memory: 1024, billing: 'PAY_PER_REQUEST', read: undefined };
    expect(await settings('dev')).to.deep.equal(byDefault);
    expect(await settings('test')).to.deep.equal(byDefault);
    expect(await settings('prod')).to.deep.equal({ timeout: 5, memory: 512, billing: 'PROVISIONED', read: 3 });
  });

  it('are the default ones where none is named, and those that are named somewhere', async () => {
    const folders = new Set(Object.keys(await project.tree('nimbus.out')).map((path) => path.split('/')[0]));
    expect([...folders].sort()).to.deep.equal(['dev', 'prod', 'test']);
  });

  it('refuse a use of what they do not have, where it stands', async () => {
    const text = await project.read('src/notes.ts');
    const first = '  @UsesDocumentStore({ dataModel: Note, stages: EVERYWHERE })\n';
    expect(text).to.contain(first);
    await project.write('src/notes.ts', text.replace(first, `${first}  @UsesDocumentStore(Deletion)\n`));
    try {
      const { status, stdout } = await project.run(['check', '--format', 'json']);
      expect(status).to.equal(1);
      const [diagnostic, ...others] = JSON.parse(stdout).diagnostics;
      expect(others).to.deep.equal([]);
      const line = text.slice(0, text.indexOf(first)).split('\n').length + 1;
      expect(diagnostic).to.deep.include({ code: 'NIM1402', stages: ['dev', 'test'] });
      expect(JSON.stringify(diagnostic)).to.contain(`"line":${line}`);
    } finally {
      await project.write('src/notes.ts', text);
    }
  });

  it('leave nothing to do, and were refused nothing', async () => {
    await sandbox.idle();
    for (const terraform of workspaces.values()) expect(await terraform.planChanges()).to.deep.equal([]);
    expect(await sandbox.denied()).to.deep.equal([]);
    expect(await sandbox.dropped()).to.deep.equal([]);
    await expectProved(sandbox, [...workspaces.values()]);
  });
});
