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

const PROGRAM = 'nimbusc.cjs';
const MINIFIED = { minifySyntax: true, minifyWhitespace: true, minifyIdentifiers: true, legalComments: 'none' };

/** Folders of the packages that went into a bundle. */
const bundled = new Set();
const LICENSES = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MPL-2.0',
  'Python-2.0',
  'Public Domain',
]);

/** Modules of `runtime/core/` that are in nearly every function. */
const CORE = ['binding', 'context', 'decorator', 'errors', 'function-options', 'http-result', 'shape'];

const stamp = sourceStamp();
if (!process.argv.includes('--force') && read(at('dist', 'stamp')) === stamp) process.exit(0);

execFileSync(process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', at('tsconfig.json')], { stdio: 'inherit' });
fs.rmSync(at('dist'), { recursive: true, force: true });
copyRuntime();
await mergeRuntime(at('dist', 'runtime'));
await bundleServers();
await prepareClients(at('dist', 'providers', 'aws', 'runtime', 'prepared'));
await bundleHeavy();
await bundleProgram();
await bundleEntries();
await bundlePages();
await writeSchemas();
writePackage();
fs.writeFileSync(at('dist', 'build.json'), `${JSON.stringify({ toolId: treeHash(at('dist')), version: manifest.version })}\n`);
fs.writeFileSync(at('dist', 'stamp'), stamp);

/**
 * The runtime and the client modules are bundled into users' functions, file by file, and so stay separate files. The local
 * cloud shares the runtime with the code under test.
 */
function copyRuntime() {
  for (const folder of ['runtime', 'providers/aws/runtime', 'providers/local']) {
    fs.cpSync(at('out', folder), at('dist', folder), { recursive: true, filter: (file) => !file.endsWith('.map') });
  }
  // What the local cloud shares with the compiler beside types.
  fs.mkdirSync(at('dist', 'compiler'), { recursive: true });
  fs.copyFileSync(at('out', 'compiler', 'local-plan.js'), at('dist', 'compiler', 'local-plan.js'));
  for (const folder of ['compiler', 'providers']) {
    fs.cpSync(at('out', folder), at('dist', folder), {
      recursive: true,
      filter: (file) => !path.extname(file) || file.endsWith('.d.ts'),
    });
  }
}

/** `ws` goes into the one module that needs it. */
async function bundleServers() {
  const file = path.join('providers', 'local', 'servers', 'websocket-server.js');
  const { metafile } = await build({
    bundle: true,
    metafile: true,
    entryPoints: [at('out', file)],
    outfile: at('dist', file),
    allowOverwrite: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
    external: ['bufferutil', 'utf-8-validate'],
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    plugins: [ownFilesStay()],
  });
  noteBundled(metafile);
}

function ownFilesStay() {
  return {
    name: 'own-files-stay',
    setup(b) {
      b.onResolve({ filter: /^\.\.?\//, namespace: 'file' }, ({ path: name, importer }) =>
        importer.includes('node_modules') ? undefined : { path: name, external: true },
      );
    },
  };
}

/**
 * esbuild links all modules of each function anew, and that takes about as long for a module however small it is. So the core
 * modules that nearly every function has become one (`core/entry.js`), and an adapter one with those it is made of.
 */
async function mergeRuntime(folder) {
  const from = at('out', 'runtime');
  const options = { bundle: true, format: 'esm', target: 'node20', platform: 'node', logLevel: 'warning' };
  const contents = CORE.map((name) => `export * from './core/${name}.js';`).join('\n');
  await build({ ...options, stdin: { contents, resolveDir: from }, outfile: path.join(folder, 'core', 'entry.js') });
  for (const name of CORE) fs.writeFileSync(path.join(folder, 'core', `${name}.js`), "export * from './entry.js';\n");
  const adapters = [...walk(path.join(from, 'adapters'))].filter((file) => file.endsWith('.js'));
  await build({ ...options, entryPoints: adapters, outdir: path.join(folder, 'adapters'), plugins: [adaptersOnly()] });
  const merged = new RegExp(`(?<=from ["']\\.[^"']*/)(${CORE.join('|')})\\.js(?=["'])`, 'g');
  for (const file of walk(folder)) {
    if (!file.endsWith('.js') || CORE.includes(path.basename(file, '.js'))) continue;
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.replace(merged, 'entry.js'));
  }
}

/** What is no adapter stays where it is: it may hold a class or a state that must be there once. */
function adaptersOnly() {
  return {
    name: 'adapters-only',
    setup(b) {
      b.onResolve({ filter: /^\.\.\// }, ({ path: name }) => ({ path: name, external: true, sideEffects: false }));
    },
  };
}

/** The clients of the kinds, which go into functions as they are: with the AWS SDK, minified, the same bytes everywhere. */
function clientModules() {
  const folder = at('out', 'providers', 'aws', 'runtime');
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.js') && name !== 'errors.js')
    .sort()
    .map((name) => path.join(folder, name))
    .filter((file) => needsSdk(file));
}

/** What reads events needs no SDK: it is bundled with the function, which takes of it what it uses. */
function needsSdk(file, seen = new Set()) {
  if (seen.has(file)) return false;
  seen.add(file);
  if (path.basename(path.dirname(file)) === 'sdk') return true;
  const imports = fs.readFileSync(file, 'utf8').matchAll(/^(?:import|export) [^'"]*from '(\.[^']+)'/gm);
  return [...imports].some(([, name]) => needsSdk(path.join(path.dirname(file), name), seen));
}

/** Deflated in advance as well: every function that uses a store holds the same 180 KB. */
async function prepareClients(folder) {
  const { modules } = await packSdk(folder, clientModules());
  const { pack } = await import(pathToFileURL(at('out', 'compiler', 'phases', '6-bundle', 'zip.js')));
  const packed = {};
  for (const name of fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.mjs'))
    .sort()) {
    const { data, crc, size } = pack(fs.readFileSync(path.join(folder, name)));
    fs.writeFileSync(path.join(folder, `${name}.deflate`), data);
    packed[name] = { crc, size };
  }
  fs.writeFileSync(path.join(folder, 'prepared.json'), `${JSON.stringify({ modules, packed }, null, 2)}\n`);
}

/** TypeScript and CDKTF as CommonJS files of their own: only those can be started from V8's code cache. */
async function bundleHeavy() {
  const common = {
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  };
  const tsMorph = await build({
    ...common,
    stdin: {
      contents: `exports.ts = require('ts-morph').ts; exports.getLibFiles = require('@ts-morph/common').getLibFiles;`,
      resolveDir: root,
    },
    outfile: at('dist', 'vendor', 'ts-morph.cjs'),
  });
  // Getters, so that loading the file runs no more of it than is asked for.
  const getters = cdktfModules().map((name) => `get ${JSON.stringify(name)}() { return require(${JSON.stringify(name)}); },`);
  const cdktf = await build({
    ...common,
    stdin: { contents: `module.exports = {\n${getters.join('\n')}\n};`, resolveDir: root },
    outfile: at('dist', 'vendor', 'cdktf.cjs'),
    plugins: [withoutArchiver()],
  });
  noteBundled(tsMorph.metafile, cdktf.metafile);
}

/** What the provider imports of CDKTF and its bindings. */
function cdktfModules() {
  const found = new Set();
  for (const file of walk(at('out', 'providers', 'aws'))) {
    if (!file.endsWith('.js')) continue;
    for (const [, name] of fs.readFileSync(file, 'utf8').matchAll(/(?:from |import\()'((?:cdktf|constructs|@cdktf\/)[^']*)'/g))
      found.add(name);
  }
  return [...found].sort();
}

/** The commands as one CommonJS file, which starts from V8's code cache as well. */
async function bundleProgram() {
  const { metafile } = await build({
    metafile: true,
    stdin: {
      contents: `export const run = async (...given) => (await import('./out/bin/cli.js')).run(...given);
export const writeLocalPlan = async (...given) => (await import('./out/bin/write-local-plan.js')).writeLocalPlan(...given);
export { isLoaded } from './out/bin/vendored.js';`,
      resolveDir: root,
    },
    outfile: at('dist', 'vendor', PROGRAM),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    ...MINIFIED,
    external: ['esbuild'],
    // A function from V8's code cache cannot import, but require.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__url' },
    banner: { js: "const __url=require('node:url').pathToFileURL(__filename).href;" },
    plugins: [vendored(), withoutHelpInAdvance()],
    logLevel: 'warning',
  });
  noteBundled(metafile);
}

/** What is started as a process or a thread, or imported. */
async function bundleEntries() {
  const { metafile } = await build({
    metafile: true,
    entryPoints: {
      'bin/nimbusc': at('out', 'bin', 'nimbusc.js'),
      'bin/local-plan': at('out', 'bin', 'local-plan.js'),
      'bin/dev-compiler': at('out', 'bin', 'dev-compiler.js'),
      'compiler/index': at('out', 'compiler', 'index.js'),
    },
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    ...MINIFIED,
    outdir: at('dist'),
    external: ['esbuild'],
    // Some of what is bundled is CommonJS and calls `require` for Node's own modules.
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    plugins: [vendored(), withProgram()],
    logLevel: 'warning',
  });
  noteBundled(metafile);
  fs.chmodSync(at('dist', 'bin', 'nimbusc.js'), 0o755);
}

/** What is started as a process takes what it does from the program. */
function withProgram() {
  const uses = {
    run: "['build', 'check', 'dev', 'diff'].find((command) => command === process.argv[2])",
    writeLocalPlan: "'local'",
  };
  return {
    name: 'with-program',
    setup(b) {
      b.onResolve({ filter: /^\.\/(cli|write-local-plan)\.js$/ }, ({ path: file }) => ({
        path: file === './cli.js' ? 'run' : 'writeLocalPlan',
        namespace: 'program',
      }));
      b.onLoad({ filter: /.*/, namespace: 'program' }, ({ path: name }) => ({
        contents: `import { loadVendored } from ${JSON.stringify(at('out', 'bin', 'vendored.js'))};
const name = ${uses[name]};
const use = name === undefined ? null : { name, isWhole: ({ isLoaded }) => name === 'dev' || isLoaded('ts-morph.cjs') };
export const { ${name} } = loadVendored(${JSON.stringify(PROGRAM)}, use);`,
        resolveDir: root,
        loader: 'js',
      }));
    },
  };
}

/** Scripts of pages: checked against a browser's types. That of a graph is written into each page, the console is served. */
async function bundlePages() {
  await bundlePage(at('compiler', 'pictures', 'page'), 'main.ts', at('dist', 'pictures'));
  const console = path.join('providers', 'local', 'console', 'page');
  await bundlePage(at(console), 'main.tsx', at('dist', console));
  for (const name of ['index.html', 'icon.svg']) fs.copyFileSync(at(console, name), at('dist', console, name));
  const css = { minify: true, target: 'es2022', logLevel: 'warning' };
  await build({ ...css, entryPoints: [at(console, 'page.css')], outfile: at('dist', console, 'page.css') });
  for (const folder of ['pictures', console]) fs.cpSync(at('dist', folder), at('out', folder), { recursive: true });
}

async function bundlePage(folder, entry, outdir) {
  execFileSync(process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', folder], { stdio: 'inherit' });
  const { metafile } = await build({
    metafile: true,
    entryPoints: [path.join(folder, entry)],
    outfile: path.join(outdir, 'page.js'),
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'ascii',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  noteBundled(metafile);
}

/**
 * What yargs does at each start of a command, for a help text that is then not shown: what lays it out is loaded, and makes
 * expressions over properties of characters, for which Node reads ICU's tables first, 10 ms and more; and the help of a command
 * is written when it is run, in case that its handler fails, which is as much again.
 */
function withoutHelpInAdvance() {
  const written = /^ *yargs\.getInternalMethods\(\)\.getUsageInstance\(\)\.cacheHelpMessage\(\);$/m;
  return {
    name: 'without-help-in-advance',
    setup(b) {
      b.onResolve({ filter: /^(cliui|string-width)$/ }, ({ path: name, importer }) =>
        /[\\/]yargs[\\/]/.test(importer) ? { path: name, namespace: 'late', pluginData: path.dirname(importer) } : undefined,
      );
      b.onLoad({ filter: /.*/, namespace: 'late' }, ({ path: name, pluginData }) => ({
        contents: `module.exports = (given) => require('${name}').default(given);`,
        resolveDir: pluginData,
      }));
      b.onLoad({ filter: /[\\/]yargs[\\/]build[\\/]lib[\\/]command\.js$/ }, ({ path: file }) => {
        const text = fs.readFileSync(file, 'utf8');
        if (!written.test(text)) throw new Error('yargs runs commands in another way now');
        return { contents: text.replace(written, ''), loader: 'js' };
      });
    },
  };
}

/** Imports of vendored packages become reads from their files; Node names exports of ES modules only, so they are listed. */
function vendored() {
  const contents = (file, member, names) =>
    `import { loadVendored } from ${JSON.stringify(at('out', 'bin', 'vendored.js'))};\nexport const { ${names.join(', ')} } = loadVendored(${JSON.stringify(file)})${member};`;
  return {
    name: 'vendored',
    setup(b) {
      b.onResolve({ filter: /^(ts-morph|@ts-morph\/common|cdktf|constructs|@cdktf\/.*)$/ }, ({ path: name }) => ({
        path: name,
        namespace: 'vendored',
      }));
      b.onLoad({ filter: /.*/, namespace: 'vendored' }, ({ path: name }) => ({
        contents: name.includes('ts-morph')
          ? contents('ts-morph.cjs', '', [name === 'ts-morph' ? 'ts' : 'getLibFiles'])
          : contents(
              'cdktf.cjs',
              `[${JSON.stringify(name)}]`,
              Object.keys(load(name)).filter((key) => /^[A-Za-z]\w*$/.test(key)),
            ),
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
      b.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({
        contents: "module.exports = () => { throw new Error('nimbusc makes its own archives'); };",
      }));
    },
  };
}

async function writeSchemas() {
  fs.mkdirSync(at('dist', 'schema'), { recursive: true });
  const { configSchemaText } = await import(pathToFileURL(at('out', 'compiler', 'config', 'config-schema.js')));
  fs.writeFileSync(at('dist', 'schema', 'nimbus.schema.json'), configSchemaText());
  const { graphSchemaText } = await import(pathToFileURL(at('out', 'compiler', 'ir', 'graph-schema.js')));
  fs.writeFileSync(at('dist', 'schema', 'graph.schema.json'), graphSchemaText());
  const { reviewSchemaText } = await import(pathToFileURL(at('out', 'compiler', 'review', 'review-schema.js')));
  fs.writeFileSync(at('dist', 'schema', 'review.schema.json'), reviewSchemaText());
}

function noteBundled(...metafiles) {
  for (const { inputs } of metafiles) {
    for (const input of Object.keys(inputs)) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0];
      if (folder !== undefined) bundled.add(folder.slice(folder.indexOf('node_modules/')));
    }
  }
}

/** What is published from dist/: everything is bundled but esbuild, which is a binary. */
function writePackage() {
  const { name, version, description, keywords, license, type, sideEffects, engines, dependencies } = manifest;
  const shorten = (value) =>
    typeof value === 'string'
      ? value.replace('./dist/', './')
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shorten(inner)]));
  const published = {
    name,
    version,
    description,
    keywords,
    license,
    type,
    sideEffects,
    engines,
    bin: shorten(manifest.bin),
    exports: shorten(manifest.exports),
    dependencies: { esbuild: dependencies.esbuild },
  };
  fs.writeFileSync(at('dist', 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  for (const file of ['LICENSE', 'README.md', 'CHANGELOG.md']) fs.copyFileSync(at(file), at('dist', file));
  fs.writeFileSync(at('dist', '.npmignore'), '*.cache\nstamp\n');
  fs.writeFileSync(at('dist', 'THIRD-PARTY-NOTICES'), notices());
}

/** The licences of all that is bundled. MPL-2.0 asks to say where the source is, and esbuild drops plain comments. */
function notices() {
  // The clients of the AWS SDK are bundled by packSdk, which keeps its own list of inputs to itself.
  for (const name of Object.keys(manifest.devDependencies).filter((dependency) => dependency.startsWith('@aws-sdk/client-')))
    bundled.add(`node_modules/${name}`);
  const parts = [...bundled].sort().map((folder) => {
    const info = JSON.parse(fs.readFileSync(at(folder, 'package.json'), 'utf8'));
    const { name } = info;
    if (!LICENSES.has(info.license))
      throw new Error(`${name} has the licence ${info.license}, which is not on the list of bin/pack.mjs`);
    const file = fs.readdirSync(at(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const source = typeof info.repository === 'string' ? info.repository : (info.repository?.url ?? info.homepage ?? '');
    const text = file === undefined ? '' : `\n${fs.readFileSync(at(folder, file), 'utf8').trim()}\n`;
    return `${name} ${info.version}\nLicence: ${info.license}\nSource: ${source}\n${text}`;
  });
  return `nimbusc contains the following packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

function sourceStamp() {
  const hash = createHash('sha256');
  for (const name of [
    'compiler',
    'runtime',
    'providers',
    'bin',
    'test',
    'bench',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ]) {
    for (const file of walk(at(name)))
      hash.update(path.relative(root, file)).update('\0').update(fs.readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function treeHash(folder) {
  const hash = createHash('sha256');
  for (const file of walk(folder))
    hash.update(path.relative(folder, file)).update('\0').update(fs.readFileSync(file)).update('\0');
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
