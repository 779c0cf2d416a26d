// PostgreSQL, by the package `pg`.
import { CONNECT_MILLISECONDS, heedless, type Language } from './language.js';

interface PgClient {
  connect(): Promise<unknown>;
  query(sql: string): Promise<unknown>;
  end(): Promise<void>;
  on(event: 'error', listener: () => void): unknown;
}

/** `Client` of `pg`. */
export type PgDriver = new (options: object) => PgClient;

/** There from the beginning on every server. */
const MAINTENANCE = 'postgres';

// postgresql.org/docs/current/errcodes-appendix.html
const MISSING = '3D000';
const REFUSED = ['28P01', '28000'];
/** Too many connections, starting up, shutting down. */
const BUSY = ['53300', '57P03', '57P01'];
/** Of `create database`: it is there, also when it was made at the same moment. */
const EXISTS = ['42P04', '23505'];

export const language: Language<PgDriver> = {
  async open(Client, { ca, ...server }, database) {
    const ssl = ca === undefined ? {} : { ca };
    const client = new Client({ ...server, database, ssl, connectionTimeoutMillis: CONNECT_MILLISECONDS });
    client.on('error', heedless);
    await client.connect();
    return client;
  },
  async create(Client, server, database) {
    const client = (await this.open(Client, server, MAINTENANCE)) as PgClient;
    try {
      await client.query(`CREATE DATABASE "${database.replaceAll('"', '""')}"`);
    } catch (error) {
      if (!EXISTS.includes((error as { code: string }).code)) throw error;
    } finally {
      await client.end();
    }
  },
  isMissing: ({ code }) => code === MISSING,
  isRefused: ({ code }) => REFUSED.includes(String(code)),
  isBusy: ({ code, message }) => BUSY.includes(String(code)) || /timeout/i.test(message ?? ''),
};
