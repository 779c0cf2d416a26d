/** Topics: who gets what is published, what was, and publishing more. */
import type { ConsoleState, TopicDetail } from '../api.js';
import { address, ask } from './ask.js';
import { useFetched } from './live.js';
import { MessageForm, Panel, Problem, Table, Value, View } from './parts.js';
import { linkTo } from './route.js';

export function Topics({ state: { topics } }: { readonly state: ConsoleState }) {
  return (
    <View title="Topics">
      <Table
        caption="Topics"
        head={['Topic', 'Subscriptions', 'Published']}
        empty="The stage has no topics."
        rows={topics.map(({ id, name, subscriptions, sent }) => (
          <tr key={id}>
            <th scope="row">
              <a href={linkTo('topics', id)}>{name}</a>
            </th>
            <td class="number">{subscriptions}</td>
            <td class="number">{sent}</td>
          </tr>
        ))}
      />
    </View>
  );
}

const BACK = { to: 'topics', name: 'Topics' };

export function TopicView({ id }: { readonly id: string }) {
  const { data, error } = useFetched<TopicDetail>(address('topics', id), id);
  if (data === undefined) {
    return (
      <View title={id} back={BACK}>
        <Problem text={error} />
      </View>
    );
  }
  const { name, endpoints, messages } = data;
  return (
    <View title={name} back={BACK} note={<a href={linkTo('graph', id)}>in the graph</a>}>
      <Panel title="Notify">
        <MessageForm
          verb="Notify"
          start="{}"
          onSend={async (message) => {
            await ask('POST', address('topics', id, 'messages'), { message });
          }}
        />
      </Panel>
      <Panel title="Subscriptions by clients">
        <Table
          caption="Subscriptions"
          head={['Protocol', 'Endpoint']}
          empty="Nobody but the functions of the stage."
          rows={endpoints.map(({ id: endpoint, protocol, endpoint: to }) => (
            <tr key={endpoint}>
              <td>{protocol}</td>
              <td>{to}</td>
            </tr>
          ))}
        />
      </Panel>
      <Panel title="Published">
        {messages.length === 0 ? <p class="note">Nothing yet.</p> : null}
        <ol class="plain">
          {messages.map((message, at) => (
            <li key={messages.length - at}>
              <Value of={message} />
            </li>
          ))}
        </ol>
      </Panel>
    </View>
  );
}
