import { BasicServerlessFunction, ClientBuilder, UsesBasicServerlessFunction } from 'nimbusc';
import { Parity } from './parity.js';

export class Sum {
  value = 0;
  at = new Date(0);

  doubled(): number {
    return this.value * 2;
  }
}

class Overflow extends Error {
  override name = 'Overflow';
}

export class Calculator {
  private readonly odd = ClientBuilder.getBasicServerlessFunctionClient(Parity, 'odd');

  @BasicServerlessFunction()
  async add({ a, b, at }: { a: number; b: number; at: Date }): Promise<Sum> {
    if (a + b > 1000) throw new Overflow(`${a + b} is too much`);
    return Object.assign(new Sum(), { value: a + b, at: new Date(at.getTime() + 1) });
  }

  @BasicServerlessFunction()
  @UsesBasicServerlessFunction({ targetClass: Parity, methodName: 'odd' })
  async even(n: number): Promise<boolean> {
    return n === 0 || (await this.odd.invoke(n - 1));
  }

  @BasicServerlessFunction()
  async greet(name?: string): Promise<string | undefined> {
    console.log(`greet ${name}`);
    return name === undefined ? undefined : `hello ${name}`;
  }
}
