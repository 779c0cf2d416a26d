import assert from 'node:assert/strict';
import { HttpMethod } from 'nimbusc';
import { HttpRequest, LocalNimbusDeployment } from 'nimbusc/testing';
import { Directory } from '../src/directory.js';
import { Door } from '../src/door.js';
import { INVITATIONS } from '../src/secrets.js';
import { Setup } from '../src/setup.js';
import { TeamDatabase } from '../src/team-database.js';

const ADA = { email: 'ada@example.com', name: 'Ada', team: 'kitchen' };
const BOB = { email: 'bob@example.com', name: "Bob'); drop table member; --", team: 'garden' };

describe('the directory', () => {
  let directory: LocalNimbusDeployment;
  before(async () => {
    directory = await LocalNimbusDeployment.getNewInstance({
      classes: [Directory, Door, Setup, TeamDatabase],
      secrets: { [INVITATIONS]: { editors: 'welcome', readers: 'look' } },
    });
  });
  after(() => directory.close());
  const join = (member: object, code: string) =>
    directory.sendHttpRequest(
      new HttpRequest('members', HttpMethod.POST).withHeaders({ 'X-Invitation': code }).withBodyFromObject(member),
    );
  const list = (query = '', headers: Record<string, string> = { 'X-Invitation': 'look' }) =>
    directory.sendHttpRequest(new HttpRequest(`members${query}`).withHeaders(headers));

  it('has a table when it is deployed', async () => {
    assert.equal(directory.afterDeploymentResults.get('Setup.createTable'), 0);
    assert.deepEqual((await list()).json(), []);
  });

  it('opens its door to who has a code', async () => {
    assert.equal((await list('', {})).statusCode, 401);
    assert.equal((await list('', { 'X-Invitation': 'guess' })).statusCode, 403);
    assert.equal((await list('', { 'X-Invitation': 'welcome' })).statusCode, 200);
  });

  it('lets editors add members, each once', async () => {
    assert.deepEqual((await join(ADA, 'look')).json(), { message: 'only editors add members' });
    assert.equal((await join(ADA, 'welcome')).statusCode, 201);
    assert.equal((await join(ADA, 'welcome')).statusCode, 409);
    assert.equal((await join({ ...ADA, email: 'nowhere' }, 'welcome')).statusCode, 400);
  });

  it('lists all, or one team', async () => {
    assert.equal((await join(BOB, 'welcome')).statusCode, 201);
    assert.deepEqual((await list()).json(), [ADA, BOB]);
    assert.deepEqual((await list('?team=garden')).json(), [BOB]);
  });
});
