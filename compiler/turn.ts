/**
 * Builds that run at once take turns: whoever can make a second name of a file of its own has the turn. That file holds the
 * number of its process, so the turn of one that is gone can be taken away.
 */
import type { Host } from './options.js';

const WAIT_MS = 10;
/** A turn takes as long as the output is being put in its place. */
const MOST_WAITS = 3_000;

/**
 * Waits for the turn `turn`, and gives it to the file `own`, which is made for that. `leftBy`: what a process that is gone has
 * left beside its turn. Does not pause when the turn is free. Throws what the host throws, `EEXIST` after half a minute.
 */
export async function takeTurn(
  host: Host,
  own: string,
  turn: string,
  leftBy: (owner: number) => readonly string[] = () => [],
): Promise<void> {
  host.remove(own);
  host.write(own, String(host.processId));
  for (let waits = 0; ; waits++) {
    try {
      host.link(own, turn);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || waits === MOST_WAITS) throw error;
    }
    const owner = Number(host.readText(turn) ?? Number.NaN);
    if (owner === host.processId) host.remove(turn);
    else if (Number.isInteger(owner) && !host.isProcessAlive(owner))
      for (const path of [...leftBy(owner), turn]) host.remove(path);
    else await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}
