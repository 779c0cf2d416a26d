/**
 * What can be said of a use that seems to be undeclared although the project has errors: where an error may be the reason why
 * it seems so, nothing.
 */
import type { FunctionNode, NodeBase } from '../../ir/graph.js';
import type { ReachedClient } from '../../ir/reached.js';
import type { Span } from '../../ir/span.js';
import type { DecoratorDecl, MethodDecl } from '../../kinds/definition.js';
import { kindByName } from '../../kinds/index.js';
import type { DeclaredApp } from '../2-read/declared-app.js';
import { isFor } from './narrow-grants.js';

export type Trust = (fn: FunctionNode, client: ReachedClient, resources: readonly NodeBase[]) => boolean;

/** `errors`: the places of those that were reported so far. */
export function trustBeside(errors: readonly Span[], { classes }: DeclaredApp): Trust {
  const isWrong = (decorator: Span): boolean =>
    errors.some(({ file, start, end }) => file === decorator.file && start >= decorator.start && end <= decorator.end);
  // A trigger with a wrong number in it still says that there is a function, and nothing about clients.
  const mayDeclare = ({ spec, span }: DecoratorDecl): boolean => spec.role === 'uses' && isWrong(span);
  const handlers = new Map<string, MethodDecl>(
    classes.flatMap(({ name, methods }) =>
      methods
        .filter((one) => !one.poisoned && !one.decorators.some(mayDeclare))
        .map((one) => [`${name}.${one.name}`, one] as const),
    ),
  );
  const damaged = new Set(classes.filter(({ poisoned }) => poisoned).map(({ file, local }) => `${file}\0${local}`));
  return (fn, client, resources) => {
    const kind = kindByName.get(client.kind);
    const handler = handlers.get(fn.name);
    if (kind === undefined || handler === undefined) return false;
    const { target } = client;
    switch (target.of) {
      case 'unknown':
        return false;
      case 'only':
        // Where its use is declared, what makes the resource may be what is wrong.
        return !handler.decorators.some(({ spec }) => spec.role === 'uses' && kind.decorators.includes(spec));
      case 'class':
        if (damaged.has(`${target.file}\0${target.local}`)) return false;
        break;
      case 'text':
        if (kind.decorators.every(({ role }) => role === 'uses')) return true;
    }
    return resources.some((node) => isFor(client, node, kind));
  };
}
