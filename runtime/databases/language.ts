// What the client of a database asks of a language. One module per driver beside this one; a function gets that of its own
// databases, and the driver as the project has it installed: no module here imports a driver.

export interface DatabaseServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Certificates to be trusted, as PEM; by default those that Node trusts. */
  readonly ca?: string | undefined;
}

/** `D`: what the entry imports of the driver. */
export interface Language<D> {
  /** A live connection. Rejects with the driver's own error. */
  open(driver: D, server: DatabaseServer, database: string): Promise<object>;
  /** Makes a database that was missing a moment ago; that another function was faster is no error. */
  create(driver: D, server: DatabaseServer, database: string): Promise<void>;
  /** Whether the server says that there is no such database. */
  isMissing(error: DriverError): boolean;
  /** Whether the server refuses the user or the password. */
  isRefused(error: DriverError): boolean;
  /** Whether the server is there and cannot take a connection just now. */
  isBusy(error: DriverError): boolean;
}

export interface DriverError {
  readonly code?: string | number;
  readonly errno?: number;
  readonly errorNum?: number;
  readonly message?: string;
}

/** Half of what a function has by default: a server that is out of reach must not take the whole timeout. */
export const CONNECT_MILLISECONDS = 5_000;

/** For `error` events: a connection that is lost between two invocations tells at its next use, and must not end the process. */
export const heedless = (): void => {};
