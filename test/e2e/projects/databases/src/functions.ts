import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import {
  BasicServerlessFunction,
  ClientBuilder,
  EnvironmentVariable,
  UsesDocumentStore,
  UsesNotificationTopic,
  UsesQueue,
  UsesRelationalDatabase,
  UsesSecretManagerSecret,
} from 'nimbusc';
import type { Client } from 'pg';
import { Alarms, News, Note, People, Stock } from './databases.js';

interface Person {
  name: string;
  born: Date;
  tags: string[];
}

/** What became of a call: the names of the error and of the driver's. */
async function outcome<T>(act: () => Promise<T>): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: { code?: string } };
    return { error: name, message, code: cause?.code };
  }
}

/** PostgreSQL, together with services that are reached by an endpoint, by a gateway, and not at all. */
export class Persons {
  private readonly people = ClientBuilder.getDatabaseClient<Client>(People);
  private readonly notes = ClientBuilder.getDocumentStoreClient(Note);
  private readonly news = ClientBuilder.getQueueClient(News);

  @BasicServerlessFunction()
  @EnvironmentVariable({ key: 'NODE_EXTRA_CA_CERTS', value: '${DATABASE_CA}' })
  @UsesRelationalDatabase({ dataModel: People })
  @UsesDocumentStore(Note)
  @UsesQueue({ queue: News })
  async add(person: Person): Promise<unknown> {
    const connection = await this.people.getConnection();
    try {
      await connection.query('create table if not exists person (name text primary key, born timestamptz, tags text[])');
      await connection.query('insert into person values ($1, $2, $3)', [person.name, person.born, person.tags]);
      const { rows } = await connection.query<Person>('select * from person where name = $1', [person.name]);
      const { rows: about } = await connection.query(
        'select current_database(), current_user, ssl from pg_stat_ssl where pid = pg_backend_pid()',
      );
      await this.notes.put(Object.assign(new Note(), { id: person.name, text: 'added' }));
      await this.news.sendMessage(person.name);
      return { row: rows[0], about: about[0] };
    } finally {
      await connection.end();
    }
  }

  @BasicServerlessFunction()
  @EnvironmentVariable({ key: 'NODE_EXTRA_CA_CERTS', value: '${DATABASE_CA}' })
  @UsesRelationalDatabase({ dataModel: People })
  async databases(name: string): Promise<unknown> {
    const missing = await outcome(() => this.people.getConnection(name));
    // both want to make it
    const made = await Promise.all([this.people.getConnection(name, true), this.people.getConnection(name, true)]);
    const again = await this.people.getConnection(name);
    const { rows } = await again.query('select current_database() as name');
    await Promise.all([...made, again].map((connection) => connection.end()));
    return { missing, current: (rows[0] as { name: string }).name };
  }

  /** A connection that the server ends must not end the function. */
  @BasicServerlessFunction()
  @EnvironmentVariable({ key: 'NODE_EXTRA_CA_CERTS', value: '${DATABASE_CA}' })
  @UsesRelationalDatabase({ dataModel: People })
  async lost(): Promise<unknown> {
    const [one, other] = [await this.people.getConnection(), await this.people.getConnection()];
    const { rows } = await one.query('select pg_backend_pid() as pid');
    await other.query('select pg_terminate_backend($1)', [(rows[0] as { pid: number }).pid]);
    await other.end();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return outcome(() => one.query('select 1'));
  }

  /** Trusts nobody but those that Node itself trusts. */
  @BasicServerlessFunction()
  @UsesRelationalDatabase({ dataModel: People })
  distrust(): Promise<unknown> {
    return outcome(async () => (await this.people.getConnection()).end());
  }

  @BasicServerlessFunction()
  undeclared(): Promise<unknown> {
    // Not followed by the compiler, which would refuse it.
    const builder = Reflect.get({ ClientBuilder }, 'ClientBuilder');
    return outcome(() => builder.getDatabaseClient(People).getConnection());
  }
}

/** MariaDB. */
export class Shelves {
  private readonly stock = ClientBuilder.getDatabaseClient<Connection>(Stock);

