// The example rest-crud, deployed: every operation, what each refuses, CORS, its document and its generated client.
import { expect } from 'chai';
import { DeployedExample, REGION } from './support/example.js';
import { withGeneratedClient } from './support/generated-client.js';
import { requirementsOrSkip } from './support/requirements.js';

const EMMA = {
  isbn: '9780141439587',
  title: 'Emma',
  authors: ['Jane Austen'],
  genre: 'fiction',
  published: '1815-12-23T00:00:00.000Z',
};
const COSMOS = {
  isbn: '9780345539434',
  title: 'Cosmos',
  authors: ['Carl Sagan'],
  genre: 'science',
  published: '1980-01-01T00:00:00.000Z',
};

/** What the README shows, in full. */
const USE_OF_CLIENT = `
import { ApiError, createHttpClient } from './client.js';

export async function replaceTwice(url: string, isbn: string): Promise<unknown[]> {
  const api = createHttpClient({ url });
  const { isbn: _, ...book } = await api.library.read({ path: { isbn } });
  const replaced = await api.library.replace({ path: { isbn }, body: { ...book, title: 'Emma, annotated' } });
  const late = await api.library.replace({ path: { isbn }, body: book }).catch((error: unknown) => error);
  return [book.published.getUTCFullYear(), replaced.revision, late instanceof ApiError && [late.status, late.message]];
}
`;

interface UseOfClient {
  replaceTwice(url: string, isbn: string): Promise<unknown[]>;
}

