// The authorizer of the HTTP API, asked as API Gateway asks it: not at all without the header, and once per value of it for as
// long as its answer is cached.
// docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
import type { AuthorizerProxyEvent, SimpleResponse } from '../../../runtime/adapters/http-authorizer.js';
import type { LocalFunction } from '../function.js';
import type { Node, Surroundings } from './service.js';

/** What the API answers in the place of the function. */
export interface Refusal {
  readonly statusCode: 401 | 403 | 500;
  readonly message: string;
}

/** What a function is told; or why it is not called. */
export type Authorization = { readonly context: object } | { readonly refusal: Refusal };

const refused = (statusCode: Refusal['statusCode'], message: string): Authorization => ({ refusal: { statusCode, message } });

export class LocalAuthorizer {
  private readonly answers = new Map<string, { readonly until: number; readonly answer: SimpleResponse }>();

  constructor(
    private readonly node: Node,
    private readonly around: Surroundings,
  ) {}

  async ask(event: AuthorizerProxyEvent): Promise<Authorization> {
    // Without its class everybody would be let in, and that is not what is deployed.
    const [fn] = this.around.triggeredBy(this.node.id);
    if (fn === undefined) {
      const name = this.node.name.split('.')[0];
      throw new Error(
        `${name} decides who may call the HTTP functions, and is not part of this local cloud: hand ${name} to getNewInstance as well`,
      );
    }
    const identity = event.headers?.[(this.node.options['authorizationHeader'] as string).toLowerCase()] ?? '';
    if (identity === '') return refused(401, 'Unauthorized');
    try {
      const { isAuthorized, context } = await this.answerTo(identity, event, fn);
      return isAuthorized ? { context: context ?? {} } : refused(403, 'Forbidden');
    } catch (error) {
      if (error instanceof Error && error.name === 'EndlessLoopException') throw error;
      this.around.activity.report(error);
      return refused(500, 'Internal Server Error');
    }
  }

  private async answerTo(identity: string, event: AuthorizerProxyEvent, fn: LocalFunction): Promise<SimpleResponse> {
    const known = this.answers.get(identity);
    if (known !== undefined && known.until > this.around.activity.now()) return known.answer;
    const { body: _, isBase64Encoded: __, ...request } = event;
    const answer = (await fn.invoke({ ...request, identitySource: [identity] }, 'the HTTP API')) as SimpleResponse;
    // What it hands on travels as JSON.
    const sent = JSON.parse(JSON.stringify(answer)) as SimpleResponse;
    const seconds = this.node.options['authorizationCacheTtl'] as number;
    if (seconds > 0) this.answers.set(identity, { until: this.around.activity.now() + seconds * 1000, answer: sent });
    return sent;
  }
}
