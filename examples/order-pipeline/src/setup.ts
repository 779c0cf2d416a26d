import { AfterDeployment, AttributeNotExists, ClientBuilder, StoreConditionException, UsesDocumentStore } from 'nimbusc';
import { StockItem } from './stock-item.js';

const FIRST_STOCK = [new StockItem('cup', 10), new StockItem('plate', 5)];

/** Fills the shelves of a new deployment. */
export class Setup {
  private readonly stock = ClientBuilder.getDocumentStoreClient(StockItem);

  /** Gives the number of articles that it has added. What is there already stays as it is. */
  @AfterDeployment()
  @UsesDocumentStore(StockItem)
  async fillShelves(): Promise<number> {
    const added = await Promise.all(FIRST_STOCK.map((item) => this.add(item)));
    return added.filter(Boolean).length;
  }

  private async add(item: StockItem): Promise<boolean> {
    try {
      await this.stock.put(item, new AttributeNotExists('article'));
      return true;
    } catch (error) {
      if (error instanceof StoreConditionException) return false;
      throw error;
    }
  }
}
