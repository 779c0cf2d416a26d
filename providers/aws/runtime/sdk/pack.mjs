// Prepares the SDK clients once, when nimbusc itself is packed: minified ES modules without what a Lambda function never
// uses. They go into the zips as they are, so changing one function changes no other zip, and no build of a user's project
// ever parses the SDK.
//
//   node providers/aws/runtime/sdk/pack.mjs <folder>     packs, and prints sizes and cold import times
//
// config.ts passes every setting explicitly, so the code that would look settings up can go. It is replaced module by
// module, by path: when an SDK update moves such a module, packing fails and says which; a module that is replaced but
// needed after all shows in the contract tests, which run on the packed clients too.
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { build } from 'esbuild';

const here = import.meta.dirname;

/** The node20 target of nodejs20.x and later. */
const target = 'node20';

const replacements = [
  {
    // Defaults from the environment, ~/.aws, the metadata service, and with them all credential providers.
    path: /client-[a-z-]+\/dist-es\/runtimeConfig\.js$/,
    code: `
      import { getRuntimeConfig as shared } from './runtimeConfig.shared';
      import { calculateBodyLength } from '@smithy/core/serde';
      import { NodeHttpHandler, streamCollector } from '@smithy/node-http-handler';
      export const getRuntimeConfig = (config) => ({
        ...shared(config), runtime: 'node', bodyLengthChecker: calculateBodyLength, streamCollector, ...config,
        requestHandler: NodeHttpHandler.create(config.requestHandler),
      });`,
  },
  {
    path: /@smithy\/core\/dist-es\/submodules\/config\/node-config-provider\/configLoader\.js$/,
    code: 'export const loadConfig = () => async () => undefined;',
  },
  {
    path: /middleware-endpoint\/adaptors\/getEndpointFromConfig\.js$/,
    code: 'export const getEndpointFromConfig = async () => undefined;',
  },
  {
    path: /middleware-endpoint\/service-customizations\/index\.js$/,
    code: 'export const resolveParamsForS3 = undefined;',
  },
  {
    // `retryMode: 'standard'`
    path: /retry\/util-retry\/AdaptiveRetryStrategy\.js$/,
    code: 'export const AdaptiveRetryStrategy = undefined;',
  },
  {
    // `endpointDiscoveryEnabled: false`
    path: /middleware-endpoint-discovery\/dist-es\/resolveEndpointDiscoveryConfig\.js$/,
    code: 'export const resolveEndpointDiscoveryConfig = (config) => config;',
  },
  // Checksums that neither service uses, and an implementation for platforms without node:crypto.
  { path: /checksum\/crc32\/Crc32Node\.js$/, code: 'export const Crc32Node = undefined;' },
  { path: /checksum\/md5\/Md5Node\.js$/, code: 'export const Md5Node = undefined;' },
  { path: /checksum\/sha256\/Sha256Js\.js$/, code: 'export const Sha256Js = undefined;' },
];

/**
 * Writes the packed modules and `sdk.json`, the report.
 *
 * @param {string} outDir
 * @param {readonly string[]} [entryPoints] what to pack instead of this folder's modules: modules that import them
 * @returns {Promise<import('./pack.mjs').SdkReport>}
 */
export async function packSdk(outDir, entryPoints) {
  const replaced = new Set();
  const { outputFiles, metafile } = await build({
    entryPoints: entryPoints ? [...entryPoints] : await sdkModules(),
    outdir: outDir,
    write: false,
    metafile: true,
    bundle: true,
    // What several clients need goes into files of its own: a function that needs two clients gets the common part once.
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target,
    mainFields: ['module', 'main'],
    conditions: ['module'],
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'silent',
    // Loaded lazily by the SDK: for streaming operations, of which no client here has any, and in browsers.
    external: ['@smithy/core/event-streams', 'bowser'],
    plugins: [{ name: 'replace', setup: (hooks) => setUpReplacements(hooks, replaced) }],
  });
  const stale = replacements.filter((replacement) => !replaced.has(replacement));
  if (stale.length) throw new Error(`packSdk: no module of the SDK matches ${stale.map((it) => it.path).join(', ')}`);

  const names = nameOutputs(metafile);
  const report = { files: {}, modules: {} };
  await mkdir(outDir, { recursive: true });
  for (const { path: file, text } of outputFiles.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const contents = Buffer.from(text.replace(/chunk-[A-Z0-9]{8}\.mjs/g, (chunk) => names.get(chunk)));
    const name = names.get(path.basename(file)) ?? path.basename(file);
    report.files[name] = { bytes: contents.length, zipped: deflateRawSync(contents, { level: 9 }).length };
    await writeFile(path.join(outDir, name), contents);
  }
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (!entryPoint) continue;
    const chunks = chunksOf(metafile, file).map((chunk) => names.get(path.basename(chunk)));
    report.modules[path.basename(file, '.mjs')] = [path.basename(file), ...chunks.sort()];
  }
  await writeFile(path.join(outDir, 'sdk.json'), `${JSON.stringify(report, null, 2)}\n`);
  return report;
}

