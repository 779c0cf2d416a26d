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

/** Whoever sends a new header with each request must not fill the memory of a server that runs all day. */
const MOST_ANSWERS = 10_000;

export class LocalAuthorizer {
  /** By what the header says; the first to expire first, since all are kept for the same time. */
  private readonly answers = new Map<string, { readonly until: number; readonly answer: SimpleResponse }>();

  constructor(
    private readonly node: Node,
    private readonly around: Surroundings,
  ) {}

  /** How many answers it knows. */
  get size(): number {
    return this.answers.size;
  }

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
    if (seconds > 0) this.remember(identity, sent, seconds * 1000);
    return sent;
  }

  private remember(identity: string, answer: SimpleResponse, milliseconds: number): void {
    const now = this.around.activity.now();
    this.answers.delete(identity);
    this.answers.set(identity, { until: now + milliseconds, answer });
    for (const [old, { until }] of this.answers) {
      if (until > now && this.answers.size <= MOST_ANSWERS) break;
      this.answers.delete(old);
    }
  }
}