  @BasicServerlessFunction()
  @EnvironmentVariable({ key: 'NODE_EXTRA_CA_CERTS', value: '${DATABASE_CA}' })
  @UsesRelationalDatabase({ dataModel: Stock })
  async fill(amount: number): Promise<unknown> {
    const connection = await this.stock.getConnection();
    try {
      await connection.query('create table if not exists shelf (id int auto_increment primary key, amount int, note text)');
      const [{ insertId }] = await connection.execute<ResultSetHeader>('insert into shelf (amount, note) values (?, ?)', [
        amount,
        'h\u00e9llo',
      ]);
      const [rows] = await connection.query<RowDataPacket[]>('select amount, note from shelf where id = ?', [insertId]);
      const [about] = await connection.query<RowDataPacket[]>('select database() as name');
      const [tls] = await connection.query<RowDataPacket[]>("show status like 'Ssl_version'");
      return { row: rows[0], database: about[0]?.['name'], tls: tls[0]?.['Value'] };
    } finally {
      await connection.end();
    }
  }

  @BasicServerlessFunction()
  @EnvironmentVariable({ key: 'NODE_EXTRA_CA_CERTS', value: '${DATABASE_CA}' })
  @UsesRelationalDatabase({ dataModel: Stock })
  async databases(name: string): Promise<unknown> {
    const missing = await outcome(() => this.stock.getConnection(name));
    const made = await Promise.all([this.stock.getConnection(name, true), this.stock.getConnection(name, true)]);
    const again = await this.stock.getConnection(name);
    const [rows] = await again.query<RowDataPacket[]>('select database() as name');
    await Promise.all([...made, again].map((connection) => connection.end()));
    return { missing, current: rows[0]?.['name'] };
  }

  @BasicServerlessFunction()
  @UsesRelationalDatabase({ dataModel: Stock })
  distrust(): Promise<unknown> {
    return outcome(async () => (await this.stock.getConnection()).end());
  }
}

const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:e2e/mail-AbCd12';
const OTHER = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:e2e/text-EfGh34';

/** Outside of the network. */
export class Mailer {
  private readonly mail = ClientBuilder.getSecretClient(SECRET);

  @BasicServerlessFunction()
  @UsesSecretManagerSecret({ secretArn: SECRET })
  @UsesNotificationTopic({ notificationTopic: Alarms })
  async read(): Promise<unknown> {
    const { user } = await this.mail.getSecretJson<{ user: string }>();
    await ClientBuilder.getNotificationClient(Alarms).notify(user);
    return { text: await this.mail.getSecret(), user };
  }

  @BasicServerlessFunction()
  @UsesSecretManagerSecret({ secretArn: OTHER })
  async other(): Promise<unknown> {
    const client = ClientBuilder.getSecretClient(OTHER);
    const builder = Reflect.get({ ClientBuilder }, 'ClientBuilder');
    return {
      text: await client.getSecret(),
      json: await outcome(() => client.getSecretJson()),
      undeclared: await outcome(() => builder.getSecretClient(SECRET).getSecret()),
    };
  }
}

/** Both databases and a secret, in one function. */
export class Report {
  @BasicServerlessFunction()
  @EnvironmentVariable({ key: 'NODE_EXTRA_CA_CERTS', value: '${DATABASE_CA}' })
  @UsesRelationalDatabase({ dataModel: People })
  @UsesRelationalDatabase({ dataModel: Stock })
  @UsesSecretManagerSecret({ secretArn: SECRET })
  async all(): Promise<unknown> {
    const people = await ClientBuilder.getDatabaseClient(People).getConnection();
    const stock = await ClientBuilder.getDatabaseClient(Stock).getConnection();
    const { rows } = await people.query('select 1 + 1 as sum');
    const [[row]] = await stock.query('select 2 + 2 as sum');
    await Promise.all([people.end(), stock.end()]);
    return { people: rows[0].sum, stock: row.sum, secret: (await ClientBuilder.getSecretClient(SECRET).getSecret()).length };
  }
}
