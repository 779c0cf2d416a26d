import { expect } from 'chai';
import { Activity, EndlessLoopException } from '../../../providers/local/activity.js';

describe('activity in the local cloud', () => {
  it('waits for what was started by what was started', async () => {
    const activity = new Activity();
    const log: string[] = [];
    await activity.settle(async () => {
      activity.soon(async () => {
        log.push('first');
        activity.soon(async () => void log.push('second'));
      });
    });
    expect(log).to.deep.equal(['first', 'second']);
  });

  it('lets time jump to what waits, in the order of their times', async () => {
    const activity = new Activity();
    const log: number[] = [];
    const begun = Date.now();
    await activity.settle(async () => {
      activity.later(60_000, async () => void log.push(60));
      activity.later(1_000, async () => {
        log.push(1);
        activity.later(2_000, async () => void log.push(3));
      });
    });
    expect(log).to.deep.equal([1, 3, 60]);
    expect(Date.now() - begun).to.be.lessThan(1_000);
    expect(activity.now() - begun).to.be.within(60_000, 62_000);
  });

  it('does not let time pass while something goes on', async () => {
    const activity = new Activity();
    const log: string[] = [];
    await activity.settle(async () => {
      activity.later(1, async () => void log.push('later'));
      await new Promise((resolve) => setTimeout(resolve, 20));
      log.push('done');
    });
    expect(log).to.deep.equal(['done', 'later']);
  });

  it('gives the result, or the error, of what it waited for', async () => {
    const activity = new Activity();
    expect(await activity.settle(async () => 7)).to.equal(7);
    const error = await activity.settle(() => Promise.reject(new Error('no'))).catch((it: Error) => it);
    expect((error as Error).message).to.equal('no');
  });

  it('ends a loop with an error that spells it out, and goes on afterwards', async () => {
    const activity = new Activity();
    let rounds = 0;
    const round = async (chain: Parameters<Activity['next']>[1]): Promise<void> => {
      rounds++;
      const next = activity.next('queue b -> B.run', activity.next('queue a -> A.run', chain));
      activity.soon(() => round(next));
    };
    const error = await activity.settle(() => round(null)).catch((it: Error) => it);
    expect(error).to.be.instanceOf(EndlessLoopException);
    expect((error as Error).message).to.include('queue a -> A.run -> queue b -> B.run -> queue a -> A.run');
    expect(rounds).to.be.within(400, 600);
    expect(await activity.settle(async () => 'rested')).to.equal('rested');
  });

  it('ends one that branches in each round before it fills the memory', async () => {
    const activity = new Activity();
    const branch = async (chain: Parameters<Activity['next']>[1]): Promise<void> => {
      const next = activity.next('queue a -> A.run', chain);
      for (let i = 0; i < 3; i++) activity.soon(() => branch(next));
    };
    const error = await activity.settle(() => branch(null)).catch((it: Error) => it);
    expect(error).to.be.instanceOf(EndlessLoopException);
  });
});
