/** nimbusc's Lambda zips beside the hand-written ones: size, loading, calling, and which zips a change touches. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { unzipSync } from 'fflate';
import { generateProject, handlerFile, writeProject } from '../generate.js';
import { measureNode } from '../measure.js';
import { nimbusc } from '../nimbusc.js';
import { type Cell, markdownTable } from '../report.js';
import { median, pairedDifference, pairedRatio } from '../statistics.js';
import { bundleByHand, type LambdaPackage } from './bundle.js';

const STAGE_OUTPUT = 'nimbus.out/dev';
const PROBE = join(import.meta.dirname, 'probe.js');
const LOADS_AT_LEAST = 25;
const CALL_ROUNDS = 5;

/** The same two handlers that bundle.ts bundles by hand, in nimbusc's language. */
const PROJECT = [
  {
    path: 'src/greeter.ts',
    text: `import { HttpMethod, HttpServerlessFunction } from 'nimbusc';

export interface Greeting {
  name: string;
  times: number;
}

export class Greeter {
  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'greet' })
  async greet(input: Greeting) {
    return { text: \`hello \${input.name}\`, times: input.times + 1 };
  }
}
`,
  },
  {
    path: 'src/accounts.ts',
    text: `import {
  Attribute,
  ClientBuilder,
  DocumentStore,
  type HttpEvent,
  HttpException,
  HttpMethod,
  HttpServerlessFunction,
  Key,
  UsesDocumentStore,
} from 'nimbusc';

@DocumentStore()
export class Account {
  @Key() id = '';
  @Attribute() owner = '';
  @Attribute() balance = 0;
}

export class Accounts {
  private readonly accounts = ClientBuilder.getDocumentStoreClient(Account);

  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'accounts/{id}' })
  @UsesDocumentStore({ dataModel: Account })
  async read(event: HttpEvent) {
    const id = event.pathParameters['id'] ?? '';
    const account = await this.accounts.get(id);
    if (account === null) throw new HttpException(404, \`no account \${id}\`);
    return account;
  }
}
`,
  },
  {
    // The same work as order-ajv.ts and order-zod.ts.
    path: 'src/orders.ts',
    text: `import { HttpMethod, HttpServerlessFunction } from 'nimbusc';

export interface Address {
  street: string;
  city: string;
}

export interface Order {
  /**
   * @minLength 1
   * @maxLength 64
   */
  id: string;
  /** @format email */
  email: string;
  /** @minimum 1 */
  quantity: number;
  isGift: boolean;
  placed: Date;
  tags: string[];
  status: 'open' | 'paid' | 'sent';
  address: Address | null;
  total: bigint;
  note?: string;
}

export class Orders {
  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'orders' })
  async take(order: Order) {
    return {
      id: order.id,
      year: order.placed.getUTCFullYear(),
      total: String(order.total * 2n),
      count: order.tags.length + order.quantity,
    };
  }
}
`,
  },
];

