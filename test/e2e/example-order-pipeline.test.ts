// The example order-pipeline, deployed: from a request through queue, transaction, stream and topic to the summary, and
// what becomes of orders that cannot be fulfilled.
import { expect } from 'chai';
import { DeployedExample, REGION } from './support/example.js';
import type { Steps } from './support/mutations.js';
import { requirementsOrSkip } from './support/requirements.js';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:order-pipeline-dev-new-orders';
const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe('The order-pipeline example', function () {
  this.timeout('10m');
  let example: DeployedExample;

  before(async function () {
    await requirementsOrSkip(this);
    example = await DeployedExample.deploy('order-pipeline');
  });
  after(() => example?.remove());

  const order = async (n: number, article: string, amount: number): Promise<void> => {
    expect((await example.http('POST', 'orders', { id: idOf(n), article, amount })).status).to.equal(202);
  };

  const stock = async (): Promise<Record<string, number>> => {
    const items = (await example.itemsOf('StockItemdev')) as readonly { article: { S: string }; available: { N: string } }[];
    return Object.fromEntries(items.map(({ article, available }) => [article.S, Number(available.N)]).sort());
  };

  const orders = async (): Promise<string[]> => {
    const items = (await example.itemsOf('Orderdev')) as readonly { id: { S: string } }[];
    return items.map(({ id }) => id.S).sort();
  };

  const putItem = async (TableName: string, Item: object): Promise<void> => {
    await example.sandbox.awsJson('dynamodb', 'DynamoDB_20120810.PutItem', { TableName, Item }, REGION);
  };

  const sold = async (): Promise<Record<string, number>> => {
    await example.sandbox.idle();
    const { body } = await example.http('GET', 'sales');
    return Object.fromEntries(Object.entries(body as Record<string, { sold: number }>).map(([name, one]) => [name, one.sold]));
  };

  const failuresOfAnnouncer = async (): Promise<number> => {
    const QueueUrl = `${example.sandbox.endpoint}/123456789012/order-pipeline-dev-Announcer-announce-Order-failures`;
    const request = { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] };
    const answer = await example.sandbox.awsJson('sqs', 'AmazonSQS.GetQueueAttributes', request, REGION);
    return Number((answer as { Attributes: Record<string, string> }).Attributes['ApproximateNumberOfMessages']);
  };

  /** What lies in the queue of dead letters, and stays there. */
  const deadLetters = async (): Promise<unknown[]> => {
    await example.sandbox.idle();
    const QueueUrl = `${example.sandbox.endpoint}/123456789012/order-pipeline-dev-orders-dlq`;
    const request = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
    const answer = await example.sandbox.awsJson('sqs', 'AmazonSQS.ReceiveMessage', request, REGION);
    const { Messages = [] } = answer as { Messages?: readonly { readonly Body: string }[] };
    return Messages.map(({ Body }) => JSON.parse(Body) as unknown);
  };

  it('begins with full shelves', async () => {
    expect(example.outputs['after_deployment_Setup_fillShelves']).to.equal(2);
    expect(await stock()).to.deep.equal({ cup: 10, plate: 5 });
  });

  it('takes orders from the stock, keeps and announces them, and sums them up', async () => {
    await order(1, 'cup', 2);
    await order(2, 'cup', 3);
    await order(3, 'plate', 5);
    expect(await stock()).to.deep.equal({ cup: 5, plate: 0 });
    expect(await orders()).to.deep.equal([idOf(1), idOf(2), idOf(3)]);
    expect(await example.invocationsOf('Sales-count')).to.have.length(3);
    expect((await example.http('GET', 'sales')).body).to.deep.equal({ cup: { sold: 5 }, plate: { sold: 5 } });
  });

  it('takes an order that comes twice once', async () => {
    await order(1, 'cup', 2);
    expect(await stock()).to.deep.equal({ cup: 5, plate: 0 });
    expect((await example.http('GET', 'sales')).body).to.deep.equal({ cup: { sold: 5 }, plate: { sold: 5 } });
    expect(await deadLetters()).to.deep.equal([]);
  });

  it('makes dead letters of what it has not enough of or does not know, and neither keeps nor takes anything', async () => {
    const tooMany = { id: idOf(4), article: 'cup', amount: 6 };
    const unknown = { id: idOf(5), article: 'spoon', amount: 1 };
    await order(4, tooMany.article, tooMany.amount);
    await order(5, unknown.article, unknown.amount);
    expect(await deadLetters()).to.have.deep.members([tooMany, unknown]);
    expect(await stock()).to.deep.equal({ cup: 5, plate: 0 });
    expect(await orders()).to.deep.equal([idOf(1), idOf(2), idOf(3)]);
    expect((await example.http('GET', 'sales')).body).to.deep.equal({ cup: { sold: 5 }, plate: { sold: 5 } });
  });

  it('does not even queue what is no order', async () => {
    const before = (await example.invocationsOf('Warehouse-fulfil')).length;
    for (const body of [{ id: 'x', article: 'cup', amount: 1 }, { id: idOf(6), article: 'cup', amount: 0 }, {}]) {
      expect((await example.http('POST', 'orders', body)).status).to.equal(400);
    }
    expect(await example.invocationsOf('Warehouse-fulfil')).to.have.length(before);
  });

  it('has had no crash and no refused call', () => example.expectAllWell());

  it('is granted what it uses, and can do without none of it', async () => {
    let count = 100;
    const steps: Steps = {
      'Counter.place': () => order(++count, 'cup', 1),
      'Warehouse.fulfil': async () => {
        const before = (await example.sandbox.invocations('order-pipeline-dev-Warehouse-fulfil')).length;
        await putItem('StockItemdev', { article: { S: 'cup' }, available: { N: '100' } });
        const n = ++count;
        await order(n, 'cup', 1);
        expect(await orders()).to.include(idOf(n));
        // one that comes twice is looked up
        await order(n, 'cup', 1);
        const results = (await example.invocationsOf('Warehouse-fulfil')).slice(before).map(({ result }) => result);
        expect(results).to.deep.equal([{ batchItemFailures: [] }, { batchItemFailures: [] }]);
      },
      'Announcer.announce': async () => {
        const before = (await example.sandbox.invocations('order-pipeline-dev-Sales-count')).length;
        await putItem('Orderdev', { id: { S: idOf(++count) }, article: { S: 'cup' }, amount: { N: '1' } });
        expect((await example.invocationsOf('Sales-count')).slice(before)).to.have.length(1);
        const failures = await failuresOfAnnouncer();
        await putItem('Orderdev', { id: { S: idOf(++count) }, article: { S: 'x'.repeat(300_000) }, amount: { N: '1' } });
        await example.sandbox.idle();
        expect(await failuresOfAnnouncer()).to.equal(failures + 1);
      },
      'Sales.count': async () => {
        const { plate = 0 } = await sold();
        const Message = JSON.stringify({ id: idOf(++count), article: 'plate', amount: 7 });
        const query = new URLSearchParams({ Action: 'Publish', TopicArn: TOPIC, Message });
        expect((await example.sandbox.aws('sns', `/?${query}`, { method: 'POST' }, REGION)).status).to.equal(200);
        expect((await sold())['plate']).to.equal(plate + 7);
      },
      'Sales.summary': async () => expect((await example.http('GET', 'sales')).status).to.equal(200),
      'Setup.fillShelves': async () => {
        expect((await example.sandbox.invoke('order-pipeline-dev-Setup-fillShelves', {}, REGION)).failed).to.equal(false);
      },
    };
    // the queue for failures is for what no message can carry
    await steps['Announcer.announce']?.();
    await example.expectProved(steps);
  });
});
