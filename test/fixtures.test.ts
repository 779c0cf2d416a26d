/** The only runner of `test/fixtures`: it finds the folders by itself, there is no list to maintain. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Circumstances, compile, type FixtureCase, findCases, type Outcome } from './support/fixture.js';
import { expectGolden, isUpdating } from './support/golden.js';

const cases = findCases();

const HERE: Circumstances = { below: 'project', reversed: false };
const ELSEWHERE: Circumstances = { below: 'another folder/prøjekt', reversed: true };

for (const kind of new Set(cases.map((c) => c.name.split('/')[0] as string))) {
  describe(`the fixtures of ${kind}`, () => {
    for (const fixture of cases.filter((c) => c.name.startsWith(`${kind}/`))) {
      describe(fixture.name.slice(kind.length + 1), () => testCase(fixture));
    }
  });
}

function testCase(fixture: FixtureCase): void {
  const { name, folder, settings, sources, marks } = fixture;
  const isBad = /\/err-/.test(name);
  let first: Outcome;

  before(async () => {
    first = await compile(fixture, HERE);
  });

  it('has sources, and expects something of them', () => {
    expect(sources.some((path) => path.startsWith('src/')), 'files in src/').to.equal(true);
    expect(marks.length > 0 || settings.tiers.length > 0, 'markers or tiers').to.equal(true);
  });

  it(isBad ? 'is reported at exactly the marked lines' : 'is compiled without a word', () => {
    if (isBad) expect(marks, 'a case called err- has at least one marker').to.not.deep.equal([]);
    expect(first.places).to.deep.equal(isBad ? marks : []);
    expect(first.badSpans).to.deep.equal([]);
  });

  it('gives exactly the files of its expected folder', () => {
    for (const [path, content] of first.files) {
      if (!path.endsWith('.tf.json') || isUpdating()) continue;
      // A missing resource is easier to see in a list of addresses than among a thousand lines.
      const golden = join(folder, 'expected', path);
      if (existsSync(golden)) expect(addresses(content), path).to.deep.equal(addresses(readFileSync(golden, 'utf8')));
    }
    expectGolden(join(folder, 'expected'), first.files);
  });

  it('gives the same bytes from another folder whose files are listed the other way round', async () => {
    const second = await compile(fixture, ELSEWHERE);
    expect([...second.files]).to.deep.equal([...first.files]);
    expect([...second.graphs]).to.deep.equal([...first.graphs]);
    expect(second.written).to.deep.equal(first.written);
  });

  if (settings.command === 'check') {
    it('writes nothing', () => {
      expect(first.written).to.deep.equal([]);
    });
  } else if (isBad) {
    it('writes nothing after an error', () => {
      if (first.failed) expect(first.written).to.deep.equal([]);
    });
  }
}

function addresses(terraform: string): string[] {
  const { resource = {} } = JSON.parse(terraform) as { resource?: Record<string, Record<string, unknown>> };
  return Object.entries(resource).flatMap(([type, blocks]) => Object.keys(blocks).map((name) => `${type}.${name}`));
}
