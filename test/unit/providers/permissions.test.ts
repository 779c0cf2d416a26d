// What a function is allowed: for each operation of a client its actions, on its resource, and nothing else (docs/output.md).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { findCases } from '../../support/fixture.js';
import { filesIn } from '../../support/golden.js';
import { packagesOf } from '../../support/packages.js';
import { repositoryRoot } from '../../support/repository.js';
import { tempProject } from '../../support/temp-project.js';

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

interface Module {
  readonly resource?: { readonly aws_iam_role_policy?: { readonly [id: string]: { readonly policy: string } } };
}

const policies = (text: string): [id: string, statements: readonly Statement[]][] =>
  Object.entries((JSON.parse(text) as Module).resource?.aws_iam_role_policy ?? {}).map(([id, { policy }]) => [
    id,
    (JSON.parse(policy) as { readonly Statement: readonly Statement[] }).Statement,
  ]);

const DECLARATIONS = `
@DocumentStore() export class User { @Key() id = ''; @Attribute() visits = 0; }
@KeyValueStore({ keyType: String }) export class Session { @Attribute() name = ''; }
@Queue({ id: 'mails' }) export class Mails {}
@NotificationTopic({ topicName: 'news' }) export class News {}
@FileStorageBucket({ bucketName: 'shop-files' }) export class Files {}
export class Jobs { @BasicServerlessFunction() work(): void {} }
export class Socket { @WebSocketServerlessFunction({ topic: '$connect' }) connect(): void {} }
`;

const USERS = 'ClientBuilder.getDocumentStoreClient(User)';
const SESSIONS = 'ClientBuilder.getKeyValueStoreClient(String, Session)';
const MAILS = 'ClientBuilder.getQueueClient(Mails)';
const NEWS = 'ClientBuilder.getNotificationClient(News)';
const FILES = 'ClientBuilder.getFileStorageClient(Files)';
const SOCKETS = 'ClientBuilder.getServerlessFunctionWebSocketClient()';
const TABLE = (name: string): string => `\${aws_dynamodb_table.${name}.arn}`;
const QUEUE = '${aws_sqs_queue.mails.arn}';
const TOPIC = '${aws_sns_topic.news.arn}';
const BUCKET = '${aws_s3_bucket.shop-files.arn}';
const CONNECTIONS = (method: string): string => `\${aws_apigatewayv2_api.websocket.execution_arn}/dev/${method}/@connections/*`;

type Row = readonly [call: string, decorator: string, grants: { readonly [resource: string]: readonly string[] }];

const rowsOfStore = (client: string, decorator: string, table: string, item: string, key: string): Row[] => [
  [`${client}.get('a')`, decorator, { [table]: ['dynamodb:GetItem'] }],
  [`${client}.getReadItem('a')`, decorator, { [table]: ['dynamodb:GetItem'] }],
  [`${client}.put(${item})`, decorator, { [table]: ['dynamodb:PutItem'] }],
  [`${client}.getWriteItem(${item})`, decorator, { [table]: ['dynamodb:PutItem'] }],
  [`${client}.delete(${key})`, decorator, { [table]: ['dynamodb:DeleteItem'] }],
  [`${client}.getDeleteKeyItemRequest('a')`, decorator, { [table]: ['dynamodb:DeleteItem'] }],
  [`${client}.getIncrementValueRequest('a', 'visits')`, decorator, { [table]: ['dynamodb:UpdateItem'] }],
  [`${client}.getDecrementValueRequest('a', 'visits')`, decorator, { [table]: ['dynamodb:UpdateItem'] }],
  [`${client}.getAll()`, decorator, { [table]: ['dynamodb:Scan'] }],
  [`${client}.getAllKeys()`, decorator, { [table]: ['dynamodb:Scan'] }],
  [`${client}.filter(null)`, decorator, { [table]: ['dynamodb:Scan'] }],
  [`${client}.stream()`, decorator, { [table]: ['dynamodb:Scan'] }],
];

const USES = {
  files: '@UsesFileStorageBucket({ fileStorageBucket: Files })',
  queue: '@UsesQueue({ queue: Mails })',
  topic: '@UsesNotificationTopic({ notificationTopic: News })',
  sockets: '@UsesServerlessFunctionWebSocketClient()',
  jobs: "@UsesBasicServerlessFunction({ targetClass: Jobs, methodName: 'work' })",
};

