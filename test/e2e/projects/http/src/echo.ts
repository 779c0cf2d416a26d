import { type HttpEvent, HttpMethod, HttpServerlessFunction } from 'nimbusc';

/** Says what it was asked. Four triggers, one function. */
export class Echo {
  @HttpServerlessFunction({ method: HttpMethod.GET, path: '/' })
  @HttpServerlessFunction({ method: HttpMethod.GET, path: 'echo/{one}/{two}' })
  @HttpServerlessFunction({ method: HttpMethod.HEAD, path: 'echo/{one}/{two}' })
  @HttpServerlessFunction({ method: 'ANY', path: '/any/{rest+}' })
  show(event: HttpEvent) {
    const { headers, queryStringParameters, multiValueQueryStringParameters, pathParameters, cookies, body } = event;
    const { authorizationContext, isBase64Encoded, requestContext, requestId } = event;
    return {
      method: requestContext.http.method,
      path: requestContext.http.path,
      pathParameters,
      queryStringParameters,
      multiValueQueryStringParameters,
      headers,
      cookies,
      authorizationContext,
      body,
      isBase64Encoded,
      requestId,
    };
  }
}
