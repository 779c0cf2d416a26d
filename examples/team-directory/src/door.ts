import {
  ClientBuilder,
  type HttpAuthorization,
  type HttpAuthorizer,
  type HttpAuthorizerEvent,
  UsesSecretManagerSecret,
} from 'nimbusc';
import { INVITATIONS } from './secrets.js';

/** Lets in who has one of the codes of the secret, and tells the handlers whose it is. */
export class Door implements HttpAuthorizer {
  private readonly invitations = ClientBuilder.getSecretClient(INVITATIONS);

  @UsesSecretManagerSecret({ secretArn: INVITATIONS })
  async authorize({ authorizationToken }: HttpAuthorizerEvent): Promise<HttpAuthorization> {
    const { editors, readers } = await this.invitations.getSecretJson<{ editors: string; readers: string }>();
    if (authorizationToken === editors) return { isAuthorized: true, context: { role: 'editor' } };
    return authorizationToken === readers && { isAuthorized: true, context: { role: 'reader' } };
  }
}
