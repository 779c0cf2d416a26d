/** Queues: what waits, what was given up, and sending more. */
import { useState } from 'preact/hooks';
import type { ConsoleState, QueueDetail, QueueMessage } from '../api.js';
import { address, ask } from './ask.js';
import { useFetched } from './live.js';
import { Confirm, MessageForm, Panel, Problem, Table, useAction, View } from './parts.js';
import { linkTo } from './route.js';

export function Queues({ state: { queues } }: { readonly state: ConsoleState }) {
  return (
    <View title="Queues">
      <Table
        caption="Queues"
        head={['Queue', 'Waiting', 'Dead letters']}
        empty="The stage has no queues."
        rows={queues.map(({ id, name, fifo, size, deadLetters }) => (
          <tr key={id}>
            <th scope="row">
              <a href={linkTo('queues', id)}>{name}</a> {fifo ? <span class="note">FIFO</span> : null}
            </th>
            <td class="number">{size}</td>
            <td class={deadLetters > 0 ? 'number failed' : 'number'}>{deadLetters}</td>
          </tr>
        ))}
      />
    </View>
  );
}

const BACK = { to: 'queues', name: 'Queues' };

export function QueueView({ id }: { readonly id: string }) {
  const { data, error } = useFetched<QueueDetail>(address('queues', id), id);
  const [group, setGroup] = useState('');
  const [isSure, setSure] = useState<boolean | null>(null);
  const action = useAction();
  if (data === undefined) {
    return (
      <View title={id} back={BACK}>
        <Problem text={error} />
      </View>
    );
  }
  const { name, fifo, messages, dead, size, deadLetters } = data;
  const redrive = (): void => action.run(() => ask('POST', address('queues', id, 'redrive'), {}).then(() => {}));
  const forget = (yes: boolean): void => {
    setSure(null);
    if (yes) action.run(() => ask('DELETE', address('queues', id, 'dead-letters')).then(() => {}));
  };
  const groupField = (
    <label class="inline">
      Group <input size={12} value={group} placeholder="default" onInput={({ currentTarget }) => setGroup(currentTarget.value)} />
    </label>
  );
  const deadActions = (
    <>
      <button type="button" disabled={action.isBusy} onClick={redrive}>
        Send again
      </button>
      <button type="button" disabled={action.isBusy} onClick={() => setSure(false)}>
        Delete all
      </button>
    </>
  );
  return (
    <View title={name} back={BACK} note={<a href={linkTo('graph', id)}>in the graph</a>}>
      <Panel title="Send">
        <MessageForm
          verb="Send"
          start="{}"
          more={fifo ? groupField : null}
          onSend={async (message) => {
            await ask('POST', address('queues', id, 'messages'), { message, ...(group === '' ? {} : { groupId: group }) });
          }}
        />
      </Panel>
      <Panel title={`Waiting (${size})`}>
        <Messages caption="Waiting messages" of={messages} empty="Nothing waits." />
      </Panel>
      <Panel title={`Dead letters (${deadLetters})`} actions={deadLetters === 0 ? undefined : deadActions}>
        <Problem text={action.error} />
        <Messages caption="Dead letters" of={dead} empty="No message was given up." />
      </Panel>
      {isSure === null ? null : <Confirm question={`Delete all dead letters of ${name}?`} verb="Delete" onAnswer={forget} />}
    </View>
  );
}

const Messages = ({
  of,
  ...table
}: {
  readonly of: readonly QueueMessage[];
  readonly caption: string;
  readonly empty: string;
}) => (
  <Table
    {...table}
    head={['Message', 'Handed out', 'State']}
    rows={of.map(({ id, body, received, inFlight }) => (
      <tr key={id}>
        <td>
          <pre>{body}</pre>
        </td>
        <td class="number">{received}</td>
        <td>{inFlight ? 'in work, or not visible yet' : 'waits'}</td>
      </tr>
    ))}
  />
);
