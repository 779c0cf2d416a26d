import { Attribute, DocumentStore, Key } from 'nimbusc';

/** An image that lies in the inbox. */
@DocumentStore()
export class ImageRecord {
  /** Where it lies in the bucket. */
  @Key()
  path: string;

  /** In bytes. */
  @Attribute()
  size: number;

  @Attribute()
  arrived: Date;

  constructor(path = '', size = 0, arrived = new Date(0)) {
    this.path = path;
    this.size = size;
    this.arrived = arrived;
  }
}
