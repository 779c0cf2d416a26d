// The client of a database: a connection, to a database that is made where that is asked for, and its failures.
import { NonRetryableException, RetryableException } from '../../../runtime/core/errors.js';
import type { DriverError, Language } from '../../../runtime/databases/language.js';
import type { DatabaseClient } from '../../../runtime/kinds/relational-database.js';
import { mapError } from '../../aws/runtime/errors.js';

export interface Connector {
  /** Where connections lead unless they name another database. */
  readonly database: string;
  open(database: string): Promise<object>;
  create(database: string): Promise<void>;
}

export function databaseClient(
  name: string,
  language: Pick<Language<unknown>, 'isMissing' | 'isBusy'>,
  connect: () => Connector | Promise<Connector>,
): DatabaseClient<object> {
  const what = `connect to ${name}`;
  const attempt = async (databaseName: string | undefined, createIfNotExist: boolean): Promise<object> => {
    const connector = await connect();
    const database = databaseName ?? connector.database;
    return connector.open(database).catch(async (error: unknown) => {
      if (!createIfNotExist || !language.isMissing(error as DriverError)) throw error;
      await connector.create(database);
      return connector.open(database);
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
