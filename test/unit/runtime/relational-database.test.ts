// The client of databases with drivers that only pretend, and what each language makes of its driver. Real servers:
// test/e2e/databases.test.ts.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { register } from '../../../providers/aws/runtime/relational-database.js';
import type { DatabaseServer, DriverError, Language } from '../../../runtime/databases/language.js';
import { language as mysql } from '../../../runtime/databases/mysql.js';
import { language as oracle } from '../../../runtime/databases/oracle.js';
import { language as postgresql } from '../../../runtime/databases/postgresql.js';
import { language as sqlserver } from '../../../runtime/databases/sqlserver.js';
import { ClientBuilder, NonRetryableException, PermissionException, RetryableException } from '../../../runtime/index.js';
import { setEnvironment } from '../../contract/dynamodb-backend.js';

const SERVER: DatabaseServer = { host: 'db.example', port: 1, user: 'app', password: 'p', ca: 'PEM' };

/** A driver's class or function that remembers what it was told. */
class Pretended {
  static told: unknown[] = [];
  static fails: Error | undefined;
  constructor(options: object) {
    Pretended.told.push(options);
  }
  on(event: string): void {
    Pretended.told.push(`on ${event}`);
  }
  async connect(): Promise<void> {}
  async query(sql: string): Promise<void> {
    Pretended.told.push(sql);
    if (Pretended.fails !== undefined) throw Pretended.fails;
  }
  request(): this {
    return this;
  }
  async end(): Promise<void> {
    Pretended.told.push('end');
  }
  async close(): Promise<void> {
    Pretended.told.push('end');
  }
}

const failure = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => expect.fail('it did not fail'),
    (error: Error) => error,
  );

describe('the languages of databases', () => {
  beforeEach(() => {
    Pretended.told = [];
    Pretended.fails = undefined;
  });

  it('connect encrypted, and heed that an idle connection may be lost', async () => {
    await postgresql.open(Pretended, SERVER, 'team');
    expect(Pretended.told).to.deep.equal([
      {
        ...{ host: 'db.example', port: 1, user: 'app', password: 'p', database: 'team' },
        ...{ ssl: { ca: 'PEM' }, connectionTimeoutMillis: 5_000 },
      },
      'on error',
    ]);
    Pretended.told = [];
    await mysql.open(async (options) => new Pretended(options), { ...SERVER, ca: undefined }, 'team');
    expect(Pretended.told[0]).to.deep.include({
      database: 'team',
      ssl: { verifyIdentity: true, minVersion: 'TLSv1.2' },
      connectTimeout: 5_000,
    });
    Pretended.told = [];
    await sqlserver.open(Pretended, SERVER, 'team');
    expect(Pretended.told[0]).to.deep.include({
      ...{ server: 'db.example', user: 'app', database: 'team' },
      options: { encrypt: true, trustServerCertificate: false, cryptoCredentialsDetails: { ca: 'PEM' } },
    });
    const driver = { getConnection: async (options: object): Promise<object> => ({ options }) };
    expect(await oracle.open(driver, SERVER, 'ORCL')).to.deep.nested.include({ 'options.connectString': 'db.example:1/ORCL' });
  });

  it('make databases, whatever they are called, and end the connection for it', async () => {
    await postgresql.create(Pretended, SERVER, 'a"b');
    expect(Pretended.told.slice(-2)).to.deep.equal(['CREATE DATABASE "a""b"', 'end']);
    await mysql.create(async (options) => new Pretended(options), SERVER, 'a`b');
    expect(Pretended.told.slice(-2)).to.deep.equal(['CREATE DATABASE IF NOT EXISTS `a``b`', 'end']);
    await sqlserver.create(Pretended, SERVER, "a]'b");
    expect(Pretended.told.slice(-2)).to.deep.equal(["IF DB_ID(N'a]''b') IS NULL CREATE DATABASE [a]]'b]", 'end']);
    expect(() => oracle.create({ getConnection: async () => ({}) }, SERVER, 'a')).to.throw(NonRetryableException, 'one database');
  });

  it('do not mind that somebody else was faster', async () => {
    Pretended.fails = Object.assign(new Error('exists'), { code: '42P04' });
    await postgresql.create(Pretended, SERVER, 'team');
    Pretended.fails = Object.assign(new Error('permission denied'), { code: '42501' });
    expect((await failure(postgresql.create(Pretended, SERVER, 'team'))).message).to.equal('permission denied');
  });

  const errors: readonly (readonly [Pick<Language<never>, 'isMissing' | 'isRefused' | 'isBusy'>, DriverError, string])[] = [
    [postgresql, { code: '3D000' }, 'missing'],
    [postgresql, { code: '28P01' }, 'refused'],
    [postgresql, { code: '53300' }, 'busy'],
    [postgresql, { message: 'timeout expired' }, 'busy'],
    [postgresql, { code: '42601' }, ''],
    [mysql, { code: 'ER_BAD_DB_ERROR' }, 'missing'],
    [mysql, { code: 'ER_ACCESS_DENIED_ERROR' }, 'refused'],
    [mysql, { code: 'ER_CON_COUNT_ERROR' }, 'busy'],
    [mysql, { code: 'ER_PARSE_ERROR' }, ''],
    [sqlserver, { code: 'ELOGIN', message: 'Cannot open database "a" requested by the login. The login failed.' }, 'missing'],
    [sqlserver, { code: 'ELOGIN', message: "Login failed for user 'app'." }, 'refused'],
    [sqlserver, { code: 'ETIMEOUT' }, 'busy'],
    [sqlserver, { code: 'EREQUEST' }, ''],
    [oracle, { errorNum: 12_514 }, 'missing'],
    [oracle, { errorNum: 1_017 }, 'refused'],
    [oracle, { errorNum: 12_516 }, 'busy'],
    [oracle, { errorNum: 942 }, ''],
  ];
  it('tell the errors of their drivers apart', () => {
    for (const [language, error, expected] of errors) {
      const found = [
        ...(language.isMissing(error) ? ['missing'] : []),
        ...(language.isRefused(error) ? ['refused'] : []),
        ...(language.isBusy(error) ? ['busy'] : []),
      ];
      expect(found.join(), JSON.stringify(error)).to.equal(expected);
    }
  });
});

