// MySQL and MariaDB, by the package `mysql2`.
import { CONNECT_MILLISECONDS, heedless, type Language } from './language.js';

interface MysqlConnection {
  query(sql: string): Promise<unknown>;
  end(): Promise<void>;
  on(event: 'error', listener: () => void): unknown;
}

/** `createConnection` of `mysql2/promise`. */
export type MysqlDriver = (options: object) => Promise<MysqlConnection>;

// dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html
const MISSING = 'ER_BAD_DB_ERROR';
const REFUSED = ['ER_ACCESS_DENIED_ERROR', 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR'];
const BUSY = ['ER_CON_COUNT_ERROR', 'ER_SERVER_SHUTDOWN', 'ER_TOO_MANY_USER_CONNECTIONS', 'PROTOCOL_CONNECTION_LOST'];

export const language: Language<MysqlDriver> = {
  async open(createConnection, { ca, ...server }, database) {
    // without verifyIdentity the driver takes the certificate of any server
    const ssl = { ...(ca === undefined ? {} : { ca }), verifyIdentity: true, minVersion: 'TLSv1.2' };
    const options = { ...server, ssl, connectTimeout: CONNECT_MILLISECONDS };
    const connection = await createConnection(database === '' ? options : { ...options, database });
    connection.on('error', heedless);
    return connection;
  },
  async create(createConnection, server, database) {
    const connection = (await this.open(createConnection, server, '')) as MysqlConnection;
    try {
      await connection.query(`CREATE DATABASE IF NOT EXISTS \`${database.replaceAll('`', '``')}\``);
    } finally {
      await connection.end();
    }
  },
  isMissing: ({ code }) => code === MISSING,
  isRefused: ({ code }) => REFUSED.includes(String(code)),
  isBusy: ({ code }) => BUSY.includes(String(code)),
};
