import { ClientBuilder } from 'nimbusc';
import type { Client } from 'pg';
import type { Member } from './member.js';
import { TeamDatabase } from './team-database.js';

/** Of PostgreSQL: a key is there already. */
const UNIQUE_VIOLATION = '23505';

/** The table of all members. */
export class Members {
  private readonly database = ClientBuilder.getDatabaseClient<Client>(TeamDatabase);

  async createTable(): Promise<void> {
    await this.connected((connection) =>
      connection.query('create table if not exists member (email text primary key, name text not null, team text not null)'),
    );
  }

  /** False when the email is there already. */
  async add({ email, name, team }: Member): Promise<boolean> {
    try {
      await this.connected((connection) => connection.query('insert into member values ($1, $2, $3)', [email, name, team]));
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) return false;
      throw error;
    }
  }

  /** By name; of one team, or of all. */
  async list(team: string | null): Promise<Member[]> {
    const query = 'select email, name, team from member where $1::text is null or team = $1 order by name';
    return (await this.connected((connection) => connection.query<Member>(query, [team]))).rows;
  }

  private async connected<T>(use: (connection: Client) => Promise<T>): Promise<T> {
    const connection = await this.database.getConnection();
    try {
      return await use(connection);
    } finally {
      await connection.end();
    }
  }
}
