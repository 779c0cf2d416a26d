// Databases: a PostgreSQL inside of the process, with the driver's own connections; and servers that a variable names.
import { join } from 'node:path';
import { expect } from 'chai';
import type { Client } from 'pg';
import { LocalNimbusDeployment } from '../../../providers/local/index.js';
import { LocalDatabaseService } from '../../../providers/local/kinds/relational-database.js';
import { PackageImport } from '../../../providers/local/packages.js';
import { language } from '../../../runtime/databases/postgresql.js';
import { ClientBuilder, NonRetryableException, RetryableException } from '../../../runtime/index.js';
import { repositoryRoot } from '../../e2e/support/repository.js';
import { type TempProject, tempProject } from '../../support/temp-project.js';

class Shelf {}
class Ledger {}

const source = `
import { BasicServerlessFunction, ClientBuilder, RelationalDatabase, UsesRelationalDatabase } from 'nimbusc';
const COMMON = { username: 'someone', password: '\${SHELF_PASSWORD}' };
@RelationalDatabase({ ...COMMON, name: 'Book-Shelf', databaseLanguage: 'POSTGRESQL' }) export class Shelf {}
@RelationalDatabase({ ...COMMON, name: 'ledger', databaseLanguage: 'MYSQL' }) export class Ledger {}
export class Desk {
  @BasicServerlessFunction() @UsesRelationalDatabase({ dataModel: Shelf })
  async count(): Promise<number> {
    const connection = await ClientBuilder.getDatabaseClient(Shelf).getConnection();
    try { return (await connection.query('select count(*)::int as n from book')).rows[0].n; }
    finally { await connection.end(); }
  }
  @BasicServerlessFunction() @UsesRelationalDatabase({ dataModel: Ledger })
  async read(): Promise<void> { await ClientBuilder.getDatabaseClient(Ledger).getConnection(); }
}
`;

type Failure = { name: string; message: string; code?: string; cause?: Failure };

