// Relational databases, the private network, and secrets.
import { expect } from 'chai';
import { at, type Emitted, emit, plan, policyOf } from './emitted.js';
import { StageBuilder } from './stage-builder.js';

const MAIL = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mail-AbCd12';

/** Of a type, in order. */
const idsOf = (emitted: Emitted, type: string): string[] =>
  [...emitted.resources.keys()]
    .flatMap((address) => (address.startsWith(`${type}.`) ? [address.slice(type.length + 1)] : []))
    .sort();

/** A function that uses a database, and whatever else. */
function withUses(add: (stage: StageBuilder) => void = () => {}): StageBuilder {
  const stage = new StageBuilder();
  stage.function('Team.list', 'basic-function');
  stage.uses('Team.list', stage.database('Team'), ['connect']);
  add(stage);
  return stage;
}

describe('aws: relational databases', () => {
  it('are instances in the network, with a secret, and nothing that the public reaches', async () => {
    const emitted = await emit(withUses());
    const instance = at(emitted, 'aws_db_instance.Team');
    expect(instance).to.deep.include({
      ...{ identifier: 'chat-dev-team', engine: 'postgres', engine_version: '17', db_name: 'team', port: 5432 },
      ...{ username: 'app', password: '${var.DB_PASSWORD}', instance_class: 'db.t4g.micro', allocated_storage: 20 },
      ...{ storage_encrypted: true, publicly_accessible: false, skip_final_snapshot: true, backup_retention_period: 1 },
      vpc_security_group_ids: ['${aws_security_group.Team-server.id}'],
    });
    expect(at(emitted, 'aws_db_subnet_group.Team')['subnet_ids']).to.deep.equal([
      '${aws_subnet.network-a.id}',
      '${aws_subnet.network-b.id}',
    ]);
    expect(at(emitted, 'aws_secretsmanager_secret.Team')).to.deep.include({ name: 'chat-dev-team', recovery_window_in_days: 0 });
    expect(at(emitted, 'aws_secretsmanager_secret_version.Team')['secret_string']).to.equal(
      '${jsonencode({"password" = var.DB_PASSWORD, "username" = "app"})}',
    );
    expect(emitted.document['variable']).to.have.nested.property('DB_PASSWORD.sensitive', true);
  });

  it('keep their data in a protected stage', async () => {
    const emitted = await emit(withUses(), { protected: true });
    expect(at(emitted, 'aws_db_instance.Team')).to.deep.include({
      ...{ deletion_protection: true, final_snapshot_identifier: 'chat-dev-team-final' },
      lifecycle: { prevent_destroy: true },
    });
    expect(at(emitted, 'aws_db_instance.Team')).to.not.have.property('skip_final_snapshot');
    expect(at(emitted, 'aws_secretsmanager_secret.Team')).to.not.have.property('recovery_window_in_days');
  });

  it('have names that Amazon RDS takes, whatever they are called', async () => {
    const stage = withUses((s) => s.database('Odd', { databaseName: 'The_Team--Directory' }));
    const emitted = await emit(stage, { project: '1st_Chat' });
    expect(at(emitted, 'aws_db_instance.Odd')).to.include({
      identifier: 'db-1st-chat-dev-the-team-directory',
      db_name: 'the_team__directory',
    });
  });

  it('may have 63 characters, with project and stage', () => {
    const named = (length: number) => withUses((s) => s.database('Long', { databaseName: 'n'.repeat(length) }));
    expect(plan(named(63 - 'chat-dev-'.length)).codes).to.deep.equal([]);
    const [tooLong] = plan(named(64 - 'chat-dev-'.length)).diagnostics;
    expect(tooLong?.code).to.equal('NIM3001');
    expect(tooLong?.message).to.contain('64 characters');
  });

  it('refuse what Amazon RDS would refuse, and say nothing of what cannot be known', () => {
    const codes = (options: Parameters<StageBuilder['database']>[1]) => plan(withUses((s) => s.database('D', options))).codes;
    expect(codes({ username: [{ variable: 'ADMIN' }], password: ['x', { variable: 'P' }] })).to.deep.equal([]);
    expect(codes({ username: ['admin'] })).to.deep.equal(['NIM3080']);
    expect(codes({ username: ['admin'], language: 'MYSQL' })).to.deep.equal([]);
    expect(codes({ password: ['1234567'] })).to.deep.equal(['NIM3080']);
    expect(codes({ password: ['12345678'] })).to.deep.equal([]);
    expect(codes({ gigabytes: 19 })).to.deep.equal(['NIM3081']);
    expect(codes({ language: 'ORACLE' })).to.deep.equal(['NIM3082']);
    expect(codes({ language: 'ORACLE', instance: 'db.m5.large' })).to.deep.equal([]);
    expect(codes({ password: [{ variable: 'source' }] })).to.deep.equal(['NIM3014']);
  });

  it('let a function reach five of them', () => {
    const using = (count: number) =>
      withUses((s) => {
        for (let i = 1; i < count; i++) s.uses('Team.list', s.database(`D${i}`), ['connect']);
      });
    expect(plan(using(5)).codes).to.deep.equal([]);
    expect(plan(using(6)).codes).to.deep.equal(['NIM3083']);
  });
});

