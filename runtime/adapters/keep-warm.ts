// Around the adapter of any function with @KeepWarm: answers the schedule's ping, and hands on everything else.

type Handler<E, C, R> = (event: E, context: C) => Promise<R>;

/** Lambda waits for a callback unless it is given a promise. */
export const wrap =
  <E, C, R>(handler: Handler<E, C, R>): Handler<E, C, R | null> =>
  async (event, context) =>
    isPing(event) ? null : handler(event, context);

/** No trigger's event has such a field, and no schedule of a user's can send one. */
const isPing = (event: unknown): boolean => typeof event === 'object' && event !== null && 'nimbusc:keep-warm' in event;
