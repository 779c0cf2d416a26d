// Who may talk to the console: pages of this very server. A page of somebody else's could send requests from the developer's
// browser (drive-by), or give itself an address that is this machine's (DNS rebinding).
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isLoopback } from '../servers/addresses.js';

/** Why a request is refused; null: it may pass. */
export function refusal({ headers }: Pick<IncomingMessage, 'headers'>, boundTo: string): string | null {
  const { host = '', origin } = headers;
  const name = hostName(host);
  if (name === null || !isOwn(name, boundTo)) return `"${host}" is no name of this server`;
  if (origin !== undefined && origin !== `http://${host}`) return `pages of ${origin} may not use this API`;
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') return 'pages of other servers may not use this API';
  return null;
}

/** Names that nobody else can give to this machine: those of the loopback, and of others numbers alone. */
function isOwn(name: string, boundTo: string): boolean {
  if (isLoopback(name)) return true;
  return !isLoopback(boundTo) && (isIP(name) !== 0 || name === boundTo.toLowerCase());
}

function hostName(host: string): string | null {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+))(?::\d+)?$/i.exec(host) ?? [];
  return (bracketed ?? plain)?.toLowerCase() ?? null;
}
