import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { tempProject } from '../../support/temp-project.js';

const PING = `import { HttpServerlessFunction } from 'nimbusc';
import { answer } from '../nimbusc-helpers/answer.js';

export class Ping {
  @HttpServerlessFunction({ method: 'GET', path: 'ping' })
  ping(): string {
    return answer();
  }
}
`;

const PONG = `import { HttpServerlessFunction } from 'nimbusc';

export class Pong {
  @HttpServerlessFunction({ method: 'GET', path: 'pong' })
  async pong(): Promise<number> {
    const { part } = (await import(\`./parts/\${String(Math.random())}.ts\`)) as { part: number };
    return part;
  }
}
`;

describe('files of bundles', () => {
  it('make another bundle when they change, also in a folder that is called like what belongs to nimbusc', async function () {
    this.timeout(30_000);
    const helper = (text: string) => ({ 'nimbusc-helpers/answer.ts': `export const answer = (): string => '${text}';\n` });
    const project = tempProject({ 'src/ping.ts': PING, ...helper('one') });
    try {
      const zip = async (): Promise<string> => {
        const { failed, diagnostics } = await project.build({ toolId: 'b'.repeat(64) });
        expect([failed, diagnostics]).to.deep.equal([false, []]);
        return readFileSync(join(project.dir, 'nimbus.out', 'dev', 'artifacts', 'Ping-ping.zip')).toString('base64');
      };
      const first = await zip();
      project.write(helper('two'));
      expect(await zip()).to.not.equal(first);
    } finally {
      project.remove();
    }
  });

  it('make another bundle also when they leave nothing of themselves in it', async function () {
    this.timeout(30_000);
    // A number is written out where it is used, and a file without effects is left out: neither has a byte in the bundle.
    const files = {
      'nimbusc-helpers/answer.ts': `import './effect.js';\nimport { two } from './number.js';\nexport const answer = (): string => String(two);\n`,
    };
    const number = (value: number) => ({ 'nimbusc-helpers/number.ts': `export const two = ${value};\n` });
    const effect = (text: string) => ({ 'nimbusc-helpers/effect.ts': text });
    const pattern = { 'src/pong.ts': PONG, 'src/parts/a.ts': 'export const part = 1;\n' };
    const project = tempProject({ 'src/ping.ts': PING, ...files, ...number(2), ...effect('export {};\n'), ...pattern });
    try {
      const zips = async (): Promise<readonly string[]> => {
        const { failed, diagnostics } = await project.build({ toolId: 'b'.repeat(64) });
        expect([failed, diagnostics]).to.deep.equal([false, []]);
        const folder = join(project.dir, 'nimbus.out', 'dev', 'artifacts');
        return ['Ping-ping.zip', 'Pong-pong.zip'].map((name) => readFileSync(join(folder, name)).toString('base64'));
      };
      const first = await zips();
      project.write(number(3));
      const second = await zips();
      expect([second[0] === first[0], second[1] === first[1]]).to.deep.equal([false, true]);
      project.write(effect('console.log(1);\n'));
      const third = await zips();
      expect([third[0] === second[0], third[1] === second[1]]).to.deep.equal([false, true]);
      // A file more that an import with a pattern finds.
      project.write({ 'src/parts/b.ts': 'export const part = 2;\n' });
      const last = await zips();
      expect([last[0] === third[0], last[1] === third[1]]).to.deep.equal([true, false]);
    } finally {
      project.remove();
    }
  });
});
