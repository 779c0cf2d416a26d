import { expect } from 'chai';
import { openApiOf, versionOf } from '../../../../compiler/documents/documents.js';
import { problemsOf } from '../../../support/api-documents.js';
import { StageBuilder } from '../../providers/stage-builder.js';
import {
  any,
  array,
  bytes,
  declared,
  doc,
  literal,
  object,
  ref,
  type Signature,
  shop,
  string,
  union,
  withSignatures,
} from './sample-api.js';

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly parameters?: readonly { readonly name: string; readonly schema: object }[];
  readonly requestBody?: { readonly content?: object; readonly required?: boolean; readonly $ref?: string };
  readonly responses: { readonly [status: string]: { readonly content?: object; readonly $ref?: string } };
}

interface Document {
  readonly info: object;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: { readonly [path: string]: { readonly description?: string } & { readonly [verb: string]: Operation } };
  readonly components: { readonly [kind: string]: { readonly [name: string]: object } };
}

const CONTEXT = { version: '1.2.3', errors: 'APPLICATION_JSON', sent: [] } as const;

/** Every document that is looked at here is a valid one. */
async function documentOf(
  graph: Parameters<typeof openApiOf>[0],
  context: Parameters<typeof openApiOf>[1] = CONTEXT,
): Promise<Document> {
  const document = openApiOf(graph, context);
  expect(await problemsOf(JSON.stringify(document))).to.deep.equal([]);
  return document as unknown as Document;
}

async function routes(
  ...given: readonly (readonly [route: string, handler: string, signature?: Signature])[]
): Promise<Document> {
  const stage = new StageBuilder();
  for (const [route, handler] of given) stage.http(route, handler);
  return documentOf(
    withSignatures(stage, Object.fromEntries(given.flatMap(([, handler, own]) => (own ? [[handler, own]] : [])))),
  );
}

/** The one operation of an API of one route. */
async function operation(route: string, signature: Signature): Promise<Operation> {
  const { paths } = await routes([route, 'Api.run', signature]);
  return Object.values(Object.values(paths)[0] ?? {})[0] as Operation;
}

