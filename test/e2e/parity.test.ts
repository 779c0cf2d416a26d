// One project, deployed and in the local cloud: every scenario has the same outcome, every function has seen the same. Limits
// that AWS has and the sandbox has not are in test/unit/local/limits.test.ts.
import { expect } from 'chai';
import { HttpRequest, LocalNimbusDeployment } from '../../providers/local/index.js';
import { quietly } from '../support/local-project.js';
import { Project } from './support/project.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Sandbox, startSandbox } from './support/sandbox.js';
import { TerraformWorkspace } from './support/terraform.js';

const REGION = 'eu-west-1';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly body: string;
}

interface Asked {
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'HEAD';
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const COMPARED = ['content-type', 'x-seen'];

describe('The local cloud and what is deployed', function () {
  this.timeout('3m');
  let project: Project;
  let sandbox: Sandbox;
  let terraform: TerraformWorkspace;
  let local: LocalNimbusDeployment;
  let url: string;

  before(async function () {
    await requirementsOrSkip(this);
    project = await Project.copy('test/e2e/projects/parity');
    await project.build();
    sandbox = await startSandbox();
    terraform = await TerraformWorkspace.create(project.path('nimbus.out', 'dev'), { sandbox, env: { AWS_REGION: REGION } });
    await terraform.apply();
    url = sandbox.httpUrl(String((await terraform.output())['http_api_url']));
    local = await LocalNimbusDeployment.getNewInstance({ project: project.folder });
  });

  after(async () => {
    local?.close();
    await sandbox?.stop();
    await terraform?.remove();
    await project?.remove();
  });

  const deployed = async ({ path, ...init }: Asked): Promise<Answer> => {
    const response = await fetch(`${url}/${path}`, init);
    const headers = Object.fromEntries(COMPARED.map((name) => [name, response.headers.get(name)]));
    return { status: response.status, headers, body: Buffer.from(await response.arrayBuffer()).toString('latin1') };
  };

  const inProcess = async ({ path, method = 'GET', body, headers = {} }: Asked): Promise<Answer> => {
    // As fetch does.
    const type = body === undefined ? {} : { 'content-type': 'text/plain;charset=UTF-8' };
    const request = new HttpRequest(path, method).withHeaders({ ...type, ...headers });
    let answer: Answer | undefined;
    await quietly(async () => {
      const result = await local.sendHttpRequest(body === undefined ? request : request.withBody(body));
      const seen = Object.fromEntries(COMPARED.map((name) => [name, result.headers[name] ?? null]));
      answer = { status: result.statusCode, headers: seen, body: Buffer.from(result.bytes).toString('latin1') };
    });
    return answer as Answer;
  };

  const json = { 'content-type': 'application/json' };
  const requests: readonly Asked[] = [
    {
      path: 'echo/42?a=1&a=2&b=%20x',
      method: 'POST',
      body: '{"name":"p","made":"2024-02-29T00:00:00Z"}',
      headers: { ...json, 'X-Own': 'y' },
    },
    { path: 'echo/a%20b%2Fc', method: 'POST', body: '{"name":"p"}', headers: { ...json, cookie: 'a=1; b=2' } },
    { path: 'echo/42', method: 'POST', body: '{"name":7,"made":"yesterday"}', headers: json },
    { path: 'echo/42', method: 'POST', body: '{"name"', headers: json },
    { path: 'echo/42', method: 'POST' },
    { path: 'echo/a/b%20c' },
    { path: 'echo/teapot' },
    { path: 'echo/crash' },
    { path: 'echo/bytes' },
    { path: 'text', method: 'POST', body: 'plain "text" \u00e9' },
    { path: 'text', method: 'POST' },
    { path: 'text', method: 'POST', body: '"json"', headers: json },
    { path: 'nothing' },
    { path: 'nowhere' },
    { path: 'text', method: 'PUT', body: 'x' },
  ];
  for (const asked of requests) {
    it(`answer ${asked.method ?? 'GET'} ${asked.path} ${asked.body ?? ''} alike`, async () => {
      expect(await inProcess(asked)).to.deep.equal(await deployed(asked));
    });
  }

  // The names are those of projects/parity/src/scenarios.ts, which a test below makes sure of.
  const names = ['numbers', 'bigints', 'values', 'keys', 'sizes', 'conditions', 'transactions', 'changes'];
  const all = [...names, 'queues', 'topics', 'files', 'calls', 'sockets'];
  for (const name of all) {
    it(`have the same outcome of ${name}`, async () => {
      const asked: Asked = { path: `run/${name}`, method: 'POST' };
      const [here, there] = [await inProcess(asked), await deployed(asked)];
      expect([here.status, there.status]).to.deep.equal([200, 200]);
      expect(JSON.parse(here.body)).to.deep.equal(JSON.parse(there.body));
    });
  }

  it('have run all scenarios', async () => {
    expect(JSON.parse((await inProcess({ path: 'scenarios' })).body)).to.deep.equal(all);
  });

  it('have shown functions the same events', async () => {
    await sandbox.idle();
    const [here, there] = [await inProcess({ path: 'logs' }), await deployed({ path: 'logs' })];
    const seen = JSON.parse(here.body) as Record<string, string[]>;
    expect(Object.keys(seen)).to.include.members([
      'job',
      'line default',
      'created bytes',
      'deleted bytes',
      'inserted s',
      'modified s',
      'removed s',
    ]);
    expect(seen).to.deep.equal(JSON.parse(there.body));
  });
});
