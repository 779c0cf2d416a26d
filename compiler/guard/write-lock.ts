/**
 * In: what a build knows of its stages. Out: the lock file has it, and what it had of other stages. Written beside and renamed,
 * so a killed build leaves the former file; builds that run at once take turns, so none loses what another one wrote.
 */
import { outputCodes } from '../diagnostics/codes/output.js';
import type { DiagnosticSink } from '../diagnostics/diagnostic.js';
import type { ProjectPath } from '../ir/span.js';
import type { Host } from '../options.js';
import { takeTurn } from '../turn.js';
import { type LockedStage, lockText, readLock } from './lock.js';

const TURN = '.turn';

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
  const ownOf = (processId: number): string => `${path}.${processId}`;
  // a file of its own: what has the turn stays the number of its process, whatever happens
  const freshOf = (processId: number): string => `${ownOf(processId)}.new`;
  const [own, fresh, turn] = [ownOf(host.processId), freshOf(host.processId), `${path}${TURN}`];
  try {
    await takeTurn(host, own, turn, (owner) => [ownOf(owner), freshOf(owner)]);
  } catch (error) {
    host.remove(own);
    reportFailure(error as NodeJS.ErrnoException, shown, sink);
    return null;
  }
  return {
    write: () => {
      try {
        const last = merged();
        if (last === null) return null;
        host.write(fresh, last.text);
        host.rename(fresh, path);
        return last.text;
      } catch (error) {
        reportFailure(error as NodeJS.ErrnoException, shown, sink);
        return null;
      }
    },
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
