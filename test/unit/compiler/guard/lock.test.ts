import { expect } from 'chai';
import fc from 'fast-check';
import { createSink } from '../../../../compiler/diagnostics/sink.js';
import { EMPTY_LOCK, type Lock, type LockedStage, lockText, readLock } from '../../../../compiler/guard/lock.js';
import { lockTurn } from '../../../../compiler/guard/write-lock.js';
import { catalogueOf } from '../../../../compiler/pipeline.js';
import { awsWithoutSdk } from '../../../support/temp-project.js';
import { asProcess, Killed, MemoryHost } from '../memory-host.js';

const FILE = 'nimbus.lock.json';
const PATH = `/project/${FILE}`;

const sinkOf = () => createSink(catalogueOf(awsWithoutSdk()));

function parsed(text: string): Lock {
  const sink = sinkOf();
  const read = readLock(FILE, text, sink);
  if (!read.ok)
    throw new Error(
      sink
        .finish()
        .map(({ message }) => message)
        .join('\n'),
    );
  return read.value.lock;
}

const stage = (name: string): LockedStage => ({
  data: { 'aws_sqs_queue.mails': { kind: 'queue', called: 'mails', name } },
  functions: { 'aws_lambda_function.Post_send': { called: 'Post.send', startedBy: ['aws_sqs_queue.mails'] } },
  moved: { 'aws_sqs_queue.post': 'aws_sqs_queue.mails' },
});

const word = fc.string({ minLength: 1, maxLength: 6 }).filter((text) => text !== '__proto__');
const words = fc.dictionary(word, word, { maxKeys: 3 });
const optional = <T>(key: string, value: fc.Arbitrary<T>) => fc.option(value).map((v) => (v === null ? {} : { [key]: v }));
const stages = fc.record({
  data: fc.dictionary(
    word,
    fc
      .tuple(
        fc.record({ kind: word, called: word, name: word }),
        optional('declares', word),
        optional('formerly', word),
        optional('likeness', word),
        optional('settled', words),
        optional('columns', words),
      )
      .map((parts) => Object.assign({}, ...parts)),
  ),
  functions: fc.dictionary(
    word,
    fc
      .tuple(fc.record({ called: word, startedBy: fc.array(word, { maxLength: 2 }) }), optional('formerly', word))
      .map((parts) => Object.assign({}, ...parts)),
  ),
  moved: words,
});

describe('the lock file', () => {
  it('is read as it was written, whatever names are in it, in one form only', () => {
    fc.assert(
      fc.property(fc.dictionary(word, stages, { maxKeys: 3 }), (content) => {
        const lock = { stages: content } as Lock;
        const text = lockText(lock);
        JSON.parse(text);
        expect(JSON.parse(JSON.stringify(parsed(text)))).to.deep.equal(JSON.parse(JSON.stringify(lock)));
        expect(lockText(parsed(text))).to.equal(text);
        const reversed = Object.fromEntries(Object.entries(content).reverse());
        expect(lockText({ stages: reversed } as Lock)).to.equal(text);
      }),
      { numRuns: 100 },
    );
  });

  it('may be damaged anywhere: that is reported at a place in it, and never an exception', () => {
    const text = lockText({ stages: { dev: stage('a'), prod: stage('b') } });
    for (let cut = 0; cut < text.length - 2; cut += 7) {
      const sink = sinkOf();
      expect(readLock(FILE, text.slice(0, cut), sink).ok, `cut at ${cut}`).to.equal(false);
      const [found] = sink.finish();
      expect(found?.code).to.equal('NIM1801');
      const { start, end } = found?.primary?.span ?? { start: -1, end: -1 };
      expect(start >= 0 && end <= cut && (start < end || cut === 0), `${start} to ${end} of ${cut}`).to.equal(true);
    }
  });

  it('is none before the first build', () => {
    expect(readLock(FILE, null, sinkOf())).to.deep.include({ ok: true });
    expect(parsed(lockText(EMPTY_LOCK))).to.deep.equal(EMPTY_LOCK);
  });
});

async function writeLock(host: MemoryHost, stages: Lock['stages']): Promise<string | null> {
  const turn = await lockTurn(host, PATH, FILE, stages, sinkOf());
  try {
    return turn?.write() ?? null;
  } finally {
    turn?.end();
  }
}

describe('writing the lock file', () => {
  const write = writeLock;
  const files = (host: MemoryHost): Record<string, string> => host.filesIn('/project');
  const before = lockText({ stages: { dev: stage('a'), prod: stage('b') } });

  it('keeps the other stages, leaves nothing else behind, and gives what is there', async () => {
    const host = new MemoryHost({ [PATH]: before });
    const text = await write(host, { dev: stage('c') });
    expect(files(host)).to.deep.equal({ [FILE]: text });
    expect(parsed(text ?? '').stages).to.deep.equal({ dev: stage('c'), prod: stage('b') });
  });

  it('touches no file when nothing has changed', async () => {
    const host = new MemoryHost({ [PATH]: before });
    await write(host, { dev: stage('a') });
    expect(host.changes).to.equal(0);
  });

  it('loses no stage when builds write at the same time', async () => {
    const host = new MemoryHost({ '/project/nimbus.yml': '' }, 1);
    for (let id = 1; id <= 5; id++) host.alive.add(id);
    await Promise.all([1, 2, 3, 4, 5].map((id) => writeLock(asProcess(host, id), { [`s${id}`]: stage('a') })));
    expect(Object.keys(parsed(files(host)[FILE] as string).stages)).to.deep.equal(['s1', 's2', 's3', 's4', 's5']);
    expect(Object.keys(files(host)).sort()).to.deep.equal([FILE, 'nimbus.yml']);
  });

  it('leaves a whole file when it is killed, which the next build goes on from', async () => {
    const after = lockText({ stages: { dev: stage('c'), prod: stage('b') } });
    let kills = 0;
    for (let at = 0; ; at++) {
      const host = new MemoryHost({ [PATH]: before }, 7);
      host.killAt = at;
      const killed = await write(host, { dev: stage('c') }).then(
        () => false,
        (error) => error instanceof Killed,
      );
      const later = host.again(8);
      expect([before, after], `killed at ${at}`).to.include(files(later)[FILE]);
      await write(later, { dev: stage('c') });
      expect(files(later)[FILE]).to.equal(after);
      if (!killed) break;
      kills++;
    }
    expect(kills).to.be.greaterThan(4);
  });
});
