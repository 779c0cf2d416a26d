// Relational databases and secrets, deployed: real PostgreSQL and MariaDB servers in the place of Amazon RDS's, the private
// network with what leads out of it, and the permissions.
import { expect } from 'chai';
import { LocalNimbusDeployment } from '../../providers/local/index.js';
import { type DatabaseServers, databasesOrSkip } from './support/database-servers.js';
import { Project } from './support/project.js';
import { expectProved } from './support/proof.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Sandbox, startSandbox } from './support/sandbox.js';
import { TerraformWorkspace } from './support/terraform.js';

const REGION = 'us-east-1';
const PREFIX = 'e2e-databases-dev';
const PASSWORDS = { people: 'pe"ople-${x}-pass', stock: 'stock-pass' };
/** What the project's source has for secrets that nobody has made yet. */
const WRITTEN = {
  mail: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:e2e/mail-AbCd12',
  text: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:e2e/text-EfGh34',
};

/** A class of that name stands for the project's. */
const named = (name: string): (new () => Record<string, () => unknown>) => ({ [name]: class {} })[name] as never;

type Attributes = Readonly<Record<string, unknown>>;

describe('Relational databases and secrets', function () {
  this.timeout('10m');
  let servers: DatabaseServers;
  let project: Project;
  let sandbox: Sandbox;
  let terraform: TerraformWorkspace;
  let state: Readonly<Record<string, Attributes>>;
  /** By ARN. */
  let secrets: Readonly<Record<string, string>>;

  before(async function () {
    await requirementsOrSkip(this);
    servers = await databasesOrSkip(this);
    sandbox = await startSandbox({ databases: servers.ports });
    project = await Project.copy('test/e2e/projects/databases');
    await project.install('pg', 'mysql2', '@electric-sql/pglite');
    const mail = await makeSecret('e2e/mail', '{"user":"postmaster"}', REGION);
    const text = await makeSecret('e2e/text', 'no JSON', 'eu-west-1');
    secrets = { [mail]: '{"user":"postmaster"}', [text]: 'no JSON' };
    await project.edit('src/functions.ts', WRITTEN.mail, mail);
    await project.edit('src/functions.ts', WRITTEN.text, text);
    await project.build();
    const env = {
      AWS_REGION: REGION,
      TF_VAR_PEOPLE_PASSWORD: PASSWORDS.people,
      TF_VAR_STOCK_USER: 'keeper',
      TF_VAR_STOCK_PASSWORD: PASSWORDS.stock,
      TF_VAR_DATABASE_CA: servers.authority,
    };
    terraform = await TerraformWorkspace.create(project.path('nimbus.out', 'dev'), { sandbox, env });
    await terraform.apply();
    state = await terraform.state();
    // what Amazon RDS makes with an instance, from what it was told
    const account = (address: string) => {
      const { username, password, db_name: database } = at(address);
      return { username, password, database } as { username: string; password: string; database: string };
    };
    await servers.makePostgresql(account('aws_db_instance.People'));
    await servers.makeMariadb(account('aws_db_instance.Stock'));
  });

  after(async () => {
    await sandbox?.stop();
    await terraform?.remove();
    await project?.remove();
    await servers?.stop();
  });

  const at = (address: string): Attributes => {
    const found = state[address];
    if (found === undefined) throw new Error(`there is no ${address}; there are ${Object.keys(state).join(', ')}`);
    return found;
  };

  const makeSecret = async (name: string, text: string, region: string): Promise<string> => {
    const made = await sandbox.awsJson(
      'secretsmanager',
      'secretsmanager.CreateSecret',
      { Name: name, SecretString: text },
      region,
    );
    return (made as { ARN: string }).ARN;
  };

  const call = async (name: string, param: unknown = null): Promise<unknown> => {
    const { payload, failed, logs } = await sandbox.invoke(`${PREFIX}-${name}`, param, REGION);
    expect(failed, `${name}: ${JSON.stringify(payload)}\n${logs}`).to.equal(false);
    return payload;
  };

  it('make a round trip with PostgreSQL, encrypted, beside calls of other services', async () => {
    const person = { name: 'Ada', born: '1815-12-10T00:00:00.000Z', tags: ['a b', '"c"'] };
    expect(await call('Persons-add', person)).to.deep.equal({
      row: person,
      about: { current_database: 'people', current_user: 'app', ssl: true },
    });
  });

  it('make a round trip with MariaDB, encrypted', async () => {
    expect(await call('Shelves-fill', 12)).to.deep.equal({
      row: { amount: 12, note: 'h\u00e9llo' },
      database: 'stock_list',
      tls: 'TLSv1.3',
    });
  });

  for (const [name, code] of [
    ['Persons', '3D000'],
    ['Shelves', 'ER_BAD_DB_ERROR'],
  ]) {
    it(`make a database that is missing when they are asked to: ${name}`, async () => {
      const { missing, current } = (await call(`${name}-databases`, 'an "odd` name')) as { missing: object; current: string };
      expect(missing).to.deep.include({ error: 'NonRetryableException', code });
      expect(current).to.equal('an "odd` name');
    });

    it(`talk to nobody whose certificate they cannot check: ${name}`, async () => {
      const refused = (await call(`${name}-distrust`)) as { message: string };
      expect(refused).to.include({ error: 'NonRetryableException' });
      expect(refused.message).to.match(/certificate/);
    });
  }

  it('outlive connections that the server ends', async () => {
    expect(await call('Persons-lost')).to.have.property('error');
    expect(await call('Persons-lost')).to.have.property('error');
  });

  it('read a password that was changed', async () => {
    const password = 'another-pass';
    await servers.postgresql(`alter role app with password '${password}'`);
    const secret = { SecretId: at('aws_secretsmanager_secret.People')['arn'], SecretString: '' };
    const change = (text: string) =>
      sandbox.awsJson('secretsmanager', 'secretsmanager.PutSecretValue', { ...secret, SecretString: text }, REGION);
    await change(JSON.stringify({ username: 'app', password }));
    expect(await call('Persons-add', { name: 'Bea', born: '2000-01-01T00:00:00.000Z', tags: [] })).to.nested.include({
      'row.name': 'Bea',
    });
    await servers.postgresql(`alter role app with password '${PASSWORDS.people}'`);
    await change(JSON.stringify({ username: 'app', password: PASSWORDS.people }));
    expect(await call('Report-all')).to.deep.equal({ people: 2, stock: 4, secret: 21 });
  });

  it('give secrets as text and as JSON, also those of another region', async () => {
    expect(await call('Mailer-read')).to.deep.equal({ text: '{"user":"postmaster"}', user: 'postmaster' });
    const { text, json, undeclared } = (await call('Mailer-other')) as Record<string, { error: string; message: string }>;
    expect(text).to.equal('no JSON');
    expect(json).to.include({ error: 'NonRetryableException' });
    expect(json?.message).to.match(/is not JSON$/);
    expect(undeclared).to.include({ error: 'PermissionException' });
  });

  it('refuse a function that does not declare its use', async () => {
    const { error, message } = (await call('Persons-undeclared')) as { error: string; message: string };
    expect(error).to.equal('PermissionException');
    expect(message).to.match(/does not declare @UsesRelationalDatabase/);
  });

  it('do the same in the local cloud, but for users and encryption', async () => {
    const local = await LocalNimbusDeployment.getNewInstance({
      project: project.folder,
      environment: {
        DATABASE_CA: servers.authority,
        // PostgreSQL runs inside of it.
        NIMBUS_DATABASE_Stock_URL: `mysql://keeper:prefix-${PASSWORDS.stock}@127.0.0.1:${servers.ports[3306]}/stock_list`,
      },
      secrets,
    });
    /** Without what differs, and what messages say. */
    const shown = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value ?? null), (key, part) => (['about', 'tls', 'message'].includes(key) ? undefined : part));
    try {
      for (const [Class, method, param] of [
        ['Persons', 'add', { name: 'Eve', born: '1950-06-01T12:00:00.000Z', tags: ['a,b', '{"c"}', ''] }],
        ['Persons', 'databases', 'made "twice`'],
        ['Shelves', 'fill', 7],
        ['Mailer', 'read', null],
        ['Mailer', 'other', null],
        ['Persons', 'undeclared', null],
        ['Report', 'all', null],
      ] as const) {
        const there = await call(`${Class}-${method}`, param);
        const fn = local.getBasicFunction(named(Class), method) as unknown as { invoke(given: unknown): Promise<unknown> };
        const here = await fn.invoke(param);
        // PGlite gives its databases no names: docs/local-vs-aws.md.
        const known = Class === 'Persons' && method === 'databases' ? { current: 'postgres' } : {};
        expect(shown(here), `${Class}.${method}`).to.deep.equal(Object.assign(shown(there) as object, known));
      }
    } finally {
      local.close();
    }
  });

  it('are private, encrypted, and as large as was asked for', () => {
    const common = { storage_encrypted: true, publicly_accessible: false, deletion_protection: false, skip_final_snapshot: true };
    expect(at('aws_db_instance.People')).to.include({
      ...common,
      ...{ identifier: 'e2e-databases-dev-people', engine: 'postgres', db_name: 'people', username: 'app', port: 5432 },
      ...{ password: PASSWORDS.people, instance_class: 'db.t4g.micro', allocated_storage: 20 },
    });
    expect(at('aws_db_instance.Stock')).to.include({
      ...common,
      ...{ identifier: 'e2e-databases-dev-stock-list', engine: 'mariadb', db_name: 'stock_list', username: 'keeper', port: 3306 },
      ...{ password: `prefix-${PASSWORDS.stock}`, instance_class: 'db.t4g.small', allocated_storage: 30 },
    });
    expect(JSON.parse(String(at('aws_secretsmanager_secret_version.People')['secret_string']))).to.deep.equal({
      username: 'app',
      password: PASSWORDS.people,
    });
  });

  it('lie in a network of two zones that has endpoints for what their functions use, and for nothing else', () => {
    const zones = ['a', 'b'].map((id) => at(`aws_subnet.network-${id}`)['availability_zone']);
    expect(new Set(zones).size).to.equal(2);
    const endpoints = Object.entries(state).filter(([address]) => address.startsWith('aws_vpc_endpoint.'));
    expect(endpoints.map(([, one]) => `${one['vpc_endpoint_type']} ${one['service_name']}`).sort()).to.deep.equal([
      'Gateway com.amazonaws.us-east-1.dynamodb',
      'Gateway com.amazonaws.us-east-1.s3',
      'Interface com.amazonaws.us-east-1.secretsmanager',
      // sns is called by a function outside of the network only
      'Interface com.amazonaws.us-east-1.sqs',
    ]);
    expect(Object.keys(state).filter((address) => /internet_gateway|nat_gateway|aws_route\./.test(address))).to.deep.equal([]);
  });

  it('let in only the functions that use them', () => {
    const id = (name: string): unknown => at(`aws_security_group.${name}`)['id'];
    const groupsOf = (fn: string): unknown => {
      const [config] = at(`aws_lambda_function.${fn}`)['vpc_config'] as { security_group_ids: string[] }[];
      return config?.security_group_ids;
    };
    expect(groupsOf('Persons_add')).to.deep.equal([id('People-clients')]);
    expect(groupsOf('Report_all')).to.have.members([id('People-clients'), id('Stock-clients')]);
    expect(groupsOf('Mailer_read')).to.equal(undefined);
    expect(at('aws_db_instance.People')['vpc_security_group_ids']).to.deep.equal([id('People-server')]);
    const ways = Object.entries(state)
      .filter(([address]) => /^aws_vpc_security_group_(in|e)gress_rule\./.test(address))
      .map(([address, one]) => {
        const name = Object.keys(state).find((other) => {
          return other.startsWith('aws_security_group.') && state[other]?.['id'] === one['referenced_security_group_id'];
        });
        const end = name?.replace('aws_security_group.', '') ?? (one['prefix_list_id'] ? 'gateway' : 'anywhere');
        return `${address.includes('ingress') ? 'in' : 'out'} ${address.split('.')[1]} ${end} ${one['from_port']}`;
      });
    expect(ways.sort()).to.deep.equal([
      'in People People-clients 5432',
      'in People-clients-network-endpoints People-clients 443',
      'in Stock Stock-clients 3306',
      'in Stock-clients-network-endpoints Stock-clients 443',
      'out People People-server 5432',
      'out People-clients-dynamodb gateway 443',
      'out People-clients-network-endpoints network-endpoints 443',
      'out Stock Stock-server 3306',
      'out Stock-clients-network-endpoints network-endpoints 443',
    ]);
  });

  it('write no value of the deploying machine into the output', async () => {
    for (const path of Object.keys(await project.tree('nimbus.out'))) {
      const bytes = await project.read(`nimbus.out/${path}`);
      for (const value of [PASSWORDS.people, PASSWORDS.stock, 'keeper', servers.authority])
        expect(bytes, path).not.to.include(value);
    }
  });

  it('deny nothing that is declared, and grant nothing that is not used', async () => {
    expect(await sandbox.denied()).to.deep.equal([]);
    expect(await sandbox.dropped()).to.deep.equal([]);
    const { used, unused } = await sandbox.usedPermissions();
    const read = used.filter(({ action }) => action === 'secretsmanager:GetSecretValue');
    const secret = at('aws_secretsmanager_secret.People')['arn'];
    expect(
      read
        .filter(({ resource }) => resource === secret)
        .map(({ role }) => role.split('/').at(-1))
        .sort(),
    ).to.include.members([`${PREFIX}-Persons-add`, `${PREFIX}-Report-all`]);
    // a decorator grants all that its client can do; of these clients that is one action
    const others = unused.filter(({ action }) => /^(ec2|secretsmanager):/.test(action));
    expect(others).to.deep.equal([]);
    await expectProved(sandbox, [terraform]);
    expect(sandbox.output).to.equal('');
  });

  it('are as they were after a second apply', async () => {
    expect(await terraform.planChanges()).to.deep.equal([]);
  });
});
