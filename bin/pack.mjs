// Builds dist/, which is what runs and what is published: the command line bundled into few files, so that it starts fast
// and users install next to nothing; the runtime and the provider's client modules as they are, for esbuild to bundle into
// functions; the clients prepared once, with the AWS SDK in them.
//
//   node bin/pack.mjs            compile with tsc, then pack; does nothing when dist/ is up to date
//   node bin/pack.mjs --force    always
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { packSdk } from '../providers/aws/runtime/sdk/pack.mjs';

const load = createRequire(import.meta.url);
const root = path.dirname(import.meta.dirname);
const at = (...parts) => path.join(root, ...parts);
const manifest = JSON.parse(fs.readFileSync(at('package.json'), 'utf8'));

const stamp = sourceStamp();
if (!process.argv.includes('--force') && read(at('dist', 'stamp')) === stamp) process.exit(0);

execFileSync(process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', at('tsconfig.json')], { stdio: 'inherit' });
fs.rmSync(at('dist'), { recursive: true, force: true });
copyRuntime();
await prepareClients(at('dist', 'providers', 'aws', 'runtime', 'prepared'));
await bundleHeavy();
await bundleCommandLine();
await writeSchemas();
fs.writeFileSync(at('dist', 'build.json'), `${JSON.stringify({ toolId: treeHash(at('dist')), version: manifest.version })}\n`);
fs.writeFileSync(at('dist', 'stamp'), stamp);

/** The runtime and the client modules are bundled into users' functions, file by file, and so stay separate files. */
function copyRuntime() {
  for (const folder of ['runtime', 'providers/aws/runtime']) {
    fs.cpSync(at('out', folder), at('dist', folder), { recursive: true, filter: (file) => !file.endsWith('.map') });
  }
  for (const folder of ['compiler', 'providers']) {
    fs.cpSync(at('out', folder), at('dist', folder), { recursive: true, filter: (file) => !path.extname(file) || file.endsWith('.d.ts') });
  }
}

/** The clients of the kinds, which go into functions as they are: with the AWS SDK, minified, the same bytes everywhere. */
function clientModules() {
  const folder = at('out', 'providers', 'aws', 'runtime');
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.js') && name !== 'errors.js')
    .sort()
    .map((name) => path.join(folder, name));
}

/** Deflated in advance as well: every function that uses a store holds the same 180 KB. */
async function prepareClients(folder) {
  const { modules } = await packSdk(folder, clientModules());
  const { pack } = await import(pathToFileURL(at('out', 'compiler', 'phases', '6-bundle', 'zip.js')));
  const packed = {};
  for (const name of fs.readdirSync(folder).filter((file) => file.endsWith('.mjs')).sort()) {
    const { data, crc, size } = pack(fs.readFileSync(path.join(folder, name)));
    fs.writeFileSync(path.join(folder, `${name}.deflate`), data);
    packed[name] = { crc, size };
  }
  fs.writeFileSync(path.join(folder, 'prepared.json'), `${JSON.stringify({ modules, packed }, null, 2)}\n`);
}

/** TypeScript and CDKTF as CommonJS files of their own: only those can be started from V8's code cache. */
async function bundleHeavy() {
  const common = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', minify: true, legalComments: 'none', logLevel: 'warning' };
  await build({ ...common, entryPoints: [at('node_modules', 'ts-morph', 'dist', 'ts-morph.js')], outfile: at('dist', 'vendor', 'ts-morph.cjs') });
  // Getters, so that loading the file runs no more of it than is asked for.
  const getters = cdktfModules().map((name) => `get ${JSON.stringify(name)}() { return require(${JSON.stringify(name)}); },`);
  await build({
    ...common,
    stdin: { contents: `module.exports = {\n${getters.join('\n')}\n};`, resolveDir: root },
    outfile: at('dist', 'vendor', 'cdktf.cjs'),
    plugins: [withoutArchiver()],
  });
}

/** What the provider imports of CDKTF and its bindings. */
function cdktfModules() {
  const found = new Set();
  for (const file of walk(at('out', 'providers', 'aws'))) {
    if (!file.endsWith('.js')) continue;
    for (const [, name] of fs.readFileSync(file, 'utf8').matchAll(/(?:from |import\()'((?:cdktf|constructs|@cdktf\/)[^']*)'/g)) found.add(name);
  }
  return [...found].sort();
}

async function bundleCommandLine() {
  await build({
    entryPoints: { 'bin/nimbusc': at('out', 'bin', 'nimbusc.js'), 'compiler/index': at('out', 'compiler', 'index.js') },
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: true,
    legalComments: 'none',
    outdir: at('dist'),
    external: ['esbuild'],
    // Some of what is bundled is CommonJS and calls `require` for Node's own modules.
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    plugins: [vendored()],
    logLevel: 'warning',
  });
  fs.chmodSync(at('dist', 'bin', 'nimbusc.js'), 0o755);
}

/** Imports of vendored packages become reads from their files; Node names exports of ES modules only, so they are listed. */
function vendored() {
  const contents = (file, member, names) =>
    `import { loadVendored } from ${JSON.stringify(at('out', 'bin', 'vendored.js'))};\nexport const { ${names.join(', ')} } = loadVendored(${JSON.stringify(file)})${member};`;
  return {
    name: 'vendored',
    setup(b) {
      b.onResolve({ filter: /^(ts-morph|cdktf|constructs|@cdktf\/.*)$/ }, ({ path: name }) => ({ path: name, namespace: 'vendored' }));
      b.onLoad({ filter: /.*/, namespace: 'vendored' }, ({ path: name }) => ({
        contents:
          name === 'ts-morph'
            ? contents('ts-morph.cjs', '', ['ts'])
            : contents('cdktf.cjs', `[${JSON.stringify(name)}]`, Object.keys(load(name)).filter((key) => /^[A-Za-z]\w*$/.test(key))),
        resolveDir: root,
        loader: 'js',
      }));
    },
  };
}

/** CDKTF zips folders with it, by starting a process; nimbusc makes its own zips and must never do that. */
function withoutArchiver() {
  return {
    name: 'without-archiver',
    setup(b) {
      b.onResolve({ filter: /^archiver$/ }, () => ({ path: 'archiver', namespace: 'empty' }));
      b.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: "module.exports = () => { throw new Error('nimbusc makes its own archives'); };" }));
    },
  };
}

async function writeSchemas() {
  fs.mkdirSync(at('dist', 'schema'), { recursive: true });
  const { configSchemaText } = await import(pathToFileURL(at('out', 'compiler', 'config', 'config-schema.js')));
  fs.writeFileSync(at('dist', 'schema', 'nimbus.schema.json'), configSchemaText());
  const { graphSchemaText } = await import(pathToFileURL(at('out', 'compiler', 'ir', 'graph-schema.js')));
  fs.writeFileSync(at('dist', 'schema', 'graph.schema.json'), graphSchemaText());
}

function sourceStamp() {
  const hash = createHash('sha256');
  for (const name of ['compiler', 'runtime', 'providers', 'bin', 'test', 'bench', 'package.json', 'package-lock.json', 'tsconfig.json']) {
    for (const file of walk(at(name))) hash.update(path.relative(root, file)).update('\0').update(fs.readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function treeHash(folder) {
  const hash = createHash('sha256');
  for (const file of walk(folder)) hash.update(path.relative(folder, file)).update('\0').update(fs.readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function* walk(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isFile()) return yield file;
  for (const name of fs.readdirSync(file).sort()) if (name !== 'node_modules') yield* walk(path.join(file, name));
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
