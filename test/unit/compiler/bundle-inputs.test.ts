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
});