describe('The rest-crud example', function () {
  this.timeout('10m');
  let example: DeployedExample;

  before(async function () {
    await requirementsOrSkip(this);
    example = await DeployedExample.deploy('rest-crud');
  });
  after(() => example?.remove());

  it('creates a book once', async () => {
    const created = await example.http('POST', 'books', EMMA);
    expect([created.status, created.body]).to.deep.equal([201, { ...EMMA, revision: 1 }]);
    const again = await example.http('POST', 'books', EMMA);
    expect([again.status, again.body]).to.deep.equal([409, { message: 'there is such a book already' }]);
    expect((await example.http('POST', 'books', COSMOS)).status).to.equal(201);
  });

  it('refuses what breaks a limit, and says each part that does', async () => {
    const before = (await example.invocationsOf('Library-create')).length;
    const { status, body } = await example.http('POST', 'books', {
      ...EMMA,
      isbn: '123',
      title: '',
      authors: [],
      genre: 'prose',
    });
    expect(status).to.equal(400);
    const { errors } = body as { errors: readonly { readonly path: string }[] };
    expect(errors.map(({ path }) => path)).to.have.members(['isbn', 'title', 'authors', 'genre']);
    expect(await example.invocationsOf('Library-create')).to.have.length(before + 1);
    expect(await example.itemsOf('Bookdev')).to.have.length(2);
  });

  it('reads one, or says that there is none', async () => {
    const { status, body } = await example.http('GET', `books/${EMMA.isbn}`);
    expect([status, body]).to.deep.equal([200, { ...EMMA, revision: 1 }]);
    const none = await example.http('GET', 'books/9780000000000');
    expect([none.status, none.body]).to.deep.equal([404, { message: 'there is no such book' }]);
  });

  it('lists all by title, or those of a genre', async () => {
    const titles = async (query: string): Promise<unknown> =>
      ((await example.http('GET', `books${query}`)).body as { title: string }[]).map(({ title }) => title);
    expect(await titles('')).to.deep.equal(['Cosmos', 'Emma']);
    expect(await titles('?genre=science')).to.deep.equal(['Cosmos']);
    expect(await titles('?genre=poetry')).to.deep.equal([]);
    expect((await example.http('GET', 'books?genre=prose')).status).to.equal(400);
  });

  it('replaces the revision that was read, and no other', async () => {
    const { isbn, ...content } = COSMOS;
    const path = `books/${isbn}`;
    const replaced = await example.http('PUT', path, { ...content, title: 'Cosmos!', revision: 1 });
    expect([replaced.status, replaced.body]).to.deep.equal([200, { ...COSMOS, title: 'Cosmos!', revision: 2 }]);
    const late = await example.http('PUT', path, { ...content, revision: 1 });
    expect([late.status, late.body]).to.deep.equal([409, { message: 'the book is at revision 2 by now' }]);
    expect((await example.http('PUT', 'books/9780000000000', { ...content, revision: 1 })).status).to.equal(404);
    expect((await example.http('GET', path)).body).to.deep.equal({ ...COSMOS, title: 'Cosmos!', revision: 2 });
  });

  it('can be used with the client that is generated for it', async () => {
    const { replaceTwice } = await withGeneratedClient<UseOfClient>(example.project, 'dev', USE_OF_CLIENT);
    expect(await replaceTwice(example.httpApiUrl, EMMA.isbn)).to.deep.equal([1815, 2, [409, 'the book is at revision 2 by now']]);
  });

  it('deletes a book once', async () => {
    const path = `books/${COSMOS.isbn}`;
    const statuses = [await example.http('DELETE', path), await example.http('DELETE', path), await example.http('GET', path)];
    expect(statuses.map(({ status }) => status)).to.deep.equal([200, 404, 404]);
  });

  it('allows pages of any origin in stage dev, of one in stage prod', async () => {
    const origin = 'https://elsewhere.example.com';
    const asks = { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' };
    const preflight = await example.http('OPTIONS', `books/${EMMA.isbn}`, undefined, asks);
    expect(preflight.status).to.be.within(200, 204);
    expect(preflight.headers.get('access-control-allow-origin')).to.equal('*');
    expect(preflight.headers.get('access-control-allow-methods')).to.include('PUT');
    const missing = await example.http('GET', 'books/9780000000000', undefined, { origin });
    expect(missing.headers.get('access-control-allow-origin')).to.equal('*');
    expect(await example.project.read('nimbus.out/prod/cdk.tf.json')).to.include('https://library.example.com');
  });

  it('says the limits in its document', async () => {
    const document: unknown = JSON.parse(await example.project.read('nimbus.out/dev/openapi.json'));
    const body = JSON.stringify(document);
    expect(body).to.include('"maxLength":200').and.to.include('^97[89][0-9]{10}$');
    expect(document).to.have.nested.property('paths./books/{isbn}.put.requestBody');
  });

  it('has had no crash and no refused call', () => example.expectAllWell());

  it('is granted what it uses, and can do without none of it', async () => {
    let count = 0;
    const newIsbn = (): string => `9790000${String(++count).padStart(6, '0')}`;
    const add = async (): Promise<string> => {
      const isbn = newIsbn();
      const book = { ...EMMA, isbn };
      const Item = {
        isbn: { S: isbn },
        title: { S: book.title },
        authors: { L: [{ S: 'Jane Austen' }] },
        genre: { S: book.genre },
      };
      const dated = { ...Item, published: { S: book.published }, revision: { N: '1' } };
      const put = { TableName: 'Bookdev', Item: dated };
      await example.sandbox.awsJson('dynamodb', 'DynamoDB_20120810.PutItem', put, REGION);
      return isbn;
    };
    const expectStatus = async (status: number, ...request: Parameters<DeployedExample['http']>): Promise<void> => {
      expect((await example.http(...request)).status).to.equal(status);
    };
    const { isbn: _, ...content } = EMMA;
    await example.expectProved({
      'Library.create': () => expectStatus(201, 'POST', 'books', { ...EMMA, isbn: newIsbn() }),
      'Library.list': () => expectStatus(200, 'GET', 'books'),
      'Library.read': async () => expectStatus(200, 'GET', `books/${await add()}`),
      // who names another revision is told which one there is
      'Library.replace': async () => expectStatus(409, 'PUT', `books/${await add()}`, { ...content, revision: 2 }),
      'Library.remove': async () => expectStatus(200, 'DELETE', `books/${await add()}`),
    });
  });
});
