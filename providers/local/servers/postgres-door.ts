// PostgreSQL's protocol over TCP, for drivers in other threads: which database a connection is for, and whole messages.
// postgresql.org/docs/current/protocol-message-formats.html
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

const SSL_REQUEST = 80_877_103;
const START_BYTES = 8;

/** @param open gives a session of a database; null: there is none of that name */
export function postgresDoor(open: (database: string) => Promise<Duplex | null>): Server {
  return createServer((socket) => {
    socket.on('error', () => socket.destroy());
    serve(socket, open).catch(() => socket.destroy());
  }).unref();
}

async function serve(socket: Socket, open: (database: string) => Promise<Duplex | null>): Promise<void> {
  let session: Duplex | null = null;
  let waiting: Buffer = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    waiting = Buffer.concat([waiting, chunk]);
    // The first message of a connection has no type.
    for (let bytes = lengthOf(waiting, session === null); bytes !== null; bytes = lengthOf(waiting, session === null)) {
      const message = waiting.subarray(0, bytes);
      waiting = waiting.subarray(bytes);
      if (session === null && message.readInt32BE(4) === SSL_REQUEST) {
        socket.write('N');
        continue;
      }
      if (session === null) {
        const database = databaseOf(message);
        session = await open(database);
        if (session === null) return void socket.end(missing(database));
        session.on('error', () => socket.destroy());
        session.pipe(socket);
      }
      session.write(message);
    }
  }
  session?.destroy();
}

/** Null when the message is not there as a whole. */
function lengthOf(bytes: Buffer, isFirst: boolean): number | null {
  const start = isFirst ? 0 : 1;
  if (bytes.length < (isFirst ? START_BYTES : start + 4)) return null;
  const length = start + bytes.readInt32BE(start);
  return bytes.length < length ? null : length;
}

/** Of the first message, which names parameters and their values; a user's own database has the user's name. */
function databaseOf(message: Buffer): string {
  const texts = message.subarray(START_BYTES).toString().split('\0');
  const parameter = (name: string): string | undefined => {
    const at = texts.findIndex((text, index) => index % 2 === 0 && text === name);
    return at < 0 ? undefined : texts[at + 1];
  };
  return parameter('database') ?? parameter('user') ?? '';
}

function missing(database: string): Buffer {
  const fields = `SFATAL\0VFATAL\0C3D000\0Mdatabase "${database}" does not exist\0\0`;
  const message = Buffer.alloc(5 + Buffer.byteLength(fields));
  message.write('E', 0);
  message.writeInt32BE(message.length - 1, 1);
  message.write(fields, 5);
  return message;
}
