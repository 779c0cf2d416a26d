import { type HttpEvent, HttpException, HttpMethod, HttpResponse, HttpServerlessFunction, UsesDocumentStore } from 'nimbusc';
import { Book, type BookContent, bookOf, type Genre, type NewBook } from './book.js';
import { Bookshelf } from './bookshelf.js';

const GENRES: readonly string[] = ['fiction', 'poetry', 'science'] satisfies Genre[];

/** The HTTP API. Bodies that do not fit `Book` and its limits are answered with 400 before these methods are called. */
export class Library {
  private readonly shelf = new Bookshelf();

  /** All books by title; of one genre with `?genre=poetry`. */
  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'books' })
  @UsesDocumentStore(Book)
  async list(event: HttpEvent): Promise<Book[]> {
    const genre = event.queryStringParameters['genre'];
    if (genre !== undefined && !isGenre(genre)) throw new HttpException(400, `the genres are ${GENRES.join(', ')}`);
    return this.shelf.list(genre);
  }

  /** Adds a book. */
  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'books' })
  @UsesDocumentStore(Book)
  async create(fields: NewBook): Promise<HttpResponse<Book, 201>> {
    const book = bookOf(fields);
    if (!(await this.shelf.add(book))) throw new HttpException(409, 'there is such a book already');
    return new HttpResponse().withStatusCode(201).withJsonBody(book);
  }

  /** One book. */
  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'books/{isbn}' })
  @UsesDocumentStore(Book)
  async read(event: HttpEvent): Promise<Book> {
    return this.existing(isbnOf(event));
  }

  /** Replaces a book, unless it has changed since it was read. */
  @HttpServerlessFunction({ method: HttpMethod.PUT, path: 'books/{isbn}' })
  @UsesDocumentStore(Book)
  async replace(content: BookContent, event: HttpEvent): Promise<Book> {
    const isbn = isbnOf(event);
    const book = bookOf({ ...content, isbn }, content.revision + 1);
    if (await this.shelf.replace(book, content.revision)) return book;
    const { revision } = await this.existing(isbn);
    throw new HttpException(409, `the book is at revision ${revision} by now`);
  }

  /** Removes a book. */
  @HttpServerlessFunction({ method: HttpMethod.DELETE, path: 'books/{isbn}' })
  @UsesDocumentStore(Book)
  async remove(event: HttpEvent): Promise<void> {
    if (!(await this.shelf.remove(isbnOf(event)))) throw notFound();
  }

  private async existing(isbn: string): Promise<Book> {
    const book = await this.shelf.find(isbn);
    if (book === null) throw notFound();
    return book;
  }
}

function isbnOf(event: HttpEvent): string {
  return event.pathParameters['isbn'] ?? '';
}

function isGenre(text: string): text is Genre {
  return GENRES.includes(text);
}

function notFound(): HttpException {
  return new HttpException(404, 'there is no such book');
}
