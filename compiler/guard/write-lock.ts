/**
 * In: what a build knows of its stages. Out: the lock file has it, and what it had of other stages. Written beside and renamed,
 * so a killed build leaves the former file; builds that run at once take turns, so none loses what another one wrote.
 */
import { outputCodes } from '../diagnostics/codes/output.js';
import type { DiagnosticSink } from '../diagnostics/diagnostic.js';
import type { ProjectPath } from '../ir/span.js';
import type { Host } from '../options.js';
import { EMPTY_LOCK, type LockedStage, lockText, readLock } from './lock.js';

const TURN = '.turn';
const WAIT_MS = 10;
/** A turn takes a millisecond; half a minute is for machines that are asleep. */
const MOST_WAITS = 3_000;

/** Gives the text that is there now; null when it was reported why it could not be written. */
export async function writeLock(
  host: Host,
  path: string,
  shown: ProjectPath,
  stages: { readonly [stage: string]: LockedStage },
  sink: DiagnosticSink,
): Promise<string | null> {
  const merged = (): { readonly before: string | null; readonly text: string } | null => {
    const before = host.readText(path);
    const read = readLock(shown, before, sink);
    if (!read.ok) return null;
    return { before, text: lockText({ stages: { ...(read.value.lock ?? EMPTY_LOCK).stages, ...stages } }) };
  };
  const now = merged();
  if (now === null || now.text === now.before) return now?.text ?? null;
  const own = `${path}.${host.processId}`;
  // a file of its own: what has the turn stays the number of its process, whatever happens
  const fresh = `${own}.new`;
  try {
    host.remove(own);
    host.write(own, String(host.processId));
    await takeTurn(host, own, `${path}${TURN}`);
    try {
      const last = merged();
      if (last === null) return null;
      host.write(fresh, last.text);
      host.rename(fresh, path);
      return last.text;
    } finally {
      host.remove(`${path}${TURN}`);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'ENOSPC' || code === 'EDQUOT') sink.for(outputCodes).report('NIM5003', { path: shown }, null);
    else
      sink
        .for(outputCodes)
        .report('NIM5002', { path: shown, problem: message.replace(/^[A-Z]+: /, '').replace(/, .*$/, '') }, null);
    return null;
  } finally {
    for (const left of [own, fresh]) host.remove(left);
  }
}

/** Whoever can make a second name of its file has the turn; that of a process that is gone is taken away. */
async function takeTurn(host: Host, own: string, turn: string): Promise<void> {
  for (let waits = 0; ; waits++) {
    try {
      host.link(own, turn);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || waits === MOST_WAITS) throw error;
    }
    const owner = Number(host.readText(turn) ?? Number.NaN);
    if (owner === host.processId || (Number.isInteger(owner) && !host.isProcessAlive(owner))) host.remove(turn);
    else await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}
