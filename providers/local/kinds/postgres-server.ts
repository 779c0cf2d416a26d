// A PostgreSQL inside of this process: PGlite, one for each database, and connections of `pg` to it that need no network: the
// driver talks to it by PostgreSQL's protocol, over a stream that leads there.
import * as fs from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import * as path from 'node:path';
import process from 'node:process';
import { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { NonRetryableException } from '../../../runtime/core/errors.js';
import { heedless } from '../../../runtime/databases/language.js';
import { isInstalled, loadPackage, packageVersion } from '../packages.js';
import { postgresDoor } from '../servers/postgres-door.js';

/** `Client` of `pg`. */
export type PgConstructor = new (
  options: object,
) => {
  connect(): Promise<unknown>;
  on(event: 'error', listener: () => void): unknown;
};

/** The part of PGlite that is used. */
interface PGlite {
  execProtocolRaw(message: Uint8Array): Promise<Uint8Array>;
  exec(sql: string): Promise<unknown>;
  dumpDataDir(compression: 'none'): Promise<Blob>;
  close(): Promise<void>;
}

interface PGliteModule {
  readonly PGlite: { create(options: { loadDataDir?: Blob }): Promise<PGlite> };
}

export interface ServerFiles {
  readonly projectDir: string;
  /** A new database takes seconds to make, and much less to copy. */
  readonly cacheDir: string;
}

interface ServerOptions extends ServerFiles {
  /** What to say when PGlite is not installed. */
  readonly missing: string;
}

const PACKAGE = '@electric-sql/pglite';
/** There from the beginning on every server. */
const MAINTENANCE = 'postgres';

export class PostgresServer {
  private readonly databases = new Map<string, Promise<Database> | null>();
  private closed = false;
  private port: Promise<number> | null = null;
  private door: Server | null = null;

  /** @param databases those that are there from the beginning; none is made before it is used */
  constructor(
    databases: readonly string[],
    private readonly options: ServerOptions,
  ) {
    for (const name of [MAINTENANCE, ...databases]) this.databases.set(name, null);
  }

  create(database: string): void {
    if (!this.databases.has(database)) this.databases.set(database, null);
  }

  async open(Client: PgConstructor, database: string): Promise<object> {
    const known = this.databases.get(database);
    // As the server itself says it: postgresql.org/docs/current/errcodes-appendix.html
    if (known === undefined) throw Object.assign(new Error(`database "${database}" does not exist`), { code: '3D000' });
    const started = known ?? this.start();
    this.databases.set(database, started);
    started.catch(() => this.databases.set(database, null));
    const opened = await started;
    const client = new Client({ user: 'postgres', password: '', database, ssl: false, stream: () => new Session(opened) });
    client.on('error', heedless);
    await client.connect();
    return client;
  }

  /** Lets other threads connect over the loopback. Gives the port. */
  listen(): Promise<number> {
    this.port ??= new Promise<number>((resolve, reject) => {
      const door = postgresDoor((database) => this.session(database));
      this.door = door;
      door.once('error', reject);
      door.listen(0, '127.0.0.1', () => resolve((door.address() as AddressInfo).port));
    });
    return this.port;
  }

  /** Null: there is no such database. */
  private async session(database: string): Promise<Duplex | null> {
    const known = this.databases.get(database);
    if (known === undefined) return null;
    const started = known ?? this.start();
    this.databases.set(database, started);
    started.catch(() => this.databases.set(database, null));
    return new Session(await started);
  }

  close(): void {
    this.closed = true;
    this.door?.close();
    for (const one of this.databases.values()) one?.then(({ lite }) => lite.close()).catch(heedless);
  }

  private async start(): Promise<Database> {
    if (this.closed) throw new NonRetryableException('the local cloud is closed');
    const { projectDir, missing } = this.options;
    const module = loadPackage(projectDir, PACKAGE) as PGliteModule | undefined;
    if (module === undefined) throw new NonRetryableException(missing);
    const file = await emptyDatabase(this.options, module);
    const tar = await promisify(gunzip)(fs.readFileSync(file));
    return new Database(
      await module.PGlite.create({ loadDataDir: new Blob([new Uint8Array(tar)], { type: 'application/x-tar' }) }),
    );
  }
}

/** Has it made now what takes long, so that no function waits for it; when PGlite is installed. */
export async function preparePostgres(options: ServerFiles): Promise<void> {
  if (isInstalled(options.projectDir, PACKAGE)) await emptyDatabase(options, null);
}

/** A file with an empty database, which depends on the version of PGlite alone. */
async function emptyDatabase({ projectDir, cacheDir }: ServerFiles, loaded: PGliteModule | null): Promise<string> {
  const file = path.join(cacheDir, `postgresql-${packageVersion(projectDir, PACKAGE)}.tar.gz`);
  if (fs.existsSync(file)) return file;
  const { PGlite } = loaded ?? (loadPackage(projectDir, PACKAGE) as PGliteModule);
  const lite = await PGlite.create({});
  const tar = new Uint8Array(await (await lite.dumpDataDir('none')).arrayBuffer());
  await lite.close();
  fs.mkdirSync(cacheDir, { recursive: true });
  const temporary = `${file}.${process.pid}`;
  // PGlite's own packing takes seconds.
  fs.writeFileSync(temporary, await promisify(gzip)(tar, { level: 1 }));
  fs.renameSync(temporary, file);
  return file;
}

/** A database and whose turn it is: PGlite has one session, which connections share. */
class Database {
  private turn: Promise<void> = Promise.resolve();
  open = 0;

  constructor(readonly lite: PGlite) {}

  /** Resolves when nobody else is at work or in a transaction, with what ends the turn. */
  async take(): Promise<() => void> {
    const before = this.turn;
    let end: () => void = heedless;
    this.turn = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    return end;
  }
}

/** Types of messages: postgresql.org/docs/current/protocol-message-formats.html */
const READY = 'Z'.charCodeAt(0);
const TERMINATE = 'X'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);

/** What `pg` takes for its socket. */
class Session extends Duplex {
  private endTurn: (() => void) | null = null;

  constructor(private readonly database: Database) {
    super();
    database.open++;
  }

  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {}

  override _write(message: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.answer(message).then(() => done(), done);
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.leave().then(() => done(error), done);
  }

  private async answer(message: Buffer): Promise<void> {
    if (message[0] === TERMINATE) return;
    this.endTurn ??= await this.database.take();
    // Its owner gave up while it waited: nobody would end the turn.
    if (this.destroyed) return this.pass();
    const answer = Buffer.from(await this.database.lite.execProtocolRaw(new Uint8Array(message)));
    if (isIdle(answer)) this.pass();
    this.push(answer);
  }

  /** What the server does when a connection ends. */
  private async leave(): Promise<void> {
    const { database } = this;
    const isLast = --database.open === 0;
    if (this.endTurn === null && !isLast) return;
    this.endTurn ??= await database.take();
    try {
      await database.lite.exec('ROLLBACK');
      if (isLast) await database.lite.exec('DISCARD ALL');
    } finally {
      this.pass();
    }
  }

  private pass(): void {
    this.endTurn?.();
    this.endTurn = null;
  }
}

/** Whether the last message says that the session waits for a query, outside of a transaction. */
function isIdle(answer: Buffer): boolean {
  let idle = false;
  for (let at = 0; at + 5 <= answer.length; at += 1 + answer.readUInt32BE(at + 1)) {
    idle = answer[at] === READY && answer[at + 5] === IDLE;
  }
  return idle;
}
