import { expect } from 'chai';
import { wrap } from '../../../runtime/adapters/keep-warm.js';

describe('a function that is kept warm', () => {
  const seen: unknown[] = [];
  const handler = wrap(async (event: unknown, context: string) => {
    seen.push(event, context);
    return 'called';
  });
  beforeEach(() => seen.splice(0));

  it('answers the ping by itself, with a promise, because Lambda would wait for a callback otherwise', async () => {
    const answer = handler({ 'nimbusc:keep-warm': true }, 'context');
    expect(answer).to.be.instanceOf(Promise);
    expect(await answer).to.equal(null);
    expect(seen).to.deep.equal([]);
  });

  it('hands everything else on', async () => {
    for (const event of [null, undefined, 'text', 5, [], {}, { source: 'aws.events' }]) {
      expect(await handler(event, 'context')).to.equal('called');
    }
    expect(seen).to.have.length(14);
    expect(seen.slice(-2)).to.deep.equal([{ source: 'aws.events' }, 'context']);
  });
});
