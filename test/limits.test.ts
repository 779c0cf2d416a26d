// Every limit of AWS that is checked while compiling has a case that just keeps it and one that just does not. The cases
// themselves are run by fixtures.test.ts; here is the list, and that each case says what the list says of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type FixtureCase, findCases } from './support/fixture.js';

interface Limit {
  readonly limit: string;
  readonly code: string;
  /** A case, and a text on the line that the diagnostic is about, or in the comment before it. */
  readonly over: readonly [name: string, text: string];
  readonly just: readonly [name: string, text: string];
}

const within = (limit: string, code: string, over: string, just: string): Limit => ({
  limit,
  code,
  over: ['aws/err-limits', over],
  just: ['aws/limits', just],
});

const option = (limit: string, code: string, over: string, just: string): Limit => ({
  limit,
  code,
  over: ['aws/err-limits-of-options', over],
  just: ['aws/limits', just],
});

const queue = (limit: string, code: string, over: string, just: string): Limit => ({
  limit,
  code,
  over: ['queue/err-limits', over],
  just: ['queue/limits', just],
});

const queueOption = (limit: string, over: string, just: string): Limit => ({
  limit,
  code: 'NIM1204',
  over: ['queue/err-options', over],
  just: ['queue/limits', just],
});

const database = (limit: string, code: string, over: string, just: string): Limit => ({
  limit,
  code,
  over: ['aws/err-databases', over],
  just: ['aws/databases', just],
});

const LIMITS: readonly Limit[] = [
  database('names of databases that servers reserve', 'NIM3080', "name: 'db'", "name: 'database'"),
  database('names of users that servers reserve', 'NIM3080', "username: 'admin'", "username: 'administrator'"),
  database('names of users up to 16 characters', 'NIM3080', 'seventeen_letters', 'sixteen_letters_'),
  database('passwords from 8 characters on', 'NIM3080', "password: 'short'", "password: '8-chars!'"),
  database('passwords up to 41 characters', 'NIM3080', '345678901x', "345678901'"),
  database('storage from 20 GB on', 'NIM3081', 'allocatedSizeGB: 19', 'allocatedSizeGB: 20'),
  database('storage up to 65,536 GB', 'NIM3081', 'allocatedSizeGB: 65_537', 'allocatedSizeGB: 65_536'),
  database('engines without a class FREE', 'NIM3082', "'ORACLE', databaseClass: 'FREE'", "'ORACLE', databaseClass: 'SMALL'"),
  {
    limit: 'five databases for a function',
    code: 'NIM3083',
    over: ['aws/err-databases', '@BasicServerlessFunction() //~ NIM3083'],
    just: ['aws/databases', 'five()'],
  },
  within('an inline policy of 10,240 characters', 'NIM3010', "'zzzzzzzzzzzzzzzzzzzzzzzzz'", "'zzzzzzzzzzzzzzzzzzzzzzzz'"),
  within('an environment of 4,096 bytes', 'NIM3011', '4097 bytes', '4096 bytes'),
  within('reserved names of the environment', 'NIM3012', "'AWS_REGION'", "'AWS_REGIONS'"),
  within('names of the environment from 2 characters on', 'NIM3013', "key: 'N'", "key: 'N1'"),
  within('reserved names of Terraform variables', 'NIM3014', '${version}', '${VERSION}'),
  within('names of tables up to 255 characters', 'NIM3001', '256 characters with the stage', '255 characters with the stage'),
  within('names of tables from 3 characters on', 'NIM3001', "tableName: 'x'", "tableName: 'xy'"),
  within('names of buckets up to 63 characters', 'NIM3001', '64 characters with the stage', '63 characters with the stage'),
  within('names of buckets from 3 characters on', 'NIM3001', "bucketName: 'a'", "bucketName: 'ab'"),
  within('names of topics up to 256 characters', 'NIM3001', '257 characters with', '256 characters with'),
  within('paths of files up to 1,024 bytes', 'NIM3072', '1025 bytes', '1024 bytes'),
  within('one function for each sort of event of a bucket', 'NIM3071', 'OBJECT_CREATED', 'OBJECT_DELETED'),
  within('300 routes', 'NIM3020', 'page-0-00', 'page-9-29'),
  within('a resource policy of 20,480 characters', 'NIM3022', "path: 'p000'", "path: 'p058'"),
  within('29 seconds behind an HTTP API', 'NIM3021', "path: 'slow', timeout: 30", "path: 'slow', timeout: 29"),
  within('29 seconds behind a WebSocket API', 'NIM3021', "topic: 'slow', timeout: 30", "topic: 'slow', timeout: 29"),
  within('2 readers of a stream', 'NIM3060', '3 functions read its stream', '2 functions read its stream'),
  option('timeouts from 1 second on', 'NIM1204', 'timeout: 0', 'timeout: 1,'),
  option('timeouts up to 900 seconds', 'NIM1204', 'timeout: 901', 'timeout: 900'),
  option('memory from 128 MB on', 'NIM1204', 'memory: 127', 'memory: 128'),
  option('memory up to 10,240 MB', 'NIM1204', 'memory: 10_241', 'memory: 10_240'),
  option('capacity from 1 unit on', 'NIM1204', 'readCapacityUnits: 0', 'readCapacityUnits: 1,'),
  option('capacity up to 40,000 units', 'NIM1204', 'readCapacityUnits: 40_001', 'readCapacityUnits: 40_000'),
  option('names of columns up to 255 characters', 'NIM1208', 'columnName: ', 'columnName: '),
  option('names of key columns up to 255 characters', 'NIM1208', 'keyName: ', 'keyName: '),
  option('topics of WebSocket routes up to 1,024 characters', 'NIM1208', '1025 characters', '1024 characters'),
  option('schedules up to 256 characters', 'NIM1208', '257 characters', '256 characters'),
  queue('names of queues up to 80 characters', 'NIM3001', 'in-any-shop-xy', 'in-any-shop-x'),
  queue(
    'six timeouts and the window before an item is seen again',
    'NIM3040',
    'itemProcessingTimeout: 44',
    'itemProcessingTimeout: 45',
  ),
  queue('batches of 10 without a window', 'NIM3042', 'batchSize: 11', 'batchSize: 10,'),
  queue('batches of 10 of a FIFO queue', 'NIM3041', 'batchSize: 11', 'batchSize: 10,'),
  queue('no window at a FIFO queue', 'NIM3043', 'maximumBatchingWindow: 1', 'maximumBatchingWindow: 0'),
  queueOption('batches from 1 on', 'batchSize: 0', 'batchSize: 1,'),
  queueOption('batches up to 10,000', 'batchSize: 10_001', 'batchSize: 10_000'),
  queueOption('windows from 0 seconds on', 'maximumBatchingWindow: -1', 'maximumBatchingWindow: 0'),
  queueOption('windows up to 300 seconds', 'maximumBatchingWindow: 301', 'maximumBatchingWindow: 300'),
  queueOption('processing timeouts from 0 seconds on', 'itemProcessingTimeout: -1', 'itemProcessingTimeout: 0'),
  queueOption('processing timeouts up to 43,200 seconds', 'itemProcessingTimeout: 43_201', 'itemProcessingTimeout: 43_200'),
  queueOption('one attempt', 'maxReceiveCount: 0', 'maxReceiveCount: 1 '),
  queueOption('1,000 attempts', 'maxReceiveCount: 1_001', 'maxReceiveCount: 1_000'),
  {
    limit: 'names of stages up to 128 characters',
    code: 'NIM3004',
    over: ['aws/err-stage-name', '129 characters'],
    just: ['aws/long-stage-name', '128 characters'],
  },
  {
    limit: 'runtimes that the provider knows',
    code: 'NIM3016',
    over: ['aws/err-runtime', 'runtime: nodejs24.x'],
    just: ['aws/runtime-of-later-provider', 'runtime: nodejs24.x'],
  },
  {
    limit: 'days that CloudWatch keeps logs for',
    code: 'NIM1012',
    over: ['project/err-config-values', 'logRetentionDays: 10'],
    just: ['project/every-setting', 'logRetentionDays: 365'],
  },
];

