// How code in a function's worker reaches the local cloud. The worker puts a link in place before it loads the function; client
// modules ask it for the resource that they are told about: entries register them in the order of the plan.
import { bind } from '../../../runtime/core/binding.js';
import { restricted } from '../restricted.js';

/** A resource as a function knows it. */
export interface LinkedResource {
  readonly id: string;
  readonly kind: string;
  /** What the function may call; null: all. */
  readonly methods: readonly string[] | null;
  /** Of what listens to a store: which one it is. */
  readonly store: string | null;
}

export interface CloudLink {
  /** `Chat.onMessage` */
  readonly name: string;
  /** In the order of registrations. */
  readonly resources: readonly LinkedResource[];
  /** How many of them have been asked for. */
  used: number;
  call(resource: string, operation: string, args: readonly unknown[]): Promise<unknown>;
}

const key = Symbol.for('nimbusc.local');
type Scope = { [key]?: CloudLink };

export function installLink(link: CloudLink): void {
  (globalThis as Scope)[key] = link;
}

export function cloudLink(): CloudLink {
  const link = (globalThis as Scope)[key];
  if (link === undefined) throw new Error('this bundle runs in a local cloud alone');
  return link;
}

/** The resource that is registered now. */
export function nextResource(): LinkedResource {
  const link = cloudLink();
  const resource = link.resources[link.used++];
  if (resource === undefined) throw new Error(`${link.name} registers more clients than were planned`);
  return resource;
}

/** An operation that is done in the cloud as it is. */
export const remote =
  <A extends unknown[], R>({ id }: LinkedResource, operation: string) =>
  (...args: A): Promise<R> =>
    cloudLink().call(id, operation, args) as Promise<R>;

/** Puts a client in place that refuses what the role would not allow. */
export function bindRestricted(kind: string, target: unknown, client: object, resource: LinkedResource, name?: string): void {
  bind(kind, target, restricted(client, resource, cloudLink().name), name);
}
