// Real database servers for a suite, from the packages of the system: PostgreSQL and MariaDB, on loopback, with TLS and with a
// data folder of their own. They stand in for what Amazon RDS would run.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { MissingRequirement } from './requirements.js';
import { cleanEnvironment, run } from './run.js';

const START_SECONDS = 60;
const STOP_SECONDS = 20;
/** Who has all rights, as on Amazon RDS; functions never get to know it. */
const OWNER = { user: 'rdsadmin', password: 'only-for-tests' };

/** Names of servers on Amazon RDS, as moto makes them up, in the regions that tests use. */
const SERVER_NAMES = ['us-east-1', 'eu-west-1'].map((region) => `DNS:*.aaaaaaaaaa.${region}.rds.amazonaws.com`);

/** What Amazon RDS makes together with an instance. */
export interface Account {
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

export interface DatabaseServers {
  /** Ports by the port that the language has by itself. */
  readonly ports: Readonly<Record<number, number>>;
  /** The file of the authority that has signed the servers' certificates. */
  readonly authority: string;
  makePostgresql(account: Account): Promise<void>;
  makeMariadb(account: Account): Promise<void>;
  /** As the owner. */
  postgresql(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  mariadb(sql: string): Promise<unknown>;
  stop(): Promise<void>;
}

interface Binaries {
  /** The folder of `initdb` and `postgres`, which is on nobody's PATH. */
  readonly postgresql: string;
  readonly mariadbd: string;
  readonly mariadbInstall: string;
  readonly openssl: string;
}

let announced = false;

/**
 * For the `before` hook of a suite, like `requirementsOrSkip`: where a server is not installed the suite is skipped, with one
 * line that says what to install; with `NIMBUSC_E2E=required` it fails.
 */
export function databasesOrSkip(context: Mocha.Context): Promise<DatabaseServers> {
  const found = findBinaries();
  if ('missing' in found) {
    const problem = `${found.missing} not found: apt-get install postgresql mariadb-server openssl`;
    if (process.env.NIMBUSC_E2E === 'required') throw new MissingRequirement(problem);
    if (!announced) process.stderr.write(`DATABASE TESTS SKIPPED: ${problem}\n`);
    announced = true;
    return context.skip();
  }
  return startServers(found);
}

function findBinaries(): Binaries | { readonly missing: string } {
  const path = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  const packaged = '/usr/lib/postgresql';
  const versions = existsSync(packaged) ? readdirSync(packaged).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(packaged, version, 'bin')), ...path];
  const postgresql = folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))));
  const program = (name: string): string | undefined => path.map((folder) => join(folder, name)).find((file) => existsSync(file));
  const [mariadbd, mariadbInstall, openssl] = [program('mariadbd'), program('mariadb-install-db'), program('openssl')];
  if (postgresql === undefined) return { missing: 'initdb and postgres are' };
  if (mariadbd === undefined || mariadbInstall === undefined) return { missing: 'mariadbd and mariadb-install-db are' };
  if (openssl === undefined) return { missing: 'openssl is' };
  return { postgresql, mariadbd, mariadbInstall, openssl };
}

/** Both refuse to run as root, who is somebody else to them then. */
interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

