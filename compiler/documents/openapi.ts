/**
 * In: the HTTP operations of a stage. Out: its OpenAPI 3.1 document. Servers are left out: where an API is is known only
 * once it is deployed.
 */
import type { JsonObject, JsonValue } from '../ir/json.js';
import { compareText } from '../ir/span.js';
import { underlying, type WireType } from '../ir/wire-type.js';
import type { LinkConfig } from '../kinds/definition.js';
import { Components, describe } from './components.js';
import {
  type HttpBody,
  type HttpOperation,
  type Media,
  type OperationAnswer,
  type PathParameter,
  parametersOf,
  withoutUndefined,
} from './stage-api.js';

export interface DocumentInfo {
  readonly title: string;
  readonly version: string;
}

export interface OpenApiInput {
  readonly info: DocumentInfo;
  readonly operations: readonly HttpOperation[];
  /** How the message of an `HttpException` reaches the client. */
  readonly errors: LinkConfig['httpErrorMessageType'];
  /** What says to the authorizer who calls; null or absent: everybody may. */
  readonly authorizationHeader?: string | null;
}

interface PathItem {
  readonly operations: { [verb: string]: JsonObject };
  readonly notes: string[];
}

type Mutable = { [key: string]: JsonValue };

export function openApi({ info, operations, errors, authorizationHeader = null }: OpenApiInput): JsonObject {
  return new Writer(operations, errors, authorizationHeader).write(info);
}

class Writer {
  private readonly components: Components;
  private readonly requestBodies: Mutable = {};
  private readonly responses: Mutable = {};
  private readonly ownSchemas: Mutable = {};

  constructor(
    private readonly operations: readonly HttpOperation[],
    private readonly errors: OpenApiInput['errors'],
    private readonly authorizationHeader: string | null,
  ) {
    this.components = new Components(
      operations.flatMap(({ body, answers }) => [
        ...(body === null ? [] : [body.type]),
        ...answers.flatMap(({ type }) => answersOf(type).types),
      ]),
    );
  }

  write(info: DocumentInfo): JsonObject {
    const paths = this.paths();
    const tags = [...new Set(this.operations.map((one) => one.function.className))].sort(compareText);
    const components = {
      schemas: { ...this.components.schemas(), ...this.ownSchemas },
      responses: this.responses,
      requestBodies: this.requestBodies,
      securitySchemes:
        this.authorizationHeader === null ? {} : { authorizer: { type: 'apiKey', in: 'header', name: this.authorizationHeader } },
    };
    const filled = Object.entries(components).filter(([, entries]) => Object.keys(entries).length > 0);
    return {
      openapi: '3.1.0',
      info: { title: info.title, version: info.version },
      ...(this.authorizationHeader === null ? {} : { security: [{ authorizer: [] }] }),
      tags: tags.map((name) => ({ name })),
      paths,
      components: Object.fromEntries(filled.map(([key, entries]) => [key, sorted(entries)])),
    };
  }

  private paths(): JsonObject {
    const items = new Map<string, { readonly path: string; readonly item: PathItem }>();
    // A path of one parameter comes before the one that takes all the rest: to OpenAPI they are the same.
    const greedyLast = [...this.operations].sort((a, b) => Number(isGreedy(a)) - Number(isGreedy(b)));
    for (const operation of greedyLast) {
      const shape = pathText(operation, () => '');
      const path = pathText(operation, ({ name }) => name);
      const entry = items.get(shape) ?? { path, item: { operations: {}, notes: [] } };
      items.set(shape, entry);
      const verb = operation.verb.toLowerCase();
      if (verb in entry.item.operations) {
        entry.item.notes.push(`${operation.verb} of longer paths is ${operation.id}, which OpenAPI has no form for.`);
        continue;
      }
      entry.item.operations[verb] = this.operation(
        operation,
        [...entry.path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name),
      );
    }
    const written = [...items.values()].sort((a, b) => compareText(a.path, b.path));
    return Object.fromEntries(
      written.map(({ path, item }) => [
        path,
        { ...(item.notes.length > 0 ? { description: item.notes.join('\n') } : {}), ...sorted(item.operations) },
      ]),
    );
  }