/** Limits without a case, and where they are tested instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  NIM3015: 'test/unit/providers/limits.test.ts', // 250 MB unpacked
  NIM4005: 'test/unit/compiler/zip.test.ts', // 65,535 files and 4 GiB in a zip
};

describe('the limits of AWS', () => {
  const cases = new Map(findCases().map((one) => [one.name, one]));

  for (const { limit, code, over, just } of LIMITS) {
    it(`have a case for ${limit} that just fails, and one that just passes`, () => {
      const failing = cases.get(over[0]) as FixtureCase;
      expect(failing, over[0]).to.not.equal(undefined);
      expect(linesWith(failing, over[1], code), `${over[1]} in ${over[0]} with ${code}`).to.not.deep.equal([]);
      const passing = cases.get(just[0]) as FixtureCase;
      expect(passing, just[0]).to.not.equal(undefined);
      expect(passing.marks, 'what the passing case gives').to.deep.equal([]);
      expect(textOf(passing), just[0]).to.include(just[1]);
    });
  }

  it('are all in the list that have a code of their own', () => {
    const listed = new Set([...LIMITS.map(({ code }) => code), ...Object.keys(ELSEWHERE)]);
    const codes = readFileSync(join('test', 'architecture', 'codes.txt'), 'utf8').match(/^NIM30\d\d/gm) ?? [];
    // what is no limit but a rule about names: two of one name, the form of bucket names; and a warning that raises a value
    const rules = ['NIM3002', 'NIM3003', 'NIM3070', 'NIM3084'];
    expect(codes.filter((code) => !listed.has(code) && !rules.includes(code))).to.deep.equal([]);
    for (const [code, file] of Object.entries(ELSEWHERE)) expect(readFileSync(file, 'utf8')).to.include(code);
  });
});

function textOf({ folder, sources }: FixtureCase): string {
  return sources.map((path) => readFileSync(join(folder, path), 'utf8')).join('\n');
}

/** The lines with a text, or those after a comment with it, on which the case expects the code; all of them without a place. */
function linesWith(one: FixtureCase, text: string, code: string): readonly string[] {
  if (one.settings.withoutPlace.includes(code))
    return textOf(one)
      .split('\n')
      .filter((line) => line.includes(text));
  return one.sources.flatMap((path) => {
    const lines = readFileSync(join(one.folder, path), 'utf8').split('\n');
    return lines.filter(
      (line, i) =>
        one.marks.includes(`${path}:${i + 1} ${code}`) &&
        (line.includes(text) || (/^\s*\/\*\*/.test(lines[i - 1] ?? '') && lines[i - 1]?.includes(text))),
    );
  });
}
