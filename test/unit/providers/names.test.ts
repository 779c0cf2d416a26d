// Names in AWS and Terraform: as the specification says where they fit, else fit, distinct and stable.
import { expect } from 'chai';
import fc from 'fast-check';
import { routeId } from '../../../providers/aws/kinds/http-route.js';
import { artifactName, classId, functionId, functionName } from '../../../providers/aws/names.js';
import { emit, plan } from './emitted.js';
import { SETTINGS, StageBuilder, sample } from './stage-builder.js';

const TERRAFORM_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** Names of classes and methods, with much that needs care. */
const identifier = fc
  .tuple(
    fc.constantFrom('A', 'b', '_', '$', 'É', '漢', 'Chat'),
    fc.array(fc.constantFrom('a', 'B', '_', '$', '1', 'é', '字', 'on'), { maxLength: 8 }),
  )
  .map(([first, rest]) => first + rest.join(''));
/** A method may be called anything: `'on-message'() {}`. */
const methodName = fc.oneof(identifier, fc.string({ minLength: 1, maxLength: 80 }));

describe('aws: names of functions', () => {
  it('are project, stage, class and method', () => {
    const { plan: planned } = plan(sample());
    const fn = planned.functions.find((one) => one.node.name === 'Chat.onMessage');
    expect(fn).to.deep.include({
      physicalName: 'chat-dev-Chat-onMessage',
      logicalId: 'Chat_onMessage',
      artifact: 'artifacts/Chat-onMessage.zip',
    });
  });

  it('of 64 characters stay, longer ones are cut and end in a hash', () => {
    const method = (length: number): string => 'm'.repeat(length - 'chat-dev-Chat-'.length);
    expect(functionName('chat', 'dev', 'Chat', method(64))).to.equal(`chat-dev-Chat-${method(64)}`);
    const cut = functionName('chat', 'dev', 'Chat', method(65));
    expect(cut)
      .to.have.lengthOf(64)
      .and.to.match(/^chat-dev-Chat-m+-[0-9a-f]{8}$/);
    expect(functionName('chat', 'dev', 'Chat', method(66))).not.to.equal(cut);
  });

  it('are always what Lambda, IAM and Terraform take', () => {
    fc.assert(
      fc.property(identifier, methodName, (className, method) => {
        expect(functionName('my-project', 'dev', className, method)).to.match(/^[A-Za-z0-9_-]{1,64}$/);
        expect(functionId(className, method)).to.match(TERRAFORM_NAME);
        expect(artifactName(className, method, false)).to.match(/^[A-Za-z0-9_-]{1,200}$/);
      }),
    );
  });

  it('differ for different functions', () => {
    fc.assert(
      fc.property(identifier, methodName, identifier, methodName, (c1, m1, c2, m2) => {
        fc.pre(c1 !== c2 || m1 !== m2);
        expect(functionName('p', 's', c1, m1)).not.to.equal(functionName('p', 's', c2, m2));
        expect(functionId(c1, m1)).not.to.equal(functionId(c2, m2));
        expect(artifactName(c1, m1, false)).not.to.equal(artifactName(c2, m2, false));
      }),
    );
  });

  it('differ where only the place of a separator does', () => {
    expect(functionId('A_b', 'c')).not.to.equal(functionId('A', 'b_c'));
    expect(functionName('p', 's', 'A', 'b-c')).not.to.equal(functionName('p', 's', 'A-b', 'c'));
  });

  it('get files of their own where file names are compared without case', () => {
    const stage = new StageBuilder();
    stage.http('GET /a', 'Chat.send');
    stage.http('GET /b', 'chat.Send');
    stage.http('GET /c', 'Other.send');
    const files = plan(stage).plan.functions.map((fn) => fn.artifact);
    expect(new Set(files.map((file) => file.toLowerCase()))).to.have.property('size', 3);
    expect(files).to.include('artifacts/Other-send.zip');
  });
});

