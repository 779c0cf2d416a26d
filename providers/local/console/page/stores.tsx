/** Stores: what is in them, to look for, to change and to delete. */
import { useState } from 'preact/hooks';
import type { ConsoleState, Json, StoredItem, StoreEntry, StorePage, StoreSummary } from '../api.js';
import { address, ask, textOf } from './ask.js';
import { useFetched } from './live.js';
import { Confirm, Dialog, FIRST_PAGE, Pager, type Pages, Panel, Problem, Table, Text, useAction, View } from './parts.js';
import { linkTo } from './route.js';

export function Stores({ state: { stores } }: { readonly state: ConsoleState }) {
  return (
    <View title="Stores">
      <Table
        caption="Stores"
        head={['Store', 'Key', 'Items']}
        empty="The stage has no stores."
        rows={stores.map(({ id, name, key, size }) => (
          <tr key={id}>
            <th scope="row">
              <a href={linkTo('stores', id)}>{name}</a>
            </th>
            <td>
              <code>{key}</code>
            </td>
            <td class="number">{size}</td>
          </tr>
        ))}
      />
    </View>
  );
}

const BACK = { to: 'stores', name: 'Stores' };
const PAGE = 50;
const MOST = 200;

export function StoreView({ id, state }: { readonly id: string; readonly state: ConsoleState }) {
  const store = state.stores.find((one) => one.id === id);
  if (store === undefined) {
    return (
      <View title={id} back={BACK}>
        <Problem text={`There is no store ${id}.`} />
      </View>
    );
  }
  const note = (
    <>
      {store.size} {store.size === 1 ? 'item' : 'items'} {'\u00b7'} key <code>{store.key}</code> {'\u00b7'}{' '}
      <a href={linkTo('graph', id)}>in the graph</a>
    </>
  );
  return (
    <View title={store.name} back={BACK} note={note}>
      <Items store={store} />
    </View>
  );
}

function Items({ store }: { readonly store: StoreSummary }) {
  const [search, setSearch] = useState('');
  const [pages, setPages] = useState<Pages>(FIRST_PAGE);
  const [edited, setEdited] = useState<StoreEntry | 'new' | null>(null);
  const [doomed, setDoomed] = useState<StoreEntry | null>(null);
  const action = useAction();
  const after = pages.at(-1) ?? null;
  const query = new URLSearchParams({ limit: String(PAGE), search, ...(after === null ? {} : { after }) });
  const { data, error } = useFetched<StorePage>(`${address('stores', store.id, 'items')}?${query}`, store.id);
  const entries = data?.entries ?? [];
  const columns = columnsOf(entries, store.key);
  const remove = (yes: boolean): void => {
    setDoomed(null);
    if (!yes || doomed === null) return;
    action.run(() => ask('DELETE', address('stores', store.id, 'items', doomed.key)).then(() => {}));
  };
  const add = (
    <button type="button" onClick={() => setEdited('new')}>
      New item
    </button>
  );
  return (
    <Panel title="Items" actions={add}>
      <label class="search">
        Search
        <input
          type="search"
          value={search}
          onInput={({ currentTarget }) => {
            setSearch(currentTarget.value);
            setPages(FIRST_PAGE);
          }}
        />
      </label>
      <Problem text={error ?? action.error} />
      {data === undefined ? null : (
        <Table
          caption={`Items of ${store.name}`}
          head={[...columns, 'Change']}
          empty={search === '' ? 'The store is empty.' : 'No item has this text.'}
          rows={entries.map((entry) => (
            <tr key={entry.key}>
              {columns.map((column) => (
                <td key={column}>
                  <span class="cell">{cellOf(entry.item[column])}</span>
                </td>
              ))}
              <td class="buttons">
                <button type="button" aria-label={`Edit ${nameOf(entry, store)}`} onClick={() => setEdited(entry)}>
                  Edit
                </button>
                <button type="button" aria-label={`Delete ${nameOf(entry, store)}`} onClick={() => setDoomed(entry)}>
                  Delete
                </button>
              </td>
            </tr>
          ))}
        />
      )}
      {data === undefined || data.total <= PAGE ? null : (
        <Pager pages={pages} next={data.next} onPages={setPages}>
          {(pages.length - 1) * PAGE + 1} to {(pages.length - 1) * PAGE + entries.length} of {data.total}
        </Pager>
      )}
      {edited === null ? null : <Editor store={store} entry={edited} columns={columns} onClose={() => setEdited(null)} />}
      {doomed === null ? null : (
        <Confirm question={`Delete ${nameOf(doomed, store)} from ${store.name}?`} verb="Delete" onAnswer={remove} />
      )}
    </Panel>
  );
}

interface EditorProps {
  readonly store: StoreSummary;
  readonly entry: StoreEntry | 'new';
  readonly columns: readonly string[];
  readonly onClose: () => void;
}

function Editor({ store, entry, columns, onClose }: EditorProps) {
  const start = entry === 'new' ? Object.fromEntries(columns.map((column) => [column, ''])) : entry.item;
  const [text, setText] = useState(JSON.stringify(start, null, 2));
  const action = useAction();
  const save = async (): Promise<void> => {
    await ask('PUT', address('stores', store.id, 'items'), { item: parsed(text) });
    onClose();
  };
  return (
    <Dialog title={entry === 'new' ? `New item of ${store.name}` : `Edit ${nameOf(entry, store)}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          action.run(save);
        }}
      >
        <Text label="Item, by its columns" value={text} onText={setText} rows={12} />
        <p class="note">
          <code>{store.key}</code> is the key: with another one it is another item. What JSON has no word for:{' '}
          <code>{'{ "$number": "1e126" }'}</code>, <code>{'{ "$bytes": "<base64>" }'}</code>,{' '}
          <code>{'{ "$set": [\u2026] }'}</code>.
        </p>
        <Problem text={action.error} />
        <div class="buttons">
          <button type="submit" disabled={action.isBusy}>
            Save
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function parsed(text: string): StoredItem {
  try {
    return JSON.parse(text) as StoredItem;
  } catch (error) {
    throw new Error(`The item is no JSON: ${textOf(error)}`);
  }
}

/** The key first, then those that most items have. */
function columnsOf(entries: readonly StoreEntry[], key: string): readonly string[] {
  const counts = new Map<string, number>();
  for (const { item } of entries) for (const column of Object.keys(item)) counts.set(column, (counts.get(column) ?? 0) + 1);
  counts.delete(key);
  return [key, ...[...counts].sort(([, a], [, b]) => b - a).map(([column]) => column)];
}

function cellOf(value: Json | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MOST ? `${text.slice(0, MOST)}\u2026` : text;
}

const nameOf = (entry: StoreEntry, { key }: StoreSummary): string => cellOf(entry.item[key]);
