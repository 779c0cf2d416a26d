import { rm } from 'node:fs/promises';
import { expect } from 'chai';
import { Project } from '../e2e/support/project.js';
import { run } from '../e2e/support/run.js';

const STORE = "@DocumentStore()\nexport class Order {\n  @Key() id = '';\n}\n";
const IMPORTS = "import { ClientBuilder, DocumentStore, HttpServerlessFunction, Key, UsesDocumentStore } from 'nimbusc';\n\n";
const handler = (method: string, text: string, uses = ''): string =>
  `  @HttpServerlessFunction({ method: 'POST', path: '${method}' })\n${uses}  async ${method}(): Promise<void> {\n    ${text}\n  }\n`;
const ORDERS = (...handlers: readonly string[]): string =>
  `${IMPORTS}${STORE}\nexport class Orders {\n  private readonly orders = ClientBuilder.getDocumentStoreClient(Order);\n\n${handlers.join('\n')}}\n`;
const PUT = handler('place', "await this.orders.put({ id: '1' });", '  @UsesDocumentStore(Order)\n');
const GET = handler('find', "await this.orders.get('1');", '  @UsesDocumentStore(Order)\n');

describe('nimbusc graph --diff', function () {
  this.timeout('60s');
  let project: Project;
  const git = async (...args: readonly string[]): Promise<void> => {
    const identity = ['-c', 'user.name=nimbusc', '-c', 'user.email=nimbusc@example.com', '-c', 'commit.gpgsign=false'];
    const { status, stderr } = await run('git', [...identity, ...args], { cwd: project.folder });
    expect(status, stderr).to.equal(0);
  };

  before(async () => {
    project = await Project.create({ 'nimbus.yml': 'projectName: shop\n', 'src/orders.ts': ORDERS(PUT) });
    await project.write('.gitignore', 'node_modules\n');
    await git('init', '-q', '-b', 'main');
    await git('add', '-A');
    await git('commit', '-q', '-m', 'first');
    await project.write('src/orders.ts', ORDERS(PUT, GET));
  });
  after(() => project.remove());

  const dot = async (...args: readonly string[]) => project.run(['graph', '--format', 'dot', ...args]);

  it('marks what is new since a commit, and leaves the working tree alone', async () => {
    const { status, stdout, stderr } = await dot('--diff', 'main');
    expect([status, stderr]).to.deep.equal([0, '']);
    expect(stdout.split('\n').find((line) => line.includes('find'))).to.include('+');
    expect(stdout).to.not.equal((await dot()).stdout);
    const { stdout: changed } = await run('git', ['status', '--porcelain'], { cwd: project.folder });
    expect(changed).to.equal(' M src/orders.ts\n');
  });

  it('says the same of a folder and of the graph of a build', async () => {
    const other = await Project.create({ 'nimbus.yml': 'projectName: shop\n', 'src/orders.ts': ORDERS(PUT) });
    await other.build();
    const wanted = (await dot('--diff', 'main')).stdout;
    expect((await dot('--diff', other.path('.'))).stdout).to.equal(wanted);
    expect((await dot('--diff', other.path('nimbus.out/dev/graph.json'))).stdout).to.equal(wanted);
    await other.remove();
  });

  it('says when the former state does not compile, or is none', async () => {
    const broken = await Project.create({ 'nimbus.yml': 'projectName: shop\n', 'src/orders.ts': 'export class {' });
    const refused = await dot('--diff', broken.path('.'));
    expect([refused.status, refused.stdout]).to.deep.equal([1, '']);
    expect(refused.stderr).to.include('does not compile').and.include('src/orders.ts:1');
    await rm(broken.path('.'), { recursive: true });
    const unknown = await dot('--diff', 'no-such-branch');
    expect([unknown.status, unknown.stdout]).to.deep.equal([2, '']);
    expect(unknown.stderr).to.include('no-such-branch is neither a commit of this repository nor a folder');
  });
});
