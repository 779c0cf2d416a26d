// The way every end-to-end test goes, on a small hand-written module: if this fails, the reason is not in the compiler.
import { rm } from 'node:fs/promises';
import { expect } from 'chai';
import { requirementsOrSkip } from './support/requirements.js';
import { type Sandbox, startSandbox } from './support/sandbox.js';
import { buildStack } from './support/stack.js';
import { changesOf, TerraformWorkspace } from './support/terraform.js';
import { connect, HandshakeRefused } from './support/websocket-client.js';

describe('The sandbox, with a hand-written module', function () {
  this.timeout('10m');
  let stack: string;
  let sandbox: Sandbox;
  let terraform: TerraformWorkspace;
  let notes: string;
  let chat: string;

  before(async function () {
    await requirementsOrSkip(this);
    stack = await buildStack('notes');
    sandbox = await startSandbox();
    terraform = await TerraformWorkspace.create(stack, { sandbox });
    await terraform.apply();
    const outputs = await terraform.output();
    notes = `${sandbox.httpUrl(String(outputs.http_api_url))}/notes`;
    chat = sandbox.wsUrl(String(outputs.websocket_api_url));
  });

  after(async () => {
    await sandbox?.stop();
    await terraform?.remove();
    if (stack) await rm(stack, { recursive: true });
  });

  it('deploys everything, so that a second plan has nothing to do', async () => {
    expect(changesOf(await terraform.plan())).to.deep.equal([]);
    expect(await terraform.stateList()).to.include('aws_lambda_function.socket');
    expect(await terraform.stateShow('aws_lambda_function.http')).to.include({ function_name: 'notes-http' });
  });

  it('runs a function for an HTTP request, with the credentials of its role', async () => {
    const put = await fetch(`${notes}/a%20b`, { method: 'PUT', body: '{"text":"hello"}' });
    expect(put.status).to.equal(201);
    const got = await fetch(`${notes}/a%20b`);
    expect(await got.json()).to.deep.equal({ id: 'a b', text: 'hello' });
    const [first, second] = await sandbox.invocations('notes-http');
    expect(first).to.include({ status: 'succeeded', coldStart: true });
    expect(second).to.include({ status: 'succeeded', coldStart: false });
  });

  it('refuses what the role does not allow, and says so', async () => {
    const deleted = await fetch(`${notes}/a%20b`, { method: 'DELETE' });
    expect(deleted.status).to.equal(403);
    expect(await deleted.text()).to.equal('AccessDeniedException');
    const [denial, ...others] = await sandbox.denied();
    expect(others).to.deep.equal([]);
    expect(denial).to.include({ function: 'notes-http', action: 'dynamodb:DeleteItem' });
    expect(denial?.resource).to.match(/:table\/notes$/);
  });

  it('keeps the logs of functions', async () => {
    const group = { logGroupName: '/aws/lambda/notes-http' };
    const found = await sandbox.awsJson('logs', 'Logs_20140328.FilterLogEvents', group, 'eu-west-1');
    const { events } = found as { events: { message: string }[] };
    expect(events.map(({ message }) => message).join('\n')).to.match(/START RequestId: .*END RequestId: /s);
  });

  it('answers a WebSocket handshake as $connect decides', async () => {
    const refused = await connect(chat).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(HandshakeRefused).and.to.include({ status: 401 });
    const client = await connect(`${chat}?name=ann`);
    client.send({ topic: 'say', text: 'hi' });
    expect(await client.next()).to.deep.equal({ said: 'hi' });
    await client.close();
    await sandbox.idle();
    expect(await sandbox.connections()).to.deep.equal([]);
  });

  it('knows which permissions were used', async () => {
    const { used, unused } = await sandbox.usedPermissions();
    const actions = ['dynamodb:GetItem', 'dynamodb:PutItem', 'execute-api:ManageConnections'];
    expect(used.map(({ action }) => action)).to.have.members(actions);
    expect(unused).to.deep.equal([]);
  });

  it('destroys everything', async () => {
    await terraform.destroy();
    expect(await terraform.stateList()).to.deep.equal([]);
    expect(await sandbox.apis()).to.deep.equal([]);
    expect(sandbox.output).to.equal('');
  });
});