describe('aws: the private network', () => {
  it('is there only where something lies in it', async () => {
    const stage = new StageBuilder();
    stage.basic('Team.list');
    const emitted = await emit(stage);
    expect([...emitted.resources.keys()].filter((address) => /vpc|subnet|security/.test(address))).to.deep.equal([]);
    expect(emitted.document).to.not.have.property('data');
    expect(at(emitted, 'aws_lambda_function.Team_list')).to.not.have.property('vpc_config');
  });

  it('has gateways for DynamoDB and S3, and endpoints for what its own functions use and for nothing else', async () => {
    const stage = withUses((s) => {
      s.basic('Other.run');
      s.uses('Team.list', s.store('Note'), ['get']);
      s.uses('Team.list', s.notification('news'), ['notify']);
      s.uses('Team.list', 'basic-function:Other.run', ['invoke']);
      // outside of the network
      s.function('Other.run', 'basic-function');
      s.uses('Other.run', s.secret(MAIL), ['read']);
    });
    const emitted = await emit(stage);
    expect(idsOf(emitted, 'aws_vpc_endpoint')).to.deep.equal(
      ['dynamodb', 'lambda', 's3', 'secretsmanager', 'sns'].map((service) => `network-${service}`),
    );
    expect(at(emitted, 'aws_vpc_endpoint.network-sns')).to.deep.include({
      service_name: 'com.amazonaws.${data.aws_region.network.id}.sns',
      private_dns_enabled: true,
      security_group_ids: ['${aws_security_group.network-endpoints.id}'],
    });
    expect(idsOf(emitted, 'aws_vpc_security_group_egress_rule')).to.deep.equal([
      'Team',
      'Team-clients-dynamodb',
      'Team-clients-network-endpoints',
    ]);
    expect(at(emitted, 'aws_vpc_security_group_egress_rule.Team-clients-dynamodb')['prefix_list_id']).to.equal(
      '${aws_vpc_endpoint.network-dynamodb.prefix_list_id}',
    );
  });

  it('has no endpoint for what triggers a function: Lambda itself polls', async () => {
    const stage = withUses((s) => s.listener(s.queue('jobs'), 'Team.work'));
    stage.uses('Team.work', 'relational-database:Team', ['connect']);
    expect(idsOf(await emit(stage), 'aws_vpc_endpoint')).to.not.include('network-sqs');
  });

  it('leads to no WebSocket connection, of which a warning tells', async () => {
    const stage = withUses((s) => {
      s.topic('message', 'Team.list');
      s.uses('Team.list', 'websocket-api');
    });
    expect(plan(stage).codes).to.deep.equal(['NIM3084']);
    expect(idsOf(await emit(stage), 'aws_vpc_endpoint')).to.not.include('network-execute-api');
  });

  it('lets functions in that use the database, and those only', async () => {
    const stage = withUses((s) => {
      s.function('Both.list', 'basic-function');
      s.uses('Both.list', 'relational-database:Team', ['connect']);
      s.uses('Both.list', s.database('Archive', { language: 'MARIADB' }), ['connect']);
    });
    const emitted = await emit(stage);
    const groups = (fn: string): unknown =>
      (at(emitted, `aws_lambda_function.${fn}`)['vpc_config'] as { security_group_ids: unknown }).security_group_ids;
    const id = (name: string): string => `\${aws_security_group.${name}.id}`;
    expect(groups('Team_list')).to.deep.equal([id('Team-clients')]);
    expect(groups('Both_list')).to.deep.equal([id('Archive-clients'), id('Team-clients')]);
    expect(at(emitted, 'aws_vpc_security_group_ingress_rule.Archive')).to.deep.include({
      security_group_id: id('Archive-server'),
      referenced_security_group_id: id('Archive-clients'),
      ...{ ip_protocol: 'tcp', from_port: 3306, to_port: 3306 },
    });
    // a group without rules of its own lets nothing in and nothing out
    for (const group of idsOf(emitted, 'aws_security_group')) {
      expect(at(emitted, `aws_security_group.${group}`)).to.not.have.any.keys('ingress', 'egress');
    }
  });

  it('takes the permissions that Lambda documents, and the secret of the database', async () => {
    const emitted = await emit(withUses());
    expect(policyOf(emitted, 'Team_list').slice(1)).to.deep.equal([
      {
        Action: ['secretsmanager:GetSecretValue'],
        Effect: 'Allow',
        Resource: ['${aws_secretsmanager_secret.Team.arn}'],
      },
      {
        Action: [
          ...['ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'],
          ...['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses'],
        ],
        Effect: 'Allow',
        Resource: ['*'],
      },
    ]);
  });

  it('is deployed before functions that run after a deployment', async () => {
    const stage = withUses((s) => {
      s.afterDeployment('Setup.run');
      s.uses('Setup.run', 'relational-database:Team', ['connect']);
    });
    expect(at(await emit(stage), 'terraform_data.deployed')['depends_on']).to.include.members([
      'aws_db_instance.Team',
      'aws_secretsmanager_secret_version.Team',
      'aws_vpc_endpoint.network-secretsmanager',
      'aws_vpc_security_group_egress_rule.Team-clients-network-endpoints',
      'aws_vpc_security_group_ingress_rule.Team',
    ]);
  });
});

describe('aws: secrets', () => {
  it('are granted by their ARN, and make nothing', async () => {
    const stage = new StageBuilder();
    stage.function('Mail.send', 'basic-function');
    stage.uses('Mail.send', stage.secret(MAIL), ['read']);
    const emitted = await emit(stage);
    expect(policyOf(emitted, 'Mail_send').slice(1)).to.deep.equal([
      { Action: ['secretsmanager:GetSecretValue'], Effect: 'Allow', Resource: [MAIL] },
    ]);
    expect(idsOf(emitted, 'aws_secretsmanager_secret')).to.deep.equal([]);
  });

  it('are granted with the end that AWS gives, where their ARN has none', async () => {
    const stage = new StageBuilder();
    stage.function('Mail.send', 'basic-function');
    stage.uses('Mail.send', stage.secret(MAIL.slice(0, -7), false), ['read']);
    expect(policyOf(await emit(stage), 'Mail_send')[1]).to.deep.include({ Resource: [`${MAIL.slice(0, -7)}-??????`] });
  });
});
