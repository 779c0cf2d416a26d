// Environment, permissions and other facts of a plan.
import { expect } from 'chai';
import { kindByName } from '../../../compiler/kinds/index.js';
import { loweringOf, lowerings } from '../../../providers/aws/kinds/index.js';
import { aws, emit, plan, policyOf } from './emitted.js';
import { StageBuilder, sample } from './stage-builder.js';

const environmentOf = (stage: StageBuilder, name: string, changes = {}) =>
  plan(stage, changes).plan.functions.find((fn) => fn.node.name === name)?.environment;

describe('aws: plan', () => {
  it('tells functions their stage, what they use, and what the user sets; by name', () => {
    expect(environmentOf(sample(), 'Chat.onMessage')).to.deep.equal([
      { name: 'GREETING', from: 'text', parts: ['hello ${world} %{if}'] },
      { name: 'NIMBUS_STAGE', from: 'text', parts: ['dev'] },
      { name: 'NIMBUS_STORE_UserDetail', from: 'resource', resource: 'document-store:UserDetail', attribute: 'name' },
      { name: 'NIMBUS_WEBSOCKET_ENDPOINT', from: 'resource', resource: 'websocket-api', attribute: 'endpoint' },
    ]);
  });

  it('adds source maps to NODE_OPTIONS without taking the user’s away', () => {
    const stage = (options?: string): StageBuilder => {
      const builder = new StageBuilder();
      builder.http('GET /', 'A.a', options === undefined ? {} : { environment: { NODE_OPTIONS: [options] } });
      return builder;
    };
    const options = (builder: StageBuilder, sourceMaps: boolean) =>
      environmentOf(builder, 'A.a', { sourceMaps })?.find((one) => one.name === 'NODE_OPTIONS');
    expect(options(stage(), false)).to.equal(undefined);
    expect(options(stage(), true)).to.deep.include({ parts: ['--enable-source-maps'] });
    expect(options(stage('--max-http-header-size=1'), true)).to.deep.include({
      parts: ['--max-http-header-size=1', ' --enable-source-maps'],
    });
    expect(options(stage('--enable-source-maps'), true)).to.deep.include({ parts: ['--enable-source-maps'] });
    expect(options(stage('--x'), false)).to.deep.include({ parts: ['--x'] });
  });

  it('merges what several decorators grant on one resource, with all their places', () => {
    const stage = new StageBuilder();
    const store = stage.store('Users');
    stage.http('GET /', 'A.a');
    stage.uses('A.a', store, ['put', 'get']);
    stage.uses('A.a', store, ['get', 'scan']);
    const [fn] = plan(stage).plan.functions;
    expect(fn?.permissions).to.have.lengthOf(1);
    expect(fn?.permissions[0]).to.deep.include({ resource: store.id, operations: ['get', 'put', 'scan'] });
    expect(fn?.permissions[0]?.because).to.have.lengthOf(2);
  });

  it('carries the line of each declaration', () => {
    const { plan: planned } = plan(sample());
    const [fn] = planned.functions;
    expect(fn?.sourceTag).to.equal(`src/app.ts:${fn?.node.source.start}`);
  });
});

describe('aws: permissions', () => {
  it('know every operation of every kind, and no other', () => {
    for (const [kind, lowering] of Object.entries(lowerings)) {
      const operations = Object.keys(kindByName.get(kind)?.operations ?? {});
      expect(Object.keys(lowering.actions).sort(), kind).to.deep.equal(operations.sort());
    }
  });

  it('of stores are one action each, on the table', async () => {
    const expected: { readonly [operation: string]: string } = {
      get: 'dynamodb:GetItem',
      put: 'dynamodb:PutItem',
      delete: 'dynamodb:DeleteItem',
      increment: 'dynamodb:UpdateItem',
      scan: 'dynamodb:Scan',
    };
    for (const [operation, action] of Object.entries(expected)) {
      const stage = new StageBuilder();
      stage.http('GET /', 'A.a');
      stage.uses('A.a', stage.keyValue('Users'), [operation]);
      expect(policyOf(await emit(stage), 'A_a')).to.deep.equal([
        {
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Effect: 'Allow',
          Resource: ['${aws_cloudwatch_log_group.A_a.arn}:*'],
        },
        { Action: [action], Effect: 'Allow', Resource: ['${aws_dynamodb_table.Users.arn}'] },
      ]);
    }
  });

  it('of the WebSocket client are narrowed to the stage, the method and connections', async () => {
    for (const [operation, method] of [
      ['send', 'POST'],
      ['disconnect', 'DELETE'],
    ] as const) {
      const stage = new StageBuilder();
      stage.topic('$connect', 'A.a');
      stage.uses('A.a', 'websocket-api', [operation]);
      const [grant] = policyOf(await emit(stage, { stage: 'prod' }), 'A_a');
      expect(grant).to.deep.equal({
        Action: ['execute-api:ManageConnections'],
        Effect: 'Allow',
        Resource: [`\${aws_apigatewayv2_api.websocket.execution_arn}/prod/${method}/@connections/*`],
      });
    }
  });

  it('join resources with the same actions, and actions of the same resource', async () => {
    const stage = new StageBuilder();
    stage.http('GET /', 'A.a');
    for (const name of ['C', 'A', 'B']) stage.uses('A.a', stage.store(name), name === 'B' ? ['put', 'get'] : ['get']);
    const own = policyOf(await emit(stage), 'A_a').filter((one) => one.Action[0]?.startsWith('dynamodb'));
    expect(own).to.deep.equal([
      { Action: ['dynamodb:GetItem'], Effect: 'Allow', Resource: ['${aws_dynamodb_table.A.arn}', '${aws_dynamodb_table.C.arn}'] },
      { Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Effect: 'Allow', Resource: ['${aws_dynamodb_table.B.arn}'] },
    ]);
  });

  it('for an unknown operation are an internal error and no wider grant', () => {
    const stage = new StageBuilder();
    stage.http('GET /', 'A.a');
    stage.uses('A.a', stage.store('Users'), ['everything']);
    expect(() => plan(stage)).to.throw('has no operation everything');
    expect(loweringOf('document-store').actions).not.to.have.property('everything');
  });
});

describe('aws: bundle', () => {
  it('has a module for each kind that can be used or whose events it reads, and for no other', () => {
    for (const kind of kindByName.keys()) {
      const { client, reader } = kindByName.get(kind) ?? {};
      const needed = (client !== undefined || reader !== undefined) && kind in lowerings;
      expect(aws.bundle.clientModule(kind) !== null, kind).to.equal(needed);
    }
    expect(aws.bundle.clientModule('constructor')).to.equal(null);
  });
});
