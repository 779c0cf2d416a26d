/** Functions that listen to a bucket: part of the bucket's one notification configuration, and nothing by themselves. */
import type { FileListenerNode } from '../../../compiler/kinds/file-storage-bucket.js';
import type { KindLowering } from '../lowering.js';
import { fitName } from '../names.js';

export const fileListener: KindLowering<FileListenerNode> = {
  actions: {},
  nameRule: null,
  hasClient: false,
  address: () => null,
  names: ({ id }) => ({
    logicalId: fitName(id, { clean: /^[A-Za-z0-9_-]+$/, allowed: /^[A-Za-z0-9_-]$/, max: 200 }),
    physicalName: null,
  }),
  fragments: () => [],
};
