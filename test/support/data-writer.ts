// A process that a test kills: writes to a data folder without end, and says what was acknowledged, a line for each.
// In: the folder, and a name that no other process has. Out: `put ID`, `delete ID`, `move N`, `send BODY`.
import * as fs from 'node:fs';
import process from 'node:process';
import { getTransactionalClient } from '../../runtime/kinds/transactions.js';
import { storesOf } from './data-stores.js';

const [, , dir = '', round = ''] = process.argv;

const { notes, accounts, queue } = await storesOf(dir);
const transactions = getTransactionalClient();

/** Before anything else is done. A pipe that nobody has read from for a while is full, and takes a part or nothing. */
function say(line: string): void {
  for (let left = Buffer.from(`${line}\n`); left.length > 0; ) {
    try {
      left = left.subarray(fs.writeSync(1, left));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

async function putting(writer: number): Promise<void> {
  for (let n = 0; ; n++) {
    const id = `${round}-${writer}-${n}`;
    await notes.put({ id, text: id.repeat(1 + (n % 50)) });
    say(`put ${id}`);
    if (n % 5 !== 4) continue;
    // From here on it may be there or not.
    say(`deleting ${id}`);
    await notes.deleteKey(id);
    say(`delete ${id}`);
  }
}

async function moving(): Promise<void> {
  if ((await accounts.get('a')) === null) {
    await transactions.executeWriteTransaction([
      accounts.getWriteItem({ id: 'a', amount: 0 }),
      accounts.getWriteItem({ id: 'b', amount: 0 }),
    ]);
  }
  for (let n = 1; ; n++) {
    await transactions.executeWriteTransaction([
      accounts.getDecrementValueRequest('a', 'amount', 1),
      accounts.getIncrementValueRequest('b', 'amount', 1),
      notes.getWriteItem({ id: `moves ${round}`, text: String(n) }),
    ]);
    say(`move ${n}`);
  }
}

async function sending(): Promise<void> {
  for (let n = 0; ; n++) {
    await queue.client().sendMessage(`${round}-${n}`);
    say(`send ${round}-${n}`);
  }
}

say('begin');
await Promise.all([putting(0), putting(1), moving(), sending()]);
