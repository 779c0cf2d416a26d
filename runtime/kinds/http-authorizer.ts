// The authorizer of the HTTP API: its decorator, its event, and what it answers.
import { type ClassDecoratorOf, noop } from '../core/decorator.js';
import type { StagesOption } from '../core/function-options.js';
import type { HttpRequestContext } from './http-api.js';

export interface HttpApiOptions extends StagesOption {
  /** Decides who may call the HTTP routes of the stage. Without one everybody may. */
  authorizer?: new (
    ...args: never[]
  ) => HttpAuthorizer;
  /** The header that says who calls. A request without it is answered with 401, and nobody is asked. Default `Authorization`. */
  authorizationHeader?: string;
  /**
   * For how many seconds an answer counts for all requests with the same value of the header, whatever their route; from 0
   * (each request is asked about) to 3600. Default 300.
   */
  authorizationCacheTtl?: number;
}

/** Says what holds for all HTTP routes of a stage. It stands on any class, and once per stage. */
export function HttpApi(_options: HttpApiOptions = {}): ClassDecoratorOf {
  return noop;
}

/** A class that decides who may call the HTTP routes; its method takes nothing, or the event. */
export interface HttpAuthorizer {
  /**
   * Only `true` and `isAuthorized: true` let the request through; everything else is answered with 403, and so is an
   * HttpException with status 401 or 403. Anything else that is thrown is answered with 500, and not remembered.
   */
  authorize(event: HttpAuthorizerEvent): HttpAuthorization | Promise<HttpAuthorization>;
}

export type HttpAuthorization =
  | boolean
  | {
      readonly isAuthorized: boolean;
      /** What handlers get as `authorizationContext` of their HttpEvent. Travels as JSON. */
      readonly context?: Readonly<Record<string, unknown>>;
    };

export interface HttpAuthorizerEvent {
  /** The value of the header that says who calls, as it was sent: `Bearer eyJ...`. */
  readonly authorizationToken: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>>;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, string>>;
  /** `GET /users/{id}`. An answer that depends on it must not be cached: `authorizationCacheTtl: 0`. */
  readonly routeKey: string;
  readonly requestContext: HttpRequestContext;
  readonly requestId: string;
}
