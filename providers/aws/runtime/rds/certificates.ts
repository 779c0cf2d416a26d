// The certificates that servers of Amazon RDS are signed with.
import { readFileSync } from 'node:fs';

/**
 * Lambda's runtimes for Node have them there, and Node does not trust them by itself:
 * docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-certificate-loading
 */
const FILE = '/var/runtime/ca-cert.pem';

let found: string | null | undefined;

/** As PEM; undefined outside of Lambda. */
export function certificates(): string | undefined {
  if (found === undefined) {
    try {
      found = readFileSync(FILE, 'utf8');
    } catch {
      found = null;
    }
  }
  return found ?? undefined;
}
