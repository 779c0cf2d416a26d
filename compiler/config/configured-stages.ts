/** Stages that the configuration mentions and the source does not: settings that have no effect. */
import { stageCodes } from '../diagnostics/codes/stages.js';
import type { DiagnosticSink } from '../diagnostics/diagnostic.js';
import { closest } from '../diagnostics/suggest.js';
import type { Span } from '../ir/span.js';
import { keySpanOf, type LoadedConfig, spanOf } from './load-config.js';

/** `known`: the stages of the project. "defaultStages" are among them, whatever they are. */
export function reportUnusedStages(loaded: LoadedConfig, known: readonly string[], sink: DiagnosticSink): void {
  const check = (key: string, stage: string, span: Span | null): void => {
    if (known.includes(stage)) return;
    sink.for(stageCodes).report('NIM1405', { key, stage, nearest: closest(stage, known), known }, span);
  };
  const { config } = loaded;
  for (const key of ['keepWarmStages', 'protect'] as const) {
    for (const [index, stage] of (config[key] ?? []).entries()) check(key, stage, spanOf(loaded, [key, index]));
  }
  for (const key of ['backend', 'defaultAllowedOrigin', 'defaultAllowedHeaders'] as const) {
    for (const stage of Object.keys(config[key].byStage)) check(key, stage, keySpanOf(loaded, [key, stage]));
  }
}
