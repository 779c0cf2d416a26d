/** Graphs for tests of pictures: a small application, what it was before, and one with 200 functions. */
import type { JsonObject } from '../../../../compiler/ir/json.js';
import type { GraphJson } from '../../../../compiler/ir/serialise.js';

export class GraphMaker {
  private readonly nodes: JsonObject[] = [];
  private readonly edges: JsonObject[] = [];

  constructor(
    private readonly project: string,
    private readonly stage: string,
  ) {}

  node(kind: string, name: string, file: string, line: number, options: JsonObject = {}, id = `${kind}:${name}`): string {
    this.nodes.push({ id, kind, name, source: { file, line, column: 3 }, options });
    return id;
  }

  /** A function, with what starts it as a part of `parent`. */
  handler(className: string, method: string, file: string, line: number, parent: string, by: string): string {
    const id = this.node('function', `${className}.${method}`, file, line, { class: className, method });
    const starter = this.node('some-trigger', by, file, line, {}, `trigger:${parent} ${by} ${className}.${method}`);
    this.edge('contains', parent, starter, file, line);
    this.edge('triggers', starter, id, file, line);
    return id;
  }

  edge(kind: string, from: string, to: string, file: string, line: number, operations?: readonly string[]): void {
    const because = [
      { file, line, column: 3 },
      { file, line: line + 4, column: 11 },
    ];
    const uses = operations === undefined ? {} : { operations, because };
    this.edges.push({ id: `${kind}:${from}->${to}`, kind, from, to, source: { file, line, column: 3 }, ...uses });
  }

  done(): GraphJson {
    const { project, stage, nodes, edges } = this;
    return { schemaVersion: 1, project, stage, nodes, edges };
  }
}

/** `before`: without reports and with a log, and `find` only reads. */
export function shop(before = false): GraphJson {
  const make = new GraphMaker('shop', 'dev');
  const api = make.node('http-api', 'HTTP API', 'src/orders.ts', before ? 5 : 8);
  const store = make.node('document-store', 'Order', 'src/stores/order.ts', 4, { capacity: before ? 5 : null });
  const queue = make.node('queue', 'mail', 'src/mail.ts', 3);
  const find = make.handler('Orders', 'find', 'src/orders.ts', before ? 9 : 12, api, 'GET /orders/{id}');
  const place = make.handler('Orders', 'place', 'src/orders.ts', before ? 15 : 18, api, 'POST /orders');
  const send = make.handler('Mailer', 'send', 'src/mail.ts', 10, queue, 'mail');
  make.edge('uses', find, store, 'src/orders.ts', 13, before ? ['get'] : ['get', 'put']);
  make.edge('uses', place, store, 'src/orders.ts', 19, ['put']);
  make.edge('uses', place, queue, 'src/orders.ts', 19, ['send']);
  if (before) {
    make.edge('uses', send, make.node('key-value-store', 'Log', 'src/log.ts', 2), 'src/mail.ts', 11, ['put']);
  } else {
    const report = make.node('function', 'Reports.monthly', 'src/reports.ts', 7, { class: 'Reports', method: 'monthly' });
    make.edge('triggers', make.node('basic-trigger', 'cron(0 8 1 * ? *)', 'src/reports.ts', 7), report, 'src/reports.ts', 7);
    make.edge('uses', report, store, 'src/reports.ts', 8, ['scan']);
  }
  return make.done();
}

const METHODS = ['list', 'find', 'create', 'update', 'remove'] as const;
const OPERATIONS = [['scan'], ['get'], ['put'], ['get', 'put'], ['delete']] as const;

/** Eight folders of five classes of five functions. */
export function large(): GraphJson {
  const make = new GraphMaker('large', 'prod');
  const api = make.node('http-api', 'HTTP API', 'src/api.ts', 1);
  for (const area of ['accounts', 'billing', 'catalog', 'orders', 'reports', 'search', 'shipping', 'support']) {
    const stores = [0, 1, 2].map((n) => make.node('document-store', `${area}-${n}`, `src/${area}/stores.ts`, 4 + n * 10));
    const queue = make.node('queue', `${area}-work`, `src/${area}/queue.ts`, 3);
    for (const [index, role] of ['Reader', 'Writer', 'Worker', 'Admin', 'Export'].entries()) {
      const className = `${area.charAt(0).toUpperCase()}${area.slice(1)}${role}`;
      const file = `src/${area}/${role.toLowerCase()}.ts`;
      for (const [m, method] of METHODS.entries()) {
        const parent = role === 'Worker' ? queue : api;
        const id = make.handler(className, method, file, 10 + m * 12, parent, `POST /${area}/${index}/${method}`);
        make.edge('uses', id, stores[index % 3] as string, file, 11 + m * 12, OPERATIONS[m] as readonly string[]);
        if (role === 'Writer') make.edge('uses', id, queue, file, 12 + m * 12, ['send']);
      }
    }
  }
  return make.done();
}
