import {
  AttributeNotExists,
  ClientBuilder,
  HttpException,
  HttpMethod,
  HttpServerlessFunction,
  StoreConditionException,
  UsesDocumentStore,
} from 'nimbusc';
import { UserDetail } from './user-detail.js';

export interface Register {
  readonly username: string;
}

/** How people become users: the website's first page sends their names. */
export class Registration {
  private readonly users = ClientBuilder.getDocumentStoreClient(UserDetail);

  @HttpServerlessFunction({ method: HttpMethod.POST, path: 'register', allowedCorsOrigin: '${NIMBUSC-WEBCHAT_URL}' })
  @UsesDocumentStore(UserDetail)
  async register({ username }: Register): Promise<void> {
    if (!/^\w{1,20}$/.test(username)) throw new HttpException(400, 'a name has 1 to 20 letters or digits');
    try {
      await this.users.put(new UserDetail(username), new AttributeNotExists('username'));
    } catch (error) {
      if (error instanceof StoreConditionException) throw new HttpException(409, 'the name is taken');
      throw error;
    }
  }
}
