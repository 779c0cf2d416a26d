/** Clients as the kinds describe them: which getter gives which, what their methods are, and what those give. */

import type { TypeFact } from '../../../ir/facts.js';
import type { ClientGetter, Kind } from '../../../kinds/definition.js';
import { argument } from './arguments.js';
import type { Machine } from './machine.js';
import { type Args, type Cell, type Client, type Cls, type Nimbus, PRIMITIVE_VALUE, type Site } from './values.js';

const BUILDER = 'ClientBuilder.';
const TRANSACTIONS = 'ClientBuilder.getTransactionalClient';

interface Known extends ClientGetter {
  readonly kind: Kind;
  readonly methods: readonly string[];
  /** By method. */
  readonly conditions: ReadonlyMap<string, readonly Condition[]>;
}

interface Condition {
  readonly argument: number;
  readonly member: string;
}

export class ClientGetters {
  private readonly known: ReadonlyMap<string, Known>;

  constructor(kinds: readonly Kind[]) {
    this.known = new Map(
      kinds.flatMap((kind) => {
        const operations = Object.values(kind.operations ?? {});
        const methods = [...new Set(operations.flatMap((operation) => operation.methods))];
        const conditionsOf = (name: string): readonly Condition[] =>
          operations.flatMap(({ methods: own, only }) => (only !== undefined && own.includes(name) ? [only] : []));
        const conditions = new Map(methods.map((name) => [name, conditionsOf(name)]));
        return Object.entries(kind.clients ?? {}).map(
          ([name, getter]) => [name, { ...getter, kind, methods, conditions }] as const,
        );
      }),
    );
  }

  kindOf(client: Client): Kind {
    return this.get(client).kind;
  }

  methodsOf(client: Client): readonly string[] {
    const { everyMember, methods } = this.get(client);
    return everyMember === undefined ? methods : [];
  }

  private get(client: Client): Known {
    const found = this.known.get(client.getter);
    if (found === undefined) throw new Error(`no kind has a getter ${client.getter}`);
    return found;
  }

  /** A call of something that nimbusc exports. None of it calls functions or keeps clients. */
  invoke(callee: Nimbus, args: Args, to: Cell, site: Site, machine: Machine): void {
    const getter = callee.name.startsWith(BUILDER) ? callee.name.slice(BUILDER.length) : null;
    const known = getter === null ? undefined : this.known.get(getter);
    machine.add(to, machine.nimbusValue(callee.name === TRANSACTIONS ? 'transactions' : 'safe'));
    if (getter === '*') machine.unknownGetter ??= site;
    if (callee.name === 'transactions.executeReadTransaction') {
      const requests = argument(machine, args, 0);
      // A request is the item that it asks for, so the results are the requests.
      if (requests !== null) machine.flow(requests, to);
    }
    if (known === undefined || getter === null) return;
    const method = known.method === undefined ? null : argument(machine, args, known.method);
    const give = (target: Cls | string | null, unknown: boolean): void => {
      if (method === null) machine.add(to, machine.client(getter, target, unknown, null));
      else
        machine.watch(method, (name) => {
          // Without its name it may be any method of the class.
          machine.add(to, machine.client(getter, target, unknown, name.t === 'text' ? name.value : null));
        });
    };
    const target = known.target === undefined ? null : argument(machine, args, known.target);
    if (known.target === undefined) give(null, false);
    else if (target !== null)
      machine.watch(target, (value) => {
        if (value.t === 'class') give(value, false);
        else if (value.t === 'text') {
          // No resource has an empty name: it stands for one that is missing.
          if (value.value !== '') give(value.value, false);
        } else give(null, true);
      });
  }

  member(client: Client, name: string, to: Cell, machine: Machine): void {
    const known = this.get(client);
    if (known.everyMember !== undefined) {
      if (name === '*' || name.startsWith('@@') || /^(then|catch|finally)$/.test(name)) return;
      const of = machine.client(client.getter, client.target, client.unknown, name);
      machine.add(to, machine.operationValue(of, known.everyMember));
    } else if (known.methods.includes(name)) machine.add(to, machine.operationValue(client, name));
  }

  /** What calls of a method do not all do: which argument decides it, and by which member. */
  conditions(client: Client, name: string): readonly Condition[] {
    return this.get(client).conditions.get(name) ?? [];
  }

  /** What a method gives. */
  result(client: Client, name: string, to: Cell, machine: Machine): void {
    machine.add(to, PRIMITIVE_VALUE);
    const gives = this.get(client).gives?.[name];
    const { target } = client;
    if (gives === undefined || target === null || typeof target === 'string') return;
    if (gives === 'result') {
      const type = client.method === null ? null : resultType(target, client.method, machine);
      if (type !== null) machine.flow(machine.types.valuesOf(target.module.file, type), to);
      return;
    }
    // Without methods it is data, and data goes nowhere that matters.
    if (!hasCode(target)) return;
    const item = machine.types.fromOutside(target);
    if (gives === 'item') machine.add(to, item);
    else if (gives === 'map') {
      const map = machine.newObject(`items ${client.id} map`, 'map', null, 0);
      machine.add(machine.field(map, '*'), item);
      machine.add(to, map);
    } else {
      const list = machine.newObject(`items ${client.id}`, 'list', null, 0);
      machine.add(machine.field(list, '*'), item);
      const pages = machine.newObject(`pages ${client.id}`, 'list', null, 0);
      machine.add(machine.field(pages, '*'), list);
      const map = machine.newObject(`page ${client.id}`, 'map', null, 0);
      machine.add(machine.field(map, '*'), item);
      machine.add(machine.field(pages, '*'), map);
      machine.add(to, gives === 'pages' ? pages : list);
    }
  }
}

function hasCode(cls: Cls): boolean {
  const { members, construct, fields, types } = cls.body;
  return members.length > 0 || construct >= 0 || fields >= 0 || types.length > 0 || cls.base.values.length > 0;
}

function resultType(cls: Cls, method: string, machine: Machine): TypeFact | null {
  const { graph } = machine.program;
  const { file } = cls.module;
  const found = cls.body.local === null ? null : graph.classOf(graph.lookup(file, cls.body.local));
  const member = found?.fact.members.find((one) => one.t === 'method' && one.name === method);
  return member?.type ?? null;
}
