import {
  ClientBuilder,
  FileStorageBucket,
  HttpApi,
  type HttpAuthorization,
  type HttpAuthorizer,
  type HttpAuthorizerEvent,
  type HttpEvent,
  HttpException,
  HttpServerlessFunction,
  UsesCognitoUserPool,
} from 'nimbusc';
import { Members } from './members.js';

/** Access tokens of the pool's users, and some words that stand for what else may happen. */
export class Tokens implements HttpAuthorizer {
  private readonly members = ClientBuilder.getCognitoClient(Members);

  @UsesCognitoUserPool({ userPool: Members })
  async authorize({ authorizationToken, routeKey }: HttpAuthorizerEvent): Promise<HttpAuthorization> {
    if (authorizationToken === 'visitor') return true;
    if (authorizationToken === 'refused') throw new HttpException(403, 'not you');
    if (authorizationToken === 'broken') throw new Error('the authorizer is broken');
    const user = await this.members.getUser(authorizationToken.replace(/^Bearer /, ''));
    if (user === null) return false;
    return {
      isAuthorized: true,
      context: { user: user.username, email: user.attributes['email'], groups: ['a', 'b'], first: routeKey },
    };
  }
}

/** Asked about every request. */
export class Passwords {
  authorize(event: HttpAuthorizerEvent): boolean {
    return event.headers['x-password'] === `open ${event.pathParameters['door'] ?? 'sesame'}`;
  }
}

@HttpApi({ authorizer: Tokens })
@HttpApi({ authorizer: Passwords, authorizationHeader: 'X-Password', authorizationCacheTtl: 0, stages: ['same'] })
export class Api {
  @HttpServerlessFunction({ method: 'GET', path: 'me', allowedCorsOrigin: 'https://app.example' })
  me(event: HttpEvent): object {
    return { ...event.authorizationContext, cookie: event.cookies['theme'] };
  }

  @HttpServerlessFunction({ method: 'ANY', path: 'any/{rest+}', allowedCorsOrigin: '*', allowedCorsHeaders: ['X-Trace'] })
  any(event: HttpEvent): string {
    console.log('handled');
    return event.requestContext.http.method;
  }

  @HttpServerlessFunction({ method: 'GET', path: 'site', allowedCorsOrigin: '${E2E-AUTH-SITE_URL}' })
  site(): string {
    return 'for the website';
  }

  @HttpServerlessFunction({ method: 'GET', path: 'plain' })
  plain(): string {
    return 'for no other origin';
  }

  @HttpServerlessFunction({ method: 'GET', path: 'doors/{door}', allowedCorsOrigin: 'https://app.example', stages: ['same'] })
  door(event: HttpEvent): string {
    return event.pathParameters['door'] ?? '';
  }
}

@FileStorageBucket({ bucketName: 'e2e-auth-site', staticWebsite: true })
export class Site {}