/** The table of what operations need. */
const ROWS: readonly Row[] = [
  ['0', '', {}],
  ...rowsOfStore(USERS, '@UsesDocumentStore(User)', TABLE('User'), 'new User()', 'new User()'),
  [`${USERS}.deleteKey('a')`, '@UsesDocumentStore(User)', { [TABLE('User')]: ['dynamodb:DeleteItem'] }],
  [`${USERS}.getDeleteItemRequest(new User())`, '@UsesDocumentStore(User)', { [TABLE('User')]: ['dynamodb:DeleteItem'] }],
  ...rowsOfStore(SESSIONS, '@UsesKeyValueStore(Session)', TABLE('Session'), "'a', new Session()", "'a'"),
  [`${MAILS}.sendMessage('a')`, USES.queue, { [QUEUE]: ['sqs:SendMessage'] }],
  [`${MAILS}.sendMessageAsJson({})`, USES.queue, { [QUEUE]: ['sqs:SendMessage'] }],
  [`${MAILS}.sendMessages([])`, USES.queue, { [QUEUE]: ['sqs:SendMessage'] }],
  [`${NEWS}.notify('a')`, USES.topic, { [TOPIC]: ['sns:Publish'] }],
  [`${NEWS}.notifyJson({})`, USES.topic, { [TOPIC]: ['sns:Publish'] }],
  [`${NEWS}.createSubscription(Protocol.EMAIL, 'a')`, USES.topic, { [TOPIC]: ['sns:Subscribe'] }],
  [`${NEWS}.deleteSubscription('a')`, USES.topic, { '*': ['sns:Unsubscribe'] }],
  [`${FILES}.saveFile('a', 'b')`, USES.files, { [`${BUCKET}/*`]: ['s3:PutObject'] }],
  [`${FILES}.saveFile('a', 'b', { contentType: 'c' })`, USES.files, { [`${BUCKET}/*`]: ['s3:PutObject'] }],
  [`${FILES}.saveFileWithContentType('a', 'b', 'c')`, USES.files, { [`${BUCKET}/*`]: ['s3:PutObject'] }],
  [`${FILES}.saveFile('a', 'b', { tags: { c: 'd' } })`, USES.files, { [`${BUCKET}/*`]: ['s3:PutObject', 's3:PutObjectTagging'] }],
  [`${FILES}.saveFile('a', 'b', input)`, USES.files, { [`${BUCKET}/*`]: ['s3:PutObject', 's3:PutObjectTagging'] }],
  [`${FILES}.getFile('a')`, USES.files, { [`${BUCKET}/*`]: ['s3:GetObject'], [BUCKET]: ['s3:ListBucket'] }],
  [`${FILES}.getFileAsString('a')`, USES.files, { [`${BUCKET}/*`]: ['s3:GetObject'], [BUCKET]: ['s3:ListBucket'] }],
  [`${FILES}.deleteFile('a')`, USES.files, { [`${BUCKET}/*`]: ['s3:DeleteObject'] }],
  [`${FILES}.listFiles()`, USES.files, { [BUCKET]: ['s3:ListBucket'] }],
  [
    "ClientBuilder.getBasicServerlessFunctionClient(Jobs, 'work').invoke()",
    USES.jobs,
    { '${local.function_arn_Jobs_work}': ['lambda:InvokeFunction'] },
  ],
  [
    'ClientBuilder.getBasicServerlessFunctionInterface(Jobs).work()',
    USES.jobs,
    { '${local.function_arn_Jobs_work}': ['lambda:InvokeFunction'] },
  ],
  [`${SOCKETS}.sendToConnection('a', 'b')`, USES.sockets, { [CONNECTIONS('POST')]: ['execute-api:ManageConnections'] }],
  [
    `${SOCKETS}.sendToConnectionConvertToJson('a', {})`,
    USES.sockets,
    { [CONNECTIONS('POST')]: ['execute-api:ManageConnections'] },
  ],
  [`${SOCKETS}.disconnect('a')`, USES.sockets, { [CONNECTIONS('DELETE')]: ['execute-api:ManageConnections'] }],
  [
    `[${USERS}.get('a'), ${USERS}.getAll(), ${SESSIONS}.get('a')]`,
    '@UsesDocumentStore(User) @UsesKeyValueStore(Session)',
    { [TABLE('Session')]: ['dynamodb:GetItem'], [TABLE('User')]: ['dynamodb:GetItem', 'dynamodb:Scan'] },
  ],
];

