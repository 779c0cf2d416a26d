import assert from 'node:assert/strict';
import { HttpMethod } from 'nimbusc';
import { HttpRequest, LocalNimbusDeployment } from 'nimbusc/testing';
import { Book } from '../src/book.js';
import { Library } from '../src/library.js';

const EMMA = {
  isbn: '9780141439587',
  title: 'Emma',
  authors: ['Jane Austen'],
  genre: 'fiction',
  published: '1815-12-23T00:00:00.000Z',
};

describe('the library', () => {
  let library: LocalNimbusDeployment;
  beforeEach(async () => {
    library = await LocalNimbusDeployment.getNewInstance(Library, Book);
  });
  afterEach(() => library.close());
  const post = (book: object) => library.sendHttpRequest(new HttpRequest('books', HttpMethod.POST).withBodyFromObject(book));
  const put = (book: object) =>
    library.sendHttpRequest(new HttpRequest(`books/${EMMA.isbn}`, HttpMethod.PUT).withBodyFromObject(book));

  it('keeps a book, as an instance with a date', async () => {
    assert.equal((await post(EMMA)).statusCode, 201);
    const books = library.getDocumentStore(Book);
    assert.equal(books.size(), 1);
    const book = await books.get(EMMA.isbn);
    assert.ok(book instanceof Book);
    assert.deepEqual(book.published, new Date(EMMA.published));
    const answer = await library.sendHttpRequest(new HttpRequest(`books/${EMMA.isbn}`));
    assert.deepEqual(answer.json(), { ...EMMA, revision: 1 });
  });

  it('takes a book once', async () => {
    await post(EMMA);
    const answer = await post(EMMA);
    assert.deepEqual([answer.statusCode, answer.json()], [409, { message: 'there is such a book already' }]);
    assert.equal(library.getMethod(Library, 'create').timesInvoked, 2);
  });

  it('names each part of a body that breaks a limit, and does not call the handler', async () => {
    const answer = await post({ ...EMMA, title: '', authors: [] });
    assert.equal(answer.statusCode, 400);
    assert.deepEqual(
      answer.json<{ errors: { path: string }[] }>().errors.map(({ path }) => path),
      ['title', 'authors'],
    );
    assert.equal(library.getMethod(Library, 'create').timesInvoked, 0);
  });

  it('lists the books of a genre by title', async () => {
    await post(EMMA);
    await post({ ...EMMA, isbn: '9780140424386', title: 'Poems', genre: 'poetry' });
    await post({ ...EMMA, isbn: '9780141439518', title: 'Alps', genre: 'poetry' });
    const answer = await library.sendHttpRequest(new HttpRequest('books?genre=poetry'));
    assert.deepEqual(
      answer.json<Book[]>().map(({ title }) => title),
      ['Alps', 'Poems'],
    );
  });

  it('replaces a book for who has read it last', async () => {
    await post(EMMA);
    const { isbn: _, ...content } = EMMA;
    assert.equal((await put({ ...content, title: 'Emma, again', revision: 1 })).statusCode, 200);
    assert.equal((await put({ ...content, title: 'Emma, too late', revision: 1 })).statusCode, 409);
    assert.equal((await library.getDocumentStore(Book).get(EMMA.isbn))?.title, 'Emma, again');
  });

  it('has 404 for what is not there', async () => {
    assert.equal((await library.sendHttpRequest(new HttpRequest('books/1', HttpMethod.DELETE))).statusCode, 404);
  });
});
