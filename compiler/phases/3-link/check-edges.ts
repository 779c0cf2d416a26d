/**
 * In: a finished stage and what the project's code sends. Reports values that a receiver would refuse: what goes into a
 * queue must be what the functions at its other end take.
 */
import { typeCodes } from '../../diagnostics/codes/types.js';
import type { DiagnosticSink } from '../../diagnostics/diagnostic.js';
import type { ClassShape, FunctionNode, NodeBase, StageGraph } from '../../ir/graph.js';
import type { SendTarget, SentValue } from '../../ir/sent-value.js';
import { itemOf, underlying, type WireType } from '../../ir/wire-type.js';
import type { Delivery } from '../../kinds/definition.js';
import { kinds } from '../../kinds/index.js';
import { mismatch } from '../../types/assignable.js';

export function checkEdges(graph: StageGraph, sent: readonly SentValue[], sink: DiagnosticSink): void {
  for (const value of sent) {
    const kind = kinds.find((one) => one.delivers?.client === value.client);
    if (kind?.delivers === undefined || value.target === null) continue;
    const { name, delivers } = kind;
    for (const receiver of receiversOf(graph, name, value)) checkReceiver(receiver, delivers, value, graph.stage, sink);
  }
}

function checkReceiver(receiver: FunctionNode, delivers: Delivery, value: SentValue, stage: string, sink: DiagnosticSink): void {
  for (const param of receiver.params) {
    if (param.role !== 'body') continue;
    const taken = delivers.lists === true ? itemOf(param.wire) : param.wire;
    const found = delivers.asText === true && isText(taken) ? null : mismatch(value.type, taken);
    if (found === null) continue;
    const { path, sent, accepted } = found;
    sink.for(typeCodes).report('NIM1710', { receiver: receiver.name, path, sent, accepted }, value.at, {
      related: [{ span: param.source, text: `${receiver.name} takes it here` }],
      stages: [stage],
    });
  }
}

/** Functions that what a client sends is handed to: those at the other end, or the one that is invoked. */
function receiversOf(graph: StageGraph, kind: string, { target, detail }: SentValue): readonly FunctionNode[] {
  if (target === null) return [];
  if (detail !== null && 'local' in target)
    return graph.functions.filter((fn) => fn.module === target.file && fn.method === detail && fn.className === target.local);
  const sources = new Set(graph.resources.filter((node) => node.kind === kind && isMeant(node, target)).map((node) => node.id));
  // Either a resource triggers functions itself, or each function's trigger is a part of it.
  const parts = graph.edges.filter((e) => e.kind === 'contains' && sources.has(e.from)).map((e) => e.to);
  const triggers = new Set([...sources, ...parts]);
  const started = new Set(graph.edges.filter((e) => e.kind === 'triggers' && triggers.has(e.from)).map((e) => e.to));
  return graph.functions.filter((fn) => started.has(fn.id));
}

function isMeant(node: NodeBase, target: SendTarget): boolean {
  if ('name' in target) return node.name === target.name;
  const { class: shape } = node as NodeBase & { readonly class?: ClassShape | null };
  return shape?.module === target.file && shape.local === target.local;
}

/** A string, perhaps one that may be left out. */
function isText(type: WireType): boolean {
  const inner = underlying(type);
  const members = inner.t === 'union' ? inner.of.filter((member) => member.t !== 'undefined') : [inner];
  return members.length > 0 && members.every((member) => underlying(member).t === 'string');
}
