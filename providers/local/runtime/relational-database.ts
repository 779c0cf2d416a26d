// The client of a database: connections are the driver's own, to where the local cloud says.
import type { DatabaseServer, Language } from '../../../runtime/databases/language.js';
import { databaseClient } from '../kinds/database-client.js';
import { urlOpeners } from '../kinds/server-url.js';
import { bindRestricted, nextResource, remote } from './cloud-link.js';

interface DatabaseData {
  readonly name: string;
  readonly database: string;
  readonly endpoint: string;
  readonly language: Language<unknown>;
  readonly driver: unknown;
}

/** Where it is. */
export interface DatabaseAddress {
  readonly url: string;
  /** `POSTGRESQL` */
  readonly language: string;
  /** Where connections lead unless they name another one. */
  readonly database: string;
  /** True: new databases are made by asking the cloud. */
  readonly own: boolean;
}

const NO_SERVER: DatabaseServer = { host: '', port: 0, user: '', password: '' };

export function register(target: object, data: DatabaseData): void {
  const resource = nextResource();
  const address = remote<[string, string], DatabaseAddress>(resource, 'address');
  const create = remote<[string], void>(resource, 'create');
  const client = databaseClient(data.name, data.language, async () => {
    const { url, language, database, own } = await address(data.endpoint, data.database);
    const connected = { ...data.language, open: urlOpeners[language]!(new URL(url)) };
    return {
      database,
      open: (of) => connected.open(data.driver, NO_SERVER, of),
      create: (of) => (own ? create(of) : connected.create(data.driver, NO_SERVER, of)),
    };
  });
  bindRestricted('relational-database', target, client, resource, data.name);
}
