// What holds for every module that is written.
import { expect } from 'chai';
import fc from 'fast-check';
import { LOWERING_VERSION } from '../../../providers/aws/emit.js';
import { sha256 } from '../../../providers/aws/text.js';
import { type Emitted, emit, MemoryCache, reachable, referencesOf } from './emitted.js';
import { CORS, StageBuilder, sample } from './stage-builder.js';

/** Stages with some of everything. */
const stages = fc
  .record({
    stores: fc.array(fc.constantFrom('User', 'Order', 'A_b', 'Größe', '$x'), { maxLength: 3 }),
    routes: fc.uniqueArray(
      fc.tuple(fc.constantFrom('GET', 'POST', 'ANY', 'OPTIONS'), fc.constantFrom('', 'a', 'a/{id}', 'a-b', 'a_b', 'x/{r+}')),
      {
        maxLength: 6,
        selector: ([method, path]) => `${method} ${path}`,
      },
    ),
    topics: fc.uniqueArray(fc.constantFrom('$connect', '$default', 'send', 'a ${b}', 'é', 'GET_a'), { maxLength: 4 }),
    after: fc.array(fc.boolean(), { maxLength: 3 }),
    cors: fc.constantFrom('none', 'route', 'api'),
    uses: fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 8 }),
  })
  .map(({ stores, routes, topics, after, cors, uses }) => {
    const stage = new StageBuilder();
    const handlers: string[] = [];
    const nodes = [...new Set(stores)].map((name, i) => (i % 2 === 0 ? stage.store(name) : stage.keyValue(name)));
    // the name of a store is part of a variable's name, which a class name like $x cannot be yet
    const targets: string[] = nodes.filter(({ name }) => /^\w+$/.test(name)).map(({ id }) => id);
    const options = cors === 'api' ? { corsOfApi: CORS } : {};
    for (const [i, [method, path]] of routes.entries()) {
      handlers.push(`H${i % 3}.on`);
      stage.http(`${method} /${path}`, `H${i % 3}.on`, cors === 'route' && i % 2 === 0 ? { cors: CORS } : options);
    }
    for (const [i, topic] of topics.entries()) {
      handlers.push(`W${i % 2}.on`);
      stage.topic(topic, `W${i % 2}.on`, { environment: { TEXT: ['${x} %{y} ', { variable: `V${i}` }] } });
    }
    if (topics.length > 0) targets.push('websocket-api');
    for (const [i, isTest] of after.entries()) {
      handlers.push(`D${i}.on`);
      stage.afterDeployment(`D${i}.on`, { isTest });
    }
    for (const [from, to] of uses) {
      if (handlers.length === 0 || targets.length === 0) continue;
      stage.uses(handlers[from % handlers.length] as string, targets[to % targets.length] as string);
    }
    return stage;
  });

function checkSorted(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) checkSorted(item);
  else if (value !== null && typeof value === 'object') {
    expect(Object.keys(value)).to.deep.equal(Object.keys(value).sort());
    for (const item of Object.values(value)) checkSorted(item);
  }
}

function checkClosed(emitted: Emitted): void {
  const known = new Set([
    ...emitted.resources.keys(),
    ...Object.keys(emitted.document['variable'] ?? {}).map((name) => `var.${name}`),
    ...Object.keys(emitted.document['locals'] ?? {}).map((name) => `local.${name}`),
  ]);
  for (const reference of referencesOf(emitted.document)) expect(known, reference).to.include(reference);
}

function checkAcyclic(emitted: Emitted): void {
  for (const address of emitted.resources.keys()) {
    for (const next of referencesOf(emitted.resources.get(address))) {
      expect(reachable(emitted, next), `${next} waits for ${address} and ${address} for it`).not.to.include(address);
    }
  }
}

function checkPolicies(emitted: Emitted): void {
  for (const [address, block] of emitted.resources) {
    if (!address.startsWith('aws_iam_role_policy.')) continue;
    const policy = JSON.parse(block['policy'] as string) as {
      Statement: { Action: string[]; Resource: string[]; Sid?: string }[];
    };
    for (const { Action, Resource, Sid } of policy.Statement) {
      expect(Sid).to.equal(undefined);
      for (const action of Action) expect(action).not.to.contain('*');
      for (const resource of Resource) expect(resource).to.match(/^(\$\{aws_\w+\.[\w-]+\.(execution_)?arn\}|arn:)/);
    }
  }
}

describe('aws: every module', () => {
  it('is closed, free of cycles, sorted, and grants no wildcards', async () => {
    await fc.assert(
      fc.asyncProperty(stages, fc.boolean(), async (stage, isProtected) => {
        const emitted = await emit(stage, { protected: isProtected });
        expect(emitted.diagnostics.filter((d) => d.severity === 'error')).to.deep.equal([]);
        checkSorted(emitted.document);
        checkClosed(emitted);
        checkAcyclic(emitted);
        checkPolicies(emitted);
      }),
      { numRuns: 60 },
    );
  });

  it('has no metadata, absolute paths, random names, or ARNs with a partition', async () => {
    const { text } = await emit(sample());
    const own = text.replaceAll('arn:aws:dynamodb:eu-west-1:123456789012:table/legacy', '');
    expect(own).not.to.match(/"\/\/"|arn:aws|TfToken|cdktf|name_prefix/i);
    expect(own).not.to.contain(process.cwd());
    expect(text.endsWith('}\n')).to.equal(true);
    expect(text).not.to.match(/[^\n]\n\n|\r|\t/);
  });

  it('is the same whatever is in the cache', async () => {
    const fresh = await emit(sample());
    const cache = new MemoryCache();
    const first = await emit(sample(), {}, { cache });
    expect(first.text).to.equal(fresh.text);
    const misses = cache.misses;
    expect((await emit(sample(), {}, { cache })).text).to.equal(fresh.text);
    expect(cache.misses).to.equal(misses);
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.constantFrom('keep', 'drop', 'cut', 'null')), async (fate) => {
        const damaged = new MemoryCache();
        for (const [key, value] of cache.entries) {
          const what = fate.next().value;
          if (what !== 'drop') damaged.set(key, what === 'cut' ? value.slice(0, -1) : what === 'null' ? 'null' : value);
        }
        expect((await emit(sample(), {}, { cache: damaged })).text).to.equal(fresh.text);
      }),
      { numRuns: 10 },
    );
  });

  it('shares what is the same between stages, and is never mistaken for another stage', async () => {
    const cache = new MemoryCache();
    await emit(sample(), {}, { cache });
    for (const changes of [
      { stage: 'prod' },
      { logRetentionDays: 1 },
      { protected: true },
      { sourceTags: false },
      { region: null },
    ]) {
      const { text } = await emit(sample(), changes, { cache });
      expect(text).to.equal((await emit(sample(), changes)).text);
    }
  });

  it('rebuilds few pieces after a small change', async () => {
    const cache = new MemoryCache();
    await emit(sample(), { sourceTags: false }, { cache });
    cache.misses = 0;
    const stage = sample();
    stage.store('Another');
    await emit(stage, { sourceTags: false }, { cache });
    // the table, and what waits for it
    expect(cache.misses).to.equal(2);
  });

  /**
   * Cached pieces are trusted by the version of the lowering. A change of what is written for the same input needs a new
   * version: when this fails, raise LOWERING_VERSION in emit.ts, then write the new digest here.
   */
  it('has a version that stands for what it writes', async () => {
    const digest = sha256((await emit(sample(), { protected: true })).text);
    expect({ version: LOWERING_VERSION, digest: digest.slice(0, 16) }).to.deep.equal({ version: 2, digest: 'f06a126c6c319915' });
  });
});
