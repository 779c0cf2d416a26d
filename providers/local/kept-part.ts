/** The part of a project that a cloud simulates: all of it, or what has to do with the classes that were chosen. */
import { isOfProject, type LocalClients, type LocalPlan } from '../../compiler/local-plan.js';
import type { Edge, Node } from './kinds/service.js';
import { type Class, localName, nameOf } from './project.js';

/** Of these the name is that of their class. */
const NAMED_BY_CLASS = ['cognito-user-pool', 'relational-database'];

/** The class whose decorator made the node; null: it is of no class, or of more than one. */
export function classOf(node: Node | undefined): string | null {
  if (node === undefined) return null;
  if (NAMED_BY_CLASS.includes(node.kind)) return node.name;
  const name = node.options['class'];
  return typeof name === 'string' ? name : null;
}

/** All nodes, or those of the chosen classes and those that are of no class. */
export function keptNodes({ graph }: LocalPlan, chosen: readonly Class[] | null): ReadonlyMap<string, Node> {
  const nodes = graph.nodes as unknown as readonly Node[];
  const names = chosen && new Set(chosen.map(nameOf));
  const kept = nodes.filter((node) => {
    const name = classOf(node);
    return names === null || name === null || names.has(name);
  });
  const ids = new Set(kept.map(({ id }) => id));
  const edges = graph.edges as unknown as readonly Edge[];
  // What exists for a function or in a resource alone goes with it.
  const gone = new Set(
    edges.flatMap(({ kind, from, to }) =>
      kind === 'triggers' && !ids.has(to) && !/^(notification-topic|http-authorizer):/.test(from)
        ? [from]
        : kind === 'contains' && !ids.has(from)
          ? [to]
          : [],
    ),
  );
  return new Map(kept.filter(({ id }) => !gone.has(id)).map((node) => [node.id, node]));
}

export function checkChosen(chosen: readonly Class[], plan: LocalPlan): void {
  const models = [plan.clients, ...Object.values(plan.functions)];
  const known = new Set([
    ...(plan.graph.nodes as unknown as readonly Node[]).map(classOf),
    ...models.flatMap(({ model }) => model.imports.map(({ name }) => localName(name))),
  ]);
  const unknown = chosen.map(nameOf).filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new Error(`nothing of ${unknown.join(', ')} is deployed in stage ${plan.stage} of the project ${plan.graph.project}`);
}

/** The model without the registrations of resources that are not part of the cloud. */
export function keptModel({ model, bound }: LocalClients, nodes: ReadonlyMap<string, Node>): LocalClients['model'] {
  const registrations = model.registrations.filter((_, index) => {
    const resource = bound[index];
    return resource === undefined || nodes.has(resource.id);
  });
  if (registrations.length === model.registrations.length) return model;
  return { ...model, registrations };
}

/** The imports of the project that the text of a model still has a use for. */
export function usedImports(model: LocalClients['model']): LocalClients['model']['imports'] {
  const code = [model.handler, ...model.registrations.flatMap(({ target, data }) => [target, data])].join('\n');
  const needed = new Set<string>();
  const visit = (text: string): void => {
    for (const [name] of text.matchAll(/\b[ckd]\d+\b|\bHandler\b/g)) {
      if (needed.has(name)) continue;
      needed.add(name);
      const shape = model.shapes.find(({ as }) => as === name);
      if (shape !== undefined) visit(`${shape.class} ${shape.fields ?? ''}`);
      const constant = model.constants.find(({ as }) => as === name);
      if (constant !== undefined) visit(constant.code);
    }
  };
  visit(code);
  return model.imports.filter((one) => isOfProject(one) && needed.has(one.as));
}

/** The class that an import means: exports may have other names than their classes. */
export function namesOf({ graph }: LocalPlan): (one: { readonly name: string; readonly from: string }) => string {
  const byExport = new Map<string, string>();
  for (const { kind, options } of graph.nodes as unknown as readonly Node[]) {
    if (kind !== 'function' || options['factory'] !== null) continue;
    const module = options['module'] as string;
    const from = JSON.stringify(module.startsWith('../') ? module : `./${module}`);
    byExport.set(`${from} ${options['export'] as string}`, options['class'] as string);
  }
  return ({ name, from }) => byExport.get(`${from} ${name}`) ?? localName(name);
}
