import {
  AttributeExists,
  AttributeNotExists,
  ClientBuilder,
  ComparisonOperator,
  type Condition,
  ConditionBuilder,
  ConditionVariable,
  StoreConditionException,
} from 'nimbusc';
import { Book, type Genre } from './book.js';

/** The stored books. Each write says what must hold, and the store checks it in one step with the write. */
export class Bookshelf {
  private readonly books = ClientBuilder.getDocumentStoreClient(Book);

  /** Those of a genre, or all; by title. */
  async list(genre?: Genre): Promise<Book[]> {
    const found = await (genre === undefined
      ? this.books.getAll()
      : this.books.filter(
          ConditionBuilder.ifComparison('genre', ComparisonOperator.EQUAL, ConditionVariable.string(genre)).build(),
        ));
    return found.sort((a, b) => (a.title < b.title ? -1 : 1));
  }

  async find(isbn: string): Promise<Book | null> {
    return this.books.get(isbn);
  }

  /** False when there is such a book already. */
  async add(book: Book): Promise<boolean> {
    return this.put(book, new AttributeNotExists('isbn'));
  }

  /** False when there is no such book, or another revision of it. */
  async replace(book: Book, revision: number): Promise<boolean> {
    const unchanged = ConditionVariable.numeric(revision);
    return this.put(book, ConditionBuilder.ifComparison('revision', ComparisonOperator.EQUAL, unchanged).build());
  }

  /** False when there is no such book. */
  async remove(isbn: string): Promise<boolean> {
    return holds(this.books.deleteKey(isbn, new AttributeExists('isbn')));
  }

  private put(book: Book, condition: Condition): Promise<boolean> {
    return holds(this.books.put(book, condition));
  }
}

/** Whether the condition of a write held. */
async function holds(write: Promise<void>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof StoreConditionException) return false;
    throw error;
  }
}
