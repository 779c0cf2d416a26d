// What language.md says of HTTP functions, through what is deployed: API Gateway's events, the very zips, real Terraform.

import { readFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { Project } from './support/project.js';
import { expectProved } from './support/proof.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Invocation, type Sandbox, startSandbox } from './support/sandbox.js';
import { TerraformWorkspace } from './support/terraform.js';

const REGION = 'eu-west-1';
const SECRET = 'swordfish-&"-\u00e9';
const SETTINGS = { AWS_REGION: REGION, TF_VAR_E2E_SECRET: SECRET, TF_VAR_E2E_NAME: 'orders' };

interface Deployment {
  readonly terraform: TerraformWorkspace;
  /** What Terraform printed. */
  readonly printed: string;
  readonly url: string;
}

describe('HTTP functions', function () {
  this.timeout('10m');
  let sandbox: Sandbox;
  const projects: Project[] = [];
  const workspaces: TerraformWorkspace[] = [];

  before(async function () {
    await requirementsOrSkip(this);
    sandbox = await startSandbox();
  });

  after(async () => {
    await sandbox?.stop();
    for (const terraform of workspaces) await terraform.remove();
    for (const project of projects) await project.remove();
  });

  /** A copy of a project, built on a machine where the secret is at hand. */
  const built = async (name: string): Promise<Project> => {
    const project = await Project.copy(`test/e2e/projects/${name}`);
    projects.push(project);
    await project.build([], { env: { ...process.env, ...SETTINGS, E2E_SECRET: SECRET } });
    return project;
  };

  const deployed = async (project: Project, stage: string): Promise<Deployment> => {
    const options = { sandbox, env: SETTINGS };
    const terraform = await TerraformWorkspace.create(project.path('nimbus.out', stage), options);
    workspaces.push(terraform);
    const printed = await terraform.apply();
    const { http_api_url: url } = await terraform.output();
    return { terraform, printed, url: sandbox.httpUrl(String(url)) };
  };

  /** The last invocation of a function, once all is quiet. */
  const lastOf = async (name: string): Promise<Invocation> => {
    await sandbox.idle();
    const last = (await sandbox.invocations(name)).at(-1);
    if (last === undefined) throw new Error(`${name} was never invoked`);
    return last;
  };

  describe('of a project without CORS', () => {
    let project: Project;
    let terraform: TerraformWorkspace;
    let printed: string;
    let url: string;

    before(async () => {
      project = await built('http');
      ({ terraform, printed, url } = await deployed(project, 'dev'));
    });

    const echo = async (path: string, init: RequestInit = {}): Promise<Record<string, unknown>> => {
      const response = await fetch(`${url}/${path}`, init);
      expect(response.status).to.equal(200);
      return (await response.json()) as Record<string, unknown>;
    };

    const textOf = async (path: string, init: RequestInit = {}): Promise<string> => (await fetch(`${url}/${path}`, init)).text();

    const send = (method: string, path: string, body: string | Uint8Array, type = 'application/json'): Promise<Response> =>
      fetch(`${url}/${path}`, { method, body, headers: { 'content-type': type } });

    it('leave nothing to do for a second plan', async () => {
      expect(await terraform.planChanges()).to.deep.equal([]);
    });

    describe('get an event', () => {
      it('with the parameters of the path, decoded', async () => {
        expect(await echo('echo/a%20b/%C3%A9%2Bc')).to.deep.include({
          method: 'GET',
          pathParameters: { one: 'a b', two: '\u00e9+c' },
        });
      });

      it('with all that is left of the path, for any method', async () => {
        for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
          const expected = { method, path: '/any/x/y/z', pathParameters: { rest: 'x/y/z' } };
          expect(await echo('any/x/y/z', { method }), method).to.deep.include(expected);
        }
      });

      it('without parameters, at the root', async () => {
        expect(await echo('')).to.deep.include({
          path: '/',
          pathParameters: {},
          queryStringParameters: {},
          multiValueQueryStringParameters: {},
          cookies: {},
          authorizationContext: {},
          isBase64Encoded: false,
        });
      });

      it('with the query, each value and all values', async () => {
        expect(await echo('?a=1&a=2&b=%C3%A9%26&empty=')).to.deep.include({
          queryStringParameters: { a: '1,2', b: '\u00e9&', empty: '' },
          multiValueQueryStringParameters: { a: ['1', '2'], b: ['\u00e9&'], empty: [''] },
        });
      });

      it('with headers in lower case, and with cookies by name', async () => {
        const seen = await echo('', { headers: { 'X-Custom-Header': 'Mixed Case', Cookie: 'id=4=2; theme=dark' } });
        expect(seen['headers']).to.include({ 'x-custom-header': 'Mixed Case' });
        expect(seen['cookies']).to.deep.equal({ id: '4=2', theme: 'dark' });
      });

      it('with the body as it came, and the id of the request', async () => {
        const headers = { 'content-type': 'application/json' };
        const seen = await echo('any/x', { method: 'POST', body: '{"not": json', headers });
        expect(seen).to.include({ body: '{"not": json', isBase64Encoded: false });
        expect(seen['requestId']).to.be.a('string').and.not.equal('');
      });
    });

    it('answer HEAD without a body', async () => {
      const response = await fetch(`${url}/echo/a/b`, { method: 'HEAD' });
      expect(response.status).to.equal(200);
      expect((await lastOf('e2e-http-dev-Echo-show')).result).to.not.have.property('body');
    });

    it('do not exist where no route leads', async () => {
      for (const [method, path] of [
        ['POST', ''],
        ['GET', 'echo/a'],
        ['GET', 'echo/a/b/c'],
        ['POST', 'echo/a/b'],
      ] as const) {
        expect((await fetch(`${url}/${path}`, { method })).status, `${method} /${path}`).to.equal(404);
      }
    });

    describe('get a body', () => {
      const person = {
        name: 'Ada',
        born: '1815-12-10T00:00:00.000Z',
        coins: '123456789012345678901234567890',
        tags: ['a', 'b'],
        scores: { x: 7 },
        photo: 'AAEC',
        homes: [{ street: 'Main St', since: '1835-07-08T00:00:00.000Z' }, { street: 'Side St' }],
      };

      it('made of JSON, as an instance of its class with real values', async () => {
        const response = await send('POST', 'people', JSON.stringify(person));
        expect(await response.json()).to.deep.equal({
          summary: 'Ada (none): 1815, 123456789012345678901234567891, true, 7, 3, Main St, since 1835; Side St, since always',
          isPerson: true,
          isBase64Encoded: false,
          person: { ...person, nickname: 'none' },
        });
        expect(response.status).to.equal(201);
        expect(response.headers.get('location')).to.equal('/people/Ada');
        expect(response.headers.get('x-kind')).to.equal('person');
        expect(response.headers.get('content-type')).to.equal('application/json');
        expect(response.headers.getSetCookie()).to.deep.equal(['a=1; HttpOnly', 'b=2']);
      });

      it('also when API Gateway has packed it, for an unusual content type', async () => {
        const response = await send('POST', 'people', JSON.stringify(person), 'application/octet-stream');
        expect(response.status).to.equal(201);
        expect(await response.json()).to.include({ isPerson: true, isBase64Encoded: true });
      });

      it('as text or as bytes, when they ask for that', async () => {
        expect(await (await send('PUT', 'text', 'gr\u00fc\u00dfe', 'text/plain')).json()).to.equal('text/plain: GR\u00dcSSE');
        expect(await (await send('PUT', 'text', '"json"')).json()).to.equal('application/json: JSON');
        const bytes = await send('PUT', 'bytes', new Uint8Array([0, 1, 255]), 'application/octet-stream');
        expect(new Uint8Array(await bytes.arrayBuffer())).to.deep.equal(new Uint8Array([255, 254, 0]));
        expect(bytes.headers.get('content-type')).to.equal('application/octet-stream');
      });

      it('or are not called at all, and 400 says why', async () => {
        for (const body of ['{"name": ', '', 'nonsense']) {
          const response = await send('POST', 'people', body);
          expect(response.status, body).to.equal(400);
          const { message, errors, ...others } = (await response.json()) as { message: string; errors: object[] };
          expect(message).to.be.a('string').and.not.equal('');
          expect(errors).to.have.length(1);
          expect(errors[0]).to.have.all.keys('path', 'message').and.to.include({ path: '' });
          expect(others).to.deep.equal({});
          const { logs } = await lastOf('e2e-http-dev-People-add');
          expect(logs).to.not.include('the handler was called');
        }
        const wrong = { ...person, name: undefined, homes: [{ street: 7, since: 'never' }] };
        const response = await send('POST', 'people', JSON.stringify(wrong));
        expect(response.status).to.equal(400);
        const { errors } = (await response.json()) as { errors: { path: string }[] };
        expect(errors.map(({ path }) => path).sort()).to.deep.equal(['homes[0].since', 'homes[0].street', 'name']);
        expect((await lastOf('e2e-http-dev-People-add')).logs).to.not.include('the handler was called');
        await send('POST', 'people', JSON.stringify(person));
        expect((await lastOf('e2e-http-dev-People-add')).logs).to.include('the handler was called');
      });
    });

    describe('answer', () => {
      const result = (name: string): Promise<Response> => fetch(`${url}/results/${name}`);

      it('undefined with 200 and an empty body', async () => {
        const response = await result('nothing');
        expect([response.status, await response.text()]).to.deep.equal([200, '']);
      });

      it('plain values with their JSON', async () => {
        const expected = {
          null: null,
          text: 'a "text"',
          number: 1.5,
          list: [1, null, { of: '1970-01-01T00:00:00.000Z' }],
          special: { at: '1970-01-01T00:00:00.001Z', big: '1180591620717411303424', set: ['x'], map: { k: '1' }, bytes: 'AQI=' },
        };
        for (const [name, value] of Object.entries(expected)) {
          const response = await result(name);
          expect(response.headers.get('content-type'), name).to.equal('application/json');
          expect([response.status, await response.json()], name).to.deep.equal([200, value]);
        }
      });

      it('bytes as they are', async () => {
        expect(new Uint8Array(await (await result('bytes')).arrayBuffer())).to.deep.equal(new Uint8Array([0, 255, 10]));
        expect(await (await result('buffer')).text()).to.equal('part');
      });

      it('a response as it is', async () => {
        const html = await result('html');
        expect(html.headers.get('content-type')).to.equal('text/html; charset=utf-8');
        expect([html.status, await html.text()]).to.deep.equal([200, '<p>\u00e9</p>']);
        const image = await result('image');
        expect(image.headers.get('content-type')).to.equal('image/png');
        expect(new Uint8Array(await image.arrayBuffer())).to.deep.equal(new Uint8Array([137, 80, 0]));
        expect((await result('gone')).status).to.equal(204);
      });

      it('what is thrown with 500 and nothing of it, but log it with its stack', async () => {
        for (const how of ['error', 'text']) {
          const response = await fetch(`${url}/fail/${how}`);
          expect(response.status).to.equal(500);
          const seen = JSON.stringify([...response.headers]) + (await response.text());
          expect(seen).to.include('{"message":"server error"}').and.not.include('swordfish');
          const { logs, status } = await lastOf('e2e-http-dev-Results-fail');
          expect(status).to.equal('succeeded');
          expect(logs).to.include('the password is swordfish');
          if (how === 'error') expect(logs).to.match(/Error: the password is swordfish\s+at .*index\.mjs:/);
        }
      });

      it('an HttpException with its status, and its message as the configuration says', async () => {
        const seen: Record<string, unknown> = {};
        for (const type of ['APPLICATION_JSON', 'PLAIN_TEXT', 'HEADER', 'NONE']) {
          if (type !== 'APPLICATION_JSON') await redeploy(type); // which is the default, and deployed
          const response = await fetch(`${url}/fail/expected`);
          const { headers } = response;
          const kind = headers.get('content-type')?.split(';')[0];
          seen[type] = [response.status, kind, headers.get('nimbus-error-message'), await response.text()];
        }
        expect(seen).to.deep.equal({
          APPLICATION_JSON: [418, 'application/json', null, '{"message":"short & stout"}'],
          PLAIN_TEXT: [418, 'text/plain', null, 'short & stout'],
          HEADER: [418, 'text/plain', 'short & stout', ''],
          NONE: [418, 'text/plain', null, ''],
        });
      });

      /** The one function with a build of another configuration, past Terraform, which has nothing new to show here. */
      const redeploy = async (httpErrorMessageType: string): Promise<void> => {
        const file = project.path(`${httpErrorMessageType}.yml`);
        await project.write(
          `${httpErrorMessageType}.yml`,
          `projectName: e2e-http\nhttpErrorMessageType: ${httpErrorMessageType}\n`,
        );
        await project.build(['--config', file, '--out', project.path('other')]);
        const ZipFile = (await readFile(project.path('other/dev/artifacts/Results-fail.zip'))).toString('base64');
        const code = '/2015-03-31/functions/e2e-http-dev-Results-fail/code';
        const response = await sandbox.aws('lambda', code, { method: 'PUT', body: JSON.stringify({ ZipFile }) }, REGION);
        expect(response.status).to.equal(200);
      };
    });

    describe('with compression', () => {
      const packed = (body: string | Uint8Array, headers: Record<string, string>): Promise<Response> =>
        fetch(`${url}/packed`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
      const bodyOf = async (): Promise<{ body: string; isBase64Encoded: boolean }> =>
        (await lastOf('e2e-http-dev-Compression-repeat')).result as { body: string; isBase64Encoded: boolean };

      it('unpack what is packed, and take what is not', async () => {
        for (const [body, headers] of [
          [gzipSync('{"text":"zip"}'), { 'content-encoding': 'gzip' }],
          ['{"text":"zip"}', {}],
        ] as const) {
          const response = await packed(body, { ...headers, 'accept-encoding': 'identity' });
          expect(await response.json()).to.deep.equal({ text: 'zip'.repeat(100) });
          expect(response.headers.get('content-encoding')).to.equal(null);
          expect(response.headers.get('vary')).to.match(/accept-encoding/i);
        }
      });

      it('refuse what only says that it is packed', async () => {
        expect((await packed('{"text":"zip"}', { 'content-encoding': 'gzip' })).status).to.equal(400);
      });

      it('pack when the client can unpack', async () => {
        const response = await packed('{"text":"zip"}', { 'accept-encoding': 'br, gzip;q=0.5' });
        expect(response.headers.get('content-encoding')).to.equal('gzip');
        expect(await response.json()).to.deep.equal({ text: 'zip'.repeat(100) });
        const { body, isBase64Encoded } = await bodyOf();
        expect(isBase64Encoded).to.equal(true);
        expect(gunzipSync(Buffer.from(body, 'base64')).toString()).to.equal(JSON.stringify({ text: 'zip'.repeat(100) }));
      });
    });

    describe('with environment variables', () => {
      it('see their own only, with the values of the deploying machine', async () => {
        const database = `db://user:${SECRET}@host/orders`;
        expect(await echo('settings')).to.deep.equal({
          greeting: 'hello ${',
          database,
          databaseOfProcess: database,
          onlyProd: null,
          region: null,
          contains: [true, false],
          stage: 'dev',
          isLocal: false,
        });
        expect(await echo('settings/none')).to.deep.equal([null, null]);
      });

      it('take secrets from Terraform alone: they are in no file that the build wrote', async () => {
        const files = Object.keys(await project.tree());
        expect(files).to.include('nimbus.out/dev/cdk.tf.json');
        expect(files.some((file) => file.startsWith('node_modules/.cache/nimbusc/'))).to.equal(true);
        for (const file of files) expect(await project.read(file), file).to.not.include('swordfish-&');
        const { variable } = JSON.parse(await project.read('nimbus.out/dev/cdk.tf.json')) as { variable: object };
        expect(variable).to.have.all.keys('E2E_SECRET', 'E2E_NAME');
        expect(variable).to.have.nested.property('E2E_SECRET.sensitive', true);
      });

      it('show no secret when they are deployed', () => {
        expect(printed).to.match(/aws_lambda_function\.Settings_show will be created.*"DATABASE" += \(sensitive value\)/s);
        expect(printed).to.not.include('swordfish');
      });
    });

    it('of a class with a factory are called on what that has made, once per cold start', async () => {
      expect(await echo('clock')).to.deep.equal({ how: 'made by the factory', ticks: 1 });
      expect(await echo('clock')).to.deep.equal({ how: 'made by the factory', ticks: 2 });
    });

    describe('that use a store', () => {
      const write = (): Promise<Response> => send('PUT', 'notes', '{"id":"n1","text":"milk"}');

      it('may, when they declare it', async () => {
        expect(await (await write()).json()).to.deep.equal({ id: 'n1', text: 'milk' });
      });

      it('fail when they do not declare it, and the log says which decorator is missing', async () => {
        const body = await textOf('notes/n1');
        expect(body).to.equal('{"message":"server error"}');
        const { logs } = await lastOf('e2e-http-dev-Notes-read');
        expect(logs).to.match(/PermissionException: .*@UsesDocumentStore\(/);
        expect(await sandbox.denied()).to.deep.equal([]);
      });

      it('fail with the same exception when the role does not allow it', async () => {
        const role = 'e2e-http-dev-Notes-write';
        const query = new URLSearchParams({ RoleName: role, PolicyName: 'permissions', Version: '2010-05-08' });
        const deleted = await sandbox.aws('iam', `/?Action=DeleteRolePolicy&${query}`, { method: 'POST' }, REGION);
        expect(deleted.status).to.equal(200);
        const response = await write();
        expect([response.status, await response.text()]).to.deep.equal([500, '{"message":"server error"}']);
        expect((await lastOf(role)).logs).to.include('PermissionException');
        const denied = (await sandbox.denied()).map((one) => [one.function, one.action]);
        expect(denied).to.deep.equal([[role, 'dynamodb:PutItem']]);
      });
    });
  });

  // It has the older flavour of decorators.
  describe('of a project with CORS', () => {
    let same: string;
    let different: string;

    before(async () => {
      const project = await built('cors');
      const [one, other] = await Promise.all(['same', 'different'].map((stage) => deployed(project, stage)));
      [same, different] = [one?.url ?? '', other?.url ?? ''];
    });

    const ALWAYS = 'accept,accept-encoding,accept-language,content-encoding,content-language,content-type,origin,user-agent';
    const list = (value: string | null): string[] =>
      (value ?? '')
        .split(',')
        .map((one) => one.trim().toLowerCase())
        .sort();
    const headersWith = (...more: readonly string[]): string[] => [...ALWAYS.split(','), ...more].sort();

    const preflight = (url: string, origin: string, method: string): Promise<Response> =>
      fetch(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': method } });
    const allowed = ({ status, headers }: Response) => ({
      status,
      origin: headers.get('access-control-allow-origin'),
      headers: list(headers.get('access-control-allow-headers')),
    });

    it('have preflight requests answered by the API, where CORS is the same everywhere', async () => {
      const response = await preflight(`${same}/items`, 'https://app.example', 'POST');
      expect(allowed(response)).to.deep.equal({ status: 204, origin: 'https://app.example', headers: headersWith('x-trace') });
      expect(list(response.headers.get('access-control-allow-methods'))).to.deep.equal(['get', 'post']);
      const other = await preflight(`${same}/items`, 'https://evil.example', 'POST');
      expect(other.headers.get('access-control-allow-origin')).to.equal(null);
      expect((await sandbox.invocations()).filter((one) => one.function.startsWith('e2e-cors-same'))).to.deep.equal([]);
      const { routes } = (await sandbox.apis()).find(({ name }) => name === 'e2e-cors-same-http') ?? { routes: [] };
      expect(routes).to.have.members(['GET /items', 'POST /items']);
    });

    it('answer preflight requests themselves, where CORS differs by route', async () => {
      const cases = [
        ['items', 'https://app.example', 'POST', 'https://app.example', headersWith('x-other', 'x-trace')],
        ['items/7', 'https://admin.example', 'DELETE', 'https://admin.example', headersWith('x-admin')],
        ['open/a/b', 'https://any.example', 'PUT', '*', headersWith('x-other', 'x-trace')],
      ] as const;
      for (const [path, from, method, origin, headers] of cases) {
        const response = await preflight(`${different}/${path}`, from, method);
        expect(allowed(response), path).to.deep.equal({ status: 204, origin, headers });
        expect(list(response.headers.get('access-control-allow-methods')), path).to.include(method.toLowerCase());
      }
      expect((await lastOf('e2e-cors-different-Shop-open')).logs).to.not.include('the handler was called');
    });

    it('hand an OPTIONS request that is no preflight to the handler that wants it', async () => {
      const response = await fetch(`${different}/open/a`, { method: 'OPTIONS' });
      expect([response.status, await response.json()]).to.deep.equal([200, 'OPTIONS']);
    });

    it('say in every answer who may read it, errors included', async () => {
      const cases = [
        [`${same}/items`, 'GET', 'https://app.example', 200],
        [`${same}/items`, 'POST', 'https://app.example', 409],
        [`${different}/items`, 'GET', 'https://app.example', 200],
        [`${different}/items`, 'POST', 'https://app.example', 409],
        [`${different}/items/7`, 'DELETE', 'https://admin.example', 200],
        [`${different}/open/x`, 'PATCH', '*', 200],
      ] as const;
      for (const [url, method, origin, status] of cases) {
        const response = await fetch(url, { method, headers: { origin: origin === '*' ? 'https://any.example' : origin } });
        const answer = { status: response.status, origin: response.headers.get('access-control-allow-origin') };
        expect(answer, `${method} ${url}`).to.deep.equal({ status, origin });
      }
    });

    it('do not let one origin read what is for another', async () => {
      const response = await fetch(`${different}/items/7`, { method: 'DELETE', headers: { origin: 'https://app.example' } });
      expect(response.headers.get('access-control-allow-origin')).to.equal('https://admin.example');
      expect(response.headers.get('vary')).to.match(/origin/i);
    });
  });

  describe('after all that', () => {
    it('have neither crashed nor lost an event', async () => {
      await sandbox.idle();
      expect((await sandbox.invocations()).filter(({ status }) => status !== 'succeeded')).to.deep.equal([]);
      expect(await sandbox.dropped()).to.deep.equal([]);
      expect(sandbox.output).to.equal('');
    });

    it('have called only what they are granted', () => expectProved(sandbox, workspaces));
  });
});