  /** `names`: what the path calls the parameters, in their order. */
  private operation(operation: HttpOperation, names: readonly string[]): JsonObject {
    const { id, function: fn, body } = operation;
    const own = new Set(operation.answers.map(({ status }) => status));
    const header = this.authorizationHeader;
    const parameters = parametersOf(operation).map((parameter, index) =>
      parameterJson(parameter, names[index] ?? parameter.name),
    );
    return {
      operationId: id,
      tags: [fn.className],
      ...describe(fn.doc),
      ...(fn.doc?.deprecated === true ? { deprecated: true } : {}),
      ...(parameters.length > 0 ? { parameters } : {}),
      ...(body === null ? {} : { requestBody: this.requestBody(operation, body) }),
      responses: {
        ...(body === null || own.has(400) ? {} : { '400': this.response('InvalidInput', () => this.invalidInput()) }),
        ...(header === null || own.has(401)
          ? {}
          : { '401': this.response('Unauthorized', () => this.refused(`The header ${header} is missing.`)) }),
        ...(header === null || own.has(403)
          ? {}
          : { '403': this.response('Forbidden', () => this.refused('The authorizer does not let the request through.')) }),
        ...(own.has(500) ? {} : { '500': this.response('ServerError', () => this.serverError()) }),
        ...Object.fromEntries(operation.answers.map((answer) => [String(answer.status), this.answerOrIssue(operation, answer)])),
        default: this.response('HttpException', () => this.httpException()),
      },
    };
  }

  private requestBody({ function: fn, shared }: HttpOperation, body: HttpBody): JsonObject {
    const json: JsonObject = { content: this.content(body.media, body.type), ...(body.required ? { required: true } : {}) };
    if (!shared) return json;
    const name = functionKey(fn.name);
    this.requestBodies[name] = json;
    return { $ref: `#/components/requestBodies/${name}` };
  }

  /** 400 and 500 are the handler's own as well as the API's. */
  private answerOrIssue(operation: HttpOperation, answer: OperationAnswer): JsonObject {
    const own = this.answer(operation, answer);
    const isRefusal = this.authorizationHeader !== null && (answer.status === 401 || answer.status === 403);
    const isMessage = answer.status === 500 || isRefusal;
    const issue = answer.status === 400 && operation.body !== null ? 'InvalidInput' : isMessage ? 'ErrorMessage' : null;
    if (issue === null) return own;
    const { description, bytes, json, any } = answersOf(answer.type);
    if (any || bytes) return own;
    const api = issue === 'ErrorMessage' ? this.messageSchema() : this.inputSchema();
    const schema = json === null ? api : { anyOf: [this.components.schema(json), api] };
    return { description, content: { 'application/json': { schema } } };
  }

  private answer({ function: fn, shared, verb }: HttpOperation, { status, type, open }: OperationAnswer): JsonObject {
    if (verb === 'HEAD') return { description: 'Done. There is no content.' };
    const { description: what, bytes, json, any } = answersOf(type);
    const description = open ? `${what} The status may be another.` : what;
    const content = any
      ? { '*/*': {} }
      : {
          ...(json === null ? {} : this.content('json', json)),
          ...(bytes ? this.content('bytes', { t: 'bytes' }) : {}),
        };
    const answer = { description, ...(Object.keys(content).length > 0 ? { content } : {}) };
    if (!shared || !('content' in answer)) return answer;
    const name = `${functionKey(fn.name)}${status === 200 ? '' : `.${status}`}`;
    this.responses[name] = answer;
    return { $ref: `#/components/responses/${name}` };
  }

  private content(media: Media, type: WireType): JsonObject {
    switch (media) {
      case 'bytes':
        // In OpenAPI 3.1 bytes as they are have no schema.
        return { 'application/octet-stream': {} };
      case 'text':
        return { 'text/plain': { schema: this.components.schema(type) } };
      case 'json':
        return { 'application/json': { schema: this.components.schema(type) } };
    }
  }

  /** An answer that all operations share. Functions have names with a dot, so these are none of theirs. */
  private response(name: string, make: () => JsonObject): JsonObject {
    this.responses[name] ??= make();
    return { $ref: `#/components/responses/${name}` };
  }

