// The AWS emulator of test/sandbox, started for a suite.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { sandboxFolder } from './repository.js';
import { findRequirements } from './requirements.js';
import { run } from './run.js';

const START_SECONDS = 60;
const STOP_SECONDS = 5;

export interface Invocation {
  readonly requestId: string;
  readonly function: string;
  readonly role: string;
  /** Who called: `apigateway ARN`, `sqs ARN`, `function NAME`, `client` for the deployer, ... */
  readonly source: string;
  readonly type: 'RequestResponse' | 'Event';
  readonly attempt: number;
  readonly event: unknown;
  readonly startedAt: string;
  readonly status: 'running' | 'succeeded' | 'failed';
  readonly result: unknown;
  readonly error: { readonly errorType: string; readonly errorMessage: string } | null;
  readonly durationMs: number | null;
  readonly coldStart: boolean;
  readonly logs: string;
}

/** A refused call: of a function's role, or of a service that a resource's own policy does not let in. */
export interface Denial {
  /** The role's ARN, or the service's name. */
  readonly role: string;
  readonly function: string | null;
  readonly action: string;
  readonly resource: string;
  readonly message: string;
  readonly at: string;
}

/** An event that AWS would have lost: nobody may take it, or its retries are used up. */
export interface Dropped {
  readonly what: string;
  readonly why: string;
  readonly event: unknown;
  readonly at: string;
}

export interface Permission {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

export interface Permissions {
  readonly used: readonly (Permission & { readonly count: number })[];
  /** Granted to the role of a function, and exercised by nothing. Logs and traces do not count. */
  readonly unused: readonly Permission[];
}

export interface DeployedApi {
  readonly id: string;
  readonly name: string;
  readonly protocol: 'HTTP' | 'WEBSOCKET';
  readonly region: string;
  readonly stages: readonly string[];
  readonly routes: readonly string[];
}

export interface OpenConnection {
  readonly id: string;
  readonly api: string;
  readonly stage: string;
}

export interface InvokeResult {
  readonly payload: unknown;
  readonly failed: boolean;
  readonly logs: string;
}

export interface SandboxOptions {
  /** Servers on loopback that stand in for Amazon RDS: their ports, by the port that an instance has. */
  readonly databases?: Readonly<Record<number, number>>;
  /** The file that functions find where Lambda has the certificates of Amazon RDS; by default there is none. */
  readonly certificates?: string;
}

/** A sandbox, and what is done while it starts. When that fails nobody would stop the sandbox, so it is stopped here. */
export async function startSandboxBeside<T>(task: Promise<T>): Promise<readonly [Sandbox, T]> {
  const [sandbox, done] = await Promise.allSettled([startSandbox(), task]);
  if (sandbox.status === 'rejected') throw sandbox.reason;
  if (done.status === 'fulfilled') return [sandbox.value, done.value];
  await sandbox.value.stop();
  throw done.reason;
}

export async function startSandbox({ databases, certificates }: SandboxOptions = {}): Promise<Sandbox> {
  const { python } = await findRequirements();
  await installPackages();
  const args = [join(sandboxFolder, 'sandbox.py'), '--end-with-stdin'];
  const env = {
    ...process.env,
    SANDBOX_NODE: process.env.SANDBOX_NODE ?? process.execPath,
    SANDBOX_DATABASES: JSON.stringify(databases ?? {}),
    SANDBOX_CERTIFICATES: certificates ?? '',
  };
  const child = spawn(python, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const output: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => output.push(text));
  const lines = createInterface({ input: child.stdout });
  const addresses = await new Promise<Addresses>((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(new Error(`the sandbox ${why}\n${output.join('')}`));
    };
    const timer = setTimeout(fail, START_SECONDS * 1000, `is not ready after ${START_SECONDS} s`);
    child.once('error', (error) => fail(`does not start: ${error.message}`));
    child.once('exit', (code) => fail(`has ended with ${code}`));
    lines.once('line', (line) => {
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve(JSON.parse(line) as Addresses);
    });
  });
  lines.on('line', (line) => output.push(`${line}\n`));
  return new Sandbox(child, addresses, output);
}

interface Addresses {
  readonly endpoint: string;
  readonly websocket: string;
}

export class Sandbox {
  /** `AWS_ENDPOINT_URL` for the deployer, whose key is `test` with the secret `test`. */
  readonly endpoint: string;
  /** How long `idle` waits. */
  patienceSeconds = 30;
  readonly #websocket: string;
  readonly #child: ChildProcess;
  readonly #output: readonly string[];

  constructor(child: ChildProcess, addresses: Addresses, output: readonly string[]) {
    this.endpoint = addresses.endpoint;
    this.#websocket = addresses.websocket;
    this.#child = child;
    this.#output = output;
  }

  /** Ends the process that was started, and the functions with it. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_SECONDS * 1000);
    this.#child.stdin?.end();
    await exited;
    clearTimeout(timer);
  }

  /** What the sandbox itself has printed: its own failures. */
  get output(): string {
    return this.#output.join('');
  }

