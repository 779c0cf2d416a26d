/** Timeout and memory of a function, from all of its triggers in a stage. */
import { handlerCodes } from '../../diagnostics/codes/handlers.js';
import type { DiagnosticSink } from '../../diagnostics/diagnostic.js';
import type { Spanned } from '../../ir/span.js';
import type { DecoratorDecl, MethodDecl } from '../../kinds/definition.js';
import { DEFAULT_MEMORY_MB, DEFAULT_TIMEOUT_SECONDS } from '../../kinds/function-options.js';

export function settleOptions(
  method: MethodDecl,
  triggers: readonly DecoratorDecl[],
  stage: string,
  sink: DiagnosticSink,
): { readonly timeoutSeconds: number; readonly memoryMb: number } {
  const settle = (option: 'timeout' | 'memory', unit: string, fallback: number): number => {
    const given = triggers.flatMap((d) => (d.options as { [key: string]: Spanned<number> | undefined })[option] ?? []);
    const [first] = given;
    for (const other of given) {
      if (first === undefined || other.value === first.value) continue;
      const params = { method: method.name, option, first: `${first.value} ${unit}`, second: `${other.value} ${unit}` };
      sink.for(handlerCodes).report('NIM1245', params, other.span, {
        related: [{ span: first.span, text: `${first.value} ${unit} here` }],
        stages: [stage],
      });
    }
    return first?.value ?? fallback;
  };
  return {
    timeoutSeconds: settle('timeout', 'seconds', DEFAULT_TIMEOUT_SECONDS),
    memoryMb: settle('memory', 'MB', DEFAULT_MEMORY_MB),
  };
}
