// SQL Server, by the package `mssql`.
import { CONNECT_MILLISECONDS, heedless, type Language } from './language.js';

interface MssqlPool {
  connect(): Promise<unknown>;
  close(): Promise<void>;
  on(event: 'error', listener: () => void): unknown;
  request(): { query(sql: string): Promise<unknown> };
}

/** `ConnectionPool` of `mssql`. */
export type MssqlDriver = new (options: object) => MssqlPool;

/** There from the beginning on every server. */
const MAINTENANCE = 'master';

export const language: Language<MssqlDriver> = {
  async open(ConnectionPool, { host, ca, ...server }, database) {
    const trusted = ca === undefined ? {} : { cryptoCredentialsDetails: { ca } };
    const options = { encrypt: true, trustServerCertificate: false, ...trusted };
    const pool = new ConnectionPool({
      ...server,
      server: host,
      ...(database === '' ? {} : { database }),
      options,
      connectionTimeout: CONNECT_MILLISECONDS,
    });
    pool.on('error', heedless);
    await pool.connect();
    return pool;
  },
  async create(ConnectionPool, server, database) {
    const pool = (await this.open(ConnectionPool, server, MAINTENANCE)) as MssqlPool;
    const text = database.replaceAll("'", "''");
    try {
      await pool.request().query(`IF DB_ID(N'${text}') IS NULL CREATE DATABASE [${database.replaceAll(']', ']]')}]`);
    } finally {
      await pool.close();
    }
  },
  // the driver has one code for all that is wrong with a login
  isMissing: ({ code, message }) => code === 'ELOGIN' && /cannot open database/i.test(message ?? ''),
  isRefused: ({ code, message }) =>
    code === 'ELOGIN' && /login failed/i.test(message ?? '') && !/cannot open/i.test(message ?? ''),
  isBusy: ({ code }) => code === 'ETIMEOUT',
};