  // --- addresses
  /** Where the sandbox serves an HTTP API or a website, for its URL as Terraform puts it out. */
  httpUrl(url: string): string {
    return url.replace(/^https?:\/\//, `${this.endpoint}/_host/`);
  }

  /** Where the sandbox serves a WebSocket API's stage, for its URL as Terraform puts it out. */
  wsUrl(url: string): string {
    return url.replace(/^wss?:\/\//, `${this.#websocket}/_host/`);
  }

  /** For clients of the AWS SDK that act as the deployer, who may do everything. */
  clientConfig(region = 'us-east-1') {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return { endpoint: this.endpoint, region, credentials, forcePathStyle: true } as const;
  }

  // --- AWS, as the deployer
  /** An operation of a service with the AWS JSON protocol: `awsJson('dynamodb', 'DynamoDB_20120810.Scan', {...})`. */
  async awsJson(service: string, target: string, body: object, region = 'us-east-1'): Promise<unknown> {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target };
    const response = await this.aws(service, '/', { method: 'POST', headers, body: JSON.stringify(body) }, region);
    const text = await response.text();
    if (!response.ok) throw new Error(`${target}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  async invoke(functionName: string, payload: unknown = {}, region = 'us-east-1'): Promise<InvokeResult> {
    const path = `/2015-03-31/functions/${functionName}/invocations`;
    const headers = { 'x-amz-log-type': 'Tail' };
    const response = await this.aws('lambda', path, { method: 'POST', headers, body: JSON.stringify(payload) }, region);
    const text = await response.text();
    if (!response.ok) throw new Error(`invoke ${functionName}: ${response.status} ${text}`);
    return {
      payload: text === '' ? undefined : JSON.parse(text),
      failed: response.headers.has('x-amz-function-error'),
      logs: Buffer.from(response.headers.get('x-amz-log-result') ?? '', 'base64').toString(),
    };
  }

  /** Any request to a service. The signature names the deployer's key; the sandbox does not verify signatures. */
  aws(service: string, path: string, init: RequestInit, region = 'us-east-1'): Promise<Response> {
    const scope = `test/20000101/${region}/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
    return fetch(this.endpoint + path, { ...init, headers: { ...init.headers, authorization } });
  }

  // --- the sandbox's own interface
  /** Resolves when nothing is in flight: no invocation, and nothing in a queue, stream or retry that would cause one. */
  async idle(timeoutSeconds = this.patienceSeconds): Promise<void> {
    const response = await fetch(`${this.endpoint}/_sandbox/idle?timeout=${timeoutSeconds}`);
    const { busy } = (await response.json()) as { busy: string[] };
    if (busy.length > 0) throw new Error(`the sandbox is still busy after ${timeoutSeconds} s: ${busy.join(', ')}`);
  }

  /** All since the last `clear`, or those of one function; oldest first. */
  invocations(functionName?: string): Promise<Invocation[]> {
    return this.#get('invocations', functionName === undefined ? {} : { function: functionName });
  }

  denied(): Promise<Denial[]> {
    return this.#get('denied');
  }

  dropped(): Promise<Dropped[]> {
    return this.#get('dropped');
  }

  usedPermissions(): Promise<Permissions> {
    return this.#get('used-permissions');
  }

  /** As `used` of these, with what Lambda does to keep the logs of functions. */
  exercised(): Promise<(Permission & { readonly count: number })[]> {
    return this.#get('exercised');
  }

  apis(): Promise<DeployedApi[]> {
    return this.#get('apis');
  }

  connections(): Promise<OpenConnection[]> {
    return this.#get('connections');
  }

  /** The next invocation of the function is a cold start. */
  async restart(functionName: string): Promise<void> {
    await this.#post('restart', { function: functionName });
  }

  /** A schedule comes due: of an EventBridge rule, or of EventBridge Scheduler. */
  async fireRule(name: string, bus = 'default'): Promise<void> {
    await this.#post('fire-rule', { name, bus });
  }

  /** Messages in flight are visible again at once: of one queue, or of all. Returns how many they were. */
  async expireVisibility(queue?: string): Promise<number> {
    const query = queue === undefined ? {} : { queue };
    return (await this.#post<{ messages: number }>('expire-visibility', query)).messages;
  }

  /** Empties the lists of invocations, refusals, dropped events and used permissions. */
  async clear(): Promise<void> {
    await this.#post('clear');
  }

  /** Back to an account in which there is nothing. */
  async reset(): Promise<void> {
    await this.#post('reset');
  }

  #get<T>(name: string, query: Record<string, string> = {}): Promise<T> {
    return this.#control('GET', name, query);
  }

  #post<T>(name: string, query: Record<string, string> = {}): Promise<T> {
    return this.#control('POST', name, query);
  }

  async #control<T>(method: string, name: string, query: Record<string, string>): Promise<T> {
    const parameters = new URLSearchParams(query);
    const response = await fetch(`${this.endpoint}/_sandbox/${name}?${parameters}`, { method });
    if (!response.ok) throw new Error(`${method} ${name} ${parameters}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}

/** The packages that functions find beside their code: installed once for each state of the lock file. */
async function installPackages(): Promise<void> {
  const modules = join(sandboxFolder, 'node_modules');
  const stamp = 'lock.sha256';
  const lock = createHash('sha256')
    .update(await readFile(join(sandboxFolder, 'package-lock.json')))
    .digest('hex');
  const installed = async () => {
    const file = join(modules, stamp);
    return existsSync(file) && (await readFile(file, 'utf8')) === lock;
  };
  if (await installed()) return;
  // Beside, and then renamed: what is there is whole, also after a crash or with two suites that start at once.
  const beside = await mkdtemp(join(sandboxFolder, '.installing-'));
  try {
    for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
      await copyFile(join(sandboxFolder, name), join(beside, name));
    }
    const { status, stderr } = await run('npm', ['ci', '--ignore-scripts'], { cwd: beside });
    if (status !== 0) throw new Error(`npm ci for test/sandbox failed:\n${stderr}`);
    await writeFile(join(beside, 'node_modules', stamp), lock);
    if (await installed()) return; // by somebody else, in the meantime
    await rm(modules, { recursive: true, force: true });
    await rename(join(beside, 'node_modules'), modules).catch(async (error: unknown) => {
      if (!(await installed())) throw error;
    });
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}
