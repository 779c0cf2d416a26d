// Values that decorators take from JSON files: what is read is remembered, so that a change of the file is a change.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readFacts } from '../../../compiler/phases/1-load/read-facts.js';
import { tempProject } from '../../support/temp-project.js';

const PING = `
import { HttpServerlessFunction } from 'nimbusc';
import settings from './settings.json' with { type: 'json' };

export class Ping {
  @HttpServerlessFunction({ method: 'GET', path: settings.path })
  ping(): void {}
}`;

describe('JSON files that sources import', () => {
  it('make another output when they change, also with a cache', async function () {
    this.timeout(30_000);
    const project = tempProject({ 'src/ping.ts': PING, 'src/settings.json': '{ "path": "one" }' });
    try {
      const routes = async (): Promise<string[]> => {
        const { failed, diagnostics } = await project.build({ toolId: 'a'.repeat(64) });
        expect([failed, diagnostics]).to.deep.equal([false, []]);
        const module = readFileSync(join(project.dir, 'nimbus.out', 'dev', 'cdk.tf.json'), 'utf8');
        return [...module.matchAll(/"route_key": "([^"]*)"/g)].map((match) => match[1] as string);
      };
      expect(await routes()).to.deep.equal(['GET /one']);
      expect(await routes()).to.deep.equal(['GET /one']);
      project.write({ 'src/settings.json': '{ "path": "two" }' });
      expect(await routes()).to.deep.equal(['GET /two']);
    } finally {
      project.remove();
    }
  });

  it('export their value, and each key that can be a name', () => {
    const { exports, values } = readFacts('a.json', '\uFEFF{ "a": 1, "b-c": 2, "default": 3, "a": 4 }');
    expect(exports.map(({ name }) => name)).to.deep.equal(['default', 'a']);
    // as in JavaScript, the last of two keys of one name counts
    expect(values['a']).to.deep.include({ init: { t: 'lit', v: 4, at: [40, 41] } });
  });

  it('have no value when they are larger than any setting', () => {
    const { values, syntaxErrors } = readFacts('data.json', `[${'0,'.repeat(200_000)}0]`);
    expect(syntaxErrors).to.deep.equal([]);
    expect(values['*default*']).to.nested.include({ 'init.form': 'too-large', 'init.text': 'data.json' });
  });

  it('are refused where they are no JSON', () => {
    for (const [text, at] of [
      ['', [0, 0]],
      ['{ "a": 1, }', [8, 9]],
      ["{ 'a': 1 }", [2, 5]],
    ] as const) {
      expect(readFacts('a.json', text).syntaxErrors.map((error) => error.at)).to.deep.equal([at]);
    }
  });
});
