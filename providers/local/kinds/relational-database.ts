// Relational databases: on the server that a variable of this machine names, or, for PostgreSQL, on one inside of this process.
// Either way connections are the driver's own, as the project has it installed.
import * as path from 'node:path';
import { NonRetryableException, RetryableException } from '../../../runtime/core/errors.js';
import type { DatabaseServer, DriverError, Language } from '../../../runtime/databases/language.js';
import type { DatabaseClient } from '../../../runtime/kinds/relational-database.js';
import { mapError } from '../../aws/runtime/errors.js';
import type { PackageImport } from '../packages.js';
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

interface Connector {
  readonly database: string;
  readonly language: Pick<Language<unknown>, 'open' | 'create'>;
}

/** What connections lead to is known by where they are opened: the URL, or the process's own server. */
const NO_SERVER: DatabaseServer = { host: '', port: 0, user: '', password: '' };

export class LocalDatabaseService {
  private server: PostgresServer | null = null;

  constructor(
    private readonly node: Node,
    private readonly around: DatabaseSurroundings,
  ) {}

  client(data: DatabaseData): DatabaseClient<object> {
    const { name, language } = data;
    const what = `connect to ${name}`;
    const attempt = async (databaseName: string | undefined, createIfNotExist: boolean): Promise<object> => {
      const connector = this.connector(data);
      const driver = data.driver.load(this.around.projectDir, name);
      const database = databaseName ?? connector.database;
      const open = (): Promise<object> => connector.language.open(driver, NO_SERVER, database);
      return open().catch(async (error: unknown) => {
        if (!createIfNotExist || !language.isMissing(error as DriverError)) throw error;
        await connector.language.create(driver, NO_SERVER, database);
        return open();
      });
    };
    return {
      getConnection: async (databaseName, createIfNotExist = false) => {
        try {
          return await attempt(databaseName, createIfNotExist);
        } catch (error) {
          const { message, code } = error as DriverError;
          if (error instanceof NonRetryableException || !language.isBusy(error as DriverError)) throw mapError(error, what);
          throw new RetryableException(`${what}: ${message || String(code ?? error)}`, { cause: error });
        }
      },
    };
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

  private connector({ name, database, endpoint, language }: DatabaseData): Connector {
    const variable = `${endpoint}_URL`;
    const text = this.around.machine[variable];
    const languageName = this.node.options['databaseLanguage'] as string;
    if (text !== undefined && text !== '') {
      if (!URL.canParse(text)) throw new NonRetryableException(`${variable}, which leads to ${name}, is no URL`);
      const url = new URL(text);
      const open = urlOpeners[languageName]!(url);
      const connected = { ...language, open };
      return { database: decodeURIComponent(url.pathname.slice(1)) || database, language: connected };
    }
    if (languageName !== 'POSTGRESQL') throw new NonRetryableException(needsUrl(name, variable, languageName));
    this.server ??= new PostgresServer([database], {
      ...this.files(),
      missing: `${name} has no server in the local cloud: install @electric-sql/pglite (a PostgreSQL inside of the process), or set the environment variable ${variable} to postgresql://USER:PASSWORD@HOST:PORT/DATABASE`,
    });
    const { server } = this;
    return {
      database,
      language: {
        open: (driver, _server, of) => server.open(driver as PgConstructor, of),
        create: async (_driver, _server, of) => server.create(of),
      },
    };
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
