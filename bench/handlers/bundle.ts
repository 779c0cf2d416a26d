/** Bundles the hand-written handlers the way a careful author would, and says how large they come out. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import addFormats from 'ajv-formats';
import { build, type Plugin } from 'esbuild';
import { zipSync } from 'fflate';
import { orderSchema } from './validate-order.js';

/**
 * The SDK imports these lazily when the environment holds no credentials. Lambda always provides them there, so they are
 * left out, with all that they pull in.
 */
const CREDENTIAL_PROVIDERS_UNUSED_IN_LAMBDA = [
  '@aws-sdk/credential-provider-cognito-identity',
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@aws-sdk/token-providers',
  '@smithy/credential-provider-imds',
];

export interface LambdaPackage {
  /** Of the module that Lambda loads. */
  readonly file: string;
  /** Its export that Lambda calls. */
  readonly exportName: string;
  readonly unpackedBytes: number;
  readonly zipBytes: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** ajv's checks of a schema as a module of their own, as `ajv-cli compile` writes it, with all errors in one answer. */
const ajvAheadOfTime: Plugin = {
  name: 'ajv',
  setup(hooks) {
    hooks.onLoad({ filter: /[\\/]validate-order\.js$/ }, ({ path }) => {
      const ajv = new Ajv2020({ allErrors: true, strict: false, code: { source: true, esm: true } });
      (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
      const write = standalone as unknown as (ajv: Ajv2020, validate: unknown) => string;
      return { contents: `${write(ajv, ajv.compile(orderSchema))}`, loader: 'js', resolveDir: dirname(path) };
    });
  },
};

export async function bundleByHand(
  name: 'get-item' | 'json' | 'order-ajv' | 'order-zod',
  folder: string,
): Promise<LambdaPackage> {
  mkdirSync(folder, { recursive: true });
  // CommonJS in a folder of its own package type, as in a zip without package.json.
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  const file = join(folder, 'index.js');
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.js`)],
    outfile: file,
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    // The SDK's ES modules: they can be tree-shaken, the CommonJS files that `platform: node` prefers cannot.
    mainFields: ['module', 'main'],
    external: CREDENTIAL_PROVIDERS_UNUSED_IN_LAMBDA,
    logLevel: 'error',
    plugins: [ajvAheadOfTime],
  });
  const code = readFileSync(file);
  const zip = zipSync({ 'index.js': [code, { level: 9, mtime: new Date(1980, 0, 1) }] });
  return {
    file,
    exportName: 'handler',
    unpackedBytes: code.length,
    zipBytes: zip.length,
    environment: { TABLE: 'Accountdev' },
  };
}
