/** `nimbusc openapi`: the OpenAPI document of one stage on standard output. */
import type { CommonArgs } from '../cli.js';
import { printDocument } from '../document.js';

export function openApiCommand(args: CommonArgs): Promise<number> {
  return printDocument('openapi', 'HTTP API', args);
}