describe('what a function is allowed', () => {
  const granted = new Map<string, readonly Statement[]>();

  before(async function () {
    this.timeout(60_000);
    const methods = ROWS.map(
      ([call, decorator], index) => `@HttpServerlessFunction({ method: 'POST', path: 'r${index}' })
      ${decorator}
      r${index}(input: any): unknown { return ${call}; }`,
    );
    const names = [
      ...`${DECLARATIONS}${methods.join()} ClientBuilder Protocol`.matchAll(/@(\w+)\(|\b(ClientBuilder|Protocol)\b/g),
    ];
    const imports = [...new Set(names.map(([, decorator, other]) => decorator ?? other))];
    const project = tempProject({
      'src/all.ts': `import { ${imports.join(', ')} } from 'nimbusc';\n${DECLARATIONS}\nexport class All {\n${methods.join('\n')}\n}\n`,
    });
    try {
      const { diagnostics } = await project.build();
      expect(
        diagnostics.filter(({ code }) => /^NIM15/.test(code) || code === 'NIM1301').map(({ message }) => message),
      ).to.deep.equal([]);
      const text = readFileSync(join(project.dir, 'nimbus.out/dev/cdk.tf.json'), 'utf8');
      for (const [id, statements] of policies(text)) granted.set(id, statements);
    } finally {
      project.remove();
    }
  });

  for (const [index, [call, , grants]] of ROWS.entries()) {
    it(`for ${call} is ${Object.values(grants).flat().join(', ') || 'to write its logs'}`, () => {
      const statements = granted.get(`All_r${index}`) ?? [];
      const logs = statements.filter(({ Action }) => Action.some((action) => action.startsWith('logs:')));
      expect(logs.map(({ Action }) => Action)).to.deep.equal([['logs:CreateLogStream', 'logs:PutLogEvents']]);
      const others = statements.filter((statement) => !logs.includes(statement));
      const found = others.flatMap(({ Action, Resource }) => Resource.map((resource) => [resource, Action] as const));
      expect(Object.fromEntries(found)).to.deep.equal(grants);
      const keys = others.map(({ Resource }) => Resource[0] ?? '');
      expect(keys).to.deep.equal([...keys].sort());
    });
  }
});

/** Where aws.md knows a `*`: within a resource; or for actions without a resource. */
const WITHIN =
  /^\$\{aws_cloudwatch_log_group\.[\w-]+\.arn\}:\*$|^\$\{aws_s3_bucket\.[\w-]+\.arn\}\/\*$|\.execution_arn\}\/[\w-]+\/(POST|DELETE)\/@connections\/\*$/;
const WITHOUT_RESOURCE = /^(sns:Unsubscribe|ec2:(\w*(NetworkInterfaces?|PrivateIpAddresses)|DescribeSubnets))$/;

function checkWildcards(text: string, where: string): void {
  for (const [id, statements] of policies(text)) {
    for (const { Action, Resource } of statements) {
      for (const action of Action) expect(action, `${where} ${id}`).to.match(/^[a-z0-9-]+:[A-Za-z]+$/);
      for (const resource of Resource) {
        if (resource === '*') for (const action of Action) expect(action, `${where} ${id} on *`).to.match(WITHOUT_RESOURCE);
        else if (resource.includes('*')) expect(resource, `${where} ${id}`).to.match(WITHIN);
      }
    }
  }
}

describe('no policy has a wildcard that is not in the table', () => {
  it('of the fixtures', () => {
    const modules = findCases().flatMap(({ folder, settings }) =>
      settings.tiers.includes('terraform')
        ? filesIn(join(folder, 'expected')).flatMap((path) => (path.endsWith('.tf.json') ? [join(folder, 'expected', path)] : []))
        : [],
    );
    expect(modules.length).to.be.greaterThan(30);
    for (const path of modules) checkWildcards(readFileSync(path, 'utf8'), path);
  });

  const folder = join(repositoryRoot, 'examples');
  for (const example of readdirSync(folder).filter((name) => !name.startsWith('.'))) {
    it(`of the example ${example}`, async function () {
      this.timeout(60_000);
      const paths = filesIn(join(folder, example)).filter((path) => !/^(nimbus\.out|node_modules)\//.test(path));
      const project = tempProject(Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, example, path))])));
      for (const name of packagesOf(join(folder, example)))
        project.link(`node_modules/${name}`, join(repositoryRoot, 'node_modules', name));
      try {
        const { stages } = await project.build();
        expect(stages).to.not.deep.equal([]);
        for (const { stage } of stages)
          checkWildcards(readFileSync(join(project.dir, `nimbus.out/${stage}/cdk.tf.json`), 'utf8'), `${example} ${stage}`);
      } finally {
        project.remove();
      }
    });
  }
});
