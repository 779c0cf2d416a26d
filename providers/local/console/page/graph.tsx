/** The resources of the stage and what connects them: from each one to whatever it leads to, and back. */
import { useState } from 'preact/hooks';
import type { ConsoleGraph, GraphEdge, GraphNode } from '../api.js';
import { address } from './ask.js';
import { useFetched } from './live.js';
import { Panel, Problem, Source, Table, Value, View } from './parts.js';
import { linkTo } from './route.js';

export function Graph() {
  const { data, error } = useFetched<ConsoleGraph>(address('graph'), '');
  const [search, setSearch] = useState('');
  const wanted = search.toLowerCase();
  const found = (data?.nodes ?? []).filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(wanted));
  const kinds = [...new Set(found.map(({ kind }) => kind))];
  const note = (
    <a href="/_nimbus/graph.html" target="_blank" rel="noreferrer">
      as a picture
    </a>
  );
  return (
    <View title="Graph" note={note}>
      <label class="search">
        Search
        <input type="search" value={search} onInput={({ currentTarget }) => setSearch(currentTarget.value)} />
      </label>
      <Problem text={error} />
      <Table
        caption="Nodes of the graph"
        head={['Kind', 'Name', 'Source']}
        empty={data === undefined ? 'Loading\u2026' : 'Nothing has this in its name.'}
        rows={kinds.flatMap((kind) =>
          found
            .filter((node) => node.kind === kind)
            .map((node) => (
              <tr key={node.id}>
                <td>{kindText(node)}</td>
                <th scope="row">
                  <a href={linkTo('graph', node.id)}>{node.name}</a>
                </th>
                <td>
                  <Source place={node.source} />
                </td>
              </tr>
            )),
        )}
      />
    </View>
  );
}

const BACK = { to: 'graph', name: 'Graph' };

export function NodeView({ id }: { readonly id: string }) {
  const { data, error } = useFetched<ConsoleGraph>(address('graph'), '');
  const node = data?.nodes.find((one) => one.id === id);
  if (data === undefined || node === undefined) {
    return (
      <View title={id} back={BACK}>
        <Problem text={error ?? (data === undefined ? null : `There is no ${id}.`)} />
      </View>
    );
  }
  const page = pageOf(node);
  const note = (
    <>
      {kindText(node)} {'\u00b7'} <Source place={node.source} />
      {page === null ? null : (
        <>
          {' \u00b7 '}
          <a href={page}>open it</a>
        </>
      )}
    </>
  );
  return (
    <View title={node.name} back={BACK} note={note}>
      <div class="columns">
        <Panel title="Leads to">
          <Tree graph={data} id={id} next={leadsTo} />
        </Panel>
        <Panel title="Reached from">
          <Tree graph={data} id={id} next={reachedFrom} />
        </Panel>
      </div>
      <Panel title="Options">
        <Value of={node.options} />
      </Panel>
    </View>
  );
}

interface Step {
  readonly edge: GraphEdge;
  readonly id: string;
}

type Next = (graph: ConsoleGraph, id: string) => readonly Step[];

const leadsTo: Next = ({ edges }, id) => edges.filter(({ from }) => from === id).map((edge) => ({ edge, id: edge.to }));
const reachedFrom: Next = ({ edges }, id) => edges.filter(({ to }) => to === id).map((edge) => ({ edge, id: edge.from }));

interface Branch extends Step {
  readonly branches: readonly Branch[];
  /** It stands elsewhere in the tree, with what it leads to. */
  readonly isElsewhere: boolean;
}

/** Each node once: graphs have circles, and many ways to a store that everybody uses. */
function branchesOf(graph: ConsoleGraph, id: string, next: Next, seen: Set<string>): readonly Branch[] {
  seen.add(id);
  return next(graph, id).map((step) => {
    const isElsewhere = seen.has(step.id);
    const branches = isElsewhere ? [] : branchesOf(graph, step.id, next, seen);
    return { ...step, branches, isElsewhere: isElsewhere && next(graph, step.id).length > 0 };
  });
}

function Tree({ graph, id, next }: { readonly graph: ConsoleGraph; readonly id: string; readonly next: Next }) {
  const branches = branchesOf(graph, id, next, new Set());
  return branches.length === 0 ? (
    <p class="note">Nothing.</p>
  ) : (
    <Branches of={branches} graph={graph} isForth={next === leadsTo} />
  );
}

interface BranchesProps {
  readonly of: readonly Branch[];
  readonly graph: ConsoleGraph;
  readonly isForth: boolean;
}

const Branches = ({ of, graph, isForth }: BranchesProps) => (
  <ul class="tree">
    {of.map(({ edge, id, branches, isElsewhere }) => {
      const node = graph.nodes.find((one) => one.id === id);
      return (
        <li key={`${edge.kind} ${id}`}>
          <span class="note">{verbOf(edge, isForth)}</span> <a href={linkTo('graph', id)}>{node?.name ?? id}</a>{' '}
          <span class="note">
            {node === undefined ? '' : kindText(node)}
            {edge.operations === undefined ? '' : `: ${edge.operations.join(', ')}`}
            {isElsewhere ? ' (see elsewhere)' : ''}
          </span>
          {branches.length === 0 ? null : <Branches of={branches} graph={graph} isForth={isForth} />}
        </li>
      );
    })}
  </ul>
);

const VERBS: { readonly [kind: string]: readonly [forth: string, back: string] } = {
  triggers: ['starts', 'started by'],
  uses: ['uses', 'used by'],
  contains: ['contains', 'part of'],
  'runs-after': ['runs after', 'runs before'],
};

const verbOf = ({ kind }: GraphEdge, isForth: boolean): string => VERBS[kind]?.[isForth ? 0 : 1] ?? kind;

const kindText = ({ kind }: GraphNode): string => kind.replaceAll('-', ' ');

/** Where else the console shows it. */
function pageOf({ id, kind, name }: GraphNode): string | null {
  if (kind === 'function') return linkTo('functions', name);
  if (kind === 'document-store' || kind === 'key-value-store') return linkTo('stores', id);
  if (kind === 'queue') return linkTo('queues', id);
  if (kind === 'notification-topic') return linkTo('topics', id);
  if (kind === 'file-storage-bucket') return linkTo('buckets', id);
  return kind.startsWith('websocket-') ? linkTo('connections') : null;
}
