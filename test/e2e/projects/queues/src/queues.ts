import { Queue } from 'nimbusc';

@Queue({ id: 'items', maxReceiveCount: 3 })
export class ItemQueue {}

@Queue({ id: 'ordered', fifo: true, maxReceiveCount: 3 })
export class OrderedQueue {}
