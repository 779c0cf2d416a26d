import { expect } from 'chai';
import { Activity } from '../../../providers/local/activity.js';
import type { LocalFunction } from '../../../providers/local/function.js';
import { LocalAuthorizer } from '../../../providers/local/kinds/authorizer.js';
import type { Surroundings } from '../../../providers/local/kinds/service.js';
import type { AuthorizerProxyEvent } from '../../../runtime/adapters/http-authorizer.js';

/** An authorizer that lets everybody in, whose time passes when it is told to. */
function door(seconds: number) {
  let now = 0;
  let asked = 0;
  const activity = new Activity('real');
  activity.now = () => now;
  const fn = { invoke: async () => ({ isAuthorized: true, context: { asked: ++asked } }) } as unknown as LocalFunction;
  const around = { activity, triggeredBy: () => [fn] } as unknown as Surroundings;
  const options = { authorizationHeader: 'Authorization', authorizationCacheTtl: seconds };
  const authorizer = new LocalAuthorizer({ id: 'door', kind: 'http-authorizer', name: 'Door.authorize', options }, around);
  return {
    authorizer,
    asked: () => asked,
    pass: (more: number) => {
      now += more * 1000;
    },
    ask: (authorization: string) => authorizer.ask({ headers: { authorization } } as unknown as AuthorizerProxyEvent),
  };
}

describe('what the local cloud remembers of an authorizer', () => {
  it('is an answer for each caller, until its time is over', async () => {
    const { ask, pass, asked } = door(60);
    for (const caller of ['ada', 'bob', 'ada', 'bob']) await ask(caller);
    expect(asked()).to.equal(2);
    pass(59);
    await ask('ada');
    expect(asked()).to.equal(2);
    pass(2);
    expect(await ask('ada')).to.deep.equal({ context: { asked: 3 } });
  });

  it('is forgotten when its time is over, though nobody asks again', async () => {
    const { ask, pass, authorizer } = door(60);
    for (let i = 0; i < 100; i++) await ask(`early ${i}`);
    pass(30);
    for (let i = 0; i < 50; i++) await ask(`late ${i}`);
    await ask('early 7');
    expect(authorizer.size).to.equal(150);
    pass(31);
    await ask('another');
    expect(authorizer.size).to.equal(51);
  });

  it('is the newest ten thousand answers, however many callers there are', async () => {
    const { ask, asked, authorizer } = door(3600);
    for (let i = 0; i < 10_500; i++) await ask(`token ${i}`);
    expect(authorizer.size).to.equal(10_000);
    await ask('token 10499');
    expect(asked()).to.equal(10_500);
    await ask('token 0');
    expect(asked()).to.equal(10_501);
  });

  it('is nothing, when it is to remember nothing', async () => {
    const { ask, asked, authorizer } = door(0);
    for (let i = 0; i < 3; i++) await ask('ada');
    expect([asked(), authorizer.size]).to.deep.equal([3, 0]);
  });
});
