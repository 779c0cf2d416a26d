// What there is, as the console shows it.
import type { DevServer } from '../dev/dev.js';
import type { LocalFunction } from '../function.js';
import type { Edge, Node } from '../kinds/service.js';
import type * as api from './api.js';
import { exampleOf } from './invoke.js';
import { queueSummary, topicSummary } from './operations.js';

export function stateOf(dev: DevServer): api.ConsoleState {
  const { cloud } = dev;
  const { addresses } = cloud;
  const buckets = [...cloud.buckets].map(([id, bucket]) => ({
    id,
    name: bucket.bucketName,
    files: bucket.list().length,
    url: bucket.isWebsite ? `${addresses.websiteUrl(bucket.bucketName)}/` : null,
  }));
  return {
    project: dev.currentPlan.graph.project,
    stage: cloud.stage,
    version: dev.version,
    urls: {
      http: cloud.http === null ? null : addresses.functionsUrl,
      webSocket: cloud.webSockets === null ? null : addresses.webSocketUrl,
      websites: buckets.flatMap(({ id, name, url }) => (url === null ? [] : [{ id, name, url }])),
    },
    functions: [...cloud.functions.values()].map((fn) => functionSummary(dev, fn)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    stores: [...cloud.tables].map(([id, table]) => {
      const { name, kind, options } = nodeOf(dev, id);
      const { column } = options['key'] as { readonly column: string };
      return { id, name, kind: kind as api.StoreSummary['kind'], key: column, size: table.size };
    }),
    queues: [...cloud.queues].map(([id, queue]) => queueSummary(id, queue)),
    topics: [...cloud.topics].map(([id, topic]) => topicSummary(id, topic)),
    buckets,
    connections: connections(dev),
    build: dev.build,
  };
}

export function graphOf({ currentPlan }: DevServer): api.ConsoleGraph {
  const { project, stage, nodes, edges } = currentPlan.graph;
  return { project, stage, nodes: nodes as unknown as api.GraphNode[], edges: edges as unknown as api.GraphEdge[] };
}

export const connections = ({ cloud }: DevServer): readonly api.ConnectionSummary[] =>
  (cloud.webSockets?.open ?? []).map(({ id, connectedAt, counts }) => ({ id, connectedAt, ...counts }));

function functionSummary(dev: DevServer, fn: LocalFunction): api.FunctionSummary {
  const { id, name, options } = fn;
  const { invocations, errors, recent } = dev.records.of(name);
  return {
    id,
    name,
    trigger: options.trigger,
    triggers: dev.triggersOf(fn),
    source: (nodeOf(dev, id) as unknown as api.GraphNode).source,
    timeout: options.timeout,
    memory: options.memory,
    invocations,
    errors,
    last: recent[0] ?? null,
  };
}

const SHOWN_LINES = 200;

export function functionDetail(dev: DevServer, fn: LocalFunction): api.FunctionDetail {
  const edges = dev.currentPlan.graph.edges as unknown as readonly (Edge & { readonly operations?: readonly string[] })[];
  return {
    ...functionSummary(dev, fn),
    permissions: edges
      .filter(({ kind, from }) => kind === 'uses' && from === fn.id)
      .map(({ to, operations = [] }) => ({ resource: to, operations })),
    environment: fn.environment.names,
    schedules: dev.schedules?.of(fn) ?? [],
    example: exampleOf(dev, fn),
    recent: dev.records.of(fn.name).recent,
    logs: dev.records.lines.filter((line) => line.function === fn.name).slice(-SHOWN_LINES),
  };
}

function nodeOf({ currentPlan }: DevServer, id: string): Node {
  return (currentPlan.graph.nodes as unknown as readonly Node[]).find((node) => node.id === id) as Node;
}
