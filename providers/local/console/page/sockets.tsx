/** Open WebSocket connections, and a client to open some. */
import { useState } from 'preact/hooks';
import type { ConnectionSummary, ConsoleGraph, ConsoleState } from '../api.js';
import { address, ask, here } from './ask.js';
import { type Client, clients, forgetClient, openClient } from './clients.js';
import { useFetched, useLive } from './live.js';
import { Dialog, MessageForm, messageOf, Panel, Problem, Table, Text, Time, useAction, View } from './parts.js';

export function Sockets({ state }: { readonly state: ConsoleState }) {
  useLive();
  const url = state.urls.webSocket;
  const graph = useFetched<ConsoleGraph>(address('graph'), '').data;
  const topics = (graph?.nodes ?? [])
    .map(({ options }) => options['topic'])
    .filter((topic): topic is string => typeof topic === 'string' && !topic.startsWith('$'));
  return (
    <View title="WebSockets">
      {url === null ? null : <Open url={here(url)} />}
      {clients.map((client) => (
        <ClientPanel key={client.number} client={client} topics={topics} />
      ))}
      <Connections of={state.connections} />
    </View>
  );
}

function Open({ url }: { readonly url: string }) {
  const [query, setQuery] = useState('');
  const action = useAction();
  return (
    <Panel title="Open a connection">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          action.run(async () => openClient(query === '' ? url : `${url}/?${query.replace(/^\?/, '')}`));
        }}
      >
        <label>
          Query, which $connect functions get
          <input
            value={query}
            placeholder="user=ada&amp;token=1"
            onInput={({ currentTarget }) => setQuery(currentTarget.value)}
          />
        </label>
        <div class="buttons">
          <button type="submit">Connect</button>
          <span class="note">
            <code>{url}</code>
          </span>
        </div>
        <Problem text={action.error} />
      </form>
    </Panel>
  );
}

const SIGNS = { client: '\u2192 sent', server: '\u2190 received', neither: '' } as const;

function ClientPanel({ client, topics }: { readonly client: Client; readonly topics: readonly string[] }) {
  const [text, setText] = useState(JSON.stringify({ topic: topics[0] ?? '' }));
  const [problem, setProblem] = useState<string | null>(null);
  const isOpen = client.status === 'open';
  const end = (
    <button type="button" onClick={() => (isOpen ? client.close() : forgetClient(client))}>
      {isOpen ? 'Disconnect' : 'Remove'}
    </button>
  );
  return (
    <Panel title={`Connection ${client.number}: ${client.status}`} actions={end}>
      <ol class="lines" aria-label={`Messages of connection ${client.number}`} aria-live="polite">
        {client.messages.map(({ number, at, by, text: content }) => (
          <li key={number} class={by}>
            <Time at={at} /> <span class="note">{SIGNS[by]}</span> {content}
          </li>
        ))}
      </ol>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setProblem(null);
          if (isOpen) client.send(text);
          else setProblem('The connection is not open.');
        }}
      >
        {topics.length < 2 ? null : (
          <label class="inline">
            Topic{' '}
            <select onChange={({ currentTarget }) => setText(withTopic(text, currentTarget.value))}>
              {topics.map((topic) => (
                <option key={topic}>{topic}</option>
              ))}
            </select>
          </label>
        )}
        <Text label={`Message of connection ${client.number}`} value={text} onText={setText} rows={3} />
        <div class="buttons">
          <button type="submit" disabled={!isOpen}>
            Send
          </button>
        </div>
        <Problem text={problem} />
      </form>
    </Panel>
  );
}

/** The message, for another topic. */
function withTopic(text: string, topic: string): string {
  try {
    const message = messageOf(text, false);
    if (typeof message === 'object' && message !== null && !Array.isArray(message)) return JSON.stringify({ ...message, topic });
  } catch {
    // What is no JSON has no topic to change.
  }
  return JSON.stringify({ topic });
}

function Connections({ of }: { readonly of: readonly ConnectionSummary[] }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const action = useAction();
  return (
    <Panel title={`Open connections (${of.length})`}>
      <Problem text={action.error} />
      <Table
        caption="Open connections"
        head={['Connection', 'Since', 'Received', 'Sent', 'Change']}
        empty="Nobody is connected."
        rows={of.map(({ id, connectedAt, received, sent }) => (
          <tr key={id}>
            <th scope="row">
              <code>{id}</code>
            </th>
            <td>
              <Time at={connectedAt} />
            </td>
            <td class="number">{received}</td>
            <td class="number">{sent}</td>
            <td class="buttons">
              <button type="button" aria-label={`Send to ${id}`} onClick={() => setChosen(id)}>
                Send
              </button>
              <button
                type="button"
                aria-label={`Close ${id}`}
                onClick={() => action.run(() => ask('DELETE', address('connections', id)).then(() => {}))}
              >
                Close
              </button>
            </td>
          </tr>
        ))}
      />
      {chosen === null ? null : (
        <Dialog title={`Send to ${chosen}`} onClose={() => setChosen(null)}>
          <p class="note">As if a function had sent it.</p>
          <MessageForm
            verb="Send"
            start="{}"
            onSend={async (message) => {
              await ask('POST', address('connections', chosen, 'messages'), { message });
            }}
          />
          <div class="buttons">
            <button type="button" onClick={() => setChosen(null)}>
              Close
            </button>
          </div>
        </Dialog>
      )}
    </Panel>
  );
}
