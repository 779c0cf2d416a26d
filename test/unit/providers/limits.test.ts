// Limits of AWS: what just fits passes, what just does not is reported with the number.
import { expect } from 'chai';
import type { StageSettings } from '../../../compiler/ir/stage-plan.js';
import { artifactsOf, emit, plan } from './emitted.js';
import { StageBuilder } from './stage-builder.js';

function reported(build: (stage: StageBuilder) => void, changes: Partial<StageSettings> = {}) {
  const stage = new StageBuilder();
  build(stage);
  return plan(stage, changes).diagnostics;
}

const codes = (...args: Parameters<typeof reported>): readonly string[] => reported(...args).map((d) => d.code);

describe('aws: limits of names', () => {
  it('tables have 3 to 255 characters, with the stage', () => {
    expect(codes((s) => s.store('T', { tableName: 'ab' }), { stage: 's' })).to.deep.equal([]);
    const [short] = reported((s) => s.store('T', { tableName: 'a' }), { stage: 's' });
    expect(short).to.deep.include({ code: 'NIM3001', stages: ['s'] });
    expect(short?.message).to.contain('"as"').and.contain('2 characters').and.contain('3 to 255');
    expect(short?.primary?.span.file).to.equal('src/app.ts');
    expect(codes((s) => s.store('T', { tableName: 'a'.repeat(252) }))).to.deep.equal([]);
    expect(codes((s) => s.store('T', { tableName: 'a'.repeat(253) }))).to.deep.equal(['NIM3001']);
    expect(codes((s) => s.keyValue('T'.repeat(253)))).to.deep.equal(['NIM3001']);
  });

  it('two tables of one name, two things of one address', () => {
    const [twice] = reported((s) => {
      s.store('A', { tableName: 'users' });
      s.keyValue('B', { tableName: 'users' });
    });
    expect(twice).to.include({ code: 'NIM3002' });
    expect(twice?.message).to.contain('A and B').and.contain('"usersdev"');
    expect(twice?.related).to.have.lengthOf(1);
    expect(
      codes((s) => {
        s.store('User', { tableName: 'a-users' });
        s.keyValue('User', { tableName: 'b-users' });
      }),
    ).to.deep.equal(['NIM3003']);
    // references to the same existing table are two names for one thing, which is fine
    const existingArn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/users';
    expect(
      codes((s) => {
        s.store('A', { existingArn });
        s.store('B', { existingArn });
      }),
    ).to.deep.equal([]);
  });

  it('stages are called by letters, digits, "-" and "_"', () => {
    expect(codes((s) => s.store('T'), { stage: 'pr-17_b' })).to.deep.equal([]);
    expect(codes((s) => s.store('Table'), { stage: 'a/b' })).to.deep.equal(['NIM3004']);
    expect(codes((s) => s.store('Table'), { stage: 's'.repeat(128) })).to.deep.equal([]);
    expect(codes((s) => s.store('Table'), { stage: 's'.repeat(129) })).to.deep.equal(['NIM3004']);
  });
});

