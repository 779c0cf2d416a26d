/** The page: what there is at the left, what is chosen beside it. */
import { render } from 'preact';
import type { ConsoleState } from '../api.js';
import { here } from './ask.js';
import { Buckets, BucketView } from './buckets.js';
import { Functions, FunctionView } from './functions.js';
import { Graph, NodeView } from './graph.js';
import { live, useLive } from './live.js';
import { Log } from './log.js';
import { Queues, QueueView } from './queues.js';
import { linkTo, useRoute } from './route.js';
import { Sockets } from './sockets.js';
import { Stores, StoreView } from './stores.js';
import { Topics, TopicView } from './topics.js';

interface Section {
  readonly path: string;
  readonly name: string;
  /** Null: without a count. */
  readonly count: (state: ConsoleState) => number | null;
  readonly isThere: (state: ConsoleState) => boolean;
}

const some = (path: string, name: string, of: (state: ConsoleState) => readonly unknown[]): Section => ({
  path,
  name,
  count: (state) => of(state).length,
  isThere: (state) => of(state).length > 0,
});

const SECTIONS: readonly Section[] = [
  { ...some('functions', 'Functions', ({ functions }) => functions), isThere: () => true },
  some('stores', 'Stores', ({ stores }) => stores),
  some('queues', 'Queues', ({ queues }) => queues),
  some('topics', 'Topics', ({ topics }) => topics),
  some('buckets', 'Buckets', ({ buckets }) => buckets),
  {
    path: 'connections',
    name: 'WebSockets',
    count: ({ connections }) => connections.length,
    isThere: ({ urls }) => urls.webSocket !== null,
  },
  { path: 'graph', name: 'Graph', count: () => null, isThere: () => true },
  { path: 'log', name: 'Log', count: () => null, isThere: () => true },
];

function App() {
  const { state, isConnected } = useLive();
  const [section = '', id = ''] = useRoute();
  const current = section === '' ? 'functions' : section;
  if (state === null) return <main class="waiting">{isConnected ? 'Loading\u2026' : 'Waiting for the server\u2026'}</main>;
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <Head state={state} isConnected={isConnected} />
      <nav aria-label="Sections">
        <ul>
          {SECTIONS.filter((one) => one.isThere(state)).map(({ path, name, count }) => (
            <li key={path}>
              <a href={linkTo(path)} aria-current={path === current ? 'page' : undefined}>
                {name} {count(state) === null ? null : <span class="count">{count(state)}</span>}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main id="main" tabIndex={-1}>
        <BuildProblem state={state} />
        <Content key={`${current} ${id}`} section={current} id={id} state={state} />
      </main>
    </>
  );
}

function Head({ state, isConnected }: { readonly state: ConsoleState; readonly isConnected: boolean }) {
  const { project, stage, urls, build } = state;
  return (
    <header class="head">
      <p class="project">
        <img src="/_nimbus/icon.svg" alt="" width="24" height="24" /> <strong>{project}</strong>{' '}
        <span class="stage">{stage}</span>
      </p>
      <ul class="urls">
        {urls.http === null ? null : (
          <li>
            <code>{here(urls.http)}</code>
          </li>
        )}
        {urls.webSocket === null ? null : (
          <li>
            <code>{here(urls.webSocket)}</code>
          </li>
        )}
        {urls.websites.map(({ id, name, url }) => (
          <li key={id}>
            <a href={here(url)} target="_blank" rel="noreferrer">
              {name}
            </a>
          </li>
        ))}
      </ul>
      <p role="status" class={isConnected && !build.failed ? 'done' : 'failed'}>
        {isConnected
          ? build.failed
            ? 'The source has errors'
            : `Compiled in ${Math.round(build.milliseconds)} ms`
          : 'Not connected'}
      </p>
    </header>
  );
}

function BuildProblem({ state: { build } }: { readonly state: ConsoleState }) {
  if (build.diagnostics === '') return null;
  return (
    <details class={build.failed ? 'build failed-build' : 'build'} open={build.failed}>
      <summary>{build.failed ? 'The source has errors; the last version without errors runs on' : 'Notes on the source'}</summary>
      <pre>{build.diagnostics}</pre>
    </details>
  );
}

function Content({ section, id, state }: { readonly section: string; readonly id: string; readonly state: ConsoleState }) {
  switch (section) {
    case 'functions':
      return id === '' ? <Functions state={state} /> : <FunctionView name={id} />;
    case 'stores':
      return id === '' ? <Stores state={state} /> : <StoreView id={id} state={state} />;
    case 'queues':
      return id === '' ? <Queues state={state} /> : <QueueView id={id} />;
    case 'topics':
      return id === '' ? <Topics state={state} /> : <TopicView id={id} />;
    case 'buckets':
      return id === '' ? <Buckets state={state} /> : <BucketView id={id} state={state} />;
    case 'connections':
      return <Sockets state={state} />;
    case 'graph':
      return id === '' ? <Graph /> : <NodeView id={id} />;
    case 'log':
      return <Log />;
    default:
      return (
        <>
          <h1>There is nothing here</h1>
          <p>
            <a href={linkTo('functions')}>To the functions</a>
          </p>
        </>
      );
  }
}

live.start();
render(<App />, document.getElementById('page') as HTMLElement);
