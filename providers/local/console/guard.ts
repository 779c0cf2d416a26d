// Who may talk to the console: pages of this very server. A page of somebody else's could send requests from the developer's
// browser (drive-by), or give itself an address that is this machine's (DNS rebinding).
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isLoopback } from '../servers/addresses.js';

type Headers = Pick<IncomingMessage, 'headers'>;

/** Why a request to the API is refused; null: it may pass. */
export function refusal({ headers }: Headers, boundTo: string): string | null {
  const { host = '', origin } = headers;
  const refused = nameRefusal({ headers }, boundTo);
  if (refused !== null) return refused;
  if (origin !== undefined && origin !== `http://${host}`) return `pages of ${origin} may not use this API`;
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') return 'pages of other servers may not use this API';
  return null;
}

/** Why a request for the page is refused: a link on a page of somebody else's may lead to it, but not by another name. */
export function nameRefusal({ headers: { host = '' } }: Headers, boundTo: string): string | null {
  const name = hostName(host);
  return name === null || !isOwn(name, boundTo) ? `"${host}" is no name of this server` : null;
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
