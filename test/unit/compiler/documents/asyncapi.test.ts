import { expect } from 'chai';
import { asDraft07 } from '../../../../compiler/documents/asyncapi.js';
import { asyncApiOf } from '../../../../compiler/documents/documents.js';
import { problemsOf } from '../../../support/api-documents.js';
import { StageBuilder } from '../../providers/stage-builder.js';
import { any, declared, literal, object, ref, type Signature, sent, shop, string, withSignatures } from './sample-api.js';

interface Message {
  readonly name: string;
  readonly payload: { readonly [keyword: string]: unknown };
  readonly contentType?: string;
}

interface Document {
  readonly channels: {
    readonly connection: { readonly description: string; readonly messages: { readonly [name: string]: Message } };
  };
  readonly operations: {
    readonly [id: string]: { readonly action: string; readonly messages: readonly { readonly $ref: string }[] };
  };
  readonly components?: { readonly schemas: { readonly [name: string]: object } };
}

const CONTEXT = { version: '1.0.0', errors: 'NONE', sent: [] } as const;

async function documentOf(
  graph: Parameters<typeof asyncApiOf>[0],
  context: Parameters<typeof asyncApiOf>[1] = CONTEXT,
): Promise<Document> {
  const document = asyncApiOf(graph, context);
  expect(await problemsOf(JSON.stringify(document))).to.deep.equal([]);
  return document as unknown as Document;
}

async function topics(given: { readonly [topic: string]: Signature }): Promise<Document> {
  const stage = new StageBuilder();
  for (const [index, topic] of Object.keys(given).entries()) stage.topic(topic, `Chat.m${index}`);
  return documentOf(withSignatures(stage, Object.fromEntries(Object.values(given).map((own, index) => [`Chat.m${index}`, own]))));
}

const payloadOf = async (topic: string, body?: Signature['body']): Promise<Message['payload']> => {
  const { messages } = (await topics({ [topic]: body === undefined ? {} : { body } })).channels.connection;
  return (Object.values(messages)[0] as Message).payload;
};

describe('the AsyncAPI document', () => {
  it('is valid for every form of type, and says so where it is not', async () => {
    const document = await documentOf(shop(), { ...CONTEXT, sent });
    expect((await problemsOf(JSON.stringify({ ...document, components: {} }))).join('\n')).to.include("Can't resolve $ref");
    const [first = ''] = Object.keys(document.operations);
    const broken = {
      ...document,
      operations: { ...document.operations, [first]: { ...document.operations[first], action: 'hear' } },
    };
    expect((await problemsOf(JSON.stringify(broken))).join('\n')).to.include('action');
  });

  it('is about the WebSocket API, which a stage need not have', () => {
    const stage = new StageBuilder();
    stage.http('GET /a', 'A.a');
    expect(asyncApiOf(stage.graph(), CONTEXT)).to.equal(null);
  });

  it('receives a message of each topic, and none for the handshake', async () => {
    const { operations, channels } = await documentOf(shop());
    expect(Object.keys(operations)).to.deep.equal(['Chat.beat.ping', 'Chat.beat.pong', 'Chat.more', 'Chat.other', 'Chat.say']);
    expect(new Set(Object.values(operations).map(({ action }) => action))).to.deep.equal(new Set(['receive']));
    expect(Object.values(channels.connection.messages).map(({ name }) => name)).to.have.members([
      ...['$default', 'a topic & more', 'ping', 'pong', 'say'],
    ]);
    expect(channels.connection.description).to.include('Chat.connect is called').and.to.include('Chat.disconnect is called');
  });

  it('has payloads that carry their topic', async () => {
    const named = { type: 'object', properties: { topic: { type: 'string', const: 'say' } }, required: ['topic'] };
    for (const body of [undefined, any, string]) expect(await payloadOf('say', body)).to.deep.equal(named);
    expect(await payloadOf('say', object({ topic: literal('say') }))).to.deep.equal(named);
    const order = ref(declared('Order', object({ a: string })));
    expect(await payloadOf('say', order)).to.deep.equal({ allOf: [{ $ref: '#/components/schemas/Order' }, named] });
    const own = ref(declared('Say', object({ topic: literal('say'), text: string })));
    expect(await payloadOf('say', own)).to.deep.equal({ $ref: '#/components/schemas/Say' });
    expect(await payloadOf('say', object({ topic: literal('other') }))).to.have.property('allOf');
  });

  it('takes anything without a topic where $default has a handler', async () => {
    expect(await payloadOf('$default')).to.deep.equal({});
    expect(await payloadOf('$default', object({}))).to.deep.equal({ type: 'object' });
    const { messages } = (await topics({ $default: { body: string } })).channels.connection;
    expect(messages['default']).to.deep.include({ name: '$default', payload: { type: 'string' }, contentType: 'text/plain' });
  });

  it('gives topics keys of their own, however they are spelt', async () => {
    const { channels } = await topics({ 'a/b': {}, 'a b': {}, 'a~b': {}, $default: {}, default: {} });
    const { messages } = channels.connection;
    expect(Object.keys(messages)).to.deep.equal(['a_b', 'a_b_2', 'a_b_3', 'default', 'default_2']);
    expect(Object.values(messages).map(({ name }) => name)).to.have.members(['a/b', 'a b', 'a~b', '$default', 'default']);
  });

  it('sends what functions send, each message once', async () => {
    const { operations, channels } = await documentOf(shop(), { ...CONTEXT, sent });
    const sends = Object.entries(operations).filter(([, { action }]) => action === 'send');
    const refs = (name: string) => [{ $ref: `#/channels/connection/messages/${name}` }];
    expect(sends.map(([id, { messages }]) => [id, messages])).to.deep.equal([
      ['Chat.disconnect.sends', refs('Left')],
      ['Chat.more.sends', refs('Said')],
      ['Chat.say.sends', refs('Said')],
    ]);
    expect(Object.keys(channels.connection.messages)).to.include.members(['Left', 'Said']);
    const unnamed = await documentOf(shop(), { ...CONTEXT, sent: [{ function: 'Chat.say', type: any }] });
    expect(unnamed.channels.connection.messages['Chat.say.message']).to.deep.include({ payload: {} });
  });

  it('has schemas of draft 07', () => {
    const tuple = { type: 'array', prefixItems: [{ type: 'string' }, { $ref: '#/a', description: 'b' }], items: false };
    expect(asDraft07({ properties: { prefixItems: tuple }, additionalProperties: false })).to.deep.equal({
      properties: {
        prefixItems: {
          type: 'array',
          items: [{ type: 'string' }, { allOf: [{ $ref: '#/a' }], description: 'b' }],
          additionalItems: false,
        },
      },
      additionalProperties: false,
    });
    const nested = { anyOf: [{ items: tuple }, { not: { $ref: '#/a' } }], default: { prefixItems: [1] }, items: { $ref: '#/a' } };
    expect(asDraft07(nested)).to.deep.equal({
      anyOf: [{ items: asDraft07(tuple) }, { not: { $ref: '#/a' } }],
      default: { prefixItems: [1] },
      items: { $ref: '#/a' },
    });
  });
});
