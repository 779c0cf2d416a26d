// Oracle, by the package `oracledb`, which needs no libraries of Oracle's.
import { NonRetryableException } from '../core/errors.js';
import { CONNECT_MILLISECONDS, type Language } from './language.js';

/** The default export of `oracledb`. */
export interface OracleDriver {
  getConnection(options: object): Promise<object>;
}

// docs.oracle.com/en/error-help/db: no such service, wrong user or password, no connection left
const MISSING = [12_514, 12_505];
const REFUSED = [1_017, 28_000];
const BUSY = [12_516, 12_519, 12_520, 18];

export const language: Language<OracleDriver> = {
  open: (oracledb, { host, port, user, password }, database) =>
    oracledb.getConnection({
      ...{ user, password, connectString: `${host}:${port}/${database}` },
      transportConnectTimeout: CONNECT_MILLISECONDS / 1_000,
    }),
  create(_driver, _server, database) {
    throw new NonRetryableException(`a server of Oracle is one database, so "${database}" cannot be made on it`);
  },
  isMissing: ({ errorNum, code }) => MISSING.includes(errorNum ?? 0) || code === 'NJS-518' || code === 'NJS-517',
  isRefused: ({ errorNum }) => REFUSED.includes(errorNum ?? 0),
  isBusy: ({ errorNum, code }) => BUSY.includes(errorNum ?? 0) || code === 'NJS-510',
};
