import { BasicServerlessFunction, ClientBuilder, UsesBasicServerlessFunction } from 'nimbusc';
import { Calculator } from './calculator.js';

export class Parity {
  private readonly even = ClientBuilder.getBasicServerlessFunctionClient(Calculator, 'even');

  /** The two call each other. */
  @BasicServerlessFunction()
  @UsesBasicServerlessFunction({ targetClass: Calculator, methodName: 'even' })
  async odd(n: number): Promise<boolean> {
    return n !== 0 && (await this.even.invoke(n - 1));
  }
}
