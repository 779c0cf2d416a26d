import { DocumentStoreServerlessFunction, KeyValueStoreServerlessFunction, type StoreEvent, StoreEventType } from 'nimbusc';
import { Order, Session, Task } from './stores.js';

/** Each method says in its log what it was given. */
const note = (...seen: unknown[]): void => console.log(`seen ${JSON.stringify(seen)}`);
const told = (order: Order): string => `${order instanceof Order} ${order.describe()}`;
const kind = (event: StoreEvent): string => `${event.eventName} ${event.eventId !== ''} ${event.requestId !== ''}`;

export class Audit {
  @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.INSERT })
  inserted(event: StoreEvent, order: Order): void {
    note(told(order), kind(event));
  }

  @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.MODIFY })
  async modifiedTwo(before: Order, after: Order, event: StoreEvent): Promise<void> {
    note(before.amount, after.amount, before instanceof Order, after instanceof Order, kind(event));
  }

  @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.MODIFY })
  modifiedOne(after: Order): void {
    note(after.amount);
  }

  @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.MODIFY })
  modifiedNone(): void {
    note();
  }

  @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.REMOVE })
  removed(order: Order, event: StoreEvent): void {
    note(told(order), kind(event));
  }
}

export class Sessions {
  @KeyValueStoreServerlessFunction({ dataModel: Session, method: StoreEventType.INSERT })
  started(session: Session): void {
    note(session instanceof Session, session);
  }

  @KeyValueStoreServerlessFunction({ dataModel: Session, method: StoreEventType.MODIFY })
  changed(before: Session, after: Session): void {
    note(before.visits, after.visits);
  }

  /** One function for two kinds of changes. */
  @KeyValueStoreServerlessFunction({ dataModel: Session, method: StoreEventType.REMOVE })
  @KeyValueStoreServerlessFunction({ dataModel: Session, method: StoreEventType.INSERT })
  counted(session: Session, event: StoreEvent): void {
    note(session.user, event.eventName);
  }
}

export class Tasks {
  @DocumentStoreServerlessFunction({ dataModel: Task, method: StoreEventType.INSERT })
  run(task: Task): void {
    note(task.id);
    if (task.id.startsWith('poisoned')) throw new Error(`${task.id} cannot be done`);
  }

  /** One function for two stores. */
  @DocumentStoreServerlessFunction({ dataModel: Task, method: StoreEventType.REMOVE })
  @DocumentStoreServerlessFunction({ dataModel: Order, method: StoreEventType.REMOVE })
  cleaned(item: Task | Order): void {
    note(item instanceof Task, item instanceof Order, item.id);
  }
}
