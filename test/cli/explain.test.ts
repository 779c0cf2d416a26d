// What `nimbusc explain` prints about a function, with what is in the bundle that a build makes of it.
import { stat } from 'node:fs/promises';
import { expect } from 'chai';
import type { Explanation } from '../../compiler/pipeline.js';
import { Project } from '../e2e/support/project.js';

describe('nimbusc explain', function () {
  this.timeout('1m');
  let project: Project;
  before(async () => {
    project = await Project.copy('examples/webchat');
  });
  after(() => project.remove());

  const explain = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await project.run(['explain', ...args]);
    expect([status, stderr]).to.deep.equal([0, '']);
    return stdout;
  };

  it('says what is in the bundle, to the byte as a build makes it, without one and with its cache', async () => {
    const first = await explain('Chat.onMessage', '--format', 'json');
    const { name, stages } = JSON.parse(first) as Explanation;
    expect([name, stages.map((entry) => entry.stages)]).to.deep.equal(['Chat.onMessage', [['dev', 'prod']]]);
    const { packedBytes, parts } = stages[0]?.bundle ?? { packedBytes: 0, parts: [] };
    expect(parts.map(({ source }) => source)).to.have.members(['@aws-sdk', 'nimbusc', '.']);
    expect(await project.tree('nimbus.out')).to.deep.equal({});
    await project.build();
    expect((await stat(project.path('nimbus.out/dev/artifacts/Chat-onMessage.zip'))).size).to.equal(packedBytes);
    expect(await explain('Chat.onMessage', '--format', 'json')).to.equal(first);
  });

  it('says so in a table for people', async () => {
    expect(await explain('Registration.register')).to.match(
      /^in prod\n {2}triggered by .*\n( {2}.*\n)* {2}bundle {8}[\d,]+ bytes zipped, [\d,]+ unzipped, of which\n {4}clients of AWS \(@aws-sdk\) +[\d,]+ bytes +\d\d\.\d %\n {4}runtime of nimbusc +[\d,]+ bytes +\d\.\d %\n {4}code of the project +[\d,]+ bytes +\d\.\d %\n$/m,
    );
  });
});
