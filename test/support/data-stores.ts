// Two stores and a queue on a data folder, as the local cloud makes them.
import { Activity } from '../../providers/local/activity.js';
import { DataFolder } from '../../providers/local/data/data-folder.js';
import { LocalQueueService } from '../../providers/local/kinds/queue.js';
import { HISTORY } from '../../providers/local/kinds/service.js';
import { documentStoreClient, Rows } from '../../providers/local/kinds/store.js';
import { MemoryTable } from '../../providers/local/kinds/table.js';
import { classShape } from '../../runtime/core/shape.js';
import type { DocumentStoreClient } from '../../runtime/kinds/document-store.js';

export class Note {
  id = '';
  text = '';
}

export class Account {
  id = '';
  amount = 0;
}

export async function storesOf(dir: string) {
  const folder = await DataFolder.open(dir);
  const store = <T extends object>(of: new () => T, field: string, shape: 'string' | 'number') =>
    documentStoreClient(
      new Rows(
        {
          name: of.name,
          key: { column: 'id', field: 'id' },
          columns: { id: 'id', [field]: field },
          shape: { ...classShape(of, of.name), f: { id: 'string', [field]: shape } },
        },
        new MemoryTable(folder.section(`document-store:${of.name}`)),
      ),
    ) as unknown as DocumentStoreClient<T>;
  const node = { id: 'queue:jobs', kind: 'queue', name: 'jobs', options: { maxReceiveCount: 3, itemProcessingTimeout: 30 } };
  const around = {
    project: 'test',
    stage: 'dev',
    activity: new Activity(),
    triggeredBy: () => [],
    containedIn: () => [],
    originOf: (text: string) => text,
    history: HISTORY,
  };
  return {
    folder,
    notes: store(Note, 'text', 'string'),
    accounts: store(Account, 'amount', 'number'),
    queue: new LocalQueueService(node, around, folder.section(node.id)),
    /** The bodies of the messages in the queue. */
    bodies: (): string[] =>
      [...folder.section(node.id).entries].flatMap(([key, value]) =>
        key.startsWith('message ') ? [(value as { readonly body: string }).body] : [],
      ),
  };
}
