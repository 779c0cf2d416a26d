import { Attribute, DocumentStore, Key } from 'nimbusc';

export type Genre = 'fiction' | 'poetry' | 'science';

/** A book of the library: what clients send and get, and what is stored. */
@DocumentStore()
export class Book {
  /**
   * The number that the book is known by.
   *
   * @pattern ^97[89][0-9]{10}$
   */
  @Key()
  isbn = '';

  /**
   * @minLength 1
   * @maxLength 200
   */
  @Attribute()
  title = '';

  /**
   * @minItems 1
   * @maxItems 20
   */
  @Attribute()
  authors: string[] = [];

  @Attribute()
  genre: Genre = 'fiction';

  /** The day of the first edition. */
  @Attribute()
  published = new Date(0);

  /**
   * Counts the changes: who replaces a book names the revision that they have read.
   *
   * @integer
   * @minimum 1
   */
  @Attribute()
  revision = 1;
}

/** What makes a book. */
export type NewBook = Omit<Book, 'revision'>;

/** What takes the place of a book's content. */
export type BookContent = Omit<Book, 'isbn'>;

export function bookOf(fields: NewBook, revision = 1): Book {
  return Object.assign(new Book(), fields, { revision });
}
