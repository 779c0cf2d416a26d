// Terraform on a copy of an output folder, against the sandbox. The output itself is never touched.
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type RunningProvider, startProvider } from './provider.js';
import { findRequirements, type Requirements } from './requirements.js';
import { cleanEnvironment, type Finished, run, SELDOM_COLLECTED } from './run.js';
import type { Sandbox } from './sandbox.js';

export interface WorkspaceOptions {
  /**
   * Where the provider leads. Without one there is no AWS at all, which is enough for `validate`, and for `plan` of a
   * module that reads nothing from it (as `data.aws_caller_identity` does).
   */
  readonly sandbox?: Sandbox;
  /** False: the provider as it is, with its waits. Default: the copy that waits less, where there is one. */
  readonly fast?: boolean;
  /** For example `TF_VAR_NAME`. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Validation {
  readonly valid: boolean;
  readonly diagnostics: readonly {
    readonly severity: 'error' | 'warning';
    readonly summary: string;
    readonly detail?: string;
    readonly address?: string;
  }[];
}

export type Action = 'no-op' | 'create' | 'read' | 'update' | 'delete';

export interface ResourceChange {
  readonly address: string;
  readonly previous_address?: string;
  readonly type: string;
  readonly name: string;
  readonly change: {
    readonly actions: readonly Action[];
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
    readonly after_unknown: unknown;
  };
}

/** As `terraform show -json` gives it. */
export interface Plan {
  readonly terraform_version: string;
  readonly resource_changes: readonly ResourceChange[];
  readonly output_changes: Readonly<Record<string, { readonly actions: readonly Action[]; readonly after?: unknown }>>;
}

/** What a plan would do, one line each: `update aws_lambda_function.Chat_send`. Empty for a plan without changes. */
export function changesOf(plan: Plan): string[] {
  return plan.resource_changes
    .filter(({ change }) => change.actions.join() !== 'no-op')
    .map(({ address, change }) => `${change.actions.join('+')} ${address}`);
}

type Attributes = Readonly<Record<string, unknown>>;

/** What Terraform keeps. */
interface State {
  readonly resources: readonly {
    readonly mode: 'managed' | 'data';
    readonly type: string;
    readonly name: string;
    readonly instances: readonly { readonly index_key?: string | number; readonly attributes: Attributes }[];
  }[];
}

/** A line of what Terraform prints with `-json`. */
interface Message {
  readonly type: string;
  readonly change?: { readonly action: string; readonly resource: { readonly addr: string } };
}

const OVERRIDE = 'nimbusc_e2e_override.tf.json';
const STATE = 'terraform.tfstate';
const PLAN = 'e2e.tfplan';
/** Those that ask it something, if only what its attributes mean. */
const NEED_PROVIDER = new Set(['validate', 'plan', 'show', 'apply', 'destroy']);
const NOWHERE = 'http://127.0.0.1:9';
/** What Terraform or this class put into the copy, which a new output does not replace. */
const isOurs = (name: string) => name.startsWith('.terraform') || name.startsWith(STATE) || name === OVERRIDE;

export class TerraformWorkspace {
  /** The copy. */
  readonly folder: string;
  readonly #base: string;
  readonly #requirements: Requirements;
  readonly #options: WorkspaceOptions;
  #fast: boolean;
  #initialised = false;
  #provider: Promise<RunningProvider> | undefined;

  private constructor(base: string, requirements: Requirements, options: WorkspaceOptions) {
    this.#base = base;
    this.folder = join(base, 'module');
    this.#requirements = requirements;
    this.#options = options;
    this.#fast = options.fast ?? true;
  }

