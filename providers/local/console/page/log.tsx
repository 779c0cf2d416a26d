/** What all functions write, as it comes. */
import { useState } from 'preact/hooks';
import { live, useLive } from './live.js';
import { Lines, Panel, View } from './parts.js';

export function Log() {
  const { lines } = useLive();
  const [search, setSearch] = useState('');
  const wanted = search.toLowerCase();
  const found = lines.filter(({ function: of, text }) => `${of} ${text}`.toLowerCase().includes(wanted));
  const clear = (
    <button type="button" onClick={() => live.forgetLines()}>
      Clear
    </button>
  );
  return (
    <View title="Log">
      <Panel title="All functions" actions={clear}>
        <label class="search">
          Search
          <input type="search" value={search} onInput={({ currentTarget }) => setSearch(currentTarget.value)} />
        </label>
        <Lines lines={found} label="Log of all functions" named />
      </Panel>
    </View>
  );
}
