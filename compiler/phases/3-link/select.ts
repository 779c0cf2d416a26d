/** Which decorators count in a stage (language.md, section 1). */
import { compareText } from '../../ir/span.js';
import type { ClassDecl, DecoratorDecl } from '../../kinds/definition.js';

/**
 * Those that name the stage, and those without stages when the stage is a default one or they apply everywhere. Of several that say the same
 * thing (equal identity), one that names the stage wins over one that does not.
 */
export function inStage(decls: readonly DecoratorDecl[], stage: string, defaultStages: readonly string[]): DecoratorDecl[] {
  const named = decls.filter((d) => d.stages?.some((s) => s.value === stage) ?? false);
  const overridden = new Set(named.map(identity));
  const isDefault = defaultStages.includes(stage);
  return decls.filter(
    (d) => named.includes(d) || (d.stages === null && (isDefault || d.spec.everywhere === true) && !overridden.has(identity(d))),
  );
}

function identity(decl: DecoratorDecl): string {
  return `${decl.spec.name}\0${decl.spec.identity?.(decl.options) ?? ''}`;
}

/** Every stage that the source or the defaults mention; sorted. */
export function stagesOf(classes: readonly ClassDecl[], defaultStages: readonly string[]): string[] {
  const named = classes.flatMap((c) =>
    [...c.decorators, ...c.methods.flatMap((m) => m.decorators), ...c.properties.flatMap((p) => p.decorators)].flatMap(
      (d) => d.stages?.map((s) => s.value) ?? [],
    ),
  );
  return [...new Set([...defaultStages, ...named])].sort(compareText);
}
