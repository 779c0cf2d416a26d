// The method of an authorizer as a Lambda authorizer of an API Gateway HTTP API: event of payload format 2.0 in, simple
// response out.
import { HttpException } from '../core/errors.js';
import type { HttpAuthorizerEvent } from '../kinds/http-authorizer.js';
import { type HandlerSpec, instanceOf } from './handler.js';
import type { HttpProxyEvent } from './http-api-core.js';
import { httpEvent } from './http-api-event.js';

/** The part of API Gateway's event that is used. */
export interface AuthorizerProxyEvent extends HttpProxyEvent {
  /** The values of the identity sources; API Gateway asks nobody when one of them is missing. */
  readonly identitySource?: readonly string[] | null;
}

export interface SimpleResponse {
  readonly isAuthorized: boolean;
  readonly context?: object;
}

export function adapt(spec: HandlerSpec): (event: AuthorizerProxyEvent) => Promise<SimpleResponse> {
  const instance = instanceOf(spec.create);
  return async (event) => {
    try {
      const args = spec.params.map(() => authorizerEvent(event));
      return simple(await (await instance())[spec.method]!(...args));
    } catch (error) {
      if (error instanceof HttpException && (error.statusCode === 401 || error.statusCode === 403)) return simple(false);
      // API Gateway answers 500 and forgets it; a refusal would be remembered for minutes.
      throw error;
    }
  };
}

/** Nothing but a clear yes is one: a method that forgets to return must not let everybody in. */
function simple(answer: unknown): SimpleResponse {
  const { isAuthorized, context } = (typeof answer === 'object' && answer !== null ? answer : {}) as Partial<SimpleResponse>;
  return answer === true || isAuthorized === true ? { isAuthorized: true, ...(context && { context }) } : { isAuthorized: false };
}

function authorizerEvent(event: AuthorizerProxyEvent): HttpAuthorizerEvent {
  const { body: _, isBase64Encoded: __, authorizationContext: ___, ...request } = httpEvent(event);
  return { ...request, routeKey: event.routeKey, authorizationToken: event.identitySource?.[0] ?? '' };
}
