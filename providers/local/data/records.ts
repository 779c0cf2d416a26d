// The log of a data folder as bytes: a header, then records that each begin with their length and checksums. A record holds
// changes that belong together: all of them count, or none does.
import process from 'node:process';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';

/** An entry of a section gets a value; without one it is removed. */
export interface Change {
  readonly section: string;
  readonly key: string;
  readonly value?: unknown;
  /** The file of the folder that the value needs. */
  readonly file?: string;
}

/** Thrown for a folder that cannot be read. It is left as it is. */
export class DataFolderUnreadable extends Error {
  override get name(): string {
    return 'DataFolderUnreadable';
  }
}

const VERSION = 1;
const NAME = 'nimbusc data ';
/** Length, checksum of the length, checksum of the body. */
const FRAME = 12;

export const header: Buffer = Buffer.from(`${NAME}${VERSION}\n`);

/** In V8's form, which has every value of a store exactly, and which later versions of Node read. nodejs.org/api/v8.html#serialization-api */
export function recordOf(changes: readonly Change[]): Buffer {
  const body = serialize(changes);
  const frame = Buffer.alloc(FRAME);
  frame.writeUInt32LE(body.length, 0);
  frame.writeUInt32LE(crc32(frame.subarray(0, 4)), 4);
  frame.writeUInt32LE(crc32(body), 8);
  return Buffer.concat([frame, body]);
}

/**
 * @param log what the file holds
 * @param what for messages
 * @returns the changes, and how many bytes of the log are whole: what comes after was not acknowledged to anybody
 */
export function readLog(log: Buffer, what: string): { readonly changes: Change[]; readonly end: number } {
  checkHeader(log, what);
  const changes: Change[] = [];
  let end = header.length;
  for (let next = bodyAt(log, end, what); next !== null; next = bodyAt(log, end, what)) {
    if (!next.isWhole) {
      // A process that is killed leaves no record behind a torn one.
      if (bodyAt(log, next.end, what)?.isWhole === true) throw damaged(what, end);
      break;
    }
    try {
      // A copy, so that no value keeps the whole log in memory.
      changes.push(...(deserialize(Buffer.from(next.body)) as Change[]));
    } catch (error) {
      throw new DataFolderUnreadable(`${what} cannot be read by Node ${process.versions.node}: ${(error as Error).message}`);
    }
    end = next.end;
  }
  return { changes, end };
}

function checkHeader(log: Buffer, what: string): void {
  if (log.subarray(0, header.length).equals(header)) return;
  const first = log.subarray(0, 40).toString('latin1').split('\n')[0] as string;
  if (!first.startsWith(NAME)) throw new DataFolderUnreadable(`${what} is no data of nimbusc`);
  throw new DataFolderUnreadable(
    `${what} has version ${first.slice(NAME.length)}, and this nimbusc reads version ${VERSION}: use the nimbusc that wrote it, or another folder`,
  );
}

const damaged = (what: string, at: number): DataFolderUnreadable =>
  new DataFolderUnreadable(`${what} is damaged at byte ${at}: restore the folder from a copy, or remove it`);

interface Body {
  readonly body: Buffer;
  readonly end: number;
  readonly isWhole: boolean;
}

/** Null: the log ends here, or in the middle of what comes next. */
function bodyAt(log: Buffer, at: number, what: string): Body | null {
  if (at + FRAME > log.length) return null;
  const length = log.readUInt32LE(at);
  if (crc32(log.subarray(at, at + 4)) !== log.readUInt32LE(at + 4)) {
    // As a file has them that grew before its content was written.
    if (log.subarray(at).every((byte) => byte === 0)) return null;
    throw damaged(what, at);
  }
  const end = at + FRAME + length;
  if (end > log.length) return null;
  const body = log.subarray(at + FRAME, end);
  return { body, end, isWhole: crc32(body) === log.readUInt32LE(at + 8) };
}
