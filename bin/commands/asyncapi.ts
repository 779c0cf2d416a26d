/** `nimbusc asyncapi`: the AsyncAPI document of one stage on standard output. */
import type { CommonArgs } from '../cli.js';
import { printDocument } from '../document.js';

export function asyncApiCommand(args: CommonArgs): Promise<number> {
  return printDocument('asyncapi', 'WebSocket API', args);
}
