/** `nimbusc client --out FILE`: writes a TypeScript client for the APIs of one stage. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import process from 'node:process';
import { CLIENT_MARK } from '../../compiler/documents/client.js';
import { type CommonArgs, EXIT } from '../cli.js';
import { withDocument } from '../document.js';

export function clientCommand(args: CommonArgs): Promise<number> {
  const file = path.resolve(args.out ?? '');
  // For all other commands --out is the output folder.
  return withDocument('client', 'HTTP API and no WebSocket API', { ...args, out: undefined }, (text, stage) => {
    const shown = path.relative(process.cwd(), file) || file;
    try {
      const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
      if (before !== null && !before.startsWith(CLIENT_MARK)) {
        process.stderr.write(`nimbusc: ${shown} is no client that nimbusc has written, and stays as it is\n`);
        return EXIT.usage;
      }
      if (before === text) {
        if (!args.quiet) process.stderr.write(`${shown} is up to date\n`);
        return EXIT.done;
      }
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    } catch (error) {
      process.stderr.write(`nimbusc: ${shown} cannot be written: ${(error as Error).message}\n`);
      return EXIT.outside;
    }
    if (!args.quiet) process.stderr.write(`${shown}: the client of stage ${stage}\n`);
    return EXIT.done;
  });
}
