/**
 * The kinds of handlers that generated projects are made of, as one table: a kind that nimbusc learns later (queue,
 * topic, schedule) is one more entry in `OTHERS`. In: the handler's number; out: its source text. Never reads files.
 */

export interface HandlerKind {
  /** The class is this name and the handler's number. */
  readonly className: string;
  readonly methodName: string;
  readonly trigger: (id: string) => string;
  readonly uses: readonly Client[];
  readonly parameters: string;
  /** Every body holds `REVISION`, which `handlerText` replaces: that is how the runner edits one handler. */
  readonly body: readonly string[];
}

export type Client = keyof typeof CLIENTS;

/** How a class gets a client, and what its handlers declare for it. */
const CLIENTS = {
  accounts: {
    field: 'private readonly accounts = ClientBuilder.getDocumentStoreClient(Account);',
    decorator: '@UsesDocumentStore({ dataModel: Account })',
  },
  sessions: {
    field: 'private readonly sessions = ClientBuilder.getKeyValueStoreClient(String, Session);',
    decorator: '@UsesKeyValueStore({ dataModel: Session })',
  },
  sockets: {
    field: 'private readonly sockets = ClientBuilder.getServerlessFunctionWebSocketClient();',
    decorator: '@UsesServerlessFunctionWebSocketClient()',
  },
} as const;

const http = (method: string, path: string) => (id: string) =>
  `@HttpServerlessFunction({ method: HttpMethod.${method}, path: '${path.replace('#', id)}' })`;
const webSocket = (topic: string) => (id: string) => `@WebSocketServerlessFunction({ topic: '${topic.replace('#', id)}' })`;

/** The first socket handler of a project; a topic may be served only once, so it has no second one. */
const CONNECT: HandlerKind = {
  className: 'Connect',
  methodName: 'onConnect',
  trigger: webSocket('$connect'),
  uses: ['accounts', 'sessions'],
  parameters: 'event: WebSocketEvent',
  body: [
    "const user = requireText(event.queryStringParameters['user'], 'user');",
    'const account = await this.accounts.get(user);',
    "if (account === null) throw new Error(describe('REVISION', 'not a valid user', user));",
    'await this.sessions.put(event.requestContext.connectionId, newSession(user));',
  ],
};

const JOIN: HandlerKind = {
  className: 'Join',
  methodName: 'join',
  trigger: webSocket('join#'),
  uses: ['sessions', 'sockets'],
  parameters: 'message: RoomMessage, event: WebSocketEvent',
  body: [
    'const id = event.requestContext.connectionId;',
    'await this.sessions.put(id, newSession(message.to));',
    "await this.sockets.sendToConnection(id, describe('REVISION', 'joined', message.to));",
  ],
};

/** Nine in ten handlers, in turn. */
const ROUTES: readonly HandlerKind[] = [
  {
    className: 'ReadAccount',
    methodName: 'read',
    trigger: http('GET', 'accounts-#/{id}'),
    uses: ['accounts'],
    parameters: 'event: HttpEvent',
    body: [
      "const id = requireText(event.pathParameters['id'], 'id');",
      'const account = await this.accounts.get(id);',
      "if (account === null) throw new HttpException(404, describe('REVISION', 'no account', id));",
      'return account;',
    ],
  },
  {
    className: 'SaveAccount',
    methodName: 'save',
    trigger: http('POST', 'accounts-#'),
    uses: ['accounts'],
    parameters: 'input: AccountInput',
    body: [
      'const account = new Account();',
      "account.id = requireText(input.id, 'id');",
      'account.owner = input.owner;',
      'account.balance = input.balance;',
      'await this.accounts.put(account);',
      "return new HttpResponse().withStatusCode(201).withJsonBody({ saved: describe('REVISION', 'account', account.id) });",
    ],
  },
  {
    className: 'ReadSession',
    methodName: 'read',
    trigger: http('GET', 'sessions-#/{connection}'),
    uses: ['sessions'],
    parameters: 'event: HttpEvent',
    body: [
      "const connection = requireText(event.pathParameters['connection'], 'connection');",
      'const session = await this.sessions.get(connection);',
      "return { open: session !== null, note: describe('REVISION', 'session', connection) };",
    ],
  },
  JOIN,
  {
    className: 'ListAccounts',
    methodName: 'list',
    trigger: http('GET', 'lists-#'),
    uses: ['accounts'],
    parameters: '',
    body: [
      'const accounts = await this.accounts.getAll();',
      "return accounts.map((account) => describe('REVISION', account.owner, account.id));",
    ],
  },
  {
    className: 'Push',
    methodName: 'push',
    trigger: http('POST', 'push-#'),
    uses: ['sessions', 'sockets'],
    parameters: 'message: RoomMessage',
    body: [
      'const sessions = await this.sessions.getAll();',
      'for (const [connection, session] of sessions) {',
      '  if (session.accountId !== message.to) continue;',
      '  await this.sockets.sendToConnectionConvertToJson(connection, message);',
      '}',
      "return { note: describe('REVISION', 'pushed to', message.to) };",
    ],
  },
  {
    className: 'Message',
    methodName: 'onMessage',
    trigger: webSocket('message#'),
    uses: ['accounts', 'sessions', 'sockets'],
    parameters: 'message: RoomMessage, event: WebSocketEvent',
    body: [
      'const sender = await this.sessions.get(event.requestContext.connectionId);',
      'const recipient = await this.accounts.get(message.to);',
      'if (sender === null || recipient === null) return;',
      'await this.sockets.sendToConnectionConvertToJson(recipient.connection, {',
      "  text: describe('REVISION', message.text, sender.accountId),",
      '});',
    ],
  },
  {
    className: 'CloseAccount',
    methodName: 'close',
    trigger: http('DELETE', 'accounts-#/{id}'),
    uses: ['accounts'],
    parameters: 'event: HttpEvent',
    body: [
      "const id = requireText(event.pathParameters['id'], 'id');",
      'await this.accounts.deleteKey(id);',
      "return { note: describe('REVISION', 'closed', id) };",
    ],
  },
  {
    className: 'Transfer',
    methodName: 'transfer',
    trigger: http('PUT', 'transfers-#/{id}'),
    uses: ['accounts', 'sessions'],
    parameters: 'input: AccountInput, event: HttpEvent',
    body: [
      "const account = await this.accounts.get(requireText(event.pathParameters['id'], 'id'));",
      "if (account === null) throw new HttpException(404, describe('REVISION', 'no account', input.id));",
      'account.balance += input.balance;',
      'await this.accounts.put(account);',
      'await this.sessions.put(account.id, newSession(account.id));',
      'return account;',
    ],
  },
];

