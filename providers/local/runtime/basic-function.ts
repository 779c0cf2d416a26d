// The client that calls functions of the local cloud.
import { findClient } from '../../../runtime/core/binding.js';
import type { BoundFunctions } from '../../../runtime/kinds/basic-function.js';
import { type BasicFunctionData, boundFunction } from '../kinds/bound-function.js';
import { bindRestricted, nextResource, remote } from './cloud-link.js';

/** Once for each method; those of one class are bound together. */
export function register(target: object, data: BasicFunctionData): void {
  const resource = nextResource();
  const others = findClient('basic-function', target) as BoundFunctions | undefined;
  const client = boundFunction({ invoke: remote(resource, 'invoke'), invokeAsync: remote(resource, 'invokeAsync') }, data);
  bindRestricted('basic-function', target, { ...others, [data.method]: client }, { ...resource, methods: null }, data.name);
}
