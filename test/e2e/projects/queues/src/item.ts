export class Item {
  name = '';
  at?: Date;
  amount?: bigint;

  /** Only instances of the class have it. */
  label(): string {
    return `${this.name} of ${this.at?.getUTCFullYear() ?? 'no year'}, ${typeof this.amount}`;
  }
}

/** What a handler was called with, for the test to read in its logs. */
export function seen(what: unknown): void {
  console.log(`seen ${JSON.stringify(what)}`);
}
