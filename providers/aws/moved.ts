/**
 * In: the finished module, and what was renamed since it was first built. Out: the `moved` blocks of Terraform: of what was
 * renamed, and of all that is called after it (its role, its dead-letter queue, its routes). Terraform passes over a block
 * whose origin is not in the state, so origins that never were do no harm.
 */
import { compareText } from '../../compiler/ir/span.js';
import { address, functionAddress } from './handles.js';
import { loweringOf } from './kinds/index.js';
import type { Document } from './merge.js';
import type { PlanView } from './plan-view.js';

export interface Moved {
  readonly from: string;
  readonly to: string;
  readonly [key: string]: string;
}

/** Sorted by destination. */
export function movedBlocks(document: Document, view: PlanView): readonly Moved[] {
  const told = view.settings.guard?.moved ?? [];
  if (told.length === 0) return [];
  const steps = told.map(([from, to]) => ({ from: nameOf(from), to: nameOf(to) }));
  const blocks = new Map<string, Moved>();
  // Where a chain of renames has passed, others may stand; and an address has one destination.
  const taken = new Set(resourcesOf(document));
  const add = (from: string, to: string): void => {
    if (taken.has(from) || blocks.has(to)) return;
    taken.add(from);
    blocks.set(to, { from, to });
  };
  const chain = (type: string, names: readonly string[]): void => {
    for (const [index, name] of names.slice(1).entries()) add(address(type, name), address(type, names[index] as string));
  };
  for (const [from, to] of told) add(from, to);
  const done = new Set([...told.map(([, to]) => to), ...mainAddresses(view)]);
  const namesOf = (name: string): readonly string[] => [name, ...origins(name, steps)];
  for (const resource of view.resources) {
    for (const { type, names } of loweringOf(resource.node.kind).hashedNames?.(resource, namesOf, view) ?? []) {
      chain(type, names);
      done.add(address(type, names[0] as string));
    }
  }
  for (const at of resourcesOf(document)) {
    if (done.has(at)) continue;
    const [type, name] = [at.slice(0, at.indexOf('.')), nameOf(at)];
    const former = view.formerIds.get(name);
    chain(type, former !== undefined && ENDS_IN_HASH.test(former) ? [name, former] : namesOf(name));
  }
  return [...blocks.values()].sort((a, b) => compareText(a.to, b.to));
}

const nameOf = (at: string): string => at.slice(at.indexOf('.') + 1);

function resourcesOf({ resource = {} }: Document): readonly string[] {
  return Object.entries(resource).flatMap(([type, blocks]) => Object.keys(blocks as object).map((name) => address(type, name)));
}

/** What is a thing of its own and was not renamed, whatever its name has in it. */
function mainAddresses(view: PlanView): ReadonlySet<string> {
  return new Set([
    ...view.functions.map(functionAddress),
    ...view.resources.flatMap(({ node, logicalId }) => {
      const type = view.formerIds.has(logicalId) ? null : loweringOf(node.kind).address(node);
      return type === null ? [] : [address(type, logicalId)];
    }),
  ]);
}

/** `fitName` has made it, and parts of it cannot be replaced. */
const ENDS_IN_HASH = /-[0-9a-f]{8}$/;

interface Step {
  readonly from: string;
  readonly to: string;
}

/** The names that a name had, the latest first: what was renamed occurs in it as a whole. */
function origins(name: string, steps: readonly Step[]): readonly string[] {
  const found: string[] = [];
  const left = new Set(steps);
  for (let at = name; ; ) {
    const step = [...left].find(({ to }) => occurrence(to).test(at));
    if (step === undefined) return found;
    left.delete(step);
    at = at.replace(occurrence(step.to), () => step.from);
    found.push(at);
  }
}

function occurrence(name: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![A-Za-z0-9])`);
}
