import assert from 'node:assert/strict';
import { HttpMethod } from 'nimbusc';
import { HttpRequest, LocalNimbusDeployment, WebSocketRequest } from 'nimbusc/testing';
import { Chat } from '../src/chat.js';
import { ConnectionDetail } from '../src/connection-detail.js';
import { Registration } from '../src/registration.js';
import { Setup } from '../src/setup.js';
import { UserDetail } from '../src/user-detail.js';
import { UserDirectory } from '../src/user-directory.js';
import { Website } from '../src/website.js';

describe('the chat', () => {
  let chat: LocalNimbusDeployment;
  beforeEach(async () => {
    chat = await LocalNimbusDeployment.getNewInstance(
      Chat,
      ConnectionDetail,
      Registration,
      Setup,
      UserDetail,
      UserDirectory,
      Website,
    );
  });
  afterEach(() => chat.close());
  const register = (username: string) =>
    chat.sendHttpRequest(new HttpRequest('register', HttpMethod.POST).withBodyFromObject({ username }));

  it('carries a message from one to the other', async () => {
    const thomas = await chat.connectToWebSockets({}, { user: 'thomas' });
    const bob = await chat.connectToWebSockets({}, { user: 'bob' });
    await chat.sendWebSocketRequest(new WebSocketRequest({ topic: 'sendMessage', recipient: 'bob', message: 'Hello' }), thomas);
    assert.deepEqual(bob.received, [{ message: 'Hello', sender: 'thomas' }]);
    assert.deepEqual(thomas.received, []);
  });

  it('refuses strangers, until they register', async () => {
    const { error } = console;
    console.error = () => {};
    await assert.rejects(chat.connectToWebSockets({}, { user: 'eve' }), { name: 'ConnectionRefusedException', statusCode: 403 });
    console.error = error;
    assert.equal((await register('eve')).statusCode, 200);
    assert.equal((await register('eve')).statusCode, 409);
    assert.equal((await chat.connectToWebSockets({}, { user: 'eve' })).isOpen, true);
  });

  it('forgets who has left', async () => {
    await chat.connectToWebSockets({}, { user: 'bob' });
    assert.equal(chat.getKeyValueStore(ConnectionDetail).size(), 1);
    await chat.disconnectFromWebSockets();
    assert.equal(chat.getKeyValueStore(ConnectionDetail).size(), 0);
    const users = await chat.sendHttpRequest(new HttpRequest('users'));
    assert.deepEqual(users.json(), [
      { username: 'bob', connected: false },
      { username: 'thomas', connected: false },
    ]);
  });

  it('has its pages, which know where the APIs are', async () => {
    const script = await chat.getLocalFileStorage(Website).getFileAsString('chat.js');
    assert.ok(script.includes('ws://localhost:8081'));
  });
});