describe('the OpenAPI document', () => {
  it('is valid for every form of type, and says so where it is not', async () => {
    const document = await documentOf(shop());
    const { components } = document;
    const broken = JSON.stringify({ ...document, components: { ...components, schemas: {} } });
    expect((await problemsOf(broken)).join('\n')).to.include("Can't resolve $ref");
  });

  it('is about the HTTP API, which a stage need not have', () => {
    const stage = new StageBuilder();
    stage.topic('say', 'Chat.say');
    expect(openApiOf(stage.graph(), CONTEXT)).to.equal(null);
  });

  it('has the version of the package, and no servers', async () => {
    const document = await documentOf(shop());
    expect(document.info).to.deep.equal({ title: 'chat', version: '1.2.3' });
    expect(document).to.not.have.property('servers');
    expect(['{ "version": "2.0.0" }', '{ "version": 2 }', '{}', '{', null].map(versionOf)).to.deep.equal([
      '2.0.0',
      ...['0.0.0', '0.0.0', '0.0.0', '0.0.0'],
    ]);
  });

  it('sorts paths, methods, tags and components', async () => {
    const { paths, tags, components } = await documentOf(shop());
    const sorted = (names: readonly string[]) => [...names].sort();
    for (const names of [Object.keys(paths), tags.map(({ name }) => name), ...Object.values(components).map(Object.keys)])
      expect(names).to.deep.equal(sorted(names));
    expect(Object.keys(paths['/orders/{id}'] ?? {})).to.deep.equal(['delete', 'get']);
  });

  it('names operations by class and method, and by as much of the route as tells them apart', async () => {
    const { paths } = await routes(
      ['GET /one', 'A.one'],
      ['GET /two', 'A.two'],
      ['PUT /two', 'A.two'],
      ['GET /b/{id}', 'A.many'],
      ['GET /b/id', 'A.many'],
      ['GET /c/{rest+}', 'A.many'],
      ['GET /', 'A.many'],
      ['POST /', 'A.many'],
    );
    const ids = Object.values(paths).flatMap((item) =>
      Object.values(item as Record<string, Operation>).map(({ operationId }) => operationId),
    );
    expect(ids.sort()).to.deep.equal([
      'A.many.get/',
      'A.many.get/b/[id]',
      'A.many.get/b/id',
      'A.many.get/c/[...rest]',
      'A.many.post',
      'A.one',
      'A.two.get',
      'A.two.put',
    ]);
  });

  it('spreads ANY over the methods that no other route has', async () => {
    const { paths } = await routes(['ANY /a', 'A.any', { body: string }], ['GET /a', 'A.get']);
    const item = paths['/a'] ?? {};
    expect(Object.keys(item)).to.deep.equal(['delete', 'get', 'head', 'options', 'patch', 'post', 'put']);
    expect(item['get']?.operationId).to.equal('A.get');
    expect(Object.keys(item).filter((verb) => item[verb]?.requestBody !== undefined)).to.deep.equal([
      ...['delete', 'options', 'patch', 'post', 'put'],
    ]);
  });

  it('has parameters of paths as strings, unless a comment says otherwise', async () => {
    const params = { id: '(integer) The number.', on: '{boolean} - Whether.', name: 'A (integer) name.', constructor: '' };
    const { parameters } = await operation('GET /{id}/{on}/{name}/{other}/{constructor}', { doc: doc('Finds.', { params }) });
    expect(parameters).to.deep.equal([
      { name: 'id', in: 'path', required: true, description: 'The number.', schema: { type: 'integer' } },
      { name: 'on', in: 'path', required: true, description: 'Whether.', schema: { type: 'boolean' } },
      { name: 'name', in: 'path', required: true, description: 'A (integer) name.', schema: { type: 'string' } },
      { name: 'other', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'constructor', in: 'path', required: true, schema: { type: 'string' } },
    ]);
  });

  it('has greedy parameters without their plus, and says what they take', async () => {
    const { parameters } = await operation('GET /files/{rest+}', {});
    const description = 'Takes the rest of the path, slashes included.';
    expect(parameters).to.deep.equal([
      { name: 'rest', in: 'path', required: true, description, schema: { type: 'string' }, 'x-nimbus-greedy': true },
    ]);
  });

  it('has an answer for each status that the type says, beside those of the API', async () => {
    const book = ref(declared('Book', object({ title: string })));
    const answers = [
      { status: null, type: string },
      { status: 201, type: book },
      { status: 204, type: any },
      { status: 400, type: object({ why: string }) },
      { status: 418, type: any },
      { status: 500, type: book },
    ];
    const { responses } = await operation('POST /books', { body: book, answers });
    expect(Object.keys(responses)).to.deep.equal(['200', '201', '204', '400', '418', '500', 'default']);
    const json = (schema: object) => ({ 'application/json': { schema } });
    const named = (name: string) => ({ $ref: `#/components/schemas/${name}` });
    const why = { type: 'object', properties: { why: { type: 'string' } }, required: ['why'] };
    expect([200, 201, 204, 400, 418, 500].map((status) => responses[status])).to.deep.equal([
      { description: 'The result. The status may be another.', content: json({ type: 'string' }) },
      { description: 'The result.', content: json(named('Book')) },
      { description: 'Done. There is no content.' },
      { description: 'The result.', content: json({ anyOf: [why, named('InvalidInput')] }) },
      { description: 'What the handler answers.', content: { '*/*': {} } },
      { description: 'The result.', content: json({ anyOf: [named('Book'), named('ErrorMessage')] }) },
    ]);
  });

  it('joins routes that OpenAPI cannot tell apart, and says what it leaves out', async () => {
    const { paths } = await routes(['GET /files/{name}', 'F.one'], ['ANY /files/{rest+}', 'F.all']);
    expect(Object.keys(paths)).to.deep.equal(['/files/{name}']);
    const item = paths['/files/{name}'] ?? {};
    expect(item['get']?.operationId).to.equal('F.one');
    expect(item['put']?.operationId).to.equal('F.all.put');
    expect(item['put']?.parameters?.map(({ name }) => name)).to.deep.equal(['name']);
    expect(item.description).to.equal('GET of longer paths is F.all.get, which OpenAPI has no form for.');
  });

  it('has bodies as the handler reads them', async () => {
    const json = (schema: object) => ({ content: { 'application/json': { schema } } });
    const body = async (type: Signature['body']) =>
      (await operation('POST /a', type === undefined ? {} : { body: type })).requestBody;
    expect(await body(undefined)).to.equal(undefined);
    expect(await body(object({ a: string }))).to.deep.include({
      ...json({ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }),
      required: true,
    });
    expect(await body(union(array(string), { t: 'undefined' }))).to.deep.equal(
      json({ type: 'array', items: { type: 'string' } }),
    );
    expect(await body(any)).to.deep.equal(json({}));
    const text = { content: { 'text/plain': { schema: { type: 'string' } } } };
    expect(await body(string)).to.deep.equal({ ...text, required: true });
    expect(await body(union(string, { t: 'undefined' }))).to.deep.equal(text);
    const names = ref(declared('Names', union(literal('a'), literal('b'))));
    expect(await body(names)).to.deep.equal({ ...json({ $ref: '#/components/schemas/Names' }), required: true });
    expect(await body(bytes)).to.deep.equal({ content: { 'application/octet-stream': {} }, required: true });
    expect(await body(union(string, { t: 'number' }))).to.have.nested.property('content.application/json');
  });

  it('has answers as the handler gives them', async () => {
    const answer = async (result: Signature['result'], route = 'GET /a') =>
      (await operation(route, result === undefined ? {} : { result })).responses['200']?.content;
    expect(await answer({ t: 'undefined' })).to.equal(undefined);
    expect(await answer(any)).to.deep.equal({ '*/*': {} });
    expect(await answer(bytes)).to.deep.equal({ 'application/octet-stream': {} });
    expect(await answer(string)).to.deep.equal({ 'application/json': { schema: { type: 'string' } } });
    expect(await answer(union(string, { t: 'undefined' }))).to.deep.equal(await answer(string));
    expect(await answer(union(string, bytes))).to.deep.equal({ ...(await answer(string)), ...(await answer(bytes)) });
    expect(await answer(string, 'HEAD /a')).to.equal(undefined);
  });

  it('has a 400 where a body is checked, and a 500 everywhere', async () => {
    const without = await operation('GET /a', {});
    expect(Object.keys(without.responses)).to.deep.equal(['200', '500', 'default']);
    const { paths, components } = await routes(['POST /a', 'A.a', { body: string }]);
    expect(paths['/a']?.['post']?.responses['400']).to.deep.equal({ $ref: '#/components/responses/InvalidInput' });
    expect(components['schemas']?.['InvalidInput']).to.nested.include({ 'properties.errors.type': 'array' });
    expect(components['schemas']?.['ErrorMessage']).to.nested.include({ 'properties.message.type': 'string' });
  });

  it('has the messages of exceptions where the configuration puts them', async () => {
    const exception = async (errors: Parameters<typeof openApiOf>[1]['errors']) => {
      const { components } = await documentOf(shop(), { ...CONTEXT, errors });
      return { ...components['responses']?.['HttpException'], description: undefined };
    };
    expect(await exception('APPLICATION_JSON')).to.have.nested.property('content.application/json');
    expect(await exception('PLAIN_TEXT')).to.have.nested.property('content.text/plain');
    expect(await exception('HEADER')).to.have.nested.property('headers.nimbus-error-message');
    expect(await exception('NONE')).to.deep.equal({ description: undefined });
  });

  it('has comments as summaries and descriptions, and what is deprecated', async () => {
    const found = await operation('GET /a', { doc: doc('Lists.\n\nThe newest first.', { deprecated: true }) });
    expect(found).to.include({ summary: 'Lists.', description: 'Lists.\n\nThe newest first.', deprecated: true });
  });

  it('inlines nothing twice', async () => {
    const { paths, components } = await routes([
      'ANY /a',
      'A.any',
      { body: object({ 'unnamed?': string }), result: object({ 'other?': string }) },
    ]);
    const text = JSON.stringify({ paths, components });
    for (const name of ['unnamed', 'other']) expect(text.split(`"${name}"`)).to.have.length(2);
    const ofShop = JSON.stringify(await documentOf(shop()));
    for (const name of ['sku', 'street', 'history', 'children', 'not-an-identifier'])
      expect(ofShop.split(`"${name}":{`), name).to.have.length(2);
  });
});
