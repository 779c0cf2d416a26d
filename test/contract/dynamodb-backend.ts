// The contract's stores as tables of anything that speaks DynamoDB's protocol.
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { StoreBackend } from './store-contract.js';
import type { StoreDefinition } from './stores.js';

/** The clients' `register` functions, in whatever packing they are to be tested. */
export interface StoreRuntime {
  readonly 'document-store': typeof import('../../providers/aws/runtime/document-store.js');
  readonly 'key-value-store': typeof import('../../providers/aws/runtime/key-value-store.js');
}

export interface DynamoDbServer {
  readonly endpoint: string;
  stop(): Promise<void>;
}

export function dynamoDbBackend(
  startServer: () => Promise<DynamoDbServer>,
  loadRuntime: () => Promise<StoreRuntime>,
): StoreBackend {
  let server: DynamoDbServer;
  let admin: DynamoDBClient;
  let restoreEnvironment: () => void;
  const tables: string[] = [];

  return {
    async start(stores) {
      server = await startServer();
      restoreEnvironment = setEnvironment({
        AWS_ENDPOINT_URL_DYNAMODB: server.endpoint,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        ...Object.fromEntries(stores.map(({ data }) => [data.table, `contract-${data.name}`])),
      });
      admin = new DynamoDBClient({ endpoint: server.endpoint });
      const runtime = await loadRuntime();
      for (const store of stores) {
        tables.push(await createTable(admin, store));
        if (store.kind === 'document') runtime['document-store'].register(store.type, store.data);
        else runtime['key-value-store'].register(store.type, store.data);
      }
    },
    async stop() {
      for (const TableName of tables) await admin.send(new DeleteTableCommand({ TableName }));
      admin.destroy();
      restoreEnvironment();
      await server.stop();
    },
  };
}

async function createTable(admin: DynamoDBClient, { data, keyType }: StoreDefinition): Promise<string> {
  const TableName = `contract-${data.name}`;
  const { column } = data.key;
  await admin.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: column, AttributeType: keyType }],
      KeySchema: [{ AttributeName: column, KeyType: 'HASH' }],
    }),
  );
  return TableName;
}

/** Gives a function that undoes it. */
export function setEnvironment(values: Readonly<Record<string, string>>): () => void {
  const before = Object.fromEntries(Object.keys(values).map((key) => [key, process.env[key]]));
  Object.assign(process.env, values);
  return () => {
    for (const [key, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[key];
      else process.env[key] = value;
    }
  };
}
