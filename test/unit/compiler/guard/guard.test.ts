// Builds that follow each other, in memory as far as that goes: what each of them makes of the one before.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type TempProject, tempProject } from '../../../support/temp-project.js';

interface Module {
  readonly moved?: readonly { readonly from: string; readonly to: string }[];
  readonly resource: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

const IMPORTS = "import { Attribute, DocumentStore, HttpServerlessFunction, Key, Queue } from 'nimbusc';\n";
const store = (name: string, options = '', field = 'total') =>
  `@DocumentStore(${options}) export class ${name} { @Key() id = ''; @Attribute() ${field} = 0; }\n`;
const handler = (owner: string, method: string, path = 'x') =>
  `export class ${owner} { @HttpServerlessFunction({ method: 'GET', path: '${path}' }) ${method}(): void {} }\n`;

describe('builds that follow each other', () => {
  let project: TempProject;
  beforeEach(() => {
    project = tempProject({ 'nimbus.yml': 'projectName: p\ndefaultStages: [prod]\ndiagnostics: { NIM1602: "off" }\n' });
  });
  afterEach(() => project.remove());

  /** Codes of what is reported. */
  async function build(source: string, stages: readonly string[] = []): Promise<string[]> {
    project.write({ 'src/a.ts': `${IMPORTS}${source}` });
    return (await project.build({ stages })).diagnostics.map(({ code }) => code);
  }
  const configure = (more: string): void =>
    project.write({ 'nimbus.yml': `projectName: p\ndefaultStages: [prod]\ndiagnostics: { NIM1602: "off" }\n${more}` });
  const text = (path: string): string => readFileSync(join(project.dir, path), 'utf8');
  const terraform = (stage = 'prod'): Module => JSON.parse(text(`nimbus.out/${stage}/cdk.tf.json`)) as Module;
  const moves = (): string[] => (terraform().moved ?? []).map(({ from, to }) => `${from} -> ${to}`);
  const tableName = (id: string): unknown => terraform().resource['aws_dynamodb_table']?.[id]?.['name'];

  it('give the same files when they are repeated after a rename', async () => {
    await build(store('Order') + handler('Shop', 'all'));
    expect(await build(store('Bill') + handler('Market', 'every'))).to.deep.equal(['NIM1806']);
    const first = [text('nimbus.lock.json'), text('nimbus.out/prod/cdk.tf.json')];
    expect(await build(store('Bill') + handler('Market', 'every'))).to.deep.equal([]);
    expect([text('nimbus.lock.json'), text('nimbus.out/prod/cdk.tf.json')]).to.deep.equal(first);
    expect(moves()).to.include('aws_iam_role.Shop_all -> aws_iam_role.Market_every');
    expect(terraform().resource['aws_lambda_function']?.['Market_every']?.['function_name']).to.equal('p-prod-Shop-all');
  });

  it('follow a chain of renames, and forget it when it leads back', async () => {
    await build(store('A'));
    await build(store('B'));
    expect(await build(store('C'))).to.deep.equal(['NIM1806']);
    expect(moves()).to.deep.equal([
      'aws_dynamodb_table.A -> aws_dynamodb_table.B',
      'aws_dynamodb_table.B -> aws_dynamodb_table.C',
    ]);
    expect(tableName('C')).to.equal('Aprod');
    await build(store('A'));
    expect(moves()).to.deep.equal([
      'aws_dynamodb_table.C -> aws_dynamodb_table.A',
      'aws_dynamodb_table.B -> aws_dynamodb_table.C',
    ]);
    expect(tableName('A')).to.equal('Aprod');
  });

  it('find what was renamed but kept its table name, whatever its fields are now', async () => {
    await build(store('A', "{ tableName: 'things' }"));
    const codes = await build(store('B', "{ tableName: 'things' }", 'sum'));
    expect(codes).to.include('NIM1806');
    expect(moves()).to.deep.equal(['aws_dynamodb_table.A -> aws_dynamodb_table.B']);
    expect(tableName('B')).to.equal('thingsprod');
  });

  it('refuse two tables of one name, where a new store takes the old name of another one', async () => {
    await build(store('A'));
    await build(store('B'));
    expect(await build(store('A', '', 'other') + store('B'))).to.deep.equal(['NIM3002']);
    expect(await build(store('A', "{ tableName: 'other' }", 'other') + store('B'))).to.deep.equal([]);
    expect([tableName('A'), tableName('B'), moves()]).to.deep.equal(['otherprod', 'Aprod', []]);
  });

  it('keep the moves of the configuration when it has them no more', async () => {
    await build(store('A'));
    configure('moved: { aws_dynamodb_table.A: aws_dynamodb_table.B }\n');
    expect(await build(store('B', "{ tableName: 'b' }", 'other'))).to.deep.equal(['NIM1814']);
    configure('');
    expect(await build(store('B', "{ tableName: 'b' }", 'other'))).to.deep.equal([]);
    expect([tableName('B'), moves()]).to.deep.equal(['Aprod', ['aws_dynamodb_table.A -> aws_dynamodb_table.B']]);
  });

  it('keep the name of what the configuration moves to itself', async () => {
    await build(store('A'));
    expect(await build(store('A', "{ tableName: 'b' }"))).to.deep.equal(['NIM1805']);
    configure('moved: { aws_dynamodb_table.A: aws_dynamodb_table.A }\n');
    expect(await build(store('A', "{ tableName: 'b' }"))).to.deep.equal([]);
    expect([tableName('A'), moves()]).to.deep.equal(['Aprod', []]);
  });

  it('leave the lock alone when they fail, and then refuse the same again', async () => {
    await build(store('A') + handler('Shop', 'all'));
    const before = text('nimbus.lock.json');
    for (let i = 0; i < 2; i++) expect(await build(handler('Shop', 'all'))).to.deep.equal(['NIM1803']);
    expect(text('nimbus.lock.json')).to.equal(before);
  });

  it('let go what the configuration allows, and do not take something new for it', async () => {
    await build(store('A'));
    configure('allowDestroy: [aws_dynamodb_table.A]\n');
    // While it is declared, the next deployment lifts its protection.
    await build(store('A'));
    expect(terraform().resource['aws_dynamodb_table']?.['A']).to.not.have.any.keys('lifecycle', 'deletion_protection_enabled');
    expect(await build(store('B'))).to.deep.equal([]);
    expect([tableName('B'), moves()]).to.deep.equal(['Bprod', []]);
    expect(await build(store('B'))).to.deep.equal(['NIM1808']);
  });

  it('protect no stage that is not to be protected', async () => {
    configure('protect: []\n');
    await build(store('A'));
    expect(await build(store('B', '', 'other') + store('C', '', 'another'))).to.deep.equal([]);
  });

  it('of one stage keep what the lock says of others', async () => {
    project.write({ 'nimbus.yml': 'projectName: p\ndefaultStages: [dev, prod]\ndiagnostics: { NIM1602: "off" }\n' });
    await build(store('A'));
    await build(store('B'), ['dev']);
    const { stages } = JSON.parse(text('nimbus.lock.json')) as { stages: Record<string, { data: object }> };
    expect(Object.entries(stages).map(([stage, { data }]) => [stage, Object.keys(data)])).to.deep.equal([
      ['dev', ['aws_dynamodb_table.B']],
      ['prod', ['aws_dynamodb_table.A']],
    ]);
  });

  it('have nothing to do when nothing changes, though the lock is new', async () => {
    const toolId = 'f'.repeat(64);
    project.write({ 'src/a.ts': `${IMPORTS}${store('A')}` });
    expect((await project.build({ toolId })).changed).to.equal(true);
    expect((await project.build({ toolId })).changed).to.equal(false);
    project.write({ 'nimbus.lock.json': text('nimbus.lock.json').replace('"Aprod"', '"Oldprod"') });
    const { diagnostics, failed } = await project.build({ toolId });
    expect([failed, diagnostics.map(({ code }) => code)]).to.deep.equal([true, ['NIM1805']]);
    project.removeFile('nimbus.lock.json');
    expect((await project.build({ toolId })).changed).to.equal(true);
  });

  it('write no lock when they only check', async () => {
    project.write({ 'src/a.ts': `${IMPORTS}${store('A')}` });
    await project.check();
    expect(() => text('nimbus.lock.json')).to.throw(/ENOENT/);
  });
});
