import { Attribute, DocumentStore, Key } from 'nimbusc';

/** What somebody wants; the queue carries it. */
export interface OrderRequest {
  /**
   * Chosen by the client, so that sending it twice does not order twice.
   *
   * @format uuid
   */
  readonly id: string;
  /** @minLength 1 */
  readonly article: string;
  /**
   * @integer
   * @minimum 1
   * @maximum 1000
   */
  readonly amount: number;
}

/** An order for which the stock has sufficed. */
@DocumentStore()
export class Order {
  @Key()
  id: string;

  @Attribute()
  article: string;

  @Attribute()
  amount: number;

  constructor(id = '', article = '', amount = 0) {
    this.id = id;
    this.article = article;
    this.amount = amount;
  }
}
