// What starts a function, for people: `POST /person`, `queue orders`, `rate(1 minute)`.
import type { LocalPlan } from '../../../compiler/local-plan.js';
import type { Edge, Node } from '../kinds/service.js';

const WORDS: { readonly [kind: string]: string } = {
  'http-route': '',
  'websocket-route': 'topic ',
  'queue-trigger': 'queue ',
  'notification-topic': 'notifications of ',
  'document-store-function': '',
  'key-value-store-function': '',
  'http-authorizer': 'authorizer of ',
};

/** By the function's id. */
export function triggersOf({ graph }: LocalPlan): ReadonlyMap<string, readonly string[]> {
  const nodes = new Map((graph.nodes as unknown as readonly Node[]).map((node) => [node.id, node]));
  const found = new Map<string, string[]>();
  for (const { kind, from, to } of graph.edges as unknown as readonly Edge[]) {
    const node = kind === 'triggers' ? nodes.get(from) : undefined;
    if (node === undefined) continue;
    found.set(to, [...(found.get(to) ?? []), ...textsOf(node)]);
  }
  return found;
}

function textsOf({ kind, name, options }: Node): readonly string[] {
  const schedules = (options['schedules'] ?? []) as readonly string[];
  if (kind === 'basic-function') return schedules.length > 0 ? schedules : ['calls'];
  if (kind === 'after-deployment') return ['after deployment'];
  if (kind === 'file-listener') return [`files: ${name}`];
  const word = WORDS[kind];
  return [word === undefined ? `${kind.replaceAll('-', ' ')} ${name}` : `${word}${name}`];
}
