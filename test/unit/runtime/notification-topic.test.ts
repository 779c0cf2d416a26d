import { expect } from 'chai';
import type { HandlerSpec } from '../../../runtime/adapters/handler.js';
import { adapt, type SnsEvent } from '../../../runtime/adapters/notification-topic.js';
import { check, date, object } from '../../../runtime/core/decode.js';
import type { NotificationEvent } from '../../../runtime/index.js';

const event = (...messages: string[]): SnsEvent => ({
  Records: messages.map((Message) => ({
    Sns: {
      ...{ Type: 'Notification', MessageId: 'm-1', Subject: null, Message, Timestamp: '2024-02-29T12:00:00.000Z' },
      MessageAttributes: { color: { Type: 'String', Value: 'red' } },
    },
  })),
});

/** The arguments of each call of the handler. */
async function calls(params: HandlerSpec['params'], request: SnsEvent): Promise<unknown[][]> {
  const seen: unknown[][] = [];
  const handle = (...args: unknown[]): void => void seen.push(args);
  await adapt({ create: () => ({ handle }), method: 'handle', params })(request, { awsRequestId: 'r-1' });
  return seen;
}

describe('the adapter of topics', () => {
  it('gives the handler an event with all of its fields', async () => {
    const [[received] = []] = await calls(['event'], event('text'));
    const expected: NotificationEvent = {
      ...{ type: 'Notification', messageId: 'm-1', subject: undefined, message: 'text', requestId: 'r-1' },
      timestamp: new Date(Date.UTC(2024, 1, 29, 12)),
      messageAttributes: { color: { type: 'String', value: 'red' } },
    };
    expect(received).to.deep.equal(expected);
  });

  it('gives the body as JSON of its type, or as the text, in the order of the parameters', async () => {
    const at: HandlerSpec['params'][number] = { body: { o: {} }, read: check(object({ at: date })) };
    const [[body, received] = []] = await calls([at, 'event'], event('{"at":"2024-01-01"}'));
    expect(body).to.deep.equal({ at: new Date('2024-01-01') });
    expect((received as NotificationEvent).message).to.equal('{"at":"2024-01-01"}');
    expect(await calls([{ body: 'string' }], event('{"not": json'))).to.deep.equal([['{"not": json']]);
  });

  it('calls the handler for each record', async () => {
    expect(await calls([{ body: 'number' }], event('1', '2'))).to.deep.equal([[1], [2]]);
  });

  it('fails for a message that is not JSON, and for what the handler throws', async () => {
    const failure = (it: Promise<unknown>): Promise<Error> =>
      it.then(
        () => expect.fail('it did not fail'),
        (e: Error) => e,
      );
    expect((await failure(calls([{ body: 'number' }], event('one')))).message).to.equal('invalid input');
    const fail = (): never => {
      throw new RangeError('no');
    };
    const handler = adapt({ create: () => ({ fail }), method: 'fail', params: [] });
    expect(await failure(handler(event('1'), { awsRequestId: 'r-1' }))).to.be.instanceOf(RangeError);
  });
});
