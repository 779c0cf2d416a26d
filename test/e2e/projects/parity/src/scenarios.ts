import {
  AttributeNotExists,
  ClientBuilder,
  type CognitoUser,
  ComparisonOperator,
  ConditionBuilder,
  ConditionVariable,
  HttpApi,
  type HttpEvent,
  HttpException,
  HttpResponse,
  HttpServerlessFunction,
  UsesBasicServerlessFunction,
  UsesCognitoUserPoolAsAdmin,
  UsesDocumentStore,
  UsesFileStorageBucket,
  UsesKeyValueStore,
  UsesNotificationTopic,
  UsesQueue,
  UsesServerlessFunctionWebSocketClient,
} from 'nimbusc';
import { Door } from './door.js';
import { Listeners } from './listeners.js';
import { Blob, Files, Jobs, Line, Lists, Log, Members, News, Ordered, Part, Poison, Step, Thing } from './resources.js';

const things = ClientBuilder.getDocumentStoreClient(Thing);
const blobs = ClientBuilder.getKeyValueStoreClient(Uint8Array, Blob);
const logs = ClientBuilder.getDocumentStoreClient(Log);
const transactions = ClientBuilder.getTransactionalClient();
const jobs = ClientBuilder.getQueueClient(Jobs);
const line = ClientBuilder.getQueueClient(Line);
const poison = ClientBuilder.getQueueClient(Poison);
const ordered = ClientBuilder.getQueueClient(Ordered);
const lists = ClientBuilder.getQueueClient(Lists);
const steps = ClientBuilder.getDocumentStoreClient(Step);
const members = ClientBuilder.getCognitoClient(Members);
const news = ClientBuilder.getNotificationClient(News);
const files = ClientBuilder.getFileStorageClient(Files);
const sockets = ClientBuilder.getServerlessFunctionWebSocketClient();
const double = ClientBuilder.getBasicServerlessFunctionClient(Listeners, 'double');
const fail = ClientBuilder.getBasicServerlessFunctionClient(Listeners, 'fail');

const thing = (id: string, fields: Partial<Thing> = {}): Thing => Object.assign(new Thing(), fields, { id });

/** What comes of something: the value, or the name of the error. */
async function outcome(act: () => Promise<unknown>): Promise<string> {
  try {
    return show(await act());
  } catch (error) {
    return `throws ${(error as Error).name}`;
  }
}

/** Bundles are minified, and classes have other names there. */
const classOf = (value: object): string =>
  value instanceof Thing ? 'Thing' : value instanceof Part ? 'Part' : value instanceof Blob ? 'Blob' : 'object';

/** Values with what JSON leaves out. */
function show(value: unknown): string {
  if (value instanceof Date) return `Date ${value.getTime()}`;
  if (value instanceof Set) return `Set ${[...value].map(show).sort().join()}`;
  if (value instanceof Map) return `Map ${[...value].map(show).sort().join()}`;
  if (value instanceof Uint8Array) return `bytes ${[...value].join()}`;
  if (Array.isArray(value)) return `[${value.map(show).join()}]`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? JSON.stringify(value) : String(value);
  const entries = Object.entries(value).map(([key, part]) => `${key}: ${show(part)}`);
  return `${classOf(value)} { ${entries.sort().join(', ')} }`;
}

const roundTrip = (fields: Partial<Thing>) => () => things.put(thing('round', fields)).then(() => things.get('round'));

const step = (id: string, n: number) => () => steps.put(Object.assign(new Step(), { id, n }));
const named = (...names: string[]): object[] => names.map((name) => ({ name }));
const usersOf = (users: readonly CognitoUser[]): string[] =>
  users.map(({ username, attributes }) => `${username} ${attributes['email']} ${attributes['name'] ?? ''}`).sort();

