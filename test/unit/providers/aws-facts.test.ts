// The facts about AWS that others learned the hard way, each against every module that the compiler is known to emit: those
// of all fixtures, which fixtures.test.ts keeps equal to what is built, and of all examples, which are built here.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { unzipSync } from 'fflate';
import { logRetentionDays } from '../../../compiler/config/config-schema.js';
import { findCases } from '../../support/fixture.js';
import { filesIn } from '../../support/golden.js';
import { packagesOf } from '../../support/packages.js';
import { repositoryRoot } from '../../support/repository.js';
import { tempProject } from '../../support/temp-project.js';

// biome-ignore lint/suspicious/noExplicitAny: blocks of any type of resource; what a test reads of one, it compares
type Block = any;

interface Module {
  readonly name: string;
  readonly text: string;
  /** All text that the user wrote. */
  readonly source: string;
  readonly document: Readonly<Record<string, Block>>;
  of(type: string): readonly (readonly [address: string, block: Block])[];
  at(address: string): Block;
  /** The zip of a function; null in a fixture. */
  artifact(path: string): Buffer | null;
}

function moduleOf(name: string, text: string, source: string, artifact: Module['artifact'] = () => null): Module {
  const document = JSON.parse(text);
  const of = (type: string): [string, Block][] =>
    Object.entries(document.resource?.[type] ?? {}).map(([id, block]) => [`${type}.${id}`, block]);
  const at = (address: string): Block => {
    const [type = '', id = ''] = address.split(/\.(.*)/s);
    return document.resource?.[type]?.[id];
  };
  return { name, text, source, document, of, at, artifact };
}

const modules: Module[] = [];

function fixtures(): void {
  for (const { name, folder, sources } of findCases()) {
    const expected = join(folder, 'expected');
    if (name.includes('/err-') || !existsSync(expected)) continue;
    const source = sources.map((path) => readFileSync(join(folder, path), 'utf8')).join('\n');
    for (const file of readdirSync(expected).filter((it) => it.endsWith('.tf.json'))) {
      modules.push(moduleOf(`${name} ${file}`, readFileSync(join(expected, file), 'utf8'), source));
    }
  }
}

async function examples(): Promise<void> {
  const folder = join(repositoryRoot, 'examples');
  for (const name of readdirSync(folder).sort()) {
    const paths = filesIn(join(folder, name)).filter((path) => /^(src|website)\/|^nimbus\.|^tsconfig\.json$/.test(path));
    const project = tempProject(Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, name, path))])));
    for (const one of packagesOf(join(folder, name)))
      project.link(`node_modules/${one}`, join(repositoryRoot, 'node_modules', one));
    try {
      const { failed } = await project.build();
      expect(failed, name).to.equal(false);
      const out = join(project.dir, 'nimbus.out');
      for (const stage of readdirSync(out)) {
        const files = new Map(filesIn(join(out, stage)).map((path) => [path, readFileSync(join(out, stage, path))]));
        const source = paths.map((path) => readFileSync(join(folder, name, path), 'utf8')).join('\n');
        const text = String(files.get('cdk.tf.json'));
        modules.push(moduleOf(`${name} ${stage}`, text, source, (path) => files.get(path) ?? null));
      }
    } finally {
      project.remove();
    }
  }
}

/** Calls `look` for each block of a type in each module; fails when there is none at all, so that no fact goes unseen. */
function each(type: string, look: (block: Block, module: Module, address: string) => void): void {
  let seen = 0;
  for (const module of modules) {
    for (const [address, block] of module.of(type)) {
      seen += 1;
      look(block, module, address);
    }
  }
  expect(seen, `blocks of ${type}`).to.be.greaterThan(0);
}

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Sid?: string;
}

function eachStatement(look: (statement: Statement, where: string) => void): void {
  each('aws_iam_role_policy', ({ policy }, { name }, address) => {
    for (const statement of JSON.parse(policy).Statement) look(statement, `${name} ${address}`);
  });
}

/** `aws_sqs_queue.orders` of `${aws_sqs_queue.orders.arn}` */
const target = (expression: string): string => /^\$\{([\w-]+\.[\w-]+)\.\w+\}$/.exec(expression)?.[1] ?? '';

/** The address below which a function has all that is its own: `Chat_onMessage`. */
const idOf = (address: string): string => address.split('.')[1] as string;

const eventSources = (type: string) => (look: (mapping: Block, source: Block, fn: Block, module: Module, id: string) => void) =>
  each('aws_lambda_event_source_mapping', (mapping, module) => {
    const source = target(mapping.event_source_arn);
    const fn = target(mapping.function_name);
    if (source.startsWith(`${type}.`)) look(mapping, module.at(source), module.at(fn), module, idOf(fn));
  });