/** One in ten handlers, in turn. */
const OTHERS: readonly HandlerKind[] = [
  {
    className: 'Seed',
    methodName: 'seed',
    trigger: () => '@AfterDeployment()',
    uses: ['accounts'],
    parameters: '',
    body: [
      'const account = new Account();',
      "account.id = describe('REVISION', 'seed', 'thomas');",
      "account.owner = 'thomas';",
      'await this.accounts.put(account);',
      'return account.id;',
    ],
  },
];

const TEN = ROUTES.length + 1;

export function handlerKind(index: number): HandlerKind {
  const slot = index % TEN;
  const kind = slot < ROUTES.length ? ROUTES[slot] : OTHERS[Math.floor(index / TEN) % OTHERS.length];
  if (kind === undefined) throw new Error(`no kind for handler ${index}`);
  return kind === JOIN && index < TEN ? CONNECT : kind;
}

/** Names a handler may take from each module; a file imports those that its text mentions. */
const MODULES: readonly { readonly from: string; readonly names: readonly string[] }[] = [
  {
    from: 'nimbusc',
    names: [
      'AfterDeployment',
      'ClientBuilder',
      'type HttpEvent',
      'HttpException',
      'HttpMethod',
      'HttpResponse',
      'HttpServerlessFunction',
      'UsesDocumentStore',
      'UsesKeyValueStore',
      'UsesServerlessFunctionWebSocketClient',
      'type WebSocketEvent',
      'WebSocketServerlessFunction',
    ],
  },
  { from: '../models/account.js', names: ['Account'] },
  { from: '../models/session.js', names: ['newSession', 'Session'] },
  { from: '../shared/messages.js', names: ['type AccountInput', 'type RoomMessage'] },
  { from: '../shared/text.js', names: ['describe', 'requireText'] },
];

export function handlerText(kind: HandlerKind, className: string, id: string, revision: number): string {
  const code = [
    `export class ${className} {`,
    ...kind.uses.map((client) => `  ${CLIENTS[client].field}`),
    '',
    `  ${kind.trigger(id)}`,
    ...kind.uses.map((client) => `  ${CLIENTS[client].decorator}`),
    `  async ${kind.methodName}(${kind.parameters}) {`,
    ...kind.body.map((line) => `    ${line.replace('REVISION', `${id}.${revision}`)}`),
    '  }',
    '}',
    '',
  ].join('\n');
  return `${importsOf(code)}\n\n${code}`;
}

function importsOf(code: string): string {
  const lines: string[] = [];
  for (const { from, names } of MODULES) {
    const used = names.filter((name) => new RegExp(`\\b${name.replace('type ', '')}\\b`).test(code));
    if (used.length > 0) lines.push(`import { ${used.join(', ')} } from '${from}';`);
  }
  return lines.join('\n');
}