describe('databases in the local cloud', function () {
  this.timeout(60_000);
  let project: TempProject;
  let desk: LocalNimbusDeployment;
  const installed = (name: string): string => join(repositoryRoot, 'node_modules', name);
  const shelf = ClientBuilder.getDatabaseClient<Client>(Shelf);
  const failureOf = (act: Promise<unknown>): Promise<Failure> =>
    act.then(
      () => ({ name: 'none', message: '' }),
      (error: Failure) => error,
    );
  const start = (environment: Record<string, string> = {}): Promise<LocalNimbusDeployment> =>
    LocalNimbusDeployment.getNewInstance({ project: project.dir, environment });

  before(async () => {
    project = tempProject({ 'src/desk.ts': source });
    project.makeFolder('node_modules');
    project.link('node_modules/pg', installed('pg'));
    project.makeFolder('node_modules/@electric-sql');
    project.link('node_modules/@electric-sql/pglite', installed('@electric-sql/pglite'));
    desk = await start();
  });
  after(() => {
    desk?.close();
    project.remove();
  });

  it('say what is missing', async () => {
    const bare = tempProject({});
    const node = { id: '', kind: 'relational-database', name: 'Shelf', options: { databaseLanguage: 'POSTGRESQL' } };
    const service = new LocalDatabaseService(node, { projectDir: bare.dir, machine: {} });
    const data = { name: 'Shelf', database: 'shelf', endpoint: 'NIMBUS_DATABASE_Shelf', language };
    const missing = await failureOf(service.client({ ...data, driver: new PackageImport('pg', 'Client') }).getConnection());
    expect(missing.message).to.equal('Shelf needs the package pg, which is not installed');
    const driver = new PackageImport('node:events', 'EventEmitter');
    const without = await failureOf(service.client({ ...data, driver }).getConnection());
    bare.remove();
    expect(without).to.be.instanceOf(NonRetryableException);
    expect(without.message).to.match(/install @electric-sql\/pglite.*NIMBUS_DATABASE_Shelf_URL to postgresql:/);
    const other = await failureOf(ClientBuilder.getDatabaseClient(Ledger).getConnection());
    expect(other.message).to.include('set the environment variable NIMBUS_DATABASE_Ledger_URL to mysql://');
  });

  it('are of PostgreSQL, by its own driver', async () => {
    const connection = await shelf.getConnection();
    await connection.query('create table book (title text primary key, at timestamptz, tags jsonb)');
    await connection.query('insert into book values ($1, $2, $3)', ['Emma', new Date(0), { genre: 'fiction' }]);
    const { rows } = await connection.query({ text: 'select * from book where title = $1', values: ['Emma'] });
    expect(rows).to.deep.equal([{ title: 'Emma', at: new Date(0), tags: { genre: 'fiction' } }]);
    const failed = await failureOf(connection.query("insert into book values ('Emma')"));
    expect([failed.code, failed.name]).to.deep.equal(['23505', 'error']);
    expect((await connection.query('select 1; select 2')).constructor).to.equal(Array);
    await connection.end();
    expect((await failureOf(connection.query('select 1'))).message).to.match(/closed|not queryable/);
    expect(await desk.getBasicFunction(named('Desk'), 'count').invoke()).to.equal(1);
  });

  it('let one connection wait for the transaction of another, and undo what was not committed', async () => {
    const [one, other] = await Promise.all([shelf.getConnection(), shelf.getConnection()]);
    await one.query('begin');
    await one.query("insert into book values ('Persuasion')");
    const counted = other.query('select count(*)::int as n from book');
    await one.query('commit');
    expect((await counted).rows).to.deep.equal([{ n: 2 }]);
    await other.query('begin');
    await other.query('delete from book');
    await other.end();
    expect((await one.query('select count(*)::int as n from book')).rows).to.deep.equal([{ n: 2 }]);
    await one.query('begin');
    expect((await failureOf(one.query('select nothing'))).code).to.equal('42703');
    expect((await failureOf(one.query('select 1'))).code).to.equal('25P02');
    await one.query('rollback');
    const impatient = await shelf.getConnection();
    await one.query('begin');
    const given = failureOf(impatient.query('select $1::int', [1]));
    await impatient.end();
    expect((await given).message).to.match(/terminated/);
    await one.end();
    expect(await desk.getBasicFunction(named('Desk'), 'count').invoke()).to.equal(2);
  });

  it('are made when that is asked for, and each cloud has its own', async () => {
    const missing = await failureOf(shelf.getConnection('other'));
    expect([missing.name, missing.cause?.code]).to.deep.equal(['NonRetryableException', '3D000']);
    const made = await shelf.getConnection('other', true);
    expect((await failureOf(made.query('select * from book'))).code).to.equal('42P01');
    await made.end();
    const second = await start();
    const connection = await shelf.getConnection();
    expect((await failureOf(connection.query('select * from book'))).code).to.equal('42P01');
    await connection.end();
    second.close();
  });

  it('are on the server that a variable names', async () => {
    const elsewhere = await start({ NIMBUS_DATABASE_Shelf_URL: 'postgresql://me:secret@127.0.0.1:1/here' });
    const refused = await failureOf(shelf.getConnection());
    elsewhere.close();
    expect(refused).to.be.instanceOf(RetryableException);
    expect(refused.message).to.match(/^connect to Shelf: .*ECONNREFUSED.*:1$/);
    const wrong = await start({ NIMBUS_DATABASE_Shelf_URL: 'here' });
    const problem = await failureOf(shelf.getConnection());
    wrong.close();
    expect(problem.message).to.equal('NIMBUS_DATABASE_Shelf_URL, which leads to Shelf, is no URL');
  });
});

const named = (name: string): (new () => Record<string, () => unknown>) => ({ [name]: class {} })[name] as never;
