/** Where a stage keeps its Terraform state. */
import { stageCodes } from '../diagnostics/codes/stages.js';
import type { DiagnosticSink } from '../diagnostics/diagnostic.js';
import { forStage, type JsonObject, type JsonValue } from './config.js';
import { type LoadedConfig, spanOf } from './load-config.js';

const STAGE = '${stage}';

/** The backend block of a stage, `${stage}` filled in; null: local state beside the module. */
export function stageBackend(loaded: LoadedConfig, stage: string): { readonly [type: string]: JsonObject } | null {
  const backend = forStage(loaded.config.backend, stage);
  return backend === null ? null : { [backend.type]: fill(backend.settings, stage) as JsonObject };
}

/** Reports a backend that several stages would share. */
export function checkBackend(loaded: LoadedConfig, stages: readonly string[], sink: DiagnosticSink): void {
  const { everywhere, byStage } = loaded.config.backend;
  const sharing = stages.filter((stage) => !Object.hasOwn(byStage, stage));
  if (everywhere === null || sharing.length < 2 || JSON.stringify(everywhere.settings).includes(STAGE)) return;
  sink.for(stageCodes).report('NIM1406', { stages: sharing }, spanOf(loaded, ['backend']));
}

function fill(value: JsonValue, stage: string): JsonValue {
  if (typeof value === 'string') return value.replaceAll(STAGE, stage);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => fill(item, stage));
  return Object.fromEntries(Object.entries(value as JsonObject).map(([key, item]) => [key, fill(item, stage)]));
}
