// Websites and uploads, deployed: what is served, what is replaced in it, and what a changed file changes.
import { readFile, symlink } from 'node:fs/promises';
import { expect } from 'chai';
import { Project } from './support/project.js';
import { expectProved } from './support/proof.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Sandbox, startSandbox } from './support/sandbox.js';
import { TerraformWorkspace } from './support/terraform.js';

const REGION = 'eu-west-1';

describe('Websites', function () {
  this.timeout('10m');
  let project: Project;
  let sandbox: Sandbox;
  let terraform: TerraformWorkspace;
  let outputs: Readonly<Record<string, unknown>>;

  before(async function () {
    await requirementsOrSkip(this);
    project = await Project.copy('test/e2e/projects/website');
    await symlink('docs', project.path('site', 'linked'));
    await project.build();
    sandbox = await startSandbox();
    terraform = await TerraformWorkspace.create(project.path('nimbus.out', 'dev'), { sandbox, env: { AWS_REGION: REGION } });
    await terraform.apply();
    outputs = await terraform.output();
  });

  after(async () => {
    await sandbox?.stop();
    await terraform?.remove();
    await project?.remove();
  });

  const get = (path: string): Promise<Response> => fetch(sandbox.httpUrl(`${outputs['website_url_E2E-Site']}/${path}`));
  const textOf = async (path: string): Promise<string> => (await get(path)).text();
  const source = (path: string): Promise<string> => readFile(project.path(path), 'utf8');

  /** The page with live values. */
  const livePage = async (): Promise<string> =>
    (await source('site/index.html'))
      .replaceAll('${NIMBUS_REST_API_URL}', String(outputs['http_api_url']))
      .replaceAll('${NIMBUS_WEBSOCKET_API_URL}', String(outputs['websocket_api_url']))
      .replaceAll('${E2E-SITE_URL}', String(outputs['website_url_E2E-Site']));

  it('put out their URL, without a slash at its end', () => {
    expect(outputs['website_url_E2E-Site']).to.equal('http://e2e-sitedev.s3-website-eu-west-1.amazonaws.com');
  });

  it('serve the index document, with live values in the place of the known variables only', async () => {
    expect(await textOf('')).to.equal(await livePage());
    expect(await textOf('')).to.include('${UNKNOWN_URL} ${e2e-site_URL} $${NIMBUS} %{if true}%{endif}');
    const config = JSON.parse(await textOf('config.json')) as object;
    expect(config).to.deep.equal({ api: outputs['http_api_url'] });
  });

  it('serve a script full of template literals as it was written', async () => {
    expect(await textOf('app.js')).to.equal(await source('site/app.js'));
  });

  it('serve binary files byte by byte, even those that hold the text of a variable', async () => {
    const served = Buffer.from(await (await get('img/pixel.png')).arrayBuffer());
    expect(served.equals(await readFile(project.path('site/img/pixel.png')))).to.equal(true);
  });

  it('replace variables in those files only that the regular expression fits', async () => {
    expect(await textOf('parts/yes/part.html')).to.equal(`${outputs['http_api_url']}\n`);
    expect(await textOf('parts/no/part.html')).to.equal('${NIMBUS_REST_API_URL}\n');
    expect(await textOf('as-it-is.html')).to.equal('${NIMBUS_REST_API_URL}\n');
  });

  it('serve folders, links to folders, and the error document', async () => {
    expect(await textOf('docs/')).to.equal('<h1>docs</h1>\n');
    expect(await textOf('linked/')).to.equal('<h1>docs</h1>\n');
    const missing = await get('nowhere.html');
    expect([missing.status, await missing.text()]).to.deep.equal([404, '<h1>oops</h1>\n']);
  });

  it('say what they serve', async () => {
    const types = async (path: string) => (await get(path)).headers.get('content-type');
    expect(await types('')).to.equal('text/html; charset=utf-8');
    expect(await types('app.js')).to.equal('text/javascript; charset=utf-8');
    expect(await types('style.css')).to.equal('text/css; charset=utf-8');
    expect(await types('config.json')).to.equal('application/json; charset=utf-8');
    expect(await types('img/pixel.png')).to.equal('image/png');
  });

  it('have files before the function after the deployment runs, and can be read by it', async () => {
    const { files, index } = outputs['after_deployment_Api_uploaded'] as { files: string[]; index: string };
    expect(files).to.deep.equal([
      'app.js',
      'as-it-is.html',
      'config.json',
      'docs/index.html',
      'img/pixel.png',
      'index.html',
      'linked/index.html',
      'oops.html',
      'parts/no/part.html',
      'parts/yes/part.html',
      'style.css',
    ]);
    expect(index).to.equal(await livePage());
  });

  it('allow the origins that they name to read their files, themselves among them', async () => {
    const state = await terraform.state();
    const { cors_rule: rules } = state['aws_s3_bucket_cors_configuration.E2E-Site'] as {
      cors_rule: { allowed_origins: string[]; allowed_methods: string[] }[];
    };
    expect(rules[0]?.allowed_origins).to.have.members(['https://other.example', outputs['website_url_E2E-Site']]);
    expect(rules[0]?.allowed_methods).to.have.members(['GET', 'HEAD']);
  });

  const preflight = (api: unknown, path: string, origin: unknown): Promise<Response> =>
    fetch(sandbox.httpUrl(`${api}/${path}`), {
      method: 'OPTIONS',
      headers: {
        origin: String(origin),
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization,x-trace',
      },
    });

  it('are an origin that the route of an HTTP API allows', async () => {
    const [api, site] = [outputs['http_api_url'], outputs['website_url_E2E-Site']];
    const answer = await preflight(api, 'now', site);
    expect(answer.headers.get('access-control-allow-origin')).to.equal(site);
    expect(answer.headers.get('access-control-allow-headers')).to.include('authorization').and.to.include('x-trace');
    const response = await fetch(sandbox.httpUrl(`${api}/now`), { headers: { origin: String(site) } });
    expect(response.headers.get('access-control-allow-origin')).to.equal(site);
    expect((await preflight(api, 'open', site)).headers.get('access-control-allow-origin')).to.equal('*');
  });

  it('are as they were after a second apply', async () => {
    expect(await terraform.planChanges()).to.deep.equal([]);
  });

  it('change with changed and new files, and with nothing else but what runs after them', async () => {
    await project.edit('site/app.js', 'const a = 1', 'const a = 2');
    await project.edit('site/index.html', '<!doctype html>', '<!doctype html><title>new</title>');
    await project.write('site/new.html', 'new');
    await project.build();
    await terraform.update(project.path('nimbus.out', 'dev'));
    const changes = (await terraform.planChanges()).map((change) => change.replace(/-[0-9a-f]{8}$/, ''));
    expect(changes).to.deep.equal([
      'create aws_s3_object.E2E-Site_new_html',
      'replace aws_lambda_invocation.Api_uploaded',
      'update aws_s3_object.E2E-Site_app_js',
      'update aws_s3_object.E2E-Site_index_html',
    ]);
    await terraform.applyPlan();
    expect(await textOf('app.js')).to.include('const a = 2');
    expect(await textOf('')).to.equal(await livePage());
    expect(await textOf('new.html')).to.equal('new');
    expect(await sandbox.invocations('e2e-website-dev-Api-uploaded')).to.have.length(2);
  });

  it('are denied nothing', async () => {
    expect(await sandbox.denied()).to.deep.equal([]);
    await expectProved(sandbox, [terraform]);
  });
});
