import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { contentHash } from '../../compiler/hash.js';
import { pack, zip } from '../../compiler/phases/6-bundle/zip.js';
import { PATIENCE, runs } from './runs.js';

type Entries = Readonly<Record<string, Uint8Array>>;

const segment = fc.oneof(
  fc.constantFrom(
    'index.mjs',
    'a',
    'A',
    'lib',
    'node_modules',
    '@scope',
    'é',
    '日本',
    '\u{1F600}',
    'with space',
    'x'.repeat(100),
  ),
  fc.stringMatching(/^[\w.-]{1,8}$/).filter((name) => !/^\.+$/.test(name)),
);
const content = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.nat(3000))
    .map(([piece, times]) => new Uint8Array(piece.length * times).map((_, i) => piece[i % piece.length] as number)),
);
const entries: fc.Arbitrary<Entries> = fc
  .dictionary(
    fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
    content,
    { maxKeys: 12 },
  )
  .map((files) =>
    Object.fromEntries(
      Object.entries(files).filter(([name]) => !Object.keys(files).some((other) => other.startsWith(`${name}/`))),
    ),
  );

const made = (files: Entries): Uint8Array => zip(Object.entries(files).map(([name, bytes]) => ({ name, packed: pack(bytes) })));

interface Found {
  readonly name: string;
  readonly sha256: string;
  readonly mode: string;
  readonly date: readonly number[];
}

/** Python's reader has nothing in common with the code that wrote them. Checks checksums of its own accord. */
const READ = `
import hashlib, json, sys, zipfile
for path in sys.argv[1:]:
    with zipfile.ZipFile(path) as z:
        print(json.dumps([{'name': i.filename, 'sha256': hashlib.sha256(z.read(i)).hexdigest(), 'mode': oct(i.external_attr >> 16), 'date': i.date_time} for i in z.infolist()]))
`;

function withPython(archives: readonly Uint8Array[], folder: string): Found[][] {
  const paths = archives.map((bytes, i) => {
    const path = join(folder, `${i}.zip`);
    writeFileSync(path, bytes);
    return path;
  });
  return execFileSync('python3', ['-c', READ, ...paths], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Found[]);
}

/** Without Python, with fflate, which reads no modes and dates. */
const hasPython = spawnSync('python3', ['--version']).status === 0;

function read(archives: readonly Uint8Array[], folder: string): Found[][] {
  if (hasPython) return withPython(archives, folder);
  return archives.map((bytes) =>
    Object.entries(unzipSync(bytes)).map(([name, data]) => ({ name, sha256: contentHash(data), mode: MODE, date: DATE })),
  );
}

const MODE = '0o100644';
const DATE = [1980, 1, 1, 0, 0, 0];

describe('zips', function () {
  this.timeout(PATIENCE);

  it('have bytes that depend on names and contents alone', () => {
    fc.assert(
      fc.property(entries, (files) => {
        const turned = Object.fromEntries(Object.entries(files).reverse());
        expect(Buffer.compare(made(files), made(turned))).to.equal(0);
      }),
      runs(60),
    );
  });

  it('hold every file as it was', () => {
    fc.assert(
      fc.property(entries, (files) => {
        const read = unzipSync(made(files));
        expect(Object.keys(read)).to.have.members(Object.keys(files));
        for (const [name, bytes] of Object.entries(files))
          expect(Buffer.compare(read[name] as Uint8Array, bytes), name).to.equal(0);
      }),
      runs(60),
    );
  });

  it('are read by a program of other authors, with names, contents, modes and dates', () => {
    const folder = mkdtempSync(join(tmpdir(), 'nimbusc-zip-'));
    try {
      fc.assert(
        fc.property(fc.array(entries, { minLength: 20, maxLength: 20 }), (all) => {
          const found = read(all.map(made), folder);
          for (const [i, files] of all.entries()) {
            const wanted = Object.keys(files)
              .sort()
              .map((name) => ({ name, sha256: contentHash(files[name] as Uint8Array), mode: MODE, date: DATE }));
            expect(found[i]).to.deep.equal(wanted);
          }
        }),
        runs(4),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
