import { Attribute, DocumentStore, Key } from 'nimbusc';

/** How much there is of an article. */
@DocumentStore()
export class StockItem {
  @Key()
  article: string;

  @Attribute()
  available: number;

  constructor(article = '', available = 0) {
    this.article = article;
    this.available = available;
  }
}
