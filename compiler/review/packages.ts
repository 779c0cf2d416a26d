/** In: the lock files of two states of a project. Out: packages whose version differs. Reads npm's format since npm 7. */
import { compareText } from '../ir/span.js';

export interface PackageChange {
  readonly name: string;
  /** Null: it was not there. */
  readonly from: string | null;
  readonly to: string | null;
}

export function changedPackages(before: string | null, after: string | null): readonly PackageChange[] {
  if (before === after) return [];
  const [former, now] = [versionsOf(before), versionsOf(after)];
  const places = [...new Set([...former.keys(), ...now.keys()])].filter((place) => former.get(place) !== now.get(place));
  const changes = places.map((place) => ({
    name: place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
    from: former.get(place) ?? null,
    to: now.get(place) ?? null,
  }));
  const unique = new Map(changes.map((change) => [JSON.stringify(change), change]));
  return [...unique.values()].sort((a, b) => compareText(a.name, b.name) || compareText(a.to ?? '', b.to ?? ''));
}

/** By the place in which they are installed. */
function versionsOf(text: string | null): ReadonlyMap<string, string> {
  try {
    const { packages } = JSON.parse(text ?? '{}') as {
      readonly packages?: Readonly<Record<string, { readonly version?: string; readonly dev?: boolean }>>;
    };
    return new Map(
      Object.entries(packages ?? {}).flatMap(([place, { version }]) =>
        place.includes('node_modules/') && typeof version === 'string' ? [[place, version] as const] : [],
      ),
    );
  } catch {
    return new Map();
  }
}
