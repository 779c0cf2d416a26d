// Edits of test/e2e/projects/review: what somebody might ask to be merged. One for each kind of finding at least. Those whose
// findings stay apart are one change together, since each plan takes seconds.

export interface Edit {
  readonly name: string;
  /** File, a piece of it, and what it becomes. A piece that is null: the whole file. */
  readonly edits: readonly (readonly [file: string, piece: string | null, replacement: string])[];
}

const DATABASE = `@RelationalDatabase({
  name: 'people',
  username: 'app',
  password: '\${PEOPLE_PASSWORD}',
  databaseLanguage: DatabaseLanguage.POSTGRESQL,
})
export class People {}

export class Accounts {
  private readonly people = ClientBuilder.getDatabaseClient(People);

  @BasicServerlessFunction()
  @UsesRelationalDatabase({ dataModel: People })
  async open(): Promise<void> {
    await (await this.people.getConnection()).end();
  }
}

`;

const edit = (name: string, ...edits: Edit['edits']): Edit => ({ name, edits });

/** A change that is planned, with the edits that it is made of. */
export interface Change {
  readonly name: string;
  readonly edits: readonly Edit[];
}

/** Whoever does not commit the lock is not known to have renamed anything. */
const WITHOUT_LOCK = edit('lock-not-committed', ['nimbus.lock.json', null, '']);

const AUTHORIZER_RENAMED = edit(
  'authorizer-renamed',
  ['src/guard.ts', 'class Guard', 'class Porter'],
  ['src/guard.ts', 'authorizer: Guard', 'authorizer: Porter'],
);

const AUTHORIZER_REPLACED = edit('authorizer-replaced', ...AUTHORIZER_RENAMED.edits, [
  'src/guard.ts',
  'found.length > 0',
  'found.length > 1',
]);

