// A server begins and ends to listen.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Wish {
  readonly port: number;
  readonly host: string;
  /** Who asks for it, for the message when somebody else has it: `the HTTP server of webchat, stage dev`. */
  readonly by: string;
  /** How to ask for another port. */
  readonly instead: string;
}

/** Gives the port. */
export function listen(server: Server, { port, host, by, instead }: Wish): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(problemOf(error), { cause: error })));
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve((server.address() as AddressInfo).port);
    });
  });

  function problemOf({ code, message }: NodeJS.ErrnoException): string {
    const wants = `${by} wants to listen on port ${port} of ${host}`;
    if (code === 'EADDRINUSE') return `${wants}, where another program listens already: end it, or ${instead}`;
    if (code === 'EACCES') return `${wants}, which this user may not: ${instead}`;
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${wants}, which is no address of this machine`;
    return `${wants}: ${message}`;
  }
}

export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