const scenarios: { readonly [name: string]: readonly (() => Promise<unknown>)[] } = {
  numbers: [0, -0, 0.1, 1e-7, 1e21, 123456789012345680000, 9.99e125, 1e-130, Number.NaN, Number.POSITIVE_INFINITY].map((number) =>
    roundTrip({ number }),
  ),
  bigints: [0n, -1n, 10n ** 37n, 10n ** 38n - 1n, 10n ** 38n, 2n ** 64n].map((big) => roundTrip({ big })),
  values: [
    roundTrip({}),
    roundTrip({ text: '' }),
    roundTrip({ text: null }),
    roundTrip({ words: new Set() }),
    roundTrip({ words: new Set(['b', 'a', '']) }),
    roundTrip({ date: new Date(86_400_000) }),
    roundTrip({ date: new Date(Number.NaN) }),
    roundTrip({ part: Object.assign(new Part(), { name: 'wheel', made: new Date(5) }) }),
    roundTrip({ anything: { deep: [new Map([[1n, new Date(4)]]), undefined, null, -0], '': 1, $nimbus: 2 } }),
    roundTrip({ anything: () => 1 }),
    roundTrip({ text: 'caf\u00e9 \u{1f388} \u0000' }),
    roundTrip({ text: '\ud800' }),
  ],
  keys: [
    () => things.put(thing('')),
    () => things.put(thing('caf\u00e9 \u{1f388}')).then(() => things.get('caf\u00e9 \u{1f388}')),
    () => things.put(thing('k'.repeat(2048))).then(() => things.deleteKey('k'.repeat(2048))),
    () => things.put(thing('k'.repeat(2049))),
    () => blobs.put(Uint8Array.of(0, 255), Object.assign(new Blob(), { size: 2 })).then(() => blobs.get(Uint8Array.of(0, 255))),
    () => blobs.getAllKeys(),
  ],
  sizes: [
    () => things.put(thing('large', { text: 'x'.repeat(390 * 1024) })).then(() => things.deleteKey('large')),
    () => things.put(thing('large', { text: 'x'.repeat(400 * 1024) })),
    () => things.get('large'),
  ],
  conditions: [
    () => things.put(thing('c', { number: 1 }), new AttributeNotExists('id')),
    () => things.put(thing('c', { number: 2 }), new AttributeNotExists('id')),
    () => things.put(thing('c', { number: 3 }), new AttributeNotExists('nothing')),
    () => things.delete(thing('c'), ConditionBuilder.ifComparison('number', '>', ConditionVariable.numeric(1)).build()),
    () => things.filter(ConditionBuilder.ifComparison('id', ComparisonOperator.EQUAL, ConditionVariable.string('c')).build()),
    async () => {
      // Equal ones: which of them wins is nobody's to say.
      const attempts = Array.from({ length: 5 }, () => outcome(() => things.put(thing('race'), new AttributeNotExists('id'))));
      return (await Promise.all(attempts)).sort();
    },
  ],
  transactions: [
    () =>
      transactions.executeWriteTransaction([
        things.getWriteItem(thing('t', { number: 1 })),
        things.getIncrementValueRequest('c', 'number', 2),
      ]),
    () => things.get('t'),
    () => things.get('c'),
    () =>
      transactions.executeWriteTransaction([
        things.getWriteItem(thing('never')),
        things.getIncrementValueRequest('nobody', 'number'),
      ]),
    () => transactions.executeReadTransaction([things.getReadItem('t'), things.getReadItem('never')]),
    () => transactions.executeWriteTransaction([things.getWriteItem(thing('t')), things.getDeleteKeyItemRequest('t')]),
    () => transactions.executeWriteTransaction([]),
  ],
  changes: [
    () => things.put(thing('s', { number: 1 })),
    () => things.put(thing('s', { number: 1 })),
    () => things.put(thing('s', { number: 2 })),
    () => things.put(thing('s', { number: 3 })),
    () => things.deleteKey('s'),
    () => things.deleteKey('s'),
  ],
  queues: [
    () => jobs.sendMessageAsJson({ n: 1, part: Object.assign(new Part(), { name: 'p', made: new Date(9) }) }),
    () => jobs.sendMessage('x'.repeat(1_048_577)),
    () => line.sendMessages(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12']),
    () => line.sendMessage('once', { groupId: 'g', deduplicationId: 'd' }),
    () => line.sendMessage('twice', { groupId: 'g', deduplicationId: 'd' }),
    () => line.sendMessages([]),
  ],
  poison: [() => poison.sendMessages([...named('a', 'bad', 'b'), { wrong: true }, 'no JSON']), () => poison.sendMessages([])],
  groups: [
    () => ordered.sendMessages(named('a1', 'late a2', 'a3', 'a4'), { groupId: 'A' }),
    () => ordered.sendMessages(named('b1', 'bad', 'b3'), { groupId: 'B' }),
    () => ordered.sendMessages(named('c1', 'c2', 'c3'), { groupId: 'C' }),
  ],
  lists: [() => lists.sendMessages([{ n: 1 }, { n: 2 }, { n: 3 }]), () => lists.sendMessages([{ n: 4 }, { n: 'x' }, { n: 6 }])],
  streams: [
    ...[0, 1, 2, 3].flatMap((n) => [step('x', n), step('y', n)]),
    step('bad', 0),
    step('bad', 1),
    ...[4, 5].flatMap((n) => [step('x', n), step('y', n)]),
  ],
  users: [
    () => members.searchUsers('email', 'ada@example.com').then(usersOf),
    () => members.searchUsers('email', 'ada').then(usersOf),
    () => members.searchUsers('email', 'ada', 'PREFIX').then(usersOf),
    () => members.searchUsers('username', 'grace').then(usersOf),
    () => members.listUsersInGroup('staff').then(usersOf),
    () => members.listUsersInGroup('nowhere').then(usersOf),
    () => members.addUserToGroup('adam', 'staff'),
    () => members.addUserToGroup('adam', 'staff'),
    () => members.addUserToGroup('adam', 'nowhere'),
    () => members.addUserToGroup('nobody', 'staff'),
    () => members.removeUserFromGroup('grace', 'staff'),
    () => members.listUsersInGroup('staff').then(usersOf),
    () => members.updateUserAttributes('ada', { name: 'Ada L' }),
    () => members.updateUserAttributes('nobody', { name: 'N' }),
    () => members.searchUsers('name', 'Ada L').then(usersOf),
    () => members.getUser('nonsense'),
  ],
  topics: [
    () => news.notify('hello \u{1f388}'),
    () => news.notify('x'.repeat(262_145)),
    () => news.notifyJson(undefined),
    () => news.notifyJson({ on: new Date(0), big: 1n }),
  ],
  files: [
    () => files.saveFile('a b/caf\u00e9+1.txt', 'text'),
    () => files.getFileAsString('a b/caf\u00e9+1.txt'),
    () => files.saveFile('bytes', Uint8Array.of(1, 2)),
    () => files.saveFile('', 'x'),
    () => files.saveFile('none', ''),
    () => files.getFileAsString('none'),
    () => files.getFileAsString('missing'),
    () => files.getFile('missing'),
    () => files.listFiles().then((all) => all.map(({ path, size, lastModified }) => [path, size, lastModified instanceof Date])),
    () => files.deleteFile('bytes'),
    () => files.listFiles().then((all) => all.map(({ path }) => path)),
  ],
  calls: [
    () => double.invoke({ n: 2, on: new Date(7), part: Object.assign(new Part(), { name: 'p' }) }),
    () => double.invoke(JSON.parse('{"n":"x"}')),
    () => double.invokeAsync({ n: 1 }),
    () => fail.invoke('range'),
    () => fail.invoke('own'),
    () => fail.invoke('text'),
  ],
  sockets: [() => sockets.sendToConnection('L0SM9cOFvHcCIhw=', 'x'), () => sockets.disconnect('L0SM9cOFvHcCIhw=')],
};

@HttpApi({ authorizer: Door })
export class Scenarios {
  @HttpServerlessFunction({ method: 'POST', path: 'run/{scenario}', timeout: 29 })
  @UsesDocumentStore(Thing)
  @UsesKeyValueStore(Blob)
  @UsesQueue({ queue: Jobs })
  @UsesQueue({ queue: Line })
  @UsesQueue({ queue: Poison })
  @UsesQueue({ queue: Ordered })
  @UsesQueue({ queue: Lists })
  @UsesDocumentStore(Step)
  @UsesCognitoUserPoolAsAdmin({ userPool: Members })
  @UsesNotificationTopic({ notificationTopic: News })
  @UsesFileStorageBucket({ fileStorageBucket: Files })
  @UsesBasicServerlessFunction({ targetClass: Listeners, methodName: 'double' })
  @UsesBasicServerlessFunction({ targetClass: Listeners, methodName: 'fail' })
  @UsesServerlessFunctionWebSocketClient()
  async run(event: HttpEvent): Promise<string[]> {
    const results: string[] = [];
    for (const step of scenarios[event.pathParameters['scenario'] ?? ''] ?? []) results.push(await outcome(step));
    return results;
  }

  @HttpServerlessFunction({ method: 'GET', path: 'logs' })
  @UsesDocumentStore(Log)
  async logs(): Promise<Record<string, string[]>> {
    const all = await logs.getAll();
    return Object.fromEntries(all.sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, lines }) => [id, lines]));
  }

  @HttpServerlessFunction({ method: 'GET', path: 'who' })
  who(event: HttpEvent): object {
    return event.authorizationContext;
  }

  @HttpServerlessFunction({ method: 'GET', path: 'scenarios' })
  names(): string[] {
    return Object.keys(scenarios);
  }

  @HttpServerlessFunction({ method: 'POST', path: 'echo/{id}' })
  echo(part: Part, event: HttpEvent): object {
    const { queryStringParameters, multiValueQueryStringParameters, pathParameters, cookies, isBase64Encoded } = event;
    const { routeKey, stage, http } = event.requestContext;
    const seen = { queryStringParameters, multiValueQueryStringParameters, pathParameters, cookies, isBase64Encoded };
    return { ...seen, routeKey, stage, method: http.method, path: http.path, label: part.label(), own: event.headers['x-own'] };
  }

  @HttpServerlessFunction({ method: 'GET', path: 'echo/{rest+}' })
  greedy(event: HttpEvent): HttpResponse {
    const rest = event.pathParameters['rest'] ?? '';
    if (rest === 'teapot') throw new HttpException(418, 'short and stout');
    if (rest === 'crash') throw new Error('secret');
    return new HttpResponse().withStatusCode(202).withBody(rest).withHeaders({ 'X-Seen': rest }).withCookies('a=1', 'b=2');
  }

  @HttpServerlessFunction({ method: 'GET', path: 'echo/bytes' })
  bytes(): Uint8Array {
    return Uint8Array.of(0, 255);
  }

  @HttpServerlessFunction({ method: 'POST', path: 'text' })
  text(text?: string): string {
    return text ?? 'nothing';
  }

  @HttpServerlessFunction({ method: 'GET', path: 'nothing' })
  nothing(): void {}
}