describe('aws: names of tables', () => {
  it('are the table name or the class, and the stage', () => {
    const { plan: planned } = plan(sample());
    expect(planned.resources.find((r) => r.node.name === 'UserDetail')).to.include({
      physicalName: 'UserDetaildev',
      logicalId: 'UserDetail',
    });
    expect(planned.resources.find((r) => r.node.name === 'Session')).to.include({
      physicalName: 'sessionsdev',
      logicalId: 'Session',
    });
    expect(planned.resources.find((r) => r.node.name === 'Legacy')).to.include({ physicalName: null });
  });

  it('are fit for DynamoDB and Terraform, whatever the class is called', () => {
    fc.assert(
      fc.property(identifier, identifier, (a, b) => {
        const stage = new StageBuilder();
        stage.store(`T${a}`);
        if (a !== b) stage.store(`T${b}`);
        const { plan: planned, codes } = plan(stage);
        expect(codes).to.deep.equal([]);
        for (const { physicalName, logicalId } of planned.resources) {
          expect(physicalName).to.match(/^[A-Za-z0-9_.-]{3,255}$/);
          expect(logicalId).to.match(TERRAFORM_NAME);
        }
      }),
      { numRuns: 50 },
    );
    expect(classId('User_Detail')).to.equal('User_Detail');
  });
});

describe('aws: names of routes', () => {
  const segment = fc.oneof(
    fc.constantFrom('{}', 'users', 'a-b', 'ab', 'a', 'b', '_', 'a_b', 'a.b', '-', 'all', '_all', '~'),
    fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'B', '-', '_', '.', '~', '1', '%', '$') }),
  );
  const shape = fc
    .tuple(fc.array(segment, { maxLength: 4 }), fc.boolean())
    .map(([segments, greedy]) => [...segments, ...(greedy ? ['{+}'] : [])].join('/'));
  const method = fc.constantFrom('GET', 'POST', 'ANY', 'OPTIONS');

  it('can be read', () => {
    expect(routeId('GET', 'users/{}/orders')).to.equal('GET_users___orders');
    expect(routeId('ANY', 'files/{+}')).to.equal('ANY_files__all');
    expect(routeId('POST', '')).to.equal('POST_');
    expect(routeId('GET', 'a-b')).to.equal('GET_a-b');
    expect(routeId('GET', 'a_b')).to.match(/^GET_a_b-[0-9a-f]{8}$/);
  });

  it('differ for different routes', () => {
    fc.assert(
      fc.property(method, shape, method, shape, (m1, s1, m2, s2) => {
        fc.pre(m1 !== m2 || s1 !== s2);
        expect(routeId(m1, s1)).not.to.equal(routeId(m2, s2));
        expect(routeId(m1, s1)).to.match(TERRAFORM_NAME);
      }),
      { numRuns: 2_000 },
    );
  });

  it('do not depend on the names of parameters', async () => {
    const withParameter = async (name: string): Promise<readonly string[]> => {
      const stage = new StageBuilder();
      stage.http(`GET /users/{${name}}`, 'Users.one');
      return [...(await emit(stage)).resources.keys()];
    };
    expect(await withParameter('id')).to.deep.equal(await withParameter('userId'));
  });

  it('of topics cannot be those of HTTP routes', () => {
    const stage = new StageBuilder();
    stage.http('GET /users', 'Users.list');
    for (const topic of ['GET_users', 'connect', '$connect', 'a b', 'a_b', 'é']) stage.topic(topic, `Chat.t${topic.length}`);
    const { plan: planned, codes } = plan(stage);
    const ids = planned.resources.filter((r) => r.node.kind.endsWith('route')).map((r) => r.logicalId);
    expect(new Set(ids).size).to.equal(7);
    expect(ids).to.include.members(['connect', 'topic_connect', 'topic_GET_users', 'GET_users', 'topic_a_b']);
    expect(codes).to.deep.equal([]);
  });
});

describe('aws: stability of names', () => {
  it('no name changes when something is declared that has nothing to do with it', () => {
    const before = plan(sample()).plan;
    const stage = sample();
    stage.store('Another');
    stage.http('GET /another', 'Another.list');
    stage.topic('another', 'Another.topic');
    const after = plan(stage).plan;
    const names = (planned: typeof before): Map<string, string> =>
      new Map(
        [...planned.functions, ...planned.resources].map((one) => [one.node.id, `${one.logicalId} ${one.physicalName ?? ''}`]),
      );
    expect(Object.fromEntries(names(after))).to.include(Object.fromEntries(names(before)));
  });

  it('no address depends on the stage or on where things are declared', async () => {
    const addresses = async (changes: object): Promise<readonly string[]> => [
      ...(await emit(sample(), changes)).resources.keys(),
    ];
    expect(await addresses({ stage: 'prod' })).to.deep.equal(await addresses({ stage: 'dev' }));
    expect(SETTINGS.stage).to.equal('dev');
  });
});
