/** What starts functions, said so that it stays the same when a function is renamed. */
import type { FunctionNode, NodeBase, NodeId } from '../ir/graph.js';
import { wireText } from '../ir/serialise.js';
import { compareText } from '../ir/span.js';

/** What stands for the function's own name in the ids of what starts it. */
export const ITSELF = '*';

interface Edges {
  readonly edges: readonly { readonly kind: string; readonly from: NodeId; readonly to: NodeId }[];
}

export class Starters {
  private readonly starters = new Map<NodeId, NodeId[]>();
  private readonly containers = new Map<NodeId, NodeId>();
  private readonly addresses: ReadonlyMap<NodeId, string>;

  /** @param things what holds data, with its addresses, which can be followed when it is renamed at the same time */
  constructor({ edges }: Edges, things: readonly { readonly node: NodeBase; readonly address: string }[]) {
    for (const { kind, from, to } of edges) {
      if (kind === 'contains' && !this.containers.has(to)) this.containers.set(to, from);
      if (kind !== 'triggers') continue;
      const known = this.starters.get(to);
      if (known === undefined) this.starters.set(to, [from]);
      else known.push(from);
    }
    this.addresses = new Map(things.map(({ node, address }) => [node.id, address]));
  }

  of({ id, name, params }: FunctionNode): readonly string[] {
    const parameters = params.map(({ role, wire }) => (role === 'event' ? role : wireText(wire))).join(', ');
    return (this.starters.get(id) ?? [])
      .map((starter) => {
        const address = this.addresses.get(this.containers.get(starter) ?? starter);
        if (address !== undefined) return address;
        return starter.endsWith(name) ? `${starter.slice(0, -name.length)}${ITSELF} (${parameters})` : starter;
      })
      .sort(compareText);
  }
}
