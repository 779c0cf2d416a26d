// The console's API.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DevServer } from '../dev/dev.js';

export class ConsoleApi {
  constructor(private readonly dev: DevServer) {}

  /** False: the request is for somebody else. */
  handle(_request: IncomingMessage, _response: ServerResponse, _path: string): boolean {
    return this.dev === null;
  }
}