const postEvent = (path: string, body: string): string =>
  JSON.stringify({
    version: '2.0',
    routeKey: `POST ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'user-agent': 'bench', host: 'api.example.com' },
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'bench' },
      requestId: 'request',
      routeKey: `POST ${path}`,
      stage: '$default',
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: 1767225600000,
    },
    body,
    isBase64Encoded: false,
  });

const GREET_EVENT = postEvent('/greet', '{"name":"thomas","times":1}');

const ORDER = {
  id: 'o-1',
  email: 'thomas@example.com',
  quantity: 3,
  isGift: false,
  placed: '2026-01-01T00:00:00.000Z',
  tags: ['a', 'b', 'c'],
  status: 'paid',
  address: { street: 'Main Street 1', city: 'Berlin' },
  total: '12345678901234567890',
  note: 'ring twice',
};
const ORDER_EVENT = postEvent('/orders', JSON.stringify(ORDER));

export async function measureBundles(runs: number, parent: string, progress: (text: string) => void): Promise<string> {
  const folder = join(parent, 'bundles');
  writeProject(folder, 'bench-bundles', PROJECT);
  progress('bundles: building');
  await measureNode(nimbusc('build', folder), folder);
  const jsonByHand = await bundleByHand('json', join(parent, 'by-hand/json'));
  const storeByHand = await bundleByHand('get-item', join(parent, 'by-hand/get-item'));
  const json = unpack(folder, 'Greeter_greet', join(parent, 'unpacked/json'));
  const store = unpack(folder, 'Accounts_read', join(parent, 'unpacked/get-item'));

  const order = unpack(folder, 'Orders_take', join(parent, 'unpacked/order'));
  const ajv = await bundleByHand('order-ajv', join(parent, 'by-hand/order-ajv'));
  const zod = await bundleByHand('order-zod', join(parent, 'by-hand/order-zod'));
  for (const lambda of [order, ajv, zod]) await mustCheck(lambda);

  const all = [jsonByHand, json, storeByHand, store, order, ajv, zod];
  const loads = await inTurn(all, Math.max(runs, LOADS_AT_LEAST), (lambda) => probe('load', lambda), progress);
  const events = new Map([jsonByHand, json, order, ajv, zod].map((lambda, i) => [lambda, i < 2 ? GREET_EVENT : ORDER_EVENT]));
  const calls = await inTurn([...events.keys()], CALL_ROUNDS, (lambda) => probe('call', lambda, events.get(lambda)), progress);
  const line = (title: string, lambda: LambdaPackage, byHand: LambdaPackage, aim: string): Cell[] => [
    title,
    lambda.zipBytes,
    lambda.unpackedBytes,
    overBase(loads, lambda, byHand),
    calls.has(lambda) ? overBase(calls, lambda, byHand) : '',
    aim,
  ];
  const table = markdownTable(
    ['Lambda', 'zip bytes', 'unpacked bytes', 'load ms', 'warm call µs', 'aim'],
    [
      line('JSON, by hand', jsonByHand, jsonByHand, ''),
      line('JSON, nimbusc', json, jsonByHand, 'zip under 4 KB; 3 KB, 1 ms, 2 µs over by hand'),
      line('document store get, by hand', storeByHand, storeByHand, ''),
      line('document store get, nimbusc', store, storeByHand, 'zip 75 KB, load 35 ms where by hand is 69 KB, 30 ms'),
    ],
  );
  const checks = markdownTable(
    ['ten fields checked', 'zip bytes', 'unpacked bytes', 'load ms', 'warm call µs'],
    [
      ['nimbusc', ...ratios(order, order, loads, calls)],
      ['ajv standalone, by hand', ...ratios(ajv, order, loads, calls)],
      ['zod, by hand', ...ratios(zod, order, loads, calls)],
    ],
  );
  return `${table}\n\n${checks}\n\n${await touchedZips(parent, progress)}`;
}

/** Nothing is worth comparing unless all refuse what is wrong and answer the same to what is right. */
async function mustCheck(lambda: LambdaPackage): Promise<void> {
  const { handler } = (await import(pathToFileURL(lambda.file).href)) as { handler: (event: object) => Promise<Answer> };
  const send = (order: object): Promise<Answer> => handler(JSON.parse(postEvent('/orders', JSON.stringify(order))) as object);
  const right = await send(ORDER);
  const wrong = await send({ ...ORDER, quantity: 0, address: {} });
  const expected = '{"id":"o-1","year":2026,"total":"24691357802469135780","count":6}';
  if (right.body !== expected || wrong.statusCode !== 400) throw new Error(`${lambda.file} does not check its body`);
}

interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

type Values = ReadonlyMap<LambdaPackage, number[]>;

/** Sizes and medians, and in brackets their ratio to nimbusc's in the same rounds. */
function ratios(lambda: LambdaPackage, own: LambdaPackage, loads: Values, calls: Values): Cell[] {
  const size = (of: (it: LambdaPackage) => number): string =>
    lambda === own ? `${of(own)}` : `${of(lambda)} (${(of(lambda) / of(own)).toFixed(1)})`;
  const time = (values: Values): string => {
    const [mine, theirs] = [values.get(lambda) ?? [], values.get(own) ?? []];
    return lambda === own ? median(mine).toFixed(1) : `${median(mine).toFixed(1)} (${pairedRatio(mine, theirs).toFixed(1)})`;
  };
  return [size((it) => it.zipBytes), size((it) => it.unpackedBytes), time(loads), time(calls)];
}

/** Measures each in turn, round after round, so that all see the same load of the machine. The first round is dropped. */
async function inTurn(
  lambdas: readonly LambdaPackage[],
  rounds: number,
  measure: (lambda: LambdaPackage) => Promise<number>,
  progress: (text: string) => void,
): Promise<Map<LambdaPackage, number[]>> {
  const values = new Map<LambdaPackage, number[]>(lambdas.map((lambda) => [lambda, []]));
  for (let round = 0; round <= rounds; round++) {
    progress(`bundles: round ${round} of ${rounds}`);
    for (const lambda of lambdas) {
      const value = await measure(lambda);
      if (round > 0) values.get(lambda)?.push(value);
    }
  }
  return values;
}

/** Its median, and in brackets what it takes more than the one by hand. */
function overBase(values: ReadonlyMap<LambdaPackage, number[]>, lambda: LambdaPackage, byHand: LambdaPackage): string {
  const own = values.get(lambda) ?? [];
  const text = median(own).toFixed(1);
  if (lambda === byHand) return text;
  const more = pairedDifference(own, values.get(byHand) ?? []);
  return `${text} (${more < 0 ? '' : '+'}${more.toFixed(1)})`;
}

async function probe(what: 'load' | 'call', lambda: LambdaPackage, event = GREET_EVENT): Promise<number> {
  const { stdout } = await measureNode([PROBE, what, lambda.file, lambda.exportName, event], dirname(lambda.file), {
    ...lambda.environment,
    AWS_REGION: 'eu-west-1',
    // Lambda's Node is younger than the one that a developer may have here; printing the warning takes time.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
  // What a Lambda prints while it loads comes before the number.
  return Number(stdout.trim().split('\n').at(-1));
}

/** Finds a function's zip, handler and environment in the Terraform module, as Lambda would be told. */
function unpack(project: string, address: string, folder: string): LambdaPackage {
  const stage = join(project, STAGE_OUTPUT);
  const module = JSON.parse(readFileSync(join(stage, 'cdk.tf.json'), 'utf8'));
  const lambda = module.resource.aws_lambda_function[address];
  const zip = readFileSync(join(stage, lambda.filename.replace(/^\$\{path\.module\}\//, '')));
  let unpackedBytes = 0;
  for (const [path, content] of Object.entries(unzipSync(zip))) {
    unpackedBytes += content.length;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  // As in Lambda, where no package.json lies above the function: `.js` is CommonJS unless the zip says otherwise.
  if (!existsSync(join(folder, 'package.json'))) writeFileSync(join(folder, 'package.json'), '{}\n');
  const [base, exportName] = splitHandler(lambda.handler);
  const file = ['.js', '.mjs', '.cjs'].map((ending) => join(folder, base + ending)).find(existsSync);
  if (file === undefined) throw new Error(`${address}: the zip has no module ${base}`);
  const environment = [lambda.environment].flat()[0]?.variables ?? {};
  return { file, exportName, unpackedBytes, zipBytes: zip.length, environment };
}

function splitHandler(handler: string): [base: string, exportName: string] {
  const dot = handler.lastIndexOf('.');
  return [handler.slice(0, dot), handler.slice(dot + 1)];
}

/** Which zips of a generated project differ after one handler was edited, and after one was added. */
async function touchedZips(parent: string, progress: (text: string) => void): Promise<string> {
  const handlers = 10;
  const folder = join(parent, 'touched');
  generateProject(folder, handlers);
  const build = async () => {
    progress('bundles: which zips a change touches');
    await measureNode(nimbusc('build', folder), folder);
    return zipHashes(join(folder, STAGE_OUTPUT, 'artifacts'));
  };
  const before = await build();

  const edited = handlerFile(0, 1);
  writeFileSync(join(folder, edited.path), edited.text);
  const afterEdit = await build();

  const added = handlerFile(handlers);
  writeFileSync(join(folder, added.path), added.text);
  const afterAdd = await build();
  rmSync(folder, { recursive: true, force: true });

  return markdownTable(
    ['change, of ten handlers', 'zips changed', 'as it should be'],
    [
      touchedLine('one handler edited', before, afterEdit, `${edited.className}-${edited.methodName}.zip`),
      touchedLine('one handler added', afterEdit, afterAdd, `${added.className}-${added.methodName}.zip`),
    ],
  );
}

type Hashes = ReadonlyMap<string, string>;

function touchedLine(title: string, before: Hashes, after: Hashes, expected: string): Cell[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  const touched = [...names].filter((name) => before.get(name) !== after.get(name)).sort();
  return [title, touched.join(', '), touched.length === 1 && touched[0] === expected ? 'yes' : `NO, only ${expected}`];
}

function zipHashes(folder: string): Hashes {
  const zips = readdirSync(folder).filter((name) => name.endsWith('.zip'));
  return new Map(
    zips.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  );
}