  /** Copies an output folder (`nimbus.out/<stage>`), without a state or provider that may lie in it. */
  static async create(output: string, options: WorkspaceOptions = {}): Promise<TerraformWorkspace> {
    const requirements = await findRequirements();
    const base = await mkdtemp(join(tmpdir(), 'nimbusc-e2e-'));
    const workspace = new TerraformWorkspace(base, requirements, options);
    const mirror = `filesystem_mirror {\n    path = ${JSON.stringify(requirements.providerMirror)}\n  }`;
    const fast = requirements.fastProvider;
    const overrides = `dev_overrides {\n    "hashicorp/aws" = ${JSON.stringify(fast ?? '')}\n  }\n  `;
    await writeFile(workspace.#settings(false), `provider_installation {\n  ${mirror}\n}\n`);
    await writeFile(workspace.#settings(true), `provider_installation {\n  ${fast ? overrides : ''}${mirror}\n}\n`);
    await workspace.#copy(output);
    return workspace;
  }

  /** A new build's output in the place of the former one; the state stays. */
  async update(output: string): Promise<void> {
    for (const name of await readdir(this.folder)) {
      if (!isOurs(name)) await rm(join(this.folder, name), { recursive: true });
    }
    await this.#copy(output);
  }

  /** Another copy, with the same state. What is done with the one leaves the other as it is. */
  async fork(): Promise<TerraformWorkspace> {
    const fork = await TerraformWorkspace.create(this.folder, this.#options);
    await cp(join(this.folder, STATE), join(fork.folder, STATE));
    return fork;
  }

  /** Deletes the copy with its state. */
  async remove(): Promise<void> {
    await (await this.#provider)?.stop();
    await rm(this.#base, { recursive: true, force: true });
  }

  /** From now on the copy of the provider that waits less, where there is one. */
  hurry(): void {
    this.#fast = true;
  }

  // --- commands; all but `init` do that first where it was not done
  /** Always with the provider as it is, so that version constraints are checked. */
  async init(): Promise<void> {
    await this.#terraform(['init', '-input=false'], false);
    this.#initialised = true;
  }

  async validate(): Promise<Validation> {
    await this.#ready();
    const finished = await this.#run(['validate', '-json']);
    const { valid, diagnostics } = parse<Validation>(finished, 'validate');
    return {
      valid,
      diagnostics: diagnostics.filter((one) => !one.summary.startsWith('Provider development overrides')),
    };
  }

  async plan(...more: readonly string[]): Promise<Plan> {
    await this.#ready();
    const offline = this.#options.sandbox === undefined ? ['-refresh=false'] : [];
    await this.#terraform(['plan', '-input=false', '-parallelism=40', `-out=${PLAN}`, ...offline, ...more]);
    const plan = parse<Plan>(await this.#terraform(['show', '-json', PLAN]), 'show');
    return {
      ...plan,
      resource_changes: plan.resource_changes ?? [],
      output_changes: plan.output_changes ?? {},
    };
  }

  /**
   * As `changesOf` a plan, sorted, but in half the time: `create aws_iam_role.Chat_send`, `replace aws_...`. `applyPlan` may
   * follow.
   */
  async planChanges(): Promise<string[]> {
    await this.#ready();
    const { stdout } = await this.#terraform(['plan', '-json', '-input=false', '-parallelism=40', `-out=${PLAN}`]);
    const messages = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Message]));
    const changes = messages.flatMap(({ type, change }) => (type === 'planned_change' && change ? [change] : []));
    return changes.map(({ action, resource }) => `${action} ${resource.addr}`).sort();
  }

  /** Returns what Terraform printed. */
  async apply(...more: readonly string[]): Promise<string> {
    await this.#ready();
    const args = ['apply', '-input=false', '-auto-approve', '-parallelism=40', ...more];
    return (await this.#terraform(args)).stdout;
  }

  /** Does what the last plan said. */
  async applyPlan(): Promise<void> {
    await this.#terraform(['apply', '-input=false', '-parallelism=40', PLAN]);
  }

  async destroy(): Promise<string> {
    await this.#ready();
    return (await this.#terraform(['destroy', '-input=false', '-auto-approve', '-parallelism=40'])).stdout;
  }

  /** The values of the outputs, sensitive ones too. */
  async output(): Promise<Record<string, unknown>> {
    await this.#ready();
    const outputs = parse<Record<string, { value: unknown }>>(await this.#terraform(['output', '-json']), 'output');
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  /** The addresses of everything in the state. */
  async stateList(): Promise<string[]> {
    return Object.keys(await this.state());
  }

  /** The attributes of one resource in the state. */
  async stateShow(address: string): Promise<Attributes> {
    const state = await this.state();
    const found = state[address];
    if (found === undefined) {
      throw new Error(`the state has no ${address}, only ${Object.keys(state).join(', ') || 'nothing'}`);
    }
    return found;
  }

  /** The attributes of everything in the state, by address. */
  async state(): Promise<Readonly<Record<string, Attributes>>> {
    await this.#ready();
    // Not `show`, which starts the provider to learn what every attribute means.
    const { resources } = parse<State>(await this.#terraform(['state', 'pull']), 'state pull');
    return Object.fromEntries(
      resources.flatMap(({ mode, type, name, instances }) =>
        instances.map(({ index_key: key, attributes }) => {
          const address = `${mode === 'data' ? 'data.' : ''}${type}.${name}`;
          return [key === undefined ? address : `${address}[${JSON.stringify(key)}]`, attributes];
        }),
      ),
    );
  }

  // --- running
  async #ready(): Promise<void> {
    if (!this.#initialised) await this.init();
  }

  async #terraform(args: readonly string[], mayBeFast = true): Promise<Finished> {
    const finished = await this.#run(args, mayBeFast);
    if (finished.status !== 0) {
      throw new Error(`terraform ${args.join(' ')} failed\n${finished.stderr}\n${finished.stdout}`.trimEnd());
    }
    return finished;
  }

  async #run([command = '', ...args]: readonly string[], mayBeFast = true): Promise<Finished> {
    const { sandbox, env } = this.#options;
    const hurries = mayBeFast && this.#fast;
    const provider = hurries && NEED_PROVIDER.has(command) ? await this.#keptProvider() : undefined;
    const plain = command === 'state' ? [] : ['-no-color']; // which its subcommands do not know
    return run(this.#requirements.terraform, [command, ...plain, ...args], {
      cwd: this.folder,
      timeoutSeconds: 900,
      env: {
        ...cleanEnvironment(),
        ...SELDOM_COLLECTED,
        TF_CLI_CONFIG_FILE: this.#settings(hurries),
        TF_IN_AUTOMATION: '1',
        CHECKPOINT_DISABLE: '1',
        AWS_ENDPOINT_URL: sandbox?.endpoint ?? NOWHERE,
        AWS_EC2_METADATA_DISABLED: 'true',
        ...(provider !== undefined && { TF_REATTACH_PROVIDERS: provider.address }),
        ...env,
      },
    });
  }

  /** One process for all commands: Terraform itself starts one for each step of each command. */
  #keptProvider(): Promise<RunningProvider> {
    const { sandbox, env } = this.#options;
    this.#provider ??= startProvider(this.folder, { AWS_ENDPOINT_URL: sandbox?.endpoint ?? NOWHERE, ...env });
    return this.#provider;
  }

  /** Terraform's own settings: with or without the faster provider in the place of the installed one. */
  #settings(fast: boolean): string {
    return join(this.#base, fast ? 'fast.tfrc' : 'terraform.tfrc');
  }

  // --- the copy
  async #copy(output: string): Promise<void> {
    const filter = (source: string) => source === output || !isOurs(basename(source));
    await cp(output, this.folder, { recursive: true, filter });
    await writeFile(join(this.folder, OVERRIDE), JSON.stringify(await this.#override(), null, 2));
  }

  /** Terraform merges this into the module: keys that AWS does not know, and a state that stays in the copy. */
  async #override(): Promise<object> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith('.tf.json') && name !== OVERRIDE);
    const modules = names.map((name) => JSON.parse(readFileSync(join(this.folder, name), 'utf8')) as Module);
    const providers = modules.flatMap((module) => asList(module.provider).flatMap((block) => asList(block.aws)));
    if (providers.length === 0) throw new Error(`no provider "aws" in ${names.join(', ') || this.folder}`);
    const backends = modules.flatMap((module) => asList(module.terraform).flatMap(({ backend }) => Object.keys(backend ?? {})));
    const settings = {
      access_key: 'test',
      secret_key: 'test',
      s3_use_path_style: true,
      skip_credentials_validation: true,
      skip_metadata_api_check: 'true',
      skip_region_validation: true,
      ...(this.#options.sandbox === undefined && { skip_requesting_account_id: true }),
    };
    return {
      provider: {
        aws: providers.map(({ alias }) => ({ ...(alias !== undefined && { alias }), ...settings })),
      },
      ...(backends.some((name) => name !== 'local') && {
        terraform: { backend: { local: { path: STATE } } },
      }),
    };
  }
}

/** What the override has to know of a module in Terraform's JSON, where a single block may stand without its list. */
interface Module {
  readonly provider?: OneOrMany<{ readonly aws?: OneOrMany<{ readonly alias?: string }> }>;
  readonly terraform?: OneOrMany<{ readonly backend?: object }>;
}

type OneOrMany<T> = T | readonly T[] | undefined;

function asList<T>(value: OneOrMany<T>): readonly T[] {
  return value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

function parse<T>({ stdout, stderr }: Finished, command: string): T {
  try {
    return JSON.parse(stdout) as T;
  } catch {
    throw new Error(`terraform ${command} printed no JSON\n${stderr}\n${stdout}`);
  }
}
