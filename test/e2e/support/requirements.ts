// What end-to-end tests need beyond npm packages: Terraform, the AWS provider, Python with moto.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from './repository.js';
import { cleanEnvironment, run } from './run.js';

export interface Requirements {
  readonly terraform: string;
  readonly python: string;
  /** A folder for Terraform's `filesystem_mirror`: it holds registry.terraform.io/hashicorp/aws. */
  readonly providerMirror: string;
  /** A folder with a copy of the provider that waits less, for `dev_overrides`; there need not be one. */
  readonly fastProvider: string | undefined;
}

/** Below a folder of providers, an installation's or a mirror's. */
export const PROVIDER = join('registry.terraform.io', 'hashicorp', 'aws');

/** What is missing, in words for the person who runs the tests. */
export class MissingRequirement extends Error {}

let found: Promise<Requirements> | undefined;

/** Rejects with a MissingRequirement. Looks only once per process. */
export function findRequirements(): Promise<Requirements> {
  found ??= look();
  return found;
}

let announced = false;

/**
 * For the `before` hook of an end-to-end suite. Where something is missing the suite is skipped, with one line for all
 * suites of the run that says what to install; with `NIMBUSC_E2E=required` it fails.
 */
export async function requirementsOrSkip(context: Mocha.Context): Promise<Requirements> {
  inOwnStep(context);
  try {
    return await findRequirements();
  } catch (error) {
    if (!(error instanceof MissingRequirement) || process.env.NIMBUSC_E2E === 'required') throw error;
    return skip(context, error.message);
  }
}

/** For a suite that needs nothing but takes long: it is run once, where end-to-end tests have a step of their own. */
export function inOwnStep(context: Mocha.Context): void {
  if (process.env.NIMBUSC_E2E === 'later') skip(context, 'they have a step of their own (NIMBUSC_E2E=later)');
}

function skip(context: Mocha.Context, why: string): never {
  if (!announced) process.stderr.write(`END-TO-END TESTS SKIPPED: ${why}\n`);
  announced = true;
  return context.skip();
}

async function look(): Promise<Requirements> {
  const searches = [findTerraform(), findPython(), findProviderMirror()] as const;
  const missing = (await Promise.allSettled(searches)).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  const unexpected = missing.find((reason) => !(reason instanceof MissingRequirement));
  if (unexpected !== undefined) throw unexpected;
  if (missing.length > 0) throw new MissingRequirement(missing.map(({ message }) => message).join('; '));
  const [terraform, python, providerMirror] = await Promise.all(searches);
  return { terraform, python, providerMirror, fastProvider: await findFastProvider(python, providerMirror) };
}

async function findTerraform(): Promise<string> {
  const command = 'terraform';
  const { status, stdout } = await run(command, ['version', '-json'], { env: cleanEnvironment() });
  const version = status === 0 ? (JSON.parse(stdout) as { terraform_version: string }).terraform_version : undefined;
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (version === undefined || major < 1 || (major === 1 && minor < 5)) {
    throw new MissingRequirement('install Terraform >= 1.5, so that `terraform` is on the PATH');
  }
  return command;
}

async function findPython(): Promise<string> {
  const command = 'python3';
  const probe = 'import sys, json, moto, flask, flask_cors; print(json.dumps([sys.version_info[:2], moto.__version__]))';
  const { status, stdout } = await run(command, ['-c', probe]);
  const [[major, minor], moto] = status === 0 ? (JSON.parse(stdout) as [[number, number], string]) : ([[0, 0], ''] as const);
  if (major !== 3 || minor < 11 || !moto.startsWith('5.')) {
    throw new MissingRequirement('install Python >= 3.11 (`python3`) and moto: pip install -r test/sandbox/requirements.txt');
  }
  return command;
}

async function findProviderMirror(): Promise<string> {
  const named = process.env.TF_PLUGINS;
  if (named !== undefined) {
    if (holdsProvider(named)) return named;
    throw new MissingRequirement(`set TF_PLUGINS to a folder that holds ${PROVIDER}; ${named} does not`);
  }
  const mirror = likelyMirrors().find(holdsProvider) ?? (await searchMirror());
  if (mirror !== undefined) return mirror;
  throw new MissingRequirement('set TF_PLUGINS to a mirror of hashicorp/aws 5.x, made by `terraform providers mirror DIR`');
}

function holdsProvider(folder: string): boolean {
  const provider = join(folder, PROVIDER);
  return existsSync(provider) && readdirSync(provider).length > 0;
}

/** Where Terraform itself looks: its settings, and the folders that its documentation names. */
function likelyMirrors(): string[] {
  const settings = process.env.TF_CLI_CONFIG_FILE ?? join(homedir(), '.terraformrc');
  const text = existsSync(settings) ? readFileSync(settings, 'utf8') : '';
  const configured = [...text.matchAll(/\b(?:path|plugin_cache_dir)\s*=\s*"([^"]+)"/g)].map((match) => match[1] ?? '');
  const data = process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share');
  return [
    process.env.TF_PLUGIN_CACHE_DIR ?? '',
    ...configured,
    join(homedir(), '.terraform.d', 'plugins'),
    join(data, 'terraform', 'plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
  ].filter((folder) => folder !== '');
}

/** Anywhere on this file system, but not deep, not long, and not in what a project has downloaded for itself. */
async function searchMirror(): Promise<string | undefined> {
  const pruned = ['proc', 'sys', 'node_modules', '.terraform', '.git'].flatMap((name) => ['-o', '-name', name]);
  const args = ['/', '-xdev', '-maxdepth', '7', '(', ...pruned.slice(1), ')', '-prune'];
  const wanted = ['-o', '-type', 'd', '-path', `*/${PROVIDER}`, '-print', '-quit'];
  const { stdout } = await run('find', [...args, ...wanted], { timeoutSeconds: 20 });
  return stdout.split('\n')[0]?.slice(0, -PROVIDER.length - 1) || undefined;
}

/**
 * `NIMBUSC_E2E_PROVIDER`, or what a script beside the repository makes of the mirror's provider. The provider waits by the
 * clock (5 s per function, 25 s per queue), which no setting shortens; the copy differs in nothing else.
 */
async function findFastProvider(python: string, mirror: string): Promise<string | undefined> {
  const named = process.env.NIMBUSC_E2E_PROVIDER;
  if (named !== undefined) {
    const holds = existsSync(named) && readdirSync(named).some((name) => name.startsWith('terraform-provider-aws'));
    if (holds) return named;
    throw new MissingRequirement(`set NIMBUSC_E2E_PROVIDER to a folder with terraform-provider-aws; ${named} has none`);
  }
  const script = join(repositoryRoot, '..', 'shared', 'sandbox', 'fast_provider.py');
  if (!existsSync(script)) return undefined;
  const folder = join(tmpdir(), `nimbusc-e2e-provider-${createHash('sha256').update(mirror).digest('hex').slice(0, 12)}`);
  const { status } = await run(python, [script, mirror, folder]);
  return status === 0 ? folder : undefined; // it knows one build of the provider only
}