describe('the client of a database', () => {
  class Team {}
  let server: Server;
  let restore: () => void;
  let secret: unknown;
  let asked: number;
  /** What the driver does at each connection, and what it was asked for. */
  let opened: string[];
  let errors: (DriverError | undefined)[];
  const team = ClientBuilder.getDatabaseClient(Team);

  const language: Language<string> = {
    async open(driver, { host, port, user, password }, database) {
      opened.push(`${driver} ${user}:${password}@${host}:${port}/${database}`);
      const error = errors.shift();
      if (error !== undefined) throw Object.assign(new Error(error.message ?? 'no'), error);
      return { database };
    },
    create: async (_driver, _server, database) => void opened.push(`create ${database}`),
    isMissing: ({ code }) => code === 'missing',
    isRefused: ({ code }) => code === 'refused',
    isBusy: ({ code }) => code === 'busy',
  };

  before(async () => {
    server = createServer((_request, response) => {
      asked++;
      const [status, body] =
        secret === null
          ? [400, { __type: 'AccessDeniedException', message: 'no' }]
          : [200, { SecretString: JSON.stringify(secret) }];
      response.writeHead(status as number, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    restore = setEnvironment({
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...{ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_MAX_ATTEMPTS: '1' },
      TEAM: 'db.example:5432',
      TEAM_SECRET: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team-AbCd12',
    });
  });
  after(() => {
    restore();
    server.close();
  });
  beforeEach(() => {
    [secret, asked, opened, errors] = [{ username: 'app', password: 'one' }, 0, [], []];
    register(Team, { name: 'Team', database: 'team', endpoint: 'TEAM', secret: 'TEAM_SECRET', language, driver: 'driver' });
  });

  it('connects with what the secret says, which it reads once', async () => {
    expect(await team.getConnection()).to.deep.equal({ database: 'team' });
    expect(await team.getConnection('archive')).to.deep.equal({ database: 'archive' });
    expect(opened).to.deep.equal(['driver app:one@db.example:5432/team', 'driver app:one@db.example:5432/archive']);
    expect(asked).to.equal(1);
  });

  it('reads the secret again when the server refuses what it said before, and once only', async () => {
    await team.getConnection();
    secret = { username: 'app', password: 'two' };
    errors = [{ code: 'refused' }];
    await team.getConnection();
    expect(opened.slice(1)).to.deep.equal(['driver app:one@db.example:5432/team', 'driver app:two@db.example:5432/team']);
    errors = [{ code: 'refused' }, { code: 'refused' }];
    expect(await failure(team.getConnection())).to.be.instanceOf(NonRetryableException);
    expect(asked).to.equal(3);
  });

  it('does not ask again at once when the secret is new', async () => {
    errors = [{ code: 'refused' }];
    expect(await failure(team.getConnection())).to.be.instanceOf(NonRetryableException);
    expect(opened).to.have.length(1);
  });

  it('makes a database that is missing only when it is asked to', async () => {
    errors = [{ code: 'missing', message: 'no such database' }];
    const refused = await failure(team.getConnection('archive'));
    expect(refused).to.be.instanceOf(NonRetryableException);
    expect(refused.message).to.equal('connect to Team: no such database');
    expect(refused.cause).to.include({ code: 'missing' });
    errors = [{ code: 'missing' }];
    opened = [];
    expect(await team.getConnection('archive', true)).to.deep.equal({ database: 'archive' });
    expect(opened[1]).to.equal('create archive');
    opened = [];
    await team.getConnection('archive', true);
    expect(opened).to.have.length(1);
  });

  it('tells what another attempt may mend', async () => {
    for (const code of ['busy', 'ECONNREFUSED', 'ETIMEDOUT']) {
      errors = [{ code }];
      expect(await failure(team.getConnection()), code).to.be.instanceOf(RetryableException);
    }
    errors = [{ code: 'SELF_SIGNED_CERT_IN_CHAIN' }];
    expect(await failure(team.getConnection())).to.be.instanceOf(NonRetryableException);
  });

  it('says that it may not read the secret, and tries again at the next call', async () => {
    secret = null;
    const denied = await failure(team.getConnection());
    expect(denied).to.be.instanceOf(PermissionException);
    expect(denied.message).to.equal('connect to Team: no');
    secret = { username: 'app', password: 'one' };
    await team.getConnection();
    expect(opened).to.have.length(1);
  });

  it('says which variable is missing', async () => {
    const data = { name: 'Team', database: 'team', endpoint: 'NOT_SET', secret: 'TEAM_SECRET', language, driver: 'driver' };
    register(Team, data);
    expect((await failure(team.getConnection())).message).to.match(/NOT_SET.*Team.*not set/);
  });
});
