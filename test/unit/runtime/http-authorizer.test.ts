import { expect } from 'chai';
import { type AuthorizerProxyEvent, adapt } from '../../../runtime/adapters/http-authorizer.js';
import { HttpApi, type HttpAuthorizer, type HttpAuthorizerEvent, HttpException } from '../../../runtime/index.js';

const requestContext = {
  http: { method: 'GET', path: '/users/7', protocol: 'HTTP/1.1', sourceIp: '1.2.3.4', userAgent: 'test' },
  ...{ requestId: 'r-1', routeKey: 'GET /users/{id}', stage: '$default' },
};
const event: AuthorizerProxyEvent = {
  routeKey: 'GET /users/{id}',
  rawQueryString: 'a=1&a=2',
  headers: { 'x-token': 'let me in' },
  cookies: ['theme=dark'],
  queryStringParameters: { a: '1,2' },
  pathParameters: { id: '7' },
  identitySource: ['let me in'],
  requestContext,
};

/** What the function answers when its method gives `answer`. */
const answered = (answer: unknown) =>
  adapt({ create: () => ({ authorize: () => answer }), method: 'authorize', params: [] })(event);

const failure = (it: Promise<unknown>): Promise<Error> =>
  it.then(
    () => expect.fail('it did not fail'),
    (error: Error) => error,
  );

describe('an authorizer', () => {
  it('gets the event with all of its fields, and none of a body', async () => {
    const seen: unknown[][] = [];
    const authorize = (...args: unknown[]): boolean => seen.push(args) > 0;
    await adapt({ create: () => ({ authorize }), method: 'authorize', params: ['event'] })(event);
    const expected: HttpAuthorizerEvent = {
      authorizationToken: 'let me in',
      headers: { 'x-token': 'let me in' },
      queryStringParameters: { a: '1,2' },
      multiValueQueryStringParameters: { a: ['1', '2'] },
      pathParameters: { id: '7' },
      cookies: { theme: 'dark' },
      routeKey: 'GET /users/{id}',
      requestContext,
      requestId: 'r-1',
    };
    expect(seen).to.deep.equal([[expected]]);
  });

  it('lets in with a yes, and hands on its context', async () => {
    expect(await answered(true)).to.deep.equal({ isAuthorized: true });
    expect(await answered(Promise.resolve({ isAuthorized: true }))).to.deep.equal({ isAuthorized: true });
    const context = { user: 'ada', groups: ['a'] };
    expect(await answered({ isAuthorized: true, context })).to.deep.equal({ isAuthorized: true, context });
  });

  it('refuses for everything that is no clear yes, and then says nothing else', async () => {
    const no = [
      false,
      undefined,
      null,
      0,
      1,
      'true',
      {},
      [true],
      { isAuthorized: 'true' },
      { isAuthorized: false, context: { a: 1 } },
    ];
    for (const answer of no) expect(await answered(answer), JSON.stringify(answer)).to.deep.equal({ isAuthorized: false });
  });

  it('refuses by an HttpException with status 401 or 403; any other failure is none that is remembered as a refusal', async () => {
    const throwing = (error: Error) =>
      adapt({
        create: () => ({
          authorize() {
            throw error;
          },
        }),
        method: 'authorize',
        params: [],
      })(event);
    for (const status of [401, 403]) {
      expect(await throwing(new HttpException(status))).to.deep.equal({ isAuthorized: false });
    }
    for (const error of [new HttpException(500), new RangeError('no')]) {
      expect(await failure(throwing(error))).to.equal(error);
    }
  });

  it('fails when its instance cannot be made', async () => {
    const create = (): object => {
      throw new Error('no instance');
    };
    expect(await failure(adapt({ create, method: 'authorize', params: [] })(event))).to.have.property('message', 'no instance');
  });

  it('is a class that the decorator takes', () => {
    class Tokens implements HttpAuthorizer {
      authorize({ authorizationToken }: HttpAuthorizerEvent): boolean {
        return authorizationToken === 'let me in';
      }
    }
    class NeedsMore {
      authorize(_event: HttpAuthorizerEvent, _more: string): boolean {
        return true;
      }
    }
    HttpApi();
    HttpApi({ authorizer: Tokens, authorizationHeader: 'X-Token', authorizationCacheTtl: 0, stages: ['dev'] });
    // @ts-expect-error: no authorizer
    HttpApi({ authorizer: String });
    // @ts-expect-error: nothing could give the second parameter
    HttpApi({ authorizer: NeedsMore });
  });
});