describe('aws: limits of functions', () => {
  const withEnvironment =
    (environment: { readonly [key: string]: readonly (string | { readonly variable: string })[] }) => (s: StageBuilder) =>
      s.http('GET /', 'A.a', { environment });

  it('the environment has 4,096 bytes, names included', () => {
    // NIMBUS_STAGE + dev = 15, TEXT = 4
    expect(codes(withEnvironment({ TEXT: ['x'.repeat(4_096 - 19)] }))).to.deep.equal([]);
    const [large] = reported(withEnvironment({ TEXT: ['x'.repeat(4_096 - 18)] }));
    expect(large).to.include({ code: 'NIM3011' });
    expect(large?.message).to.contain('A.a').and.contain('4097 bytes').and.contain('4096').and.not.contain('at least');
    expect(codes(withEnvironment({ TEXT: ['é'.repeat(2_040)] }))).to.deep.equal(['NIM3011']);
  });

  it('values of the deploying machine count as empty, table names as what they are', () => {
    expect(codes(withEnvironment({ TEXT: [{ variable: 'SECRET' }, 'x'.repeat(4_096 - 19)] }))).to.deep.equal([]);
    const [large] = reported(withEnvironment({ TEXT: [{ variable: 'SECRET' }, 'x'.repeat(4_096 - 18)] }));
    expect(large?.message).to.contain('at least 4097 bytes');
    const many = (count: number) => (s: StageBuilder) => {
      s.http('GET /', 'A.a');
      for (let i = 100; i < 100 + count; i += 1) s.uses('A.a', s.store(`Store${i}`), []);
    };
    // NIMBUS_STORE_Store100 + Store100dev = 32 bytes each
    expect(codes(many(127))).to.deep.equal([]);
    expect(codes(many(128))).to.deep.equal(['NIM3011']);
  });

  it('reserved names of the environment, TZ not among them', () => {
    for (const key of ['AWS_REGION', 'AWS_LAMBDA_FUNCTION_NAME', 'LAMBDA_TASK_ROOT']) {
      const [problem] = reported(withEnvironment({ [key]: ['x'] }));
      expect(problem, key).to.include({ code: 'NIM3012' });
    }
    expect(codes(withEnvironment({ TZ: ['UTC'], AWS_MAX_ATTEMPTS: ['1'] }))).to.deep.equal([]);
  });

  it('names of the environment have two characters at least', () => {
    expect(codes(withEnvironment({ N: ['1'] }))).to.deep.equal(['NIM3013']);
    expect(codes(withEnvironment({ N1: ['1'] }))).to.deep.equal([]);
  });

  it('names that Terraform keeps for itself cannot be variables', () => {
    expect(codes(withEnvironment({ RELEASE: [{ variable: 'version' }] }))).to.deep.equal(['NIM3014']);
    expect(codes(withEnvironment({ RELEASE: [{ variable: 'VERSION' }] }))).to.deep.equal([]);
  });

  it('the inline policy has 10,240 characters', async () => {
    // existing tables, because their ARNs are known and all of one length
    const tables = (count: number) => (s: StageBuilder) => {
      s.http('GET /', 'A.a');
      for (let i = 100; i < 100 + count; i += 1) {
        s.uses('A.a', s.store(`S${i}`, { existingArn: `arn:aws:dynamodb:eu-west-1:123456789012:table/${i}` }), ['get']);
      }
    };
    const sizeOf = async (count: number): Promise<number> => {
      const stage = new StageBuilder();
      tables(count)(stage);
      const policy = (await emit(stage)).resources.get('aws_iam_role_policy.A_a')?.['policy'] as string;
      const arn = 'arn:aws-us-gov:logs:ap-southeast-99:123456789012:log-group:/aws/lambda/chat-dev-A-a';
      return policy.replace('${aws_cloudwatch_log_group.A_a.arn}', arn).length;
    };
    const one = await sizeOf(1);
    const most = 1 + Math.floor((10_240 - one) / ((await sizeOf(2)) - one));
    const policyCodes = (count: number) => codes(tables(count)).filter((code) => code === 'NIM3010');
    expect(policyCodes(most)).to.deep.equal([]);
    expect(policyCodes(most + 1)).to.deep.equal(['NIM3010']);
    const problem = reported(tables(most + 1)).find((d) => d.code === 'NIM3010');
    expect(problem?.message)
      .to.contain(`${await sizeOf(most + 1)} characters`)
      .and.contain('10240');
    expect(problem?.related.length).to.be.greaterThan(0);
  });

  it('250 MB unpacked; 50 MB zipped need a bucket and no message', async () => {
    const stage = new StageBuilder();
    stage.http('GET /', 'A.a');
    const sized = (sizes: object) => ({ artifacts: (p: Parameters<typeof artifactsOf>[0]) => artifactsOf(p, sizes) });
    expect((await emit(stage, {}, sized({ unpacked: 262_144_000 }))).diagnostics).to.deep.equal([]);
    const { diagnostics } = await emit(stage, {}, sized({ unpacked: 262_144_001 }));
    expect(diagnostics.map((d) => d.code)).to.deep.equal(['NIM3015']);
    expect(diagnostics[0]?.message).to.contain('262144001').and.contain('262144000').and.contain('A.a');
    const types = async (packed: number) => Object.keys((await emit(stage, {}, sized({ packed }))).document['resource'] ?? {});
    expect(await types(50_000_000)).not.to.include('aws_s3_bucket');
    expect(await types(50_000_001)).to.include.members(['aws_s3_bucket', 'aws_s3_object', 'aws_s3_bucket_public_access_block']);
  });
});

describe('aws: limits of APIs', () => {
  it('more than 300 routes are worth a warning', () => {
    const routes = (count: number) => (s: StageBuilder) => {
      for (let i = 0; i < count; i += 1) s.http(`GET /r${i}`, `A.a${i % 50}`);
    };
    expect(codes(routes(300))).to.deep.equal([]);
    const [warning] = reported(routes(301));
    expect(warning).to.include({ code: 'NIM3020', severity: 'warning' });
    expect(warning?.message).to.contain('301').and.contain('300');
  });

  it('a timeout over 29 seconds is worth a warning behind an API, and nowhere else', () => {
    const http = (timeout: number) => (s: StageBuilder) => s.http('GET /', 'A.a', { timeout });
    expect(codes(http(29))).to.deep.equal([]);
    const [warning] = reported(http(30));
    expect(warning).to.include({ code: 'NIM3021', severity: 'warning' });
    expect(warning?.message).to.contain('30 seconds').and.contain('HTTP API');
    const [socket] = reported((s) => s.topic('x', 'A.a', { timeout: 60 }));
    expect(socket?.message).to.contain('60 seconds').and.contain('after 29');
    expect(codes((s) => s.afterDeployment('A.a', { timeout: 900 }))).to.deep.equal([]);
  });
});
