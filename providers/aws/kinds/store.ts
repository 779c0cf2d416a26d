/** What the lowerings of the two store kinds share: a DynamoDB table, or a reference to one. Not a kind itself. */

import type { PlannedResource, StageSettings } from '../../../compiler/ir/stage-plan.js';
import type { StoreNode, storeOperations } from '../../../compiler/kinds/store.js';
import { address, tags } from '../handles.js';
import { fragment, type Grant, type KindLowering, part } from '../lowering.js';
import { classId, fitName } from '../names.js';
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
    attribute: (store, attribute) => {
      if (attribute !== 'name') throw new Error(`a store has no attribute ${attribute}`);
      return tableReference(store);
    },
    fragments: (store, { settings }) =>
      store.node.existingArn === null ? [fragment(table, tableInput(store, settings), [address(TABLE, store.logicalId)])] : [],
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

/** DynamoDB takes the ARN of a table wherever it takes its name. */
function tableReference({ node, logicalId, physicalName }: PlannedResource<Store>): Template {
  if (node.existingArn !== null) return [node.existingArn];
  return [ref(`${address(TABLE, logicalId)}.name`, (physicalName ?? '').length)];
}

type TableInput = {
  readonly id: string;
  readonly name: string;
  readonly key: { readonly name: string; readonly type: string };
  readonly capacity: { readonly read: number; readonly write: number } | null;
  readonly protected: boolean;
  readonly tags: { readonly [key: string]: string };
};

function tableInput({ node, logicalId, physicalName, sourceTag }: PlannedResource<Store>, settings: StageSettings): TableInput {
  return {
    id: logicalId,
    name: escapeTemplate(physicalName ?? ''),
    key: { name: escapeTemplate(node.key.column), type: KEY_TYPES[node.key.wire] },
    capacity: node.capacity,
    protected: settings.protected,
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
      ...(input.protected ? { deletionProtectionEnabled: true, lifecycle: { preventDestroy: true } } : {}),
      tags: input.tags,
    });
    block(made, input.id);
  },
});
