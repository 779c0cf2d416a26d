/** In: "moved" and "allowDestroy" of the configuration. Out: what names nothing, or could not be carried out, is reported. */
import { keySpanOf, type LoadedConfig, spanOf } from '../config/load-config.js';
import { guardCodes } from '../diagnostics/codes/guard.js';
import type { DiagnosticSink } from '../diagnostics/diagnostic.js';
import { closest } from '../diagnostics/suggest.js';
import type { Lock } from './lock.js';

export interface KnownAddresses {
  /** Of each stage that is compiled: what the source declares. */
  readonly declared: readonly (readonly string[])[];
  /** Whether these are all stages: what a part of them does not have, another one may. */
  readonly isWhole: boolean;
  readonly lock: Lock;
}

export function checkGuardSettings(loaded: LoadedConfig, known: KnownAddresses, sink: DiagnosticSink): void {
  checkMoved(loaded, known, sink);
  checkAllowDestroy(loaded, known, sink);
}

function checkMoved(loaded: LoadedConfig, { declared, isWhole }: KnownAddresses, sink: DiagnosticSink): void {
  const all = new Set(declared.flat());
  const origins = new Map<string, string>();
  for (const [from, to] of Object.entries(loaded.config.moved)) {
    const target = spanOf(loaded, ['moved', from]);
    const report = (address: string, problem: string, nearest: string | null = null): void => {
      const span = address === from ? keySpanOf(loaded, ['moved', from]) : target;
      sink.for(guardCodes).report('NIM1807', { address, problem, nearest }, span);
    };
    const first = origins.get(to);
    origins.set(to, from);
    if (typeOf(from) !== typeOf(to)) report(to, `it is of another type than ${from}`);
    else if (first !== undefined) report(from, `${first} moves to ${to} as well`);
    // that it moves to itself says that it keeps its name
    else if (from !== to && declared.some((stage) => stage.includes(from) && stage.includes(to))) {
      report(from, 'the source still declares it');
    } else if (isWhole && !all.has(to)) report(to, 'no stage has it', closest(to, [...all]));
  }
}

function checkAllowDestroy(loaded: LoadedConfig, { declared, isWhole, lock }: KnownAddresses, sink: DiagnosticSink): void {
  if (!isWhole) return;
  const locked = Object.values(lock.stages).flatMap(({ data, functions }) => [...Object.keys(data), ...Object.keys(functions)]);
  const all = new Set([...declared.flat(), ...locked]);
  for (const [index, address] of loaded.config.allowDestroy.entries()) {
    if (all.has(address)) continue;
    const nearest = closest(address, [...all]);
    sink.for(guardCodes).report('NIM1808', { address, nearest }, spanOf(loaded, ['allowDestroy', index]));
  }
}

const typeOf = (address: string): string => address.slice(0, address.indexOf('.'));
