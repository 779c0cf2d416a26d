import { expect } from 'chai';
import { restricted } from '../../../providers/local/restricted.js';

describe('a client of a function in the local cloud', () => {
  const client = {
    get: async () => 1,
    put: async () => {},
    async *stream() {
      yield 1;
    },
    getWriteItem: () => ({}),
  };
  const bound = { id: 'document-store:Order', kind: 'document-store', methods: ['get'] };
  const mine = restricted(client, bound, 'Shop.place') as typeof client;
  const nameOf = (action: Promise<unknown>) =>
    action.then(
      () => '',
      (error: Error) => `${error.name}: ${error.message}`,
    );

  it('does what is granted, and rejects all else', async () => {
    expect(await mine.get()).to.equal(1);
    expect(await nameOf(mine.put())).to.equal('PermissionException: Shop.place may not call put of Order');
  });

  it('can be iterated to the same end, and throws where there is no promise', async () => {
    const iterate = async (): Promise<void> => {
      for await (const page of mine.stream()) expect(page).to.equal(undefined);
    };
    expect(await nameOf(iterate())).to.include('may not call stream');
    expect(() => mine.getWriteItem()).to.throw('may not call getWriteItem of Order');
  });

  it('may do everything where nothing is said of it', () => {
    expect(restricted(client, { ...bound, methods: null }, 'Shop.place')).to.equal(client);
  });
});
