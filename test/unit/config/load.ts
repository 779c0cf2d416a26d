/** Loads a configuration in memory and gives its problems in a form that is easy to compare. */

import { loadConfig } from '../../../compiler/config/load-config.js';
import { createPlaces } from '../../../compiler/diagnostics/places.js';
import { createSink } from '../../../compiler/diagnostics/sink.js';
import { catalogue } from '../diagnostics/example-catalogue.js';
import { memoryHost, PROJECT } from './memory-host.js';

export function load(files: Readonly<Record<string, string | null>>, explicitFile: string | null = null) {
  const sink = createSink(catalogue);
  const outcome = loadConfig(memoryHost(files), PROJECT, explicitFile, sink);
  const places = createPlaces((file) => files[file] ?? null);
  const diagnostics = sink.finish();
  return {
    outcome,
    diagnostics,
    loaded: outcome.ok ? outcome.value : null,
    /** `file:line:column code text-of-the-range`. */
    problems: diagnostics.map(({ code, primary }) => {
      if (primary === null) return code;
      const { span } = primary;
      return `${places.shown(span)} ${code} ${(files[span.file] ?? '').slice(span.start, span.end)}`.trimEnd();
    }),
    messages: diagnostics.map((one) => one.message),
    hints: diagnostics.map((one) => one.hint),
  };
}

export const yml = (text: string) => load({ 'nimbus.yml': text });
export const json = (text: string) => load({ 'nimbus.json': text });
