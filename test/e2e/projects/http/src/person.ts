export class Address {
  street = '';
  since?: Date;

  oneLine(): string {
    return `${this.street}, since ${this.since?.getUTCFullYear() ?? 'always'}`;
  }
}

export class Person {
  name = '';
  born: Date = new Date(0);
  coins = 0n;
  tags: Set<string> = new Set();
  scores: Map<string, number> = new Map();
  photo: Uint8Array = new Uint8Array();
  homes: Address[] = [];
  nickname?: string = 'none';

  /** Works on real instances with real values only. */
  summary(): string {
    const homes = this.homes.map((home) => home.oneLine()).join('; ');
    const values = [this.born.getUTCFullYear(), this.coins + 1n, this.tags.has('b'), this.scores.get('x'), this.photo.length];
    return `${this.name} (${this.nickname}): ${values.join(', ')}, ${homes}`;
  }
}
