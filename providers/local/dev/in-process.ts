// What functions write with `console` when they run in this process.
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { running } from '../context.js';
import type { Records } from './records.js';

/** Gives what takes it back. */
export function captureConsole(records: Records): () => void {
  const own = globalThis.console;
  const streamOf = (stream: 'out' | 'error'): Writable =>
    new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        const call = running()?.call;
        records.write(call?.function ?? 'nimbusc', call?.id ?? null, stream, String(text));
        done();
      },
    });
  const captured = new Console({ stdout: streamOf('out'), stderr: streamOf('error'), colorMode: false });
  // Others write as before.
  globalThis.console = new Proxy(own, {
    get: (target, name) => Reflect.get(running()?.call ? captured : target, name),
  });
  return () => {
    globalThis.console = own;
  };
}