const queueMappings = eventSources('aws_sqs_queue');
const streamMappings = eventSources('aws_dynamodb_table');

describe('the facts about AWS', () => {
  before(async function () {
    this.timeout(60_000);
    fixtures();
    await examples();
    expect(modules.length).to.be.greaterThan(40);
  });

  describe('of functions', () => {
    it('1, 2: names of functions and roles have 64 characters of those that are allowed', () => {
      each('aws_lambda_function', ({ function_name: name }) => expect(name).to.match(/^[A-Za-z0-9_-]{1,64}$/));
      each('aws_iam_role', (role) => {
        expect(role.name).to.match(/^[A-Za-z0-9_-]{1,64}$/);
        expect(role).not.to.have.property('name_prefix');
      });
    });

    it('3: the hash of the code is base64 of the SHA-256 of the very zip', () => {
      let compared = 0;
      each('aws_lambda_function', ({ source_code_hash: hash, filename }, { artifact, name }) => {
        expect(filename).to.match(/^\$\{path\.module\}\/artifacts\/[\w-]+\.zip$/);
        const zip = artifact(filename.slice('${path.module}/'.length));
        if (zip === null) return;
        compared += 1;
        expect(hash, name).to.equal(createHash('sha256').update(zip).digest('base64'));
      });
      expect(compared).to.be.greaterThan(10);
    });

    it('8: no variable of the environment is one of Lambda’s own', () => {
      each('aws_lambda_function', ({ environment }) => {
        for (const key of Object.keys(environment.variables))
          expect(key).not.to.match(/^(AWS_(REGION|DEFAULT_REGION|LAMBDA_)|_)/);
      });
    });

    it('9: no handler takes a third parameter, which Node 24 would refuse as a callback', async function () {
      this.timeout(30_000);
      const folder = mkdtempSync(join(tmpdir(), 'nimbusc-handlers-'));
      try {
        let seen = 0;
        for (const [m, { artifact, of }] of modules.entries()) {
          for (const [address, { filename }] of of('aws_lambda_function')) {
            const zip = artifact(filename.slice('${path.module}/'.length));
            if (zip === null) continue;
            for (const [path, content] of Object.entries(unzipSync(zip))) {
              const file = join(folder, `${m}-${idOf(address)}`, path);
              mkdirSync(dirname(file), { recursive: true });
              // the clients, which are left out here
              writeFileSync(file, path === 'index.mjs' ? content : 'export const register = () => {};');
            }
            const { handler } = await import(pathToFileURL(join(folder, `${m}-${idOf(address)}`, 'index.mjs')).href);
            expect(handler, address).to.be.a('function');
            expect(handler.length, address).to.be.at.most(2);
            seen += 1;
          }
        }
        expect(seen).to.be.greaterThan(10);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it('13: memory and timeout are within their limits', () => {
      each('aws_lambda_function', ({ memory_size: memory, timeout }) => {
        expect(memory).to.be.within(128, 10_240);
        expect(timeout).to.be.within(1, 900);
      });
    });

    it('14: each has a log group with a retention that is there before it', () => {
      each('aws_lambda_function', (fn, module, address) => {
        const group = `aws_cloudwatch_log_group.${idOf(address)}`;
        expect(fn.depends_on).to.include(group);
        expect(module.at(group).name).to.equal(`/aws/lambda/${fn.function_name}`);
      });
      each('aws_cloudwatch_log_group', ({ retention_in_days: days }) => expect(logRetentionDays).to.include(days));
      eachStatement(({ Action }, where) => expect(Action, where).not.to.include('logs:CreateLogGroup'));
    });

    it('15: logs are written to streams of its own group', () => {
      each('aws_iam_role_policy', ({ policy }, _, address) => {
        const logs = JSON.parse(policy).Statement.filter((it: Statement) =>
          it.Action.some((action) => action.startsWith('logs:')),
        );
        expect(logs.map((it: Statement) => it.Resource)).to.deep.equal([[`\${aws_cloudwatch_log_group.${idOf(address)}.arn}:*`]]);
      });
    });
  });

  describe('of IAM', () => {
    it('16: statements with the same actions are one, and those with the same resources', () => {
      each('aws_iam_role_policy', ({ policy }, { name }, address) => {
        const statements = JSON.parse(policy).Statement as Statement[];
        for (const key of ['Action', 'Resource'] as const) {
          const texts = statements.map((it) => it[key].join());
          expect(new Set(texts).size, `${name} ${address}`).to.equal(texts.length);
        }
        expect(policy.length).to.be.at.most(10_240);
      });
    });

    it('17: the trust of a role has no condition', () => {
      each('aws_iam_role', (role) => expect(role.assume_role_policy).not.to.contain('Condition'));
    });

    it('18: event sources wait for the policy of the role, and the role may read streams and not tables', () => {
      each('aws_lambda_event_source_mapping', ({ depends_on: waits, function_name: fn }) =>
        expect(waits).to.include(`aws_iam_role_policy.${idOf(target(fn))}`),
      );
      const granted = (module: Module, id: string, resource: string): readonly string[] =>
        JSON.parse(module.at(`aws_iam_role_policy.${id}`).policy).Statement.flatMap((it: Statement) =>
          it.Resource.includes(resource) ? it.Action : [],
        );
      queueMappings(({ event_source_arn: arn }, _queue, _fn, module, id) =>
        expect(granted(module, id, arn)).to.include.members([
          'sqs:ReceiveMessage',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
        ]),
      );
      streamMappings(({ event_source_arn: arn }, _table, _fn, module, id) => {
        expect(arn).to.match(/\.stream_arn\}$/);
        const actions = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'].map((it) => `dynamodb:${it}`);
        expect(granted(module, id, arn)).to.have.members(actions);
      });
    });

    it('19: buckets are listed on the bucket, and files read and written below it', () => {
      eachStatement(({ Action, Resource }, where) => {
        for (const action of Action.filter((it) => it.startsWith('s3:'))) {
          for (const resource of Resource) {
            expect(resource.endsWith('/*'), `${where} ${action} ${resource}`).to.equal(action !== 's3:ListBucket');
          }
        }
      });
    });

    it('20: connections are managed on the connections of one stage, by method', () => {
      let seen = 0;
      eachStatement(({ Action, Resource }) => {
        if (!Action.includes('execute-api:ManageConnections')) return;
        seen += 1;
        for (const resource of Resource) {
          expect(resource).to.match(
            /^\$\{aws_apigatewayv2_api\.websocket\.execution_arn\}\/[\w-]+\/(POST|DELETE)\/@connections\/\*$/,
          );
        }
      });
      expect(seen).to.be.greaterThan(0);
    });

    it('21, 23: no policy is empty, and no statement has an id', () => {
      each('aws_iam_role_policy', ({ policy }) => expect(JSON.parse(policy).Statement).not.to.deep.equal([]));
      eachStatement((statement) => expect(statement).not.to.have.property('Sid'));
    });

    it('22: no ARN has a partition, region or account of ours', () => {
      for (const { name, text, source } of modules) {
        // Resources that are there already are named by their authors, who may put a name together.
        for (const [arn] of text.matchAll(/arn:[^"\\]*/g)) {
          const [, , , region, account] = arn.split(':');
          for (const part of [arn.split(':', 3).join(':'), region, account])
            if (part) expect(source, `${name} ${arn}`).to.contain(part);
        }
      }
    });
  });

  describe('of who may invoke', () => {
    it('24: each permission names its source, and that of a route its method and path', () => {
      each('aws_lambda_permission', ({ source_arn: arn, principal }, { name }, address) => {
        expect(arn, `${name} ${address}`).to.be.a('string').and.not.equal('');
        // `/` after a method is the path of the root; API Gateway drops it at the end of any other
        expect(arn, `${name} ${address}`).not.to.match(/\/(?![A-Z]+\/$|\*\/$)[^/]+\/$|\/ANY(\/|$)/);
        if (principal === 'apigateway.amazonaws.com') {
          expect(arn).to.match(/^\$\{aws_apigatewayv2_api\.\w+\.execution_arn\}\/[^/]+(\/.*)?$/);
        } else expect(arn).to.match(/^\$\{aws_(s3_bucket|sns_topic|cloudwatch_event_rule)\.[\w-]+\.arn\}$/);
      });
    });

    it('25: S3 also names the account', () => {
      each('aws_lambda_permission', ({ principal, source_account: account }) => {
        expect(account !== undefined).to.equal(principal === 's3.amazonaws.com');
      });
    });

    it('26, 27: a permission is made anew with its function, and for no version of it', () => {
      each('aws_lambda_permission', ({ lifecycle, function_name: name, ...permission }) => {
        expect(lifecycle.replace_triggered_by).to.deep.equal([`${target(name)}.arn`]);
        expect(permission).not.to.have.property('qualifier');
      });
    });
  });

  describe('of APIs', () => {
    it('29, 39: payload 2.0 is said for HTTP and not for WebSocket, which has an invocation URI', () => {
      each('aws_apigatewayv2_integration', (integration, module) => {
        const { protocol_type: protocol } = module.at(target(integration.api_id));
        expect(integration.payload_format_version).to.equal(protocol === 'HTTP' ? '2.0' : undefined);
        expect(integration.integration_type).to.equal('AWS_PROXY');
        expect(integration.integration_uri).to.match(/^\$\{aws_lambda_function\.[\w-]+\.invoke_arn\}$/);
      });
    });

    it('30, 37: HTTP is on $default, and WebSocket on a stage with a name', () => {
      each('aws_apigatewayv2_stage', (stage, module) => {
        const { protocol_type: protocol } = module.at(target(stage.api_id));
        expect(stage.name === '$default').to.equal(protocol === 'HTTP');
      });
    });

    it('31: no route takes all methods or paths that preflight would end in', () => {
      each('aws_apigatewayv2_route', ({ authorizer_id: authorizer, route_key: key }) => {
        expect(key).not.to.equal('');
        if (authorizer !== undefined) expect(key).not.to.match(/^OPTIONS |^\$default$/);
      });
    });

    it('33, 35: stages deploy by themselves; WebSocket stages write no access logs, which an account would have to allow', () => {
      each('aws_apigatewayv2_stage', (stage, module) => {
        const { protocol_type: protocol } = module.at(target(stage.api_id));
        expect(stage.auto_deploy).to.equal(true);
        expect(stage).not.to.have.property('deployment_id');
        expect('access_log_settings' in stage).to.equal(protocol === 'HTTP');
      });
      for (const { text } of modules) expect(text).not.to.contain('aws_api_gateway_');
    });

    it('36: routes have no settings of their own that could outlive them', () => {
      each('aws_apigatewayv2_stage', (stage) => expect(stage).not.to.have.property('route_settings'));
    });

    it('38, 40: messages are told apart by their topic', () => {
      each('aws_apigatewayv2_api', ({ protocol_type: protocol, route_selection_expression: by }) => {
        expect(by).to.equal(protocol === 'WEBSOCKET' ? '$request.body.topic' : undefined);
      });
    });
  });

  describe('of queues, streams, topics and schedules', () => {
    it('41: an item is hidden for six timeouts and the window', () => {
      queueMappings(({ maximum_batching_window_in_seconds: window = 0 }, queue, { timeout }) =>
        expect(queue.visibility_timeout_seconds).to.be.at.least(6 * timeout + window),
      );
    });

    it('42: large batches have a window, FIFO queues neither, and are FIFO with their dead letters', () => {
      queueMappings(({ batch_size: size, maximum_batching_window_in_seconds: window = 0 }, { fifo_queue: fifo }) => {
        if (size > 10) expect(window).to.be.within(1, 300);
        expect(size).to.be.within(1, fifo === true ? 10 : 10_000);
        if (fifo === true) expect(window).to.equal(0);
      });
      each('aws_sqs_queue', ({ name, fifo_queue: fifo, redrive_policy: redrive }, module) => {
        expect(fifo).to.equal(name.endsWith('.fifo') ? true : undefined);
        const letters = /aws_sqs_queue\.[\w-]+(?=\.arn)/.exec(redrive ?? '')?.[0];
        if (letters !== undefined) expect(module.at(letters).fifo_queue).to.equal(fifo);
      });
    });

    it('43: failures are reported item by item', () => {
      each('aws_lambda_event_source_mapping', (mapping) =>
        expect(mapping.function_response_types).to.deep.equal(['ReportBatchItemFailures']),
      );
    });

    it('44: streams are filtered on the record, and a bad record does not stop them', () => {
      streamMappings((mapping, table) => {
        const patterns = mapping.filter_criteria.filter.map((it: Block) => JSON.parse(it.pattern));
        expect(patterns.length).to.be.within(1, 5);
        for (const pattern of patterns) {
          expect(Object.keys(pattern)).to.deep.equal(['eventName']);
          for (const name of pattern.eventName) expect(['INSERT', 'MODIFY', 'REMOVE']).to.include(name);
        }
        expect(mapping.bisect_batch_on_function_error).to.equal(true);
        expect(mapping.maximum_retry_attempts).to.be.within(0, 10);
        expect(mapping.destination_config.on_failure.destination_arn).to.match(/^\$\{aws_sqs_queue\./);
        expect([table.stream_enabled, table.stream_view_type]).to.deep.equal([true, 'NEW_AND_OLD_IMAGES']);
      });
      each('aws_dynamodb_table', (table, module, address) => {
        if (table.stream_enabled === undefined) return;
        expect(module.text, 'a stream that nobody reads').to.contain(`\${${address}.stream_arn}`);
      });
    });

    it('46: each subscriber has a subscription of its own, when the topic may already invoke it', () => {
      const seen = new Set<string>();
      each('aws_sns_topic_subscription', ({ topic_arn: topic, endpoint, depends_on: waits }, module) => {
        expect(seen.has(`${module.name} ${topic} ${endpoint}`)).to.equal(false);
        seen.add(`${module.name} ${topic} ${endpoint}`);
        const permissions = waits.map((it: string) => module.at(it));
        expect(permissions.map((it: Block) => it.source_arn)).to.include(topic);
      });
    });

    it('47: rates are in the singular for one, crons have six fields with a "?" in one of the two day fields', () => {
      each('aws_cloudwatch_event_rule', ({ schedule_expression: text }) => {
        expect(text).to.match(/^rate\((1 (minute|hour|day)|([2-9]|\d\d+) (minutes|hours|days))\)$|^cron\((\S+ ){5}\S+\)$/);
        const [, , ofMonth, , ofWeek] = text.slice('cron('.length, -1).split(' ');
        if (text.startsWith('cron')) expect([ofMonth, ofWeek].filter((it) => it === '?')).to.have.length(1);
      });
      each('aws_cloudwatch_event_target', ({ rule, arn }, module) => {
        const permissions = module.of('aws_lambda_permission').map(([, block]) => block);
        const allowed = permissions.filter(
          (it) => target(it.source_arn) === target(rule) && target(it.function_name) === target(arn),
        );
        expect(allowed).to.have.length(1);
      });
    });
  });

  describe('of buckets, tables and others', () => {
    it('48: a bucket has one notification, after all permissions, with one function for each sort of event', () => {
      const buckets = new Set<string>();
      each('aws_s3_bucket_notification', ({ bucket, depends_on: waits, lambda_function: functions }, module) => {
        expect(buckets.has(`${module.name} ${bucket}`)).to.equal(false);
        buckets.add(`${module.name} ${bucket}`);
        const permitted = waits.map((it: string) => target(module.at(it).function_name));
        expect(permitted).to.have.members(functions.map((it: Block) => target(it.lambda_function_arn)));
        const events = functions.flatMap((it: Block) => it.events);
        expect(new Set(events).size).to.equal(events.length);
        for (const event of events) expect(event).to.be.oneOf(['s3:ObjectCreated:*', 's3:ObjectRemoved:*']);
      });
    });

    it('49: names of buckets are S3’s, and a public policy waits until public policies are allowed', () => {
      each('aws_s3_bucket', ({ bucket }) => {
        if (bucket !== undefined) expect(bucket).to.match(/^(?!xn--)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
      });
      each('aws_s3_bucket_policy', ({ depends_on: waits }, module, address) => {
        const block = `aws_s3_bucket_public_access_block.${idOf(address)}`;
        expect(waits).to.include(block);
        expect(module.at(block).block_public_policy).to.equal(false);
      });
    });

    it('50, 51: tables have no secondary indexes, and are protected as their stage is', () => {
      each('aws_dynamodb_table', (table, { name }) => {
        expect(table).not.to.have.any.keys('global_secondary_index', 'local_secondary_index');
        expect(table.deletion_protection_enabled === true, name).to.equal(table.lifecycle?.prevent_destroy === true);
        if (/ dev(\.tf\.json)?$/.test(name)) expect(table).not.to.have.property('lifecycle');
      });
    });

    it('52: after a deployment, functions are invoked by a resource with triggers; nothing is done by a plan', () => {
      each('aws_lambda_invocation', ({ triggers }) => expect(Object.keys(triggers)).to.deep.equal(['deployed']));
      for (const { document, name } of modules) {
        expect(document, name).not.to.have.property('ephemeral');
        expect(document['data'] ?? {}, name).not.to.have.property('aws_lambda_invocation');
      }
    });

    it('53, 55: the provider’s version is said, and nothing of CDKTF’s own is in the module', () => {
      for (const { document, text, name } of modules) {
        expect(document['terraform'].required_providers.aws.version, name).to.match(/\d/);
        expect(text, name).not.to.match(/TfToken|"\/\/"|__cdktf/);
        for (const blocks of Object.values<Block>(document['resource'] ?? {})) {
          for (const id of Object.keys(blocks)) expect(id, name).to.match(/^[A-Za-z_][A-Za-z0-9_-]*$/);
        }
      }
    });
  });
});
