/** WebSocket functions: methods that answer topics of the one WebSocket API of a stage, and the client that talks back. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import type { NodeBase } from '../ir/graph.js';
import { s } from '../schema/schema.js';
import { decorator, type Kind } from './definition.js';
import { functionOptions } from './function-options.js';

export interface WebSocketApiNode extends NodeBase<'websocket-api'> {}

export interface WebSocketRouteNode extends NodeBase<'websocket-route'> {
  /** The value of the message's `topic`, or `$connect`, `$disconnect`, `$default`. */
  readonly topic: string;
}

export const WEBSOCKET_API_ID = 'websocket-api';

const codes = defineCodes({
  NIM2501: code<{ topic: string }>({
    slug: 'websocket-topic-twice',
    severity: 'error',
    message: (p) => `the topic "${p.topic}" has two handlers`,
    hint: () => 'give one of them another topic, or let them have different stages',
    explain: page({
      what: 'Two handlers of one stage have the same topic.',
      why: 'Within a stage, messages of one topic go to exactly one handler.',
      bad: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'join' })
          join(): void {}

          @WebSocketServerlessFunction({ topic: 'join' })
          joinAgain(): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: 'join' })
          join(): void {}

          @WebSocketServerlessFunction({ topic: 'leave' })
          leave(): void {}
        }`,
    }),
  }),
  NIM2502: code<{ topic: string }>({
    slug: 'websocket-topic-unknown-special',
    severity: 'error',
    message: (p) => `"${p.topic}" is no special topic`,
    hint: () => 'the special topics are $connect, $disconnect and $default; other topics do not begin with "$"',
    explain: page({
      what: 'A topic begins with "$" and is none of the special ones.',
      why: 'API Gateway keeps such topics for itself: $connect, $disconnect and $default.',
      bad: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: '$connected' })
          connect(): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: '$connect' })
          connect(): void {}
        }`,
    }),
  }),
  NIM2503: code<{ user: string }>({
    slug: 'websocket-client-without-api',
    severity: 'error',
    message: (p) => `${p.user} uses the WebSocket client in a stage that has no WebSocket function`,
    hint: () => 'deploy a @WebSocketServerlessFunction to that stage, or leave the stage out here',
    explain: page({
      what: 'A function uses the WebSocket client in a stage without WebSocket functions.',
      why: `
        The WebSocket client sends to connections of the stage's WebSocket API, which exists when some handler has
        @WebSocketServerlessFunction in that stage.`,
      bad: `
        export class Chat {
          @HttpServerlessFunction({ method: HttpMethod.POST, path: 'shout' })
          @UsesServerlessFunctionWebSocketClient()
          shout(): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: '$connect' })
          connect(): void {}

          @HttpServerlessFunction({ method: HttpMethod.POST, path: 'shout' })
          @UsesServerlessFunctionWebSocketClient()
          shout(): void {}
        }`,
    }),
  }),
  NIM2504: code<{ topic: string; param: string }>({
    slug: 'websocket-no-body-at-connect',
    severity: 'error',
    message: (p) => `"${p.param}" would be the body of a message, but ${p.topic} carries none`,
    hint: () => 'take a WebSocketEvent and read its queryStringParameters or headers',
    explain: page({
      what: 'A handler of $connect or $disconnect has a parameter for a body.',
      why: 'They are no messages: the handshake has headers and a query string, and nothing else.',
      bad: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: '$connect' })
          connect(login: { user: string }): void {}
        }`,
      good: `
        export class Chat {
          @WebSocketServerlessFunction({ topic: '$connect' })
          connect(event: WebSocketEvent): void {}
        }`,
    }),
  }),
});

const SPECIAL = new Set(['$connect', '$disconnect', '$default']);

const fields = {
  // API Gateway's limit on route keys: docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html
  topic: s.string({ nonEmpty: true, maxLength: 1024 }),
  ...functionOptions,
};

const triggers = decorator({
  name: 'WebSocketServerlessFunction',
  role: 'triggers',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields,
  identity: (options) => options.topic.value,

  trigger(decl, target, context) {
    const { options, span } = decl;
    const report = context.sink.for(codes);
    const topic = options.topic.value;
    // First, so that what is wrong with a topic does not look like a missing API to those who use it.
    context.shared(WEBSOCKET_API_ID, () => ({
      kind: 'websocket-api',
      id: WEBSOCKET_API_ID,
      name: 'WebSocket API',
      source: span,
    }));
    if (topic.startsWith('$') && !SPECIAL.has(topic)) {
      report.report('NIM2502', { topic }, options.topic.span);
      return;
    }
    const body = target.method.params.find((p) => 'body' in p.type);
    if ((topic === '$connect' || topic === '$disconnect') && body !== undefined) {
      report.report('NIM2504', { topic, param: body.name }, body.span, {
        related: [{ span: options.topic.span, text: `the topic is ${topic}` }],
      });
    }
    const node: WebSocketRouteNode = {
      kind: 'websocket-route',
      id: `websocket-route:${topic}`,
      name: topic,
      source: span,
      topic,
    };
    const before = context.existing(node.id);
    if (before !== null) {
      report.report('NIM2501', { topic }, options.topic.span, {
        related: [{ span: before.source, text: 'the first handler is here' }],
        stages: [context.stage],
      });
      return;
    }
    context.add(node);
    context.edge({ kind: 'contains', from: WEBSOCKET_API_ID, to: node.id, source: span });
    context.edge({ kind: 'triggers', from: node.id, to: target.id, source: span });
  },
});

const uses = decorator({
  name: 'UsesServerlessFunctionWebSocketClient',
  role: 'uses',
  target: 'method',
  form: 'options',
  repeatable: true,
  fields: { stages: s.stages() },
  identity: () => '',

  use(decl, user, context) {
    if (context.existing(WEBSOCKET_API_ID) === null) {
      if (!context.incomplete)
        context.sink.for(codes).report('NIM2503', { user: user.name }, decl.span, { stages: [context.stage] });
      return;
    }
    context.edge({
      kind: 'uses',
      from: user.id,
      to: WEBSOCKET_API_ID,
      source: decl.span,
      operations: ['disconnect', 'send'],
      because: [decl.span],
    });
  },
});

export const webSocketApi: Kind = {
  name: 'websocket-api',
  label: 'WebSocket API',
  single: true,
  codes,
  decorators: [triggers, uses],
  exports: [
    'ConnectionGoneException',
    'ServerlessFunctionWebSocketClient',
    'WebSocketEvent',
    'WebSocketRequestContext',
    'WebSocketServerlessFunctionOptions',
  ],
  handler: { event: 'WebSocketEvent', body: true },
  describe: {
    'websocket-api': () => ({}),
    'websocket-route': (node) => ({ topic: (node as WebSocketRouteNode).topic }),
  },
  clients: { getServerlessFunctionWebSocketClient: {} },
  permits: () => [],
  operations: {
    send: { summary: 'send to a connection', methods: ['sendToConnection', 'sendToConnectionConvertToJson'] },
    disconnect: { summary: 'close a connection', methods: ['disconnect'] },
  },

  client: () => ({
    environment: [{ name: 'NIMBUS_WEBSOCKET_ENDPOINT', attribute: 'endpoint' }],
    target: null,
    data: { endpoint: 'NIMBUS_WEBSOCKET_ENDPOINT' },
  }),
};

export function topicsOf(resources: readonly NodeBase[]): readonly WebSocketRouteNode[] {
  return resources.filter((node): node is WebSocketRouteNode => node.kind === 'websocket-route');
}
