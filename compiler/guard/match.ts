/**
 * In: what the last build had and the source has no more, and what the source has and the last build had not. Out: which of
 * them are the same thing under a new name. Only what is certain is matched: one candidate on either side.
 */

/** For a value, a text that is the same for what may be the same thing; null: it is like nothing. */
export type Likeness<T> = (value: T) => string | null;

export interface Matched<O, N> {
  readonly before: O;
  readonly now: N;
}

/** Rounds come one after the other, each for what those before it left: the strongest likeness first. */
export function matchRenamed<O, N>(
  gone: readonly O[],
  added: readonly N[],
  rounds: readonly { readonly before: Likeness<O>; readonly now: Likeness<N> }[],
): readonly Matched<O, N>[] {
  const matched: Matched<O, N>[] = [];
  let [restGone, restAdded] = [gone, added];
  for (const round of rounds) {
    const byGone = grouped(restGone, round.before);
    const found = [...grouped(restAdded, round.now)].flatMap(([likeness, now]): Matched<O, N>[] => {
      const before = byGone.get(likeness) ?? [];
      return before.length === 1 && now.length === 1 ? [{ before: before[0] as O, now: now[0] as N }] : [];
    });
    matched.push(...found);
    restGone = restGone.filter((one) => !found.some(({ before }) => before === one));
    restAdded = restAdded.filter((one) => !found.some(({ now }) => now === one));
  }
  return matched;
}

function grouped<T>(values: readonly T[], likeness: Likeness<T>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = likeness(value);
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return groups;
}
