// The example team-directory, deployed: its database is a real PostgreSQL server.
import { expect } from 'chai';
import { type DatabaseServers, databasesOrSkip } from './support/database-servers.js';
import { DeployedExample, REGION } from './support/example.js';
import { requirementsOrSkip } from './support/requirements.js';

const PASSWORD = 'a-password-of-tests';
const WRITTEN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team-directory/invitations-AbCd12';

describe('The team-directory example', function () {
  this.timeout('10m');
  let servers: DatabaseServers;
  let example: DeployedExample;

  before(async function () {
    await requirementsOrSkip(this);
    servers = await databasesOrSkip(this);
    // what Amazon RDS makes with the instance; a function connects while Terraform is still at work
    await servers.makePostgresql({ username: 'directory', password: PASSWORD, database: 'team_directory' });
    example = await DeployedExample.deploy('team-directory', {
      databases: servers,
      env: { TF_VAR_TEAM_DATABASE_PASSWORD: PASSWORD },
      async prepare(project, sandbox) {
        const request = { Name: 'team-directory/invitations', SecretString: '{"editors":"welcome","readers":"look"}' };
        const made = await sandbox.awsJson('secretsmanager', 'secretsmanager.CreateSecret', request, REGION);
        await project.edit('src/secrets.ts', WRITTEN, (made as { ARN: string }).ARN);
      },
    });
  });
  after(async () => {
    await example?.remove();
    await servers?.stop();
  });

  const ada = { email: 'ada@example.com', name: 'Ada', team: 'kitchen' };
  const bob = { email: 'bob@example.com', name: "Bob'); drop table member; --", team: 'garden' };
  const join = (member: object, code = 'welcome') => example.http('POST', 'members', member, { 'x-invitation': code });
  const list = (query = '', headers: Record<string, string> = { 'x-invitation': 'look' }) =>
    example.http('GET', `members${query}`, undefined, headers);

  it('makes its table with the deployment', async () => {
    expect(example.outputs['after_deployment_Setup_createTable']).to.equal(0);
    expect(await list()).to.deep.include({ status: 200, body: [] });
  });

  it('opens its door to who has a code of the secret', async () => {
    expect((await list('', {})).status).to.equal(401);
    expect((await list('', { 'x-invitation': 'guess' })).status).to.equal(403);
    expect((await list('', { 'x-invitation': 'welcome' })).status).to.equal(200);
  });

  it('lets editors add members, each once', async () => {
    expect(await join(ada, 'look')).to.deep.include({ status: 403, body: { message: 'only editors add members' } });
    expect((await join(ada)).status).to.equal(201);
    expect((await join(ada)).status).to.equal(409);
    expect((await join({ ...ada, email: 'nowhere' })).status).to.equal(400);
  });

  it('lists all, or one team', async () => {
    expect((await join(bob)).status).to.equal(201);
    expect((await list()).body).to.deep.equal([ada, bob]);
    expect((await list('?team=garden')).body).to.deep.equal([bob]);
  });

  it('keeps password and code out of all that it was deployed from', async () => {
    for (const path of Object.keys(await example.project.tree('nimbus.out'))) {
      const text = await example.project.read(`nimbus.out/${path}`);
      expect(text, path).not.to.include(PASSWORD).and.not.to.include('welcome');
    }
  });

  it('has nothing denied, nothing lost, and nothing left to do', async () => {
    await example.expectAllWell();
    expect((await example.sandbox.usedPermissions()).unused).to.deep.equal([]);
  });

  it('is granted what it uses, and can do without none of it', async () => {
    let count = 0;
    await example.expectProved({
      'Directory.join': async () => expect((await join({ ...ada, email: `ada-${++count}@example.com` })).status).to.equal(201),
      'Directory.list': async () => expect((await list()).status).to.equal(200),
      // a code that was not seen before, since the API remembers what it was told about the others
      'Door.authorize': async () => expect((await list('', { 'x-invitation': `guess-${++count}` })).status).to.equal(403),
      'Setup.createTable': async () => {
        expect((await example.sandbox.invoke('team-directory-dev-Setup-createTable', {}, REGION)).failed).to.equal(false);
      },
    });
  });
});
