/** Buckets: their files, to look for, to download, to upload and to delete. */
import { useState } from 'preact/hooks';
import type { ConsoleState, FileEntry, FilePage } from '../api.js';
import { address, ask } from './ask.js';
import { useFetched } from './live.js';
import { bytes, Confirm, FIRST_PAGE, Pager, type Pages, Panel, Problem, Table, Time, useAction, View } from './parts.js';
import { linkTo } from './route.js';

export function Buckets({ state: { buckets } }: { readonly state: ConsoleState }) {
  return (
    <View title="Buckets">
      <Table
        caption="Buckets"
        head={['Bucket', 'Files']}
        empty="The stage has no buckets."
        rows={buckets.map(({ id, name, files }) => (
          <tr key={id}>
            <th scope="row">
              <a href={linkTo('buckets', id)}>{name}</a>
            </th>
            <td class="number">{files}</td>
          </tr>
        ))}
      />
    </View>
  );
}

const BACK = { to: 'buckets', name: 'Buckets' };

export function BucketView({ id, state }: { readonly id: string; readonly state: ConsoleState }) {
  const name = state.buckets.find((one) => one.id === id)?.name;
  if (name === undefined) {
    return (
      <View title={id} back={BACK}>
        <Problem text={`There is no bucket ${id}.`} />
      </View>
    );
  }
  return (
    <View title={name} back={BACK} note={<a href={linkTo('graph', id)}>in the graph</a>}>
      <Upload id={id} />
      <Files id={id} name={name} />
    </View>
  );
}

function Upload({ id }: { readonly id: string }) {
  const [folder, setFolder] = useState('');
  const [done, setDone] = useState('');
  const [isOver, setOver] = useState(false);
  const action = useAction();
  const send = (files: readonly File[]): void =>
    action.run(async () => {
      const under = folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
      for (const file of files) await ask('PUT', address('buckets', id, 'files', `${under}${file.name}`), file);
      setDone(`Uploaded ${files.map(({ name }) => name).join(', ')}.`);
    });
  return (
    <Panel title="Upload">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is another way to do what the field does */}
      <div
        class={isOver ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          send([...(event.dataTransfer?.files ?? [])]);
        }}
      >
        <div class="line">
          <label>
            Folder
            <input value={folder} placeholder="none" onInput={({ currentTarget }) => setFolder(currentTarget.value)} />
          </label>
          <label class="wide">
            Files, chosen or dropped here
            <input
              type="file"
              multiple
              disabled={action.isBusy}
              onChange={({ currentTarget: field }) => {
                send([...(field.files ?? [])]);
                field.value = '';
              }}
            />
          </label>
        </div>
      </div>
      <p role="status" class="note">
        {action.isBusy ? 'Uploading\u2026' : done}
      </p>
      <Problem text={action.error} />
    </Panel>
  );
}

function Files({ id, name }: { readonly id: string; readonly name: string }) {
  const [prefix, setPrefix] = useState('');
  const [pages, setPages] = useState<Pages>(FIRST_PAGE);
  const [doomed, setDoomed] = useState<FileEntry | null>(null);
  const action = useAction();
  const after = pages.at(-1) ?? null;
  const query = new URLSearchParams({ prefix, ...(after === null ? {} : { after }) });
  const { data, error } = useFetched<FilePage>(`${address('buckets', id, 'files')}?${query}`, id);
  const remove = (yes: boolean): void => {
    setDoomed(null);
    if (yes && doomed !== null) action.run(() => ask('DELETE', address('buckets', id, 'files', doomed.path)).then(() => {}));
  };
  return (
    <Panel title="Files">
      <label class="search">
        Begin with
        <input
          type="search"
          value={prefix}
          onInput={({ currentTarget }) => {
            setPrefix(currentTarget.value);
            setPages(FIRST_PAGE);
          }}
        />
      </label>
      <Problem text={error ?? action.error} />
      {data === undefined ? null : (
        <Table
          caption={`Files of ${name}`}
          head={['Path', 'Type', 'Size', 'Changed', 'Change']}
          empty={prefix === '' ? 'The bucket is empty.' : 'No path begins with this.'}
          rows={data.files.map((file) => (
            <tr key={file.path}>
              <th scope="row">
                <a href={address('buckets', id, 'files', file.path)} download>
                  {file.path}
                </a>
              </th>
              <td>{file.contentType}</td>
              <td class="number">{bytes(file.size)}</td>
              <td>
                <Time at={file.lastModified} />
              </td>
              <td class="buttons">
                <button type="button" aria-label={`Delete ${file.path}`} onClick={() => setDoomed(file)}>
                  Delete
                </button>
              </td>
            </tr>
          ))}
        />
      )}
      {data === undefined || (data.next === null && pages.length === 1) ? null : (
        <Pager pages={pages} next={data.next} onPages={setPages} />
      )}
      {doomed === null ? null : <Confirm question={`Delete ${doomed.path} from ${name}?`} verb="Delete" onAnswer={remove} />}
    </Panel>
  );
}
