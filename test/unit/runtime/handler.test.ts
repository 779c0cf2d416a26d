import { expect } from 'chai';
import { adapt } from '../../../runtime/adapters/after-deployment.js';
import { instanceOf } from '../../../runtime/adapters/handler.js';

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('the instance that handlers are called on', () => {
  it('is made once, before the first invocation', async () => {
    let made = 0;
    const instance = instanceOf(() => ({ number: ++made }));
    await tick();
    expect(made).to.equal(1);
    expect(await instance()).to.equal(await instance());
    expect(made).to.equal(1);
  });

  it('is made once for invocations at the same time', async () => {
    let made = 0;
    const instance = instanceOf(async () => {
      await tick();
      return { number: ++made };
    });
    const [a, b] = await Promise.all([instance(), instance()]);
    expect(a).to.equal(b);
    expect(made).to.equal(1);
  });

  it('is made again by the next invocation when making it failed', async () => {
    let attempts = 0;
    const instance = instanceOf(() => {
      attempts++;
      if (attempts < 3) throw new Error(`attempt ${attempts}`);
      return { ready: true };
    });
    await tick();
    const failure = await Promise.resolve(instance()).catch((error: Error) => error.message);
    expect(failure).to.equal('attempt 2');
    expect(await instance()).to.deep.equal({ ready: true });
    expect(attempts).to.equal(3);
  });

  it('may come from a promise that fails', async () => {
    let attempts = 0;
    const instance = instanceOf(async () => {
      if (++attempts === 1) throw new Error('no');
      return { ready: true };
    });
    await tick();
    expect(await instance()).to.deep.equal({ ready: true });
  });
});

describe('the after-deployment adapter', () => {
  const run = (handle: () => unknown) => adapt({ create: () => ({ handle }), method: 'handle', params: [] })();

  it('gives the result as JSON has it', async () => {
    expect(await run(() => ({ at: new Date(0), n: 1n, bytes: Buffer.from([255]) }))).to.deep.equal({
      at: '1970-01-01T00:00:00.000Z',
      n: '1',
      bytes: '/w==',
    });
    expect(await run(async () => 'done')).to.equal('done');
    expect(await run(() => undefined)).to.equal(null);
  });

  it('fails when the method fails', async () => {
    const error = new Error('no users');
    const failure = await run(() => Promise.reject(error)).catch((it: unknown) => it);
    expect(failure).to.equal(error);
  });

  it('calls the method on its instance, without parameters', async () => {
    class Setup {
      count = 41;
      run(...args: unknown[]): number {
        return this.count + 1 + args.length;
      }
    }
    expect(await adapt({ create: () => new Setup(), method: 'run', params: [] })({ trigger: 1 })).to.equal(42);
  });
});
