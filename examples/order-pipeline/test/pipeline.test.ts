import assert from 'node:assert/strict';
import { HttpMethod } from 'nimbusc';
import { HttpRequest, LocalNimbusDeployment } from 'nimbusc/testing';
import { Announcer } from '../src/announcer.js';
import { Counter } from '../src/counter.js';
import { Order } from '../src/order.js';
import { OrderQueue } from '../src/order-queue.js';
import { OrderTopic } from '../src/order-topic.js';
import { Sales } from '../src/sales.js';
import { SalesSummary } from '../src/sales-summary.js';
import { Setup } from '../src/setup.js';
import { StockItem } from '../src/stock-item.js';
import { Warehouse } from '../src/warehouse.js';

describe('the order pipeline', () => {
  let shop: LocalNimbusDeployment;
  beforeEach(async () => {
    shop = await LocalNimbusDeployment.getNewInstance(
      Announcer,
      Counter,
      Order,
      OrderQueue,
      OrderTopic,
      Sales,
      SalesSummary,
      Setup,
      StockItem,
      Warehouse,
    );
  });
  afterEach(() => shop.close());
  const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  const place = (id: string, article: string, amount: number) =>
    shop.sendHttpRequest(new HttpRequest('orders', HttpMethod.POST).withBodyFromObject({ id, article, amount }));
  const available = async (article: string) => (await shop.getDocumentStore(StockItem).get(article))?.available;

  it('starts with full shelves', async () => {
    assert.equal(shop.afterDeploymentResults.get('Setup.fillShelves'), 2);
    assert.equal(await available('cup'), 10);
  });

  it('has stored, announced and counted an order when the request returns', async () => {
    assert.equal((await place(idOf(1), 'cup', 3)).statusCode, 202);
    assert.equal(await available('cup'), 7);
    assert.deepEqual(await shop.getDocumentStore(Order).getAll(), [new Order(idOf(1), 'cup', 3)]);
    assert.deepEqual(shop.getNotificationTopic(OrderTopic).sent, [{ id: idOf(1), article: 'cup', amount: 3 }]);
    assert.equal((await shop.getKeyValueStore(SalesSummary).get('cup'))?.sold, 3);
    const sales = await shop.sendHttpRequest(new HttpRequest('sales'));
    assert.deepEqual(sales.json(), { cup: { sold: 3 } });
  });

  it('sells an order once, though it is placed twice', async () => {
    await place(idOf(1), 'cup', 3);
    await place(idOf(1), 'cup', 3);
    assert.equal(await available('cup'), 7);
    assert.equal(shop.getMethod(Announcer, 'announce').timesInvoked, 1);
  });

  it('gives up an order that the stock does not suffice for, and keeps nothing of it', async () => {
    const { error } = console;
    console.error = () => {};
    try {
      await shop.getQueue(OrderQueue).addBatch([
        { id: idOf(1), article: 'plate', amount: 6 },
        { id: idOf(2), article: 'plate', amount: 5 },
      ]);
    } finally {
      console.error = error;
    }
    assert.equal(shop.getMethod(Warehouse, 'fulfil').timesInvoked, 4);
    assert.equal(shop.getQueue(OrderQueue).deadLetters.length, 1);
    assert.equal(await available('plate'), 0);
    assert.equal(shop.getDocumentStore(Order).size(), 1);
  });
});
