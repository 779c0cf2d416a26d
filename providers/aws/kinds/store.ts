/** What the lowerings of the two store kinds share: a DynamoDB table, or a reference to one. Not a kind itself. */

import type { DiagnosticSink } from '../../../compiler/diagnostics/diagnostic.js';
import type { PlannedResource, StageSettings } from '../../../compiler/ir/stage-plan.js';
import type { StoreNode, storeOperations } from '../../../compiler/kinds/store.js';
import { storeCodes } from '../codes/stores.js';
import { address, isProtected, tags } from '../handles.js';
import { fragment, type Grant, type KindLowering, part } from '../lowering.js';
import { classId, fitName } from '../names.js';
import type { PlanView } from '../plan-view.js';
import { block } from '../synth/block.js';
import { exportsOf } from '../synth/exports-of.js';
import { arnLength, ref, type Template } from '../template.js';
import { escapeTemplate } from '../text.js';

type Store = StoreNode<string>;

/** Total over the operations of stores: an operation without its action does not compile. */
const actions: { readonly [O in keyof typeof storeOperations]: readonly Grant[] } = {
  get: [{ actions: ['dynamodb:GetItem'], on: 'table' }],
  put: [{ actions: ['dynamodb:PutItem'], on: 'table' }],
  delete: [{ actions: ['dynamodb:DeleteItem'], on: 'table' }],
  increment: [{ actions: ['dynamodb:UpdateItem'], on: 'table' }],
  scan: [{ actions: ['dynamodb:Scan'], on: 'table' }],
};

const TABLE = 'aws_dynamodb_table';
/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const nameRule = { what: 'DynamoDB table', min: 3, max: 255 };
const KEY_TYPES = { string: 'S', number: 'N', binary: 'B' } as const;

/** Both kinds of stores are the same thing in AWS. */
export function storeLowering<N extends Store>(): KindLowering<N> {
  return {
    actions,
    nameRule,
    hasClient: true,
    address: (node) => (node.existingArn === null ? TABLE : null),
    names: (node, { settings }) => ({
      logicalId: classId(node.name),
      physicalName: node.existingArn === null ? tableName(node, settings) : null,
    }),
    arn: (store) => tableArn(store),
    attribute: tableAttribute,
    check: checkReaders,
    fragments: (store, view) =>
      store.node.existingArn === null ? [fragment(table, tableInput(store, view), [address(TABLE, store.logicalId)])] : [],
  };
}

/** A name that the user wrote stays as it is; a class name may hold characters that table names cannot. */
function tableName(node: Store, { stage }: StageSettings): string {
  if (node.tableName !== null) return `${node.tableName}${stage}`;
  const clean = /^[A-Za-z0-9_.-]+$/;
  // too long a name is reported and not cut: a table that holds data should be called what its owner decided
  return fitName(`${node.name}${stage}`, { clean, allowed: clean, max: Number.MAX_SAFE_INTEGER });
}

function tableArn({ node, logicalId, physicalName }: PlannedResource<Store>): Template {
  if (node.existingArn !== null) return [node.existingArn];
  return [ref(`${address(TABLE, logicalId)}.arn`, arnLength('dynamodb', `table/${physicalName ?? ''}`))];
}

/** Of a table that has one: of a store that functions listen to. */
export function streamArn({ logicalId, physicalName }: PlannedResource<Store>): Template {
  const longest = arnLength('dynamodb', `table/${physicalName ?? ''}/stream/2000-01-01T00:00:00.000`);
  return [ref(`${address(TABLE, logicalId)}.stream_arn`, longest)];
}

/** DynamoDB takes the ARN of a table wherever it takes its name. */
export function tableAttribute({ node, logicalId, physicalName }: PlannedResource<Store>, attribute: string): Template {
  if (attribute !== 'name') throw new Error(`a store has no attribute ${attribute}`);
  if (node.existingArn !== null) return [node.existingArn];
  return [ref(`${address(TABLE, logicalId)}.name`, (physicalName ?? '').length)];
}

/** Functions that read one shard of a stream at once: docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
const MOST_READERS = 2;

function checkReaders({ node }: PlannedResource<Store>, view: PlanView, sink: DiagnosticSink): void {
  const readers = view.contentsOf(node.id);
  if (readers.length <= MOST_READERS) return;
  sink.for(storeCodes).report('NIM3060', { store: node.name, readers: readers.length, limit: MOST_READERS }, node.source, {
    related: readers
      .slice(MOST_READERS)
      .map(({ node: { id, source } }) => ({ span: source, text: `${view.functionStartedBy(id).node.name} is one too many` })),
    stages: [view.settings.stage],
  });
}

type TableInput = {
  readonly id: string;
  readonly name: string;
  readonly key: { readonly name: string; readonly type: string };
  readonly capacity: { readonly read: number; readonly write: number } | null;
  readonly protected: boolean;
  /** Absent when no function listens. */
  readonly stream?: true;
  readonly tags: { readonly [key: string]: string };
};

function tableInput({ node, logicalId, physicalName, sourceTag }: PlannedResource<Store>, view: PlanView): TableInput {
  const { settings } = view;
  return {
    id: logicalId,
    name: escapeTemplate(physicalName ?? ''),
    key: { name: escapeTemplate(node.key.column), type: KEY_TYPES[node.key.wire] },
    capacity: node.capacity,
    protected: isProtected(settings, address(TABLE, logicalId)),
    ...(view.contentsOf(node.id).length > 0 ? { stream: true } : {}),
    tags: tags(settings, sourceTag),
  };
}

const table = part({
  name: 'dynamodb-table',
  load: () => exportsOf(import('@cdktf/provider-aws/lib/dynamodb-table/index.js')),
  build({ DynamodbTable }, input: TableInput, stack) {
    const made = new DynamodbTable(stack, 'table', {
      name: input.name,
      hashKey: input.key.name,
      attribute: [input.key],
      ...(input.capacity === null
        ? { billingMode: 'PAY_PER_REQUEST' }
        : { billingMode: 'PROVISIONED', readCapacity: input.capacity.read, writeCapacity: input.capacity.write }),
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      ...(input.stream ? { streamEnabled: true, streamViewType: 'NEW_AND_OLD_IMAGES' } : {}),
      ...(input.protected ? { deletionProtectionEnabled: true, lifecycle: { preventDestroy: true } } : {}),
      tags: input.tags,
    });
    block(made, input.id);
  },
});
