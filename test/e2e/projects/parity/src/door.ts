import { type HttpAuthorization, type HttpAuthorizer, type HttpAuthorizerEvent, HttpException, UsesDocumentStore } from 'nimbusc';
import { note } from './listeners.js';
import { Log } from './resources.js';

/** Lets in those who say so, and notes that it was asked. */
export class Door implements HttpAuthorizer {
  @UsesDocumentStore(Log)
  async authorize({ authorizationToken, routeKey }: HttpAuthorizerEvent): Promise<HttpAuthorization> {
    if (authorizationToken === 'tests') return true;
    await note(`asked about ${authorizationToken}`, routeKey);
    if (authorizationToken === 'refused') throw new HttpException(403, 'not you');
    if (authorizationToken === 'unknown') throw new HttpException(401, 'who are you');
    if (authorizationToken === 'broken') throw new Error('the authorizer is broken');
    if (authorizationToken !== 'ada') return false;
    return { isAuthorized: true, context: { user: 'ada', since: new Date(0), list: [1, null], nothing: undefined } };
  }
}
