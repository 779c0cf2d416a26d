// The client of a relational database: a server of Amazon RDS, whose user and password are in Secrets Manager.
import { bind } from '../../../runtime/core/binding.js';
import { NonRetryableException, RetryableException } from '../../../runtime/core/errors.js';
import type { DatabaseServer, DriverError, Language } from '../../../runtime/databases/language.js';
import type { DatabaseClient } from '../../../runtime/kinds/relational-database.js';
import { mapError } from './errors.js';
import { certificates } from './rds/certificates.js';
import { clientFor, readSecret } from './secrets-manager/read-secret.js';

export interface DatabaseClientData<D = unknown> {
  /** What the user calls it. */
  readonly name: string;
  /** Where connections lead unless they name another one. */
  readonly database: string;
  /** The environment variables that hold `host:port` of the server, and the ARN of its secret. */
  readonly endpoint: string;
  readonly secret: string;
  readonly language: Language<D>;
  readonly driver: D;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

export function register<D>(target: object, data: DatabaseClientData<D>): void {
  const { name, language, driver } = data;
  const what = `connect to ${name}`;
  const setting = (variable: string): string => {
    const value = process.env[variable];
    if (!value) throw new NonRetryableException(`the environment variable ${variable}, which leads to ${name}, is not set`);
    return value;
  };
  // Lambda initialises a function with a whole processor, and calls it with a share of one.
  if (process.env['AWS_LAMBDA_FUNCTION_NAME']) clientFor(setting(data.secret));

  let known: Promise<Credentials> | undefined;
  const credentials = (): Promise<Credentials> => {
    const read = readSecret(setting(data.secret), what).then((text) => JSON.parse(text) as Credentials);
    known = read;
    read.catch(() => {
      if (known === read) known = undefined;
    });
    return read;
  };
  const server = ({ username, password }: Credentials): DatabaseServer => {
    const [host = '', port] = setting(data.endpoint).split(':');
    return { host, port: Number(port), user: username, password, ca: certificates() };
  };
  /** Does something on the server, once more with what the secret says now if the server refuses the user. */
  const signedIn = async <T>(act: (server: DatabaseServer) => Promise<T>): Promise<T> => {
    const first = known;
    const used = await (first ?? credentials());
    try {
      return await act(server(used));
    } catch (error) {
      if (first === undefined || !language.isRefused(error as DriverError)) throw error;
      return act(server(await credentials()));
    }
  };

  const client: DatabaseClient<object> = {
    getConnection: async (databaseName = data.database, createIfNotExist = false) => {
      const open = (): Promise<object> => signedIn((server) => language.open(driver, server, databaseName));
      try {
        return await open().catch(async (error: unknown) => {
          if (!createIfNotExist || !language.isMissing(error as DriverError)) throw error;
          await signedIn((server) => language.create(driver, server, databaseName));
          return open();
        });
      } catch (error) {
        if (error instanceof RetryableException || error instanceof NonRetryableException) throw error;
        const busy = language.isBusy(error as DriverError);
        throw busy ? new RetryableException(`${what}: ${messageOf(error)}`, { cause: error }) : mapError(error, what);
      }
    },
  };
  bind('relational-database', target, client, name);
}

/** What Node reports of a host with several addresses has no message of its own. */
function messageOf(error: unknown): string {
  const { message, code } = error as DriverError;
  return message || String(code ?? error);
}
