// Relational databases: on the server that a variable of this machine names, or, for PostgreSQL, on one inside of this process.
// Either way connections are the driver's own, as the project has it installed.
import * as path from 'node:path';
import { NonRetryableException } from '../../../runtime/core/errors.js';
import type { DatabaseServer, Language } from '../../../runtime/databases/language.js';
import type { DatabaseClient } from '../../../runtime/kinds/relational-database.js';
import type { PackageImport } from '../packages.js';
import type { DatabaseAddress } from '../runtime/relational-database.js';
import { type Connector, databaseClient } from './database-client.js';
import { type PgConstructor, PostgresServer, preparePostgres, type ServerFiles } from './postgres-server.js';
import { urlOpeners } from './server-url.js';
import type { Node } from './service.js';

export interface DatabaseData {
  /** What the user calls it. */
  readonly name: string;
  /** Where connections lead unless they name another one. */
  readonly database: string;
  /** The variable that leads to it in AWS. */
  readonly endpoint: string;
  readonly language: Language<unknown>;
  readonly driver: PackageImport;
}

export interface DatabaseSurroundings {
  /** Where packages are looked for, and what takes long is kept. */
  readonly projectDir: string;
  readonly machine: { readonly [name: string]: string | undefined };
}

/** What connections lead to is known by where they are opened: the URL, or the process's own server. */
const NO_SERVER: DatabaseServer = { host: '', port: 0, user: '', password: '' };

export class LocalDatabaseService {
  private server: PostgresServer | null = null;

  constructor(
    private node: Node,
    private readonly around: DatabaseSurroundings,
  ) {}

  /** Goes on with other settings. */
  update(node: Node): void {
    this.node = node;
  }

  client(data: DatabaseData): DatabaseClient<object> {
    return databaseClient(data.name, data.language, () => this.connector(data));
  }

  /** Where code in other threads finds it. */
  async address(endpoint: string, database: string): Promise<DatabaseAddress> {
    const { language } = this;
    const url = this.urlOf(endpoint);
    if (url !== null)
      return { url: url.href, language, database: decodeURIComponent(url.pathname.slice(1)) || database, own: false };
    const port = await this.ownServer(endpoint, database).listen();
    return { url: `postgresql://postgres@127.0.0.1:${port}/`, language, database, own: true };
  }

  create(database: string): void {
    this.server?.create(database);
  }

  /** Has it made before functions run what takes longer than they may. */
  async prepare(): Promise<void> {
    if (this.node.options['databaseLanguage'] === 'POSTGRESQL') await preparePostgres(this.files());
  }

  close(): void {
    this.server?.close();
  }

  private files(): ServerFiles {
    const { projectDir } = this.around;
    return { projectDir, cacheDir: path.join(projectDir, 'node_modules', '.cache', 'nimbusc', 'local') };
  }

  private connector({ name, database, endpoint, language, driver: wanted }: DatabaseData): Connector {
    const url = this.urlOf(endpoint);
    const load = (): unknown => wanted.load(this.around.projectDir, name);
    if (url !== null) {
      const open = urlOpeners[this.language]!(url);
      const connected = { ...language, open };
      return {
        database: decodeURIComponent(url.pathname.slice(1)) || database,
        open: async (of) => connected.open(load(), NO_SERVER, of),
        create: async (of) => connected.create(load(), NO_SERVER, of),
      };
    }
    const server = this.ownServer(endpoint, database);
    return {
      database,
      open: async (of) => server.open(load() as PgConstructor, of),
      create: async (of) => server.create(of),
    };
  }

  private get language(): string {
    return this.node.options['databaseLanguage'] as string;
  }

  /** What a variable of this machine says; null: it says nothing. */
  private urlOf(endpoint: string): URL | null {
    const variable = `${endpoint}_URL`;
    const text = this.around.machine[variable];
    if (text === undefined || text === '') return null;
    if (!URL.canParse(text)) throw new NonRetryableException(`${variable}, which leads to ${this.node.name}, is no URL`);
    return new URL(text);
  }

  private ownServer(endpoint: string, database: string): PostgresServer {
    const variable = `${endpoint}_URL`;
    const { name } = this.node;
    if (this.language !== 'POSTGRESQL') throw new NonRetryableException(needsUrl(name, variable, this.language));
    this.server ??= new PostgresServer([database], {
      ...this.files(),
      missing: `${name} has no server in the local cloud: install @electric-sql/pglite (a PostgreSQL inside of the process), or set the environment variable ${variable} to postgresql://USER:PASSWORD@HOST:PORT/DATABASE`,
    });
    return this.server;
  }
}

const SCHEMES: { readonly [language: string]: string } = {
  MYSQL: 'mysql',
  MARIADB: 'mysql',
  SQLSERVER: 'mssql',
  ORACLE: 'oracle',
};

const needsUrl = (name: string, variable: string, language: string): string =>
  `${name} has no server in the local cloud: set the environment variable ${variable} to ${SCHEMES[language]}://USER:PASSWORD@HOST:PORT/DATABASE`;