  private ownSchema(name: string, schema: JsonObject): JsonObject {
    const own = this.components.ownName(name);
    this.ownSchemas[own] = schema;
    return { $ref: `#/components/schemas/${own}` };
  }

  private invalidInput(): JsonObject {
    return { description: 'The body does not fit its type.', content: { 'application/json': { schema: this.inputSchema() } } };
  }

  private inputSchema(): JsonObject {
    const issue = {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'Where in the body; empty for the body itself.' },
        message: { type: 'string' },
      },
      required: ['path', 'message'],
    };
    return this.ownSchema('InvalidInput', {
      type: 'object',
      properties: { message: { type: 'string' }, errors: { type: 'array', items: issue } },
      required: ['message', 'errors'],
    });
  }

  /** By API Gateway, before the handler is called. */
  private refused(description: string): JsonObject {
    return { description, content: { 'application/json': { schema: this.messageSchema() } } };
  }

  private serverError(): JsonObject {
    return { description: 'The handler failed.', content: { 'application/json': { schema: this.messageSchema() } } };
  }

  private httpException(): JsonObject {
    const description = 'What the handler refuses, with a status of its own.';
    switch (this.errors) {
      case 'APPLICATION_JSON':
        return { description, content: { 'application/json': { schema: this.messageSchema() } } };
      case 'PLAIN_TEXT':
        return { description, content: { 'text/plain': { schema: { type: 'string' } } } };
      case 'HEADER': {
        const header = { description: 'The message.', schema: { type: 'string' } };
        return { description, headers: { 'nimbus-error-message': header } };
      }
      case 'NONE':
        return { description };
    }
  }

  private messageSchema(): JsonObject {
    return this.ownSchema('ErrorMessage', {
      type: 'object',
      properties: { message: { type: 'string' } },
      required: ['message'],
    });
  }
}

interface Answers {
  readonly description: string;
  /** Whatever the handler answers: nothing is known. */
  readonly any: boolean;
  readonly bytes: boolean;
  readonly json: WireType | null;
  readonly types: readonly WireType[];
}

/** How results travel: bytes as they are, nothing as an empty body, everything else as JSON. */
function answersOf(result: WireType): Answers {
  const { type, optional } = withoutUndefined(result);
  const inner = underlying(type);
  const of = (description: string, bytes: boolean, json: WireType | null, any = false): Answers => ({
    description,
    any,
    bytes,
    json,
    types: json === null ? [] : [json],
  });
  if (inner.t === 'any') return of('What the handler answers.', false, null, true);
  if (inner.t === 'undefined') return of('Done. There is no content.', false, null);
  const description = optional ? 'The result; empty when there is none.' : 'The result.';
  if (inner.t === 'bytes') return of(description, true, null);
  const others = inner.t === 'union' ? inner.of.filter((member) => underlying(member).t !== 'bytes') : [];
  if (inner.t !== 'union' || others.length === inner.of.length) return of(description, false, type);
  const [only] = others;
  return of(description, true, others.length === 1 && only !== undefined ? only : { t: 'union', of: others });
}

function parameterJson({ type, description, greedy }: PathParameter, name: string): JsonObject {
  const rest = 'Takes the rest of the path, slashes included.';
  const text = greedy ? [description, rest].filter((part) => part !== null).join('\n\n') : description;
  return {
    name,
    in: 'path',
    required: true,
    ...(text === null ? {} : { description: text }),
    schema: { type },
    ...(greedy ? { 'x-nimbus-greedy': true } : {}),
  };
}

/** A function's name as a key of components. */
const functionKey = (name: string): string => name.replace(/[^\w.-]/g, (sign) => `_${sign.charCodeAt(0).toString(16)}`);

function pathText({ segments }: HttpOperation, name: (parameter: PathParameter) => string): string {
  return `/${segments.map((part) => (typeof part === 'string' ? part : `{${name(part)}}`)).join('/')}`;
}

const isGreedy = ({ segments }: HttpOperation): boolean => segments.some((part) => typeof part !== 'string' && part.greedy);

function sorted<T>(entries: { readonly [key: string]: T }): { [key: string]: T } {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => compareText(a, b)));
}
