/**
 * In: what a build knows of its stages. Out: the lock file has it, and what it had of other stages. Written beside and renamed,
 * so a killed build leaves the former file; builds that run at once take turns, so none loses what another one wrote.
 */
import { outputCodes } from '../diagnostics/codes/output.js';
import type { DiagnosticSink } from '../diagnostics/diagnostic.js';
import type { ProjectPath } from '../ir/span.js';
import type { Host } from '../options.js';
import { type LockedStage, lockText, readLock } from './lock.js';

const TURN = '.turn';
const WAIT_MS = 10;
/** A turn takes as long as the output is being put in its place. */
const MOST_WAITS = 3_000;

/** A turn at the lock file; `end` has to be called, whatever happens. */
export interface LockTurn {
  /** In one step without a pause. Gives the text that is there then; null when it was reported why it could not be written. */
  write(): string | null;
  end(): void;
}

/** Waits for its turn, if there is anything to write; null when it was reported why there is none. */
export async function lockTurn(
  host: Host,
  path: string,
  shown: ProjectPath,
  stages: { readonly [stage: string]: LockedStage },
  sink: DiagnosticSink,
): Promise<LockTurn | null> {
  const merged = (): { readonly before: string | null; readonly text: string } | null => {
    const before = host.readText(path);
    const read = readLock(shown, before, sink);
    return read.ok ? { before, text: lockText({ stages: { ...read.value.lock.stages, ...stages } }) } : null;
  };
  const now = merged();
  if (now === null) return null;
  if (now.text === now.before) return { write: () => now.text, end: () => {} };
  const own = `${path}.${host.processId}`;
  // a file of its own: what has the turn stays the number of its process, whatever happens
  const fresh = `${own}.new`;
  const turn = `${path}${TURN}`;
  const attempt = <T>(act: () => T): T | null => {
    try {
      return act();
    } catch (error) {
      reportFailure(error as NodeJS.ErrnoException, shown, sink);
      return null;
    }
  };
  const begun = attempt(() => {
    host.remove(own);
    host.write(own, String(host.processId));
    return true;
  });
  if (begun === null) return null;
  try {
    await takeTurn(host, own, turn);
  } catch (error) {
    host.remove(own);
    reportFailure(error as NodeJS.ErrnoException, shown, sink);
    return null;
  }
  return {
    write: () =>
      attempt(() => {
        const last = merged();
        if (last === null) return null;
        host.write(fresh, last.text);
        host.rename(fresh, path);
        return last.text;
      }),
    end: () => {
      for (const left of [fresh, own, turn]) host.remove(left);
    },
  };
}

function reportFailure(error: NodeJS.ErrnoException, shown: ProjectPath, sink: DiagnosticSink): void {
  const { code, message } = error;
  if (code === undefined) throw error;
  if (code === 'ENOSPC' || code === 'EDQUOT') sink.for(outputCodes).report('NIM5003', { path: shown }, null);
  else {
    const problem = message.replace(/^[A-Z]+: /, '').replace(/, .*$/, '');
    sink.for(outputCodes).report('NIM5002', { path: shown, problem }, null);
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
    if (owner === host.processId) host.remove(turn);
    else if (Number.isInteger(owner) && !host.isProcessAlive(owner)) {
      // with what that process has left behind
      const left = `${turn.slice(0, -TURN.length)}.${owner}`;
      for (const path of [left, `${left}.new`, turn]) host.remove(path);
    } else await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}
