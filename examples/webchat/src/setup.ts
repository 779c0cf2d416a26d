import { AfterDeployment, AttributeNotExists, ClientBuilder, StoreConditionException, UsesDocumentStore } from 'nimbusc';
import { UserDetail } from './user-detail.js';

const BASIC_USERS = ['thomas', 'bob'];

/** Fills the stores of a new deployment. */
export class Setup {
  private readonly users = ClientBuilder.getDocumentStoreClient(UserDetail);

  /** Gives the names of the users that it has made. Those who exist already stay as they are: they may be connected. */
  @AfterDeployment()
  @UsesDocumentStore(UserDetail)
  async setupBasicUsers(): Promise<string[]> {
    const made: string[] = [];
    for (const username of BASIC_USERS) {
      if (await this.add(username)) made.push(username);
    }
    return made;
  }

  private async add(username: string): Promise<boolean> {
    try {
      await this.users.put(new UserDetail(username), new AttributeNotExists('username'));
      return true;
    } catch (error) {
      if (error instanceof StoreConditionException) return false;
      throw error;
    }
  }
}
