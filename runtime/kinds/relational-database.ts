// Relational databases: a server for each class, and connections to it by the usual driver of its language.
import { lazyClient } from '../core/binding.js';
import { type ClassDecoratorOf, type Constructor, type HandlerDecorator, noop } from '../core/decorator.js';
import type { StagesOption } from '../core/function-options.js';

/** Which server it is, and so which package a project needs: `pg`, `mysql2` (MySQL and MariaDB), `oracledb` or `mssql`. */
export const DatabaseLanguage = {
  MYSQL: 'MYSQL',
  POSTGRESQL: 'POSTGRESQL',
  ORACLE: 'ORACLE',
  MARIADB: 'MARIADB',
  SQLSERVER: 'SQLSERVER',
} as const;
export type DatabaseLanguage = (typeof DatabaseLanguage)[keyof typeof DatabaseLanguage];

/** How large its machine is. `FREE` is the smallest, which AWS's free tier has for all languages but Oracle. */
export const DatabaseSize = {
  FREE: 'FREE',
  SMALL: 'SMALL',
  MEDIUM: 'MEDIUM',
  LARGE: 'LARGE',
  XLARGE: 'XLARGE',
  MAXIMUM: 'MAXIMUM',
} as const;
export type DatabaseSize = (typeof DatabaseSize)[keyof typeof DatabaseSize];

export interface RelationalDatabaseOptions extends StagesOption {
  /**
   * Letters, digits, `-` and `_`, beginning with a letter. The database that connections lead to is called so, in lower case
   * and with `_` for `-`; in AWS the project and the stage stand before the server's name.
   */
  name: string;
  /** May be `${NAME}`: the value of NAME on the machine that deploys, which is never written into generated files. */
  username: string;
  /** The same. What is written here itself is in the source and in the output, of which a warning tells. */
  password: string;
  databaseLanguage: DatabaseLanguage;
  /** By default `FREE`. */
  databaseClass?: DatabaseSize;
  /** AWS's own name of a class, such as `db.r6g.large`, in the place of `databaseClass`. */
  awsDatabaseInstance?: string;
  /** By default 20, which is also the least (Amazon RDS). */
  allocatedSizeGB?: number;
}

/** Makes a database server, which only functions with `@UsesRelationalDatabase` reach. */
export function RelationalDatabase(_options: RelationalDatabaseOptions): ClassDecoratorOf {
  return noop;
}

export interface UsesRelationalDatabaseOptions extends StagesOption {
  /** The class with `@RelationalDatabase`. */
  dataModel: Constructor;
}

/** Allows the function to connect through `ClientBuilder.getDatabaseClient`. It runs in the database's private network then. */
export function UsesRelationalDatabase(_options: UsesRelationalDatabaseOptions): HandlerDecorator {
  return noop;
}

/** What the connections of `pg` and `mysql2` have in common. Name the driver's own class for more: `getDatabaseClient<Client>(D)`. */
export interface DatabaseConnection {
  // biome-ignore lint/suspicious/noExplicitAny: each driver gives another result, and rows are of the tables' types
  query(sql: string, values?: unknown[]): Promise<any>;
  end(): Promise<void>;
}

/**
 * `C`: the connection of the language's driver: `Client` of `pg`, `Connection` of `mysql2/promise`, `Connection` of
 * `oracledb`, `ConnectionPool` of `mssql`.
 */
export interface DatabaseClient<C extends object = DatabaseConnection> {
  /**
   * A new connection, which is open, encrypted, and the caller's to end: to the database that is named like the server or to
   * another one on it. One that does not exist is made first if `createIfNotExist` is true. Rejects with a RetryableException
   * when the server is out of reach or has no connection left, else with a NonRetryableException; `cause` is the driver's error.
   */
  getConnection(databaseName?: string, createIfNotExist?: boolean): Promise<C>;
}

/** A client for the database of a class. It needs `@UsesRelationalDatabase` on every handler that can reach its use. */
export function getDatabaseClient<C extends object = DatabaseConnection>(database: Constructor): DatabaseClient<C> {
  return lazyClient<DatabaseClient<C>>(
    'relational-database',
    database,
    ['getConnection'],
    (name) => `@UsesRelationalDatabase({ dataModel: ${name || '...'} })`,
  );
}
