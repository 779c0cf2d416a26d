// Connections to the server that a URL names, with each driver. Unlike those in AWS they are encrypted only if the URL says so:
// a server on a developer's machine seldom has a certificate.
import { CONNECT_MILLISECONDS, heedless, type Language } from '../../../runtime/databases/language.js';
import type { MysqlDriver } from '../../../runtime/databases/mysql.js';
import type { OracleDriver } from '../../../runtime/databases/oracle.js';
import type { PgDriver } from '../../../runtime/databases/postgresql.js';
import type { MssqlDriver } from '../../../runtime/databases/sqlserver.js';

type Open = Language<unknown>['open'];

/** The URL with another database. */
function leadingTo(url: URL, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}

const credentials = (url: URL): { readonly user: string; readonly password: string } => ({
  user: decodeURIComponent(url.username),
  password: decodeURIComponent(url.password),
});

const mysql =
  (url: URL): Open =>
  async (createConnection, _server, database) => {
    const uri = leadingTo(url, database);
    const connection = await (createConnection as MysqlDriver)({ uri, connectTimeout: CONNECT_MILLISECONDS });
    connection.on('error', heedless);
    return connection;
  };

/** By language. */
export const urlOpeners: { readonly [language: string]: (url: URL) => Open } = {
  POSTGRESQL: (url) => async (driver, _server, database) => {
    const connectionString = leadingTo(url, database);
    const client = new (driver as PgDriver)({ connectionString, connectionTimeoutMillis: CONNECT_MILLISECONDS });
    client.on('error', heedless);
    await client.connect();
    return client;
  },
  MYSQL: mysql,
  MARIADB: mysql,
  SQLSERVER: (url) => async (driver, _server, database) => {
    const pool = new (driver as MssqlDriver)({
      ...credentials(url),
      server: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      ...(database === '' ? {} : { database }),
      options: { encrypt: url.searchParams.get('encrypt') === 'true', trustServerCertificate: true },
      connectionTimeout: CONNECT_MILLISECONDS,
    });
    pool.on('error', heedless);
    await pool.connect();
    return pool;
  },
  ORACLE: (url) => (driver, _server, database) =>
    (driver as OracleDriver).getConnection({
      ...credentials(url),
      connectString: `${url.host}/${database}`,
      transportConnectTimeout: CONNECT_MILLISECONDS / 1_000,
    }),
};