/** All modules of this folder but the one that they share. */
async function sdkModules() {
  const files = (await readdir(here)).filter((file) => /^[a-z0-9-]+\.(ts|js)$/.test(file) && !file.startsWith('config.'));
  return files.sort().map((file) => path.join(here, file));
}

/** esbuild names chunks by content; here they get names that stay: by who uses them. */
function nameOutputs({ outputs }) {
  const entries = Object.keys(outputs).filter((file) => outputs[file].entryPoint);
  const names = new Map();
  for (const file of Object.keys(outputs)) {
    if (outputs[file].entryPoint) continue;
    const users = entries.filter((entry) => chunksOf({ outputs }, entry).includes(file));
    const suffix = users.length === entries.length ? 'core' : users.map((entry) => path.basename(entry, '.mjs')).join('-');
    names.set(path.basename(file), `sdk-${suffix}.mjs`);
  }
  return names;
}

/** The chunks that an output imports, at any depth. */
function chunksOf({ outputs }, file, found = []) {
  for (const { path: chunk, external } of outputs[file].imports) {
    if (external || found.includes(chunk)) continue;
    found.push(chunk);
    chunksOf({ outputs }, chunk, found);
  }
  return found;
}

function setUpReplacements(hooks, replaced) {
  // Clients with streaming operations set them up when they are made, though nothing here calls such an operation.
  hooks.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ importer, path: name }) =>
    /client-[a-z-]+[\\/]dist-es[\\/]\w+Client\.js$/.test(importer) ? { path: name, namespace: 'no-streams' } : undefined,
  );
  hooks.onLoad({ filter: /.*/, namespace: 'no-streams' }, () => ({
    contents: 'export const resolveEventStreamSerdeConfig = (config) => config;',
  }));
  for (const replacement of replacements) {
    hooks.onLoad({ filter: /\.js$/ }, ({ path: file }) => {
      if (!replacement.path.test(file.replaceAll('\\', '/'))) return undefined;
      replaced.add(replacement);
      return { contents: replacement.code, resolveDir: path.dirname(file), loader: 'js' };
    });
  }
}

/** Median milliseconds of a cold `import()` in processes of their own, less that of an empty module. */
export function measureImport(file, runs = 15) {
  const run = (specifier) => {
    const code = `const t = performance.now(); await import(${JSON.stringify(specifier)}); console.log(performance.now() - t)`;
    return Number(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }));
  };
  const measured = Array.from({ length: runs }, () => run(pathToFileURL(path.resolve(file)).href) - run('data:text/javascript,'));
  return measured.sort((a, b) => a - b)[runs >> 1];
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [outDir] = process.argv.slice(2);
  if (!outDir) throw new Error('usage: node pack.mjs <folder>');
  const report = await packSdk(outDir);
  for (const [name, files] of Object.entries(report.modules)) {
    const zipped = files.reduce((sum, file) => sum + report.files[file].zipped, 0);
    const bytes = files.reduce((sum, file) => sum + report.files[file].bytes, 0);
    const ms = measureImport(path.join(outDir, `${name}.mjs`)).toFixed(1);
    console.log(`${name}: ${files.join(' + ')}, ${bytes} bytes, ${zipped} zipped, ${ms} ms to import`);
  }
}
