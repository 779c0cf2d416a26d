import { ClientBuilder, HttpMethod, HttpServerlessFunction, UsesDocumentStore } from 'nimbusc';
import { UserDetail } from './user-detail.js';

export interface UserSummary {
  readonly username: string;
  readonly connected: boolean;
}

/** Who there is, for developers: the route exists in stage dev only. */
export class UserDirectory {
  private readonly users = ClientBuilder.getDocumentStoreClient(UserDetail);

  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'users', stages: ['dev'] })
  @UsesDocumentStore(UserDetail)
  async listUsers(): Promise<UserSummary[]> {
    const users = await this.users.getAll();
    return users
      .map(({ username, currentWebsocket }) => ({ username, connected: currentWebsocket !== null }))
      .sort((a, b) => (a.username < b.username ? -1 : 1));
  }
}
