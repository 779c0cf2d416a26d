// The environment of a function: `testValue` where a variable has one, else its value, with `${NAME}` replaced by the
// variables of this machine; and what nimbusc tells its own code.
import type { LocalFunctionPlan } from '../../compiler/local-plan.js';

export interface Environment {
  readonly names: readonly string[];
  /** Undefined when the function has no such variable. Throws when it needs one of this machine that is not there. */
  get(name: string): string | undefined;
}

/** @param attribute gives an attribute of a resource: the URL of a website */
export function environmentOf(
  { environment, testValues }: LocalFunctionPlan,
  machine: { readonly [name: string]: string | undefined },
  attribute: (resource: string, name: string) => string,
): Environment {
  const bindings = new Map(environment.map((one) => [one.name, one]));
  // Node's own options cannot change in a running process.
  bindings.delete('NODE_OPTIONS');
  return {
    names: [...bindings.keys()],
    get(name) {
      const binding = bindings.get(name);
      if (binding === undefined) return undefined;
      if (Object.hasOwn(testValues, name)) return testValues[name];
      if (binding.from === 'resource') return attribute(binding.resource, binding.attribute);
      return binding.parts.map((part) => (typeof part === 'string' ? part : fromMachine(part.variable, name, machine))).join('');
    },
  };
}

function fromMachine(variable: string, name: string, machine: { readonly [name: string]: string | undefined }): string {
  const value = machine[variable];
  if (value !== undefined) return value;
  throw new Error(
    `the environment variable ${name} takes the value of ${variable}, which is not set here: set it, hand it to the local cloud, or give the decorator a testValue`,
  );
}