export const reviewChanges: readonly Change[] = [
  {
    name: 'nothing',
    edits: [
      edit('nothing'),
      edit(
        'file-renamed',
        ['src/prices.ts', null, ''],
        ['src/cents.ts', null, 'export function priceOf(amount: number): number {\n  return amount * 250;\n}\n'],
        ['src/shop.ts', './prices.js', './cents.js'],
        ['src/jobs.ts', './prices.js', './cents.js'],
      ),
    ],
  },
  {
    name: 'settings',
    edits: [
      edit('shared-file', ['src/prices.ts', '250', '275']),
      edit('function-settings', ['src/shop.ts', "path: 'orders', ", "path: 'orders', memory: 512, timeout: 25, "]),
      edit('environment', ['src/shop.ts', "value: '10'", "value: '20'"]),
      edit('schedule', ['src/jobs.ts', 'rate(1 day)', 'rate(1 hour)']),
      edit('store-capacity', [
        'src/stores.ts',
        '@DocumentStore()\nexport class Order',
        '@DocumentStore({ readCapacityUnits: 2, writeCapacityUnits: 1 })\nexport class Order',
      ]),
      edit('queue-retries', ['src/stores.ts', 'maxReceiveCount: 3', 'maxReceiveCount: 5']),
      edit('bucket-cors', [
        'src/stores.ts',
        "bucketName: 'e2e-review-pages', staticWebsite: true",
        "bucketName: 'e2e-review-pages', staticWebsite: true, allowedCorsOrigins: ['https://other.example']",
      ]),
      edit(
        'cors-widened',
        ...['GET', 'POST', 'POST'].map(
          () => ['src/shop.ts', "allowedCorsOrigin: 'https://shop.example'", "allowedCorsOrigin: '*'"] as const,
        ),
      ),
      edit('authorizer-settings', [
        'src/guard.ts',
        '@HttpApi({ authorizer: Guard })',
        "@HttpApi({ authorizer: Guard, authorizationHeader: 'X-Key', authorizationCacheTtl: 60 })",
      ]),
      edit(
        'database-class',
        [
          'src/people.ts',
          "  username: 'app',",
          "  username: 'app',\n  databaseClass: DatabaseSize.SMALL,\n  allocatedSizeGB: 30,",
        ],
        ['src/people.ts', '  DatabaseLanguage,\n', '  DatabaseLanguage,\n  DatabaseSize,\n'],
      ),
    ],
  },
  {
    name: 'keys',
    edits: [
      WITHOUT_LOCK,
      edit('store-key-renamed', [
        'src/stores.ts',
        "@Key() id = '';\n  @Attribute() amount",
        "@Key({ columnName: 'nr' }) id = '';\n  @Attribute() amount",
      ]),
      edit('store-key-type', ['src/stores.ts', "keyName: 'token'", "keyName: 'ticket'"]),
      edit('queue-fifo', ['src/stores.ts', "id: 'parcels', maxReceiveCount: 3", "id: 'parcels', fifo: true, maxReceiveCount: 3"]),
      edit('topic-renamed', ['src/stores.ts', "topicName: 'news'", "topicName: 'messages'"]),
      edit('bucket-public', [
        'src/stores.ts',
        "bucketName: 'e2e-review-files'",
        "bucketName: 'e2e-review-files', staticWebsite: true",
      ]),
      edit('own-code', ['src/jobs.ts', "'packed'", "'packed and sent'"]),
      edit('upload-changed', ['pages/index.html', 'pages', 'other pages']),
      edit('database-user', ['src/people.ts', "username: 'app'", "username: 'application'"]),
      edit(
        'pool-as-admin',
        ['src/guard.ts', '  UsesCognitoUserPool,\n', '  UsesCognitoUserPoolAsAdmin,\n'],
        ['src/guard.ts', '  @UsesCognitoUserPool(', '  @UsesCognitoUserPoolAsAdmin('],
        [
          'src/guard.ts',
          '    const found',
          "    await this.members.addUserToGroup(event.authorizationToken, 'seen');\n    const found",
        ],
      ),
    ],
  },
  {
    name: 'gone',
    edits: [
      WITHOUT_LOCK,
      AUTHORIZER_REPLACED,
      edit(
        'store-gone',
        [
          'src/stores.ts',
          "@KeyValueStore({ keyType: String, keyName: 'token' })\nexport class Session {\n  @Attribute() user = '';\n}\n",
          '',
        ],
        [
          'src/shop.ts',
          "  @UsesKeyValueStore(Session)\n  @UsesNotificationTopic({ notificationTopic: News })\n  async enter(): Promise<void> {\n    await this.sessions.put('token', new Session());\n",
          '  @UsesNotificationTopic({ notificationTopic: News })\n  async enter(): Promise<void> {\n',
        ],
        ['src/shop.ts', '  private readonly sessions = ClientBuilder.getKeyValueStoreClient(String, Session);\n', ''],
        ['src/shop.ts', 'Parcels, Session }', 'Parcels }'],
        ['src/shop.ts', '  UsesKeyValueStore,\n', ''],
      ),
      edit(
        'stream-off',
        [
          'src/jobs.ts',
          "  @DocumentStoreServerlessFunction({ dataModel: Order, method: 'INSERT' })\n  greet(order: Order): void {\n    console.log('new', order.id);\n  }\n",
          '',
        ],
        ['src/jobs.ts', '  DocumentStoreServerlessFunction,\n', ''],
      ),
      edit('bucket-renamed', ['src/stores.ts', 'e2e-review-files', 'e2e-review-papers']),
      edit(
        'secret-gone',
        ['src/people.ts', '  @UsesSecretManagerSecret({ secretArn: MAIL })\n', ''],
        ['src/people.ts', 'return this.mail.getSecret();', "return 'nobody';"],
        ['src/people.ts', '  private readonly mail = ClientBuilder.getSecretClient(MAIL);\n', ''],
        ['src/people.ts', '  UsesSecretManagerSecret,\n', ''],
      ),
      edit(
        'database-gone',
        ['src/people.ts', DATABASE, ''],
        ['src/people.ts', '  DatabaseLanguage,\n  RelationalDatabase,\n  UsesRelationalDatabase,\n', ''],
      ),
    ],
  },
  {
    name: 'renames',
    edits: [
      edit('store-renamed', ['src/stores.ts', 'class Order', 'class Purchase'], ...renamed('Order', 'Purchase')),
      edit('method-renamed', ['src/jobs.ts', 'print(text', 'show(text']),
      edit('route-parameter-renamed', ['src/shop.ts', 'orders/{id}', 'orders/{number}']),
      AUTHORIZER_RENAMED,
      edit('database-renamed', ['src/people.ts', "name: 'people'", "name: 'persons'"]),
      edit('log-retention', ['nimbus.yml', null, 'projectName: e2e-review\nlogRetentionDays: 7\n']),
    ],
  },
  {
    name: 'rights',
    edits: [
      edit('class-renamed', ['src/jobs.ts', 'export class Jobs', 'export class Tasks']),
      edit('permission-gained', [
        'src/shop.ts',
        '  @UsesDocumentStore(Order)\n  async read(event: HttpEvent): Promise<number> {\n',
        "  @UsesDocumentStore(Order)\n  @UsesKeyValueStore(Session)\n  async read(event: HttpEvent): Promise<number> {\n    await this.sessions.get('token');\n",
      ]),
      edit(
        'permission-lost',
        ['src/shop.ts', '  @UsesQueue({ queue: Parcels })\n', ''],
        ['src/shop.ts', '    await this.parcels.sendMessageAsJson(order);\n', ''],
        ['src/shop.ts', '  private readonly parcels = ClientBuilder.getQueueClient(Parcels);\n', ''],
        ['src/shop.ts', 'Order, Parcels, Session', 'Order, Session'],
        ['src/shop.ts', '  UsesQueue,\n', ''],
      ),
      edit('database-language', ['src/people.ts', 'DatabaseLanguage.POSTGRESQL', 'DatabaseLanguage.MYSQL']),
    ],
  },
  {
    name: 'new',
    edits: [
      edit('new-store', [
        'src/stores.ts',
        '@KeyValueStore(',
        '@DocumentStore()\nexport class Audit {\n  @Key() id = 0;\n}\n\n@KeyValueStore(',
      ]),
      edit(
        'route-added',
        [
          'src/jobs.ts',
          '  @NotificationServerlessFunction(',
          "  @HttpServerlessFunction({ method: 'DELETE', path: 'orders', allowedCorsOrigin: 'https://shop.example' })\n  clear(): void {}\n\n  @NotificationServerlessFunction(",
        ],
        ['src/jobs.ts', '  NotificationServerlessFunction,', '  HttpServerlessFunction,\n  NotificationServerlessFunction,'],
      ),
      edit('architecture', ['nimbus.yml', null, 'projectName: e2e-review\narchitecture: x86_64\n']),
    ],
  },
  {
    name: 'open',
    edits: [
      edit('comment-only', ['src/shop.ts', 'export class Shop {', '// a remark\nexport class Shop {']),
      edit(
        'authorizer-gone',
        ['src/guard.ts', '@HttpApi({ authorizer: Guard })\nexport class Doors {}\n', ''],
        ['src/guard.ts', '  HttpApi,\n', ''],
      ),
      edit(
        'route-open',
        [
          'src/jobs.ts',
          '  @NotificationServerlessFunction(',
          "  @HttpServerlessFunction({ method: 'PUT', path: 'orders', allowedCorsOrigin: 'https://shop.example' })\n  renew(): void {}\n\n  @NotificationServerlessFunction(",
        ],
        ['src/jobs.ts', '  NotificationServerlessFunction,', '  HttpServerlessFunction,\n  NotificationServerlessFunction,'],
      ),
    ],
  },
  {
    name: 'project-renamed',
    edits: [edit('project-renamed', ['nimbus.yml', null, 'projectName: e2e-shop\n'])],
  },
];

/** In every file that says so, wherever it stands; `stores.ts` declares it. */
function renamed(from: string, to: string): Edit['edits'] {
  return [
    ['src/shop.ts', `{ News, ${from},`, `{ News, ${to} as ${from},`],
    ['src/jobs.ts', `News, ${from},`, `News, ${to} as ${from},`],
  ];
}
