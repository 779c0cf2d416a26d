import { ClientBuilder, ComparisonOperator, ConditionBuilder, ConditionVariable, StoreConditionException } from 'nimbusc';
import { ConnectionDetail } from './connection-detail.js';
import { UserDetail } from './user-detail.js';

/** Who is connected, and through which connection. */
export class Presence {
  private readonly users = ClientBuilder.getDocumentStoreClient(UserDetail);
  private readonly connections = ClientBuilder.getKeyValueStoreClient(String, ConnectionDetail);

  /** Makes the connection the current one of its user, in place of any older one; false when there is no such user. */
  async connect(username: string, connectionId: string): Promise<boolean> {
    const user = await this.users.get(username);
    if (user === null) return false;

    const previous = user.currentWebsocket;
    await this.connections.put(connectionId, new ConnectionDetail(username));
    await this.users.put(new UserDetail(username, connectionId));
    if (previous !== null) await this.connections.delete(previous);
    return true;
  }

  /** Forgets the connection, unless a newer one has replaced it, which has forgotten it already. */
  async disconnect(connectionId: string): Promise<void> {
    const username = await this.usernameOf(connectionId);
    if (username !== null) await this.forget(username, connectionId);
  }

  /** Forgets the connection. Its user stays connected if a newer connection has taken its place. */
  async forget(username: string, connectionId: string): Promise<void> {
    await this.release(username, connectionId);
    await this.connections.delete(connectionId);
  }

  /** The user whose connection it is; null for one that is forgotten or was replaced. */
  async usernameOf(connectionId: string): Promise<string | null> {
    const connection = await this.connections.get(connectionId);
    return connection?.username ?? null;
  }

  /** The user's connection; null for one who is unknown or not connected. */
  async connectionOf(username: string): Promise<string | null> {
    const user = await this.users.get(username);
    return user?.currentWebsocket ?? null;
  }

  /** Makes the user one who is not connected, if this is the current connection. */
  private async release(username: string, connectionId: string): Promise<void> {
    // Compared by the store itself: the user may be connecting anew at this very moment.
    const stillCurrent = ConditionBuilder.ifComparison(
      'currentWebsocket',
      ComparisonOperator.EQUAL,
      ConditionVariable.string(connectionId),
    ).build();
    try {
      await this.users.put(new UserDetail(username), stillCurrent);
    } catch (error) {
      if (!(error instanceof StoreConditionException)) throw error;
    }
  }
}
