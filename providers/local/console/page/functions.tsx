/** Functions: what starts them, how they did, and how they do when they are called by hand. */
import { useState } from 'preact/hooks';
import type {
  ConsoleState,
  FunctionDetail,
  FunctionSummary,
  InvocationResult,
  InvocationSummary,
  InvokeRequest,
  Json,
} from '../api.js';
import { address, ask } from './ask.js';
import { useFetched } from './live.js';
import { duration, Lines, Outcome, Panel, Problem, Source, Table, Text, Time, useAction, Value, View } from './parts.js';
import { linkTo } from './route.js';

export function Functions({ state: { functions } }: { readonly state: ConsoleState }) {
  const [search, setSearch] = useState('');
  const fits = ({ name, triggers }: FunctionSummary): boolean =>
    [name, ...triggers].some((text) => text.toLowerCase().includes(search.toLowerCase()));
  const found = functions.filter(fits);
  return (
    <View title="Functions">
      <label class="search">
        Search
        <input type="search" value={search} onInput={({ currentTarget }) => setSearch(currentTarget.value)} />
      </label>
      <Table
        caption="Functions"
        head={['Function', 'Started by', 'Calls', 'Errors', 'Last']}
        empty={functions.length === 0 ? 'The stage has no functions.' : 'No function has this in its name or in what starts it.'}
        rows={found.map(({ name, triggers, invocations, errors, last }) => (
          <tr key={name}>
            <th scope="row">
              <a href={linkTo('functions', name)}>{name}</a>
            </th>
            <td>{triggers.join(', ')}</td>
            <td class="number">{invocations}</td>
            <td class={errors > 0 ? 'number failed' : 'number'}>{errors}</td>
            <td>
              <Outcome of={last} />
            </td>
          </tr>
        ))}
      />
    </View>
  );
}

const BACK = { to: 'functions', name: 'Functions' };

export function FunctionView({ name }: { readonly name: string }) {
  const { data, error } = useFetched<FunctionDetail>(address('functions', name), name);
  if (data === undefined) {
    return (
      <View title={name} back={BACK}>
        <Problem text={error} />
      </View>
    );
  }
  const note = (
    <>
      {data.triggers.join(', ')} {'\u00b7'} <Source place={data.source} /> {'\u00b7'} {data.timeout} s {'\u00b7'} {data.memory} MB{' '}
      {'\u00b7'} <a href={linkTo('graph', data.id)}>in the graph</a>
    </>
  );
  return (
    <View title={name} back={BACK} note={note}>
      <div class="columns">
        <div>
          <Invoke of={data} />
          <Panel title="Log">
            <Lines lines={data.logs} label={`Log of ${name}`} />
          </Panel>
        </div>
        <div>
          <Schedules of={data} />
          <Recent of={data.recent} />
          <Panel title="Permissions">
            <Permissions of={data} />
          </Panel>
          {data.environment.length === 0 ? null : (
            <Panel title="Environment">
              <ul class="plain">
                {data.environment.map((key) => (
                  <li key={key}>
                    <code>{key}</code>
                  </li>
                ))}
              </ul>
            </Panel>
          )}
        </div>
      </div>
    </View>
  );
}

// --- calling it

function Invoke({ of: { name, example, trigger } }: { readonly of: FunctionDetail }) {
  const [method, setMethod] = useState(example.method ?? '');
  const [path, setPath] = useState(example.path ?? '');
  const [headers, setHeaders] = useState('');
  const [connection, setConnection] = useState('');
  const [body, setBody] = useState(example.body === undefined ? '' : JSON.stringify(example.body, null, 2));
  const [result, setResult] = useState<InvocationResult | null>(null);
  const action = useAction();
  const isHttp = example.method !== undefined;
  const isWebSocket = trigger.startsWith('websocket');
  const hasBody = isHttp ? !['GET', 'HEAD'].includes(method) : example.body !== undefined;
  const send = async (): Promise<void> => {
    setResult(null);
    const request: InvokeRequest = {
      ...(isHttp ? { method, headers: headersOf(headers) } : {}),
      ...(example.path === undefined ? {} : { path }),
      ...(isWebSocket && connection !== '' ? { connection } : {}),
      ...(hasBody && body.trim() !== '' ? { body: bodyOf(body) } : {}),
    };
    setResult(await ask<InvocationResult>('POST', address('functions', name, 'invoke'), request));
  };
  return (
    <Panel title="Invoke">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          action.run(send);
        }}
      >
        {isHttp || example.path !== undefined ? (
          <div class="line">
            {isHttp ? (
              <label>
                Method
                <input size={7} value={method} onInput={({ currentTarget }) => setMethod(currentTarget.value.toUpperCase())} />
              </label>
            ) : null}
            <label class="wide">
              {isHttp ? 'Path and query' : 'Path of the file'}
              <input value={path} onInput={({ currentTarget }) => setPath(currentTarget.value)} />
            </label>
          </div>
        ) : null}
        {isHttp ? <Text label="Headers, one a line" rows={2} value={headers} onText={setHeaders} /> : null}
        {isWebSocket ? (
          <label>
            Connection
            <input
              value={connection}
              placeholder="one that does not exist"
              onInput={({ currentTarget }) => setConnection(currentTarget.value)}
            />
          </label>
        ) : null}
        {hasBody ? <Text label={bodyLabel(trigger)} value={body} onText={setBody} /> : null}
        <div class="buttons">
          <button type="submit" disabled={action.isBusy}>
            {action.isBusy ? 'Running\u2026' : 'Invoke'}
          </button>
        </div>
        <Problem text={action.error} />
      </form>
      <div role="status">{result === null ? null : <Result of={result} />}</div>
    </Panel>
  );
}

