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
import { readFileSync } from 'node:fs';
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
    path: /client-[a-z0-9-]+\/dist-es\/runtimeConfig\.js$/,
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
    forXml: false,
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
  // `requestChecksumCalculation` and `responseChecksumValidation`: 'WHEN_REQUIRED', and no operation here requires one.
  { path: /checksums\/dist-es\/submodules\/sha\/index\.js$/, code: 'export const Sha1 = undefined;' },
  {
    path: /checksums\/dist-es\/submodules\/flexible-checksums\/getFlexibleChecksumsPlugin\.js$/,
    code: 'export const getFlexibleChecksumsPlugin = () => ({ applyToStack() {} });',
  },
  {
    // Computed keys look to a bundler as if making them might do something, so it would keep the schemas of all of S3.
    path: /client-s3\/dist-es\/schemas\/schemas_0\.js$/,
    edit: (text) => text.replace(/^((?:export )?(?:var|const) [\w$]+ = )([[{][^;]*);$/gm, '$1/* @__PURE__ */ (() => ($2))();'),
  },
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
  const report = { files: {}, modules: {} };
  await mkdir(outDir, { recursive: true });
  for (const group of groupsOf(entryPoints ?? (await sdkModules()))) await packGroup(group, outDir, replaced, report);
  const stale = replacements.filter((replacement) => !replaced.has(replacement));
  if (stale.length) throw new Error(`packSdk: no module of the SDK matches ${stale.map((it) => it.path).join(', ')}`);
  await writeFile(path.join(outDir, 'sdk.json'), `${JSON.stringify(report, null, 2)}\n`);
  return report;
}

/**
 * Modules whose client needs much for itself (XML, checksums, streams), and the kinds that use them. Packed together with the
 * others they would put it into what all share, and so into every function that has any client. SNS reads XML too, but needs only
 * little for it, and is often used together with others.
 */
const XML = /(^|[\\/])(s3|file-storage-bucket)\.(ts|js)$/;

function groupsOf(modules) {
  const groups = [modules.filter((file) => !XML.test(file)), modules.filter((file) => XML.test(file))];
  return groups.filter((group) => group.length > 0);
}

async function packGroup(entryPoints, outDir, replaced, report) {
  const { outputFiles, metafile } = await build({
    entryPoints: [...entryPoints],
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
    plugins: [{ name: 'replace', setup: (hooks) => setUpReplacements(hooks, replaced, XML.test(entryPoints[0])) }],
  });
  const names = nameOutputs(metafile);
  for (const { path: file, text } of outputFiles.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const contents = Buffer.from(text.replace(/chunk-[A-Z0-9]{8}\.mjs/g, (chunk) => names.get(chunk)));
    const name = names.get(path.basename(file)) ?? path.basename(file);
    if (report.files[name]) throw new Error(`packSdk: two groups of modules share files called ${name}`);
    report.files[name] = { bytes: contents.length, zipped: deflateRawSync(contents, { level: 9 }).length };
    await writeFile(path.join(outDir, name), contents);
  }
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (!entryPoint) continue;
    const chunks = chunksOf(metafile, file).map((chunk) => names.get(path.basename(chunk)));
    report.modules[path.basename(file, '.mjs')] = [path.basename(file), ...chunks.sort()];
  }
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

function setUpReplacements(hooks, replaced, xml) {
  // Clients with streaming operations set them up when they are made, though nothing here calls such an operation.
  hooks.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ importer, path: name }) =>
    /client-[a-z0-9-]+[\\/]dist-es[\\/]/.test(importer) ? { path: name, namespace: 'no-streams' } : undefined,
  );
  hooks.onLoad({ filter: /.*/, namespace: 'no-streams' }, () => ({
    contents: 'export const resolveEventStreamSerdeConfig = (config) => config;',
  }));
  for (const replacement of replacements) {
    hooks.onLoad({ filter: /\.js$/ }, ({ path: file }) => {
      if ((xml && replacement.forXml === false) || !replacement.path.test(file.replaceAll('\\', '/'))) return undefined;
      replaced.add(replacement);
      const contents = replacement.code ?? replacement.edit(readFileSync(file, 'utf8'));
      return { contents, resolveDir: path.dirname(file), loader: 'js' };
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
