/**
 * The names that nimbusc exports to handler code, so that `export * from 'nimbusc'` can be seen through and a misspelt
 * import is told. A test compares this with what `runtime/index.ts` really exports.
 */
import { kinds } from './index.js';

/** Exports that belong to no single kind. */
const SHARED = [
  'AttributeExists',
  'AttributeNotExists',
  'ClientBuilder',
  'ComparisonOperator',
  'Condition',
  'ConditionBuilder',
  'ConditionVariable',
  'FunctionOptions',
  'NonRetryableException',
  'NumericField',
  'PermissionException',
  'ReadItemRequest',
  'RetryableException',
  'StagesOption',
  'StoreConditionException',
  'TransactionalClient',
  'WriteItemRequest',
  'getStage',
  'isLocal',
];

export const nimbusConstants: { readonly [exportName: string]: { readonly [member: string]: string } } = Object.assign(
  {},
  ...kinds.map((k) => k.constants ?? {}),
);

export const nimbusExports: ReadonlySet<string> = new Set([
  ...SHARED,
  ...Object.keys(nimbusConstants),
  ...kinds.flatMap((k) => [...k.decorators.map((d) => d.name), ...(k.exports ?? [])]),
]);
