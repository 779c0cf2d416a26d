/**
 * In: files. Out: the bytes of a ZIP archive (PKWARE APPNOTE 6.3) that depend on names and contents alone: sorted names,
 * one date, one mode, one compressor written in JavaScript. That of Node gives other bytes from version to version.
 */
import { crc32 } from 'node:zlib';
import { deflateSync } from 'fflate';
import { compareText } from '../../ir/span.js';

export interface ZipFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** Deflated data of a file; kept by callers for files that go into many archives. */
export interface Packed {
  readonly data: Uint8Array;
  readonly crc: number;
  readonly size: number;
}

/** 1980-01-01 00:00, the earliest date that the format knows. */
const DOS_DATE = 0x21;
/** A regular file that all may read, as a Unix host writes it. */
const MODE = 0o100644;
const VERSION = 20;
const UTF8_NAMES = 0x0800;
const DEFLATE = 8;

export function pack(content: Uint8Array): Packed {
  return { data: deflateSync(content, { level: 9 }), crc: crc32(content), size: content.length };
}

/** What the fields of the format hold; beyond them there is Zip64, which Lambda has no use for: it takes 250 MB. */
const MOST_FILES = 0xffff;
const MOST_BYTES = 0xffffffff;
const LONGEST_NAME = 0xffff;
const LOCAL_HEADER = 30;
const CENTRAL_HEADER = 46;

interface PackedFile {
  readonly name: string;
  readonly packed: Packed;
}

/** Why no archive can be made of the files; null when one can. Goes on from "it". */
export function zipProblem(files: readonly PackedFile[]): string | null {
  const count = countProblem(files.length);
  if (count !== null) return count;
  let bytes = 0;
  for (const { name, packed } of files) {
    const length = Buffer.byteLength(name);
    if (length > LONGEST_NAME) return `would hold a file with a name of ${length} bytes, and a zip takes ${LONGEST_NAME}`;
    if (packed.size > MOST_BYTES) return `would hold ${name} with ${packed.size} bytes, and a zip takes ${MOST_BYTES}`;
    bytes += LOCAL_HEADER + CENTRAL_HEADER + 2 * length + packed.data.length;
  }
  return bytes > MOST_BYTES ? `would have ${bytes} bytes, and a zip takes ${MOST_BYTES}` : null;
}

/** The same for a number of files, which is known before any of them is read. */
export function countProblem(files: number): string | null {
  return files > MOST_FILES ? `would hold ${files} files, and a zip holds ${MOST_FILES}` : null;
}

/** Of files that `zipProblem` has nothing to say about. */
export function zip(files: readonly PackedFile[]): Uint8Array {
  const problem = zipProblem(files);
  if (problem !== null) throw new RangeError(`the zip ${problem}`);
  const sorted = [...files].sort((a, b) => compareText(a.name, b.name));
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, packed } of sorted) {
    const nameBytes = encoder.encode(name);
    const common = [
      [UTF8_NAMES, 2],
      [DEFLATE, 2],
      [0, 2],
      [DOS_DATE, 2],
      [packed.crc, 4],
      [packed.data.length, 4],
      [packed.size, 4],
      [nameBytes.length, 2],
      [0, 2],
    ] as const;
    const local = record([[0x04034b50, 4], [VERSION, 2], ...common]);
    // Made by Unix (3), so that the mode in the upper half of the external attributes counts.
    const central = record([
      [0x02014b50, 4],
      [(3 << 8) | VERSION, 2],
      [VERSION, 2],
      ...common,
      [0, 2],
      [0, 2],
      [0, 2],
      [(MODE << 16) >>> 0, 4],
      [offset, 4],
    ]);
    parts.push(local, nameBytes, packed.data);
    directory.push(central, nameBytes);
    offset += local.length + nameBytes.length + packed.data.length;
  }
  const directorySize = directory.reduce((sum, part) => sum + part.length, 0);
  const end = record([
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [sorted.length, 2],
    [sorted.length, 2],
    [directorySize, 4],
    [offset, 4],
    [0, 2],
  ]);
  return concat([...parts, ...directory, end]);
}

function record(fields: readonly (readonly [value: number, bytes: 2 | 4])[]): Uint8Array {
  const out = new Uint8Array(fields.reduce((sum, [, bytes]) => sum + bytes, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const [value, bytes] of fields) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return out;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