async function serverOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {};
  const id = async (flag: string): Promise<number> => Number((await run('id', [flag, 'nobody'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

async function startServers(binaries: Binaries): Promise<DatabaseServers> {
  const owner = await serverOwner();
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'nimbusc-databases-')));
  await chmod(folder, 0o755);
  const started: Server[] = [];
  try {
    const certificates = await makeCertificates(binaries.openssl, folder, owner);
    const servers = [startPostgresql(binaries, folder, certificates, owner), startMariadb(binaries, folder, certificates, owner)];
    for (const one of await Promise.allSettled(servers)) {
      if (one.status === 'rejected') throw one.reason;
      started.push(one.value);
    }
  } catch (error) {
    await stopAll(started, folder);
    throw error;
  }
  const [postgresql, mariadb] = started as [Server, Server];
  const inPostgresql = async (sql: string) => {
    const client = new pg.Client({ ...onLoopback(postgresql), database: 'postgres', ssl: UNCHECKED });
    await client.connect();
    try {
      return (await client.query<Readonly<Record<string, unknown>>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const inMariadb = async (sql: string) => {
    const connection = await createConnection({ ...onLoopback(mariadb), multipleStatements: true });
    try {
      return (await connection.query(sql))[0];
    } finally {
      await connection.end();
    }
  };
  return {
    ports: { 5432: postgresql.port, 3306: mariadb.port },
    authority: join(folder, 'authority.pem'),
    async makePostgresql({ username, password, database }) {
      await inPostgresql(`create role "${username}" with login createdb password '${password}'`);
      await inPostgresql(`grant pg_signal_backend to "${username}"`);
      await inPostgresql(`create database "${database}" owner "${username}"`);
    },
    async makeMariadb({ username, password, database }) {
      const user = `'${username}'@'%'`;
      await inMariadb(`create user ${user} identified by '${password}'; grant all privileges on *.* to ${user}`);
      await inMariadb(`create database \`${database}\``);
    },
    postgresql: inPostgresql,
    mariadb: inMariadb,
    stop: () => stopAll(started, folder),
  };
}

const UNCHECKED = { rejectUnauthorized: false };
const onLoopback = ({ port }: Server) => ({ host: '127.0.0.1', port, ...OWNER });

interface Server {
  readonly port: number;
  readonly process: ChildProcess;
}

async function stopAll(servers: readonly Server[], folder: string): Promise<void> {
  await Promise.all(servers.map(({ process: child }) => end(child)));
  await rm(folder, { recursive: true, force: true });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS * 1000);
  // to PostgreSQL this means at once and in good order, to MariaDB SIGTERM does
  child.kill(child.spawnfile.endsWith('postgres') ? 'SIGINT' : 'SIGTERM');
  await exited;
  clearTimeout(timer);
}

// --- certificates

interface Certificates {
  readonly certificate: string;
  readonly key: string;
}

/** Of an authority that nobody trusts by himself, for the names that servers have on Amazon RDS. */
async function makeCertificates(openssl: string, folder: string, owner: Owner): Promise<Certificates> {
  const at = (name: string): string => join(folder, name);
  const made = async (...args: readonly string[]): Promise<void> => {
    const { status, stderr } = await run(openssl, args);
    if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`);
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const authority = ['-x509', '-days', '2', '-subj', '/CN=Databases of tests', '-addext', 'keyUsage=critical,keyCertSign'];
  await made('req', ...authority, ...newKey, '-keyout', at('authority.key'), '-out', at('authority.pem'));
  await made('req', '-subj', '/CN=database', ...newKey, '-keyout', at('server.key'), '-out', at('server.csr'));
  await writeFile(at('names'), `subjectAltName=${SERVER_NAMES.join()}\n`);
  const signed = ['-CA', at('authority.pem'), '-CAkey', at('authority.key'), '-CAcreateserial', '-days', '2'];
  await made('x509', '-req', '-in', at('server.csr'), ...signed, '-extfile', at('names'), '-out', at('server.pem'));
  await chmod(at('server.key'), 0o600);
  if (owner.uid !== undefined) await chown(at('server.key'), owner.uid, owner.gid ?? owner.uid);
  return { certificate: at('server.pem'), key: at('server.key') };
}

// --- servers

async function startPostgresql({ postgresql: bin }: Binaries, base: string, { certificate, key }: Certificates, owner: Owner) {
  const folder = await ownFolder(base, 'postgresql', owner);
  const data = join(folder, 'data');
  const password = join(folder, 'password');
  await writeFile(password, OWNER.password, { mode: 0o644 });
  const locale = ['--encoding=UTF8', '--locale=C', '--no-sync'];
  const init = ['-D', data, '-U', OWNER.user, '--auth=scram-sha-256', `--pwfile=${password}`, ...locale];
  await finished(join(bin, 'initdb'), init, owner);
  // as Amazon RDS for PostgreSQL 15 and later has it: nobody gets in without TLS
  await writeFile(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  const port = await freePort();
  const settings = {
    ...{ listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', fsync: 'off' },
    ...{ ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key },
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const attempt = async (): Promise<void> => {
    const client = new pg.Client({ host: '127.0.0.1', port, ...OWNER, database: 'postgres', ssl: UNCHECKED });
    await client.connect();
    await client.end();
  };
  return started(join(bin, 'postgres'), ['-D', data, ...options], owner, port, attempt);
}

async function startMariadb(binaries: Binaries, base: string, { certificate, key }: Certificates, owner: Owner) {
  const folder = await ownFolder(base, 'mariadb', owner);
  const data = join(folder, 'data');
  const init = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'];
  await finished(binaries.mariadbInstall, init, owner);
  const statements = join(folder, 'init.sql');
  const user = `'${OWNER.user}'@'%'`;
  await writeFile(
    statements,
    `CREATE USER ${user} IDENTIFIED BY '${OWNER.password}';\nGRANT ALL PRIVILEGES ON *.* TO ${user} WITH GRANT OPTION;\n`,
    { mode: 0o644 },
  );
  const port = await freePort();
  const options = [
    ...['--no-defaults', `--datadir=${data}`, `--socket=${join(folder, 'socket')}`, `--pid-file=${join(folder, 'pid')}`],
    ...['--bind-address=127.0.0.1', `--port=${port}`, '--skip-name-resolve', `--init-file=${statements}`],
    ...[`--ssl-cert=${certificate}`, `--ssl-key=${key}`, '--innodb-flush-log-at-trx-commit=0', '--skip-log-bin'],
  ];
  const attempt = async (): Promise<void> => {
    const connection = await createConnection({ host: '127.0.0.1', port, ...OWNER });
    await connection.end();
  };
  return started(binaries.mariadbd, options, owner, port, attempt);
}

async function ownFolder(base: string, name: string, owner: Owner): Promise<string> {
  const folder = join(base, name);
  await mkdir(folder);
  if (owner.uid !== undefined) await chown(folder, owner.uid, owner.gid ?? owner.uid);
  return folder;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** Runs a command to its end, which must be good. */
async function finished(command: string, args: readonly string[], owner: Owner): Promise<void> {
  const { child, output } = begin(command, args, owner);
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`${command} has ended with ${status}\n${output()}`);
}

/** Starts a server, and waits until it takes connections. */
async function started(
  command: string,
  args: readonly string[],
  owner: Owner,
  port: number,
  attempt: () => Promise<void>,
): Promise<Server> {
  const { child, output } = begin(command, args, owner);
  const deadline = Date.now() + START_SECONDS * 1000;
  for (;;) {
    try {
      await attempt();
      return { port, process: child };
    } catch (error) {
      if (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      await end(child);
      throw new Error(`${command} takes no connections: ${String(error)}\n${output()}`);
    }
  }
}

function begin(command: string, args: readonly string[], owner: Owner) {
  const env = { ...cleanEnvironment(), HOME: tmpdir() };
  const child = spawn(command, args, { ...owner, cwd: tmpdir(), env, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => texts.push(text));
  return { child, output: () => texts.join('') };
}
