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

  describe('in real time', () => {
    type Before = Parameters<Activity['next']>[1];
    const failureOf = (act: () => unknown): EndlessLoopException => {
      try {
        act();
      } catch (error) {
        return error as EndlessLoopException;
      }
      throw new Error('it does not end');
    };

    it('takes any number of requests, also while nothing ever comes to rest', async () => {
      const activity = new Activity('real');
      let last = Promise.resolve();
      for (let i = 0; i < 50_000; i++) {
        // The next one begins before the last one ends.
        const before = last;
        last = activity.during(async () => {
          const first = activity.next('the HTTP API -> A.run', null);
          for (const queue of ['a', 'b', 'c']) activity.next(`queue ${queue} -> B.run`, first);
          await before;
        });
      }
      await last;
    });

    it('takes one that has much to do, and comes to an end', () => {
      const activity = new Activity('real');
      const all = activity.next('the schedule -> A.all', null);
      for (let i = 0; i < 50_000; i++) activity.next('store items -> B.run', activity.next('queue items -> A.one', all));
    });

    it('waits for nobody: others may never pause', async () => {
      const activity = new Activity('real');
      let end = (): void => {};
      const other = activity.during(() => new Promise<void>((resolve) => (end = resolve)));
      expect(await activity.settle(async () => 7)).to.equal(7);
      end();
      await other;
    });

    it('ends a loop, and nothing else', () => {
      const activity = new Activity('real');
      let chain: Before = null;
      let rounds = 0;
      const { message } = failureOf(() => {
        for (;;) chain = activity.next(`queue ${rounds++ % 2 === 0 ? 'a' : 'b'} -> A.run`, chain);
      });
      expect(rounds).to.equal(1_001);
      expect(message).to.match(
        /after 1000 steps: (queue a -> A.run -> queue b -> A.run|queue b -> A.run -> queue a -> A.run) -> /,
      );
      expect(failureOf(() => activity.next('queue a -> A.run', chain)).message).to.equal(message);
      expect(activity.next('the HTTP API -> A.run', null).length).to.equal(1);
    });

    it('ends one that branches in each round, in all of its branches', () => {
      const activity = new Activity('real');
      const branches = [activity.next('queue a -> A.run', null)];
      let taken = 0;
      const failure = failureOf(() => {
        for (;;) {
          const from = branches[taken++] as (typeof branches)[number];
          for (let i = 0; i < 3; i++) branches.push(activity.next('queue a -> A.run', from));
        }
      });
      expect(taken).to.be.within(1_600, 1_700);
      expect(branches).to.have.length(5_001);
      expect(failure.message).to.include('queue a -> A.run -> queue a -> A.run');
      for (const branch of branches.slice(taken, taken + 10))
        expect(failureOf(() => activity.next('queue a -> A.run', branch))).to.equal(failure);
    });
  });
});