function bodyLabel(trigger: string): string {
  if (trigger.endsWith('store')) return 'Change: oldItem, newItem or both';
  if (trigger === 'basic-function') return 'Parameter';
  return trigger === 'http-api' ? 'Body' : 'Message';
}

/** What is no JSON is sent as the text that it is. */
function bodyOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function headersOf(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':');
      if (at < 1) throw new Error(`"${line}" is no header: it has no colon after a name`);
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

function Result({ of: { invocation, result, logs } }: { readonly of: InvocationResult }) {
  const { milliseconds, error, status } = invocation;
  const isFailure = error !== null || (status ?? 0) >= 500;
  return (
    <div class="result">
      <p>
        <strong class={isFailure ? 'failed' : 'done'}>{isFailure ? 'Failed' : 'Done'}</strong>
        {milliseconds === null ? '' : ` in ${duration(milliseconds)}`}
      </p>
      {error === null ? (
        <Answer of={result} />
      ) : (
        <pre class="failed">{[`${error.name}: ${error.message}`, ...error.stack].join('\n')}</pre>
      )}
      {logs.length === 0 ? null : <Lines lines={logs} label="Log of this call" />}
    </div>
  );
}

/** Of an HTTP function what a client would see. */
function Answer({ of }: { readonly of: Json }) {
  if (typeof of !== 'object' || of === null || !('statusCode' in of)) return <Value of={of} />;
  const { statusCode, headers = {}, body = '' } = of;
  return (
    <>
      <p>
        Status <strong>{String(statusCode)}</strong>
      </p>
      <details>
        <summary>Headers</summary>
        <Value of={headers} />
      </details>
      {body === '' ? <p class="note">An empty body</p> : <Value of={typeof body === 'string' ? bodyOf(body) : body} />}
    </>
  );
}

// --- what there is to know of it

function Schedules({ of: { name, schedules } }: { readonly of: FunctionDetail }) {
  const action = useAction();
  if (schedules.length === 0) return null;
  const run = (
    <button
      type="button"
      disabled={action.isBusy}
      onClick={() => action.run(() => ask('POST', address('schedules', name, 'run')).then(() => {}))}
    >
      Run now
    </button>
  );
  return (
    <Panel title="Schedules" actions={run}>
      <ul class="plain">
        {schedules.map(({ expression, next }) => (
          <li key={expression}>
            <code>{expression}</code> {next === null ? 'never again' : 'next at '}
            {next === null ? null : <time dateTime={new Date(next).toISOString()}>{new Date(next).toLocaleString()}</time>}
          </li>
        ))}
      </ul>
      <Problem text={action.error} />
    </Panel>
  );
}

function Recent({ of }: { readonly of: readonly InvocationSummary[] }) {
  return (
    <Panel title="Last calls">
      <Table
        caption="Last calls"
        head={['At', 'By', 'Outcome']}
        empty="It has not been called yet."
        rows={of.map((one) => (
          <tr key={one.id}>
            <td>
              <Time at={one.startedAt} />
            </td>
            <td>{one.via}</td>
            <td>
              {one.error === null ? (
                <Outcome of={one} />
              ) : (
                <details>
                  <summary class="failed">
                    {one.error.name} after {duration(one.milliseconds ?? 0)}
                  </summary>
                  <pre>{[one.error.message, ...one.error.stack].join('\n')}</pre>
                </details>
              )}
            </td>
          </tr>
        ))}
      />
    </Panel>
  );
}

function Permissions({ of: { permissions } }: { readonly of: FunctionDetail }) {
  if (permissions.length === 0) return <p class="note">It may use nothing.</p>;
  return (
    <ul class="plain">
      {permissions.map(({ resource, operations }) => (
        <li key={resource}>
          <a href={linkTo('graph', resource)}>{resource}</a> {operations.join(', ')}
        </li>
      ))}
    </ul>
  );
}
