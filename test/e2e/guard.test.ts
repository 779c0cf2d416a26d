// Renames in a protected stage, with real Terraform: nothing is destroyed, and what was stored is read back.
import { expect } from 'chai';
import { Project } from './support/project.js';
import { requirementsOrSkip } from './support/requirements.js';
import { type Sandbox, startSandboxBeside } from './support/sandbox.js';
import { changesOf, TerraformWorkspace } from './support/terraform.js';

const REGION = 'eu-west-1';
const NAMES = ['DocumentStore', 'DocumentStoreServerlessFunction', 'FileStorageBucket', 'FileUpload', 'HttpServerlessFunction'];
const OTHERS = ['Attribute', 'ClientBuilder', 'Key', 'Queue', 'UsesDocumentStore', 'UsesQueue'];

const source = `import { ${[...NAMES, ...OTHERS].join(', ')} } from 'nimbusc';

@DocumentStore()
export class Order {
  @Key() id = '';
  @Attribute() lines: { sku: string; count: number }[] = [];
}

@Queue({ id: 'orders' })
export class Waiting {
  id = '';
}

@FileStorageBucket({ bucketName: 'e2e-guard-files' })
@FileUpload({ bucketName: 'e2e-guard-files', localPath: 'terms.txt', targetPath: 'terms.txt' })
export class Files {}

export class Shop {
  @HttpServerlessFunction({ method: 'POST', path: 'orders' })
  @UsesDocumentStore(Order)
  @UsesQueue({ queue: Waiting })
  async place(order: Order): Promise<void> {
    await ClientBuilder.getDocumentStoreClient(Order).put(order);
    await ClientBuilder.getQueueClient(Waiting).sendMessageAsJson({ id: order.id });
  }

  @HttpServerlessFunction({ method: 'GET', path: 'orders' })
  @UsesDocumentStore(Order)
  all(): Promise<Order[]> {
    return ClientBuilder.getDocumentStoreClient(Order).getAll();
  }

  @DocumentStoreServerlessFunction({ dataModel: Order, method: 'INSERT' })
  placed(order: Order): void {
    console.log('placed', order.id);
  }
}
`;

/** Class, method, store, queue and bucket. */
const RENAMES: readonly (readonly [pattern: RegExp, now: string])[] = [
  [/\bOrder\b/g, 'Purchase'],
  [/\bShop\b/g, 'Market'],
  [/\bplace\(/g, 'buy('],
  [/'orders' }\)\nexport class/g, "'purchases' })\nexport class"],
  [/e2e-guard-files/g, 'e2e-guard-papers'],
];

describe('A protected stage', function () {
  this.timeout('10m');
  let sandbox: Sandbox;
  let project: Project;
  let terraform: TerraformWorkspace;

  before(async function () {
    await requirementsOrSkip(this);
    project = await Project.create({
      'nimbus.yml': 'projectName: e2e-guard\ndefaultStages: [prod]\nsourceTags: false\n',
      'src/shop.ts': source,
      'terms.txt': 'as usual',
    });
    [sandbox] = await startSandboxBeside(project.build());
    terraform = await TerraformWorkspace.create(project.path('nimbus.out', 'prod'), { sandbox, env: { AWS_REGION: REGION } });
    await terraform.apply();
  });

  after(async () => {
    await sandbox?.stop();
    await terraform?.remove();
    await project?.remove();
  });

  const orders = async (init: RequestInit = {}): Promise<string> => {
    const url = sandbox.httpUrl(String((await terraform.output())['http_api_url']));
    const response = await fetch(`${url}/orders`, init);
    const text = await response.text();
    expect(response.status, text).to.equal(200);
    return text;
  };
  const stored = async (): Promise<object> => {
    const sqs = { QueueUrl: (await terraform.state())['aws_sqs_queue.purchases']?.['url'] };
    const { Attributes } = (await sandbox.awsJson(
      'sqs',
      'AmazonSQS.GetQueueAttributes',
      { ...sqs, AttributeNames: ['ApproximateNumberOfMessages'] },
      REGION,
    )) as { Attributes: Record<string, string> };
    const file = await sandbox.aws('s3', '/e2e-guard-filesprod/terms.txt', {}, REGION);
    return { orders: JSON.parse(await orders()), waiting: Attributes['ApproximateNumberOfMessages'], terms: await file.text() };
  };

  it('keeps what it holds when class, method, file, store, queue and bucket are renamed', async () => {
    const order = { id: '1', lines: [{ sku: 'tea', count: 2 }] };
    await orders({ method: 'POST', body: JSON.stringify(order) });
    const renamed = RENAMES.reduce((text, [pattern, now]) => text.replace(pattern, now), source);
    await project.write('src/market/purchase.ts', renamed);
    await project.write('src/shop.ts', '');
    const { stderr } = await project.build();
    expect(stderr).to.match(/"Purchase" of the stage "prod" is taken for "Order" under a new name: it keeps "Orderprod"/);
    // As often as it is built before it is applied.
    await project.write('src/shop.ts', '// empty\n');
    await project.build();

    await terraform.update(project.path('nimbus.out', 'prod'));
    const plan = await terraform.plan();
    const changes = changesOf(plan);
    expect(changes.filter((change) => !/^update aws_(lambda_function|iam_role_policy)\./.test(change))).to.deep.equal([]);
    expect(plan.resource_changes.filter(({ previous_address: before }) => before !== undefined).length).to.be.greaterThan(20);
    await terraform.applyPlan();

    expect(await stored()).to.deep.equal({ orders: [order], waiting: '1', terms: 'as usual' });
    expect(changesOf(await terraform.plan())).to.deep.equal([]);
  });

  it('is not built when its store would be lost, until the configuration allows it', async () => {
    const text = await project.read('src/market/purchase.ts');
    await project.write('src/market/purchase.ts', text.replace("@Key() id = ''", "@Key() number = ''"));
    const refused = await project.run(['build']);
    expect(refused.status).to.equal(1);
    expect(refused.stderr).to.include('NIM1809').and.to.include('id (string)').and.to.include('allowDestroy');
    await project.write(
      'nimbus.yml',
      'projectName: e2e-guard\ndefaultStages: [prod]\nallowDestroy: [aws_dynamodb_table.Purchase]\n',
    );
    await project.build();
    const { resource } = JSON.parse(await project.read('nimbus.out/prod/cdk.tf.json')) as {
      resource: { aws_dynamodb_table: { Purchase: object } };
    };
    expect(resource.aws_dynamodb_table.Purchase).to.not.have.any.keys('deletion_protection_enabled', 'lifecycle');
  });
});
